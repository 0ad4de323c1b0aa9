/**
 * The permitted uses of a token: `call` the API, `read` the account (usage, calls, invoices, tokens), or `manage` it
 * (tokens, plan, payment). None of them includes another.
 */
export const SCOPES = ['call', 'read', 'manage'] as const;
export type Scope = (typeof SCOPES)[number];

/** The owner of a token: the customer, or a user of theirs for whom the customer issued it. */
export const TOKEN_ROLES = ['owner', 'end_user'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** All that a token of the role can be given. */
export const SCOPES_OF: Readonly<Record<TokenRole, readonly Scope[]>> = { owner: SCOPES, end_user: ['call'] };

/** Tokens issued before there were roles are the customer's when they name no other user. */
export function roleOf(token: { role: TokenRole | null; user: string; customerId: string }): TokenRole {
  return token.role ?? (token.user === token.customerId ? 'owner' : 'end_user');
}
