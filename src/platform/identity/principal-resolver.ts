/** The caller of a paid route, as the application around us knows it. */
export interface ResolvedPrincipal {
  /** The customer who pays: Stripe's id (`cus_…`), as `FareboxAccounts.open` gives it. */
  customer: string;
  /** The end user, where the customer has several: for meters of unique users, and for analytics. */
  user?: string | undefined;
  /** The session or credential, for meters of unique sessions. Never a secret. */
  session?: string | undefined;
}

/** @param request of the HTTP adapter: Fastify's, or Express's. @returns null when it names no customer: 401. */
export type ResolvePrincipal = (
  request: never,
) => ResolvedPrincipal | null | Promise<ResolvedPrincipal | null>;

/**
 * Says who calls a `@Monetized()` route, where customers are not known by our tokens. It runs after the guards of the
 * application around us. Our own routes ask for our tokens.
 */
export abstract class PrincipalResolver {
  abstract resolve(request: object): ResolvedPrincipal | null | Promise<ResolvedPrincipal | null>;
}
