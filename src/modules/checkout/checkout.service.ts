import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Catalog } from '../../catalog/index.js';
import { Database } from '../../platform/database/database.js';
import { fingerprint } from '../../platform/idempotency/fingerprint.js';
import { IdempotencyStore, type KeyedRequest } from '../../platform/idempotency/idempotency-store.js';
import { newId } from '../../platform/ids/ids.js';
import { normaliseEmail } from '../accounts/index.js';
import { UnknownPlanError } from '../subscriptions/index.js';
import { CheckoutGateway, type OpenedCheckout } from '../billing/ports/checkout-gateway.js';
import { referenceOf } from './browser-cookie.js';

export interface CheckoutRequest {
  /** The id of a plan; the catalog's default when absent. */
  plan?: string;
  email?: string;
}

/** Opens payment pages. Nothing is stored before a payment. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly catalog: Catalog,
    private readonly gateway: CheckoutGateway,
    private readonly idempotency: IdempotencyStore,
    private readonly database: Database,
  ) {}

  /**
   * @param secret the browser's, see `BrowserCookie`
   * @param base the address of our routes, to which the browser returns
   * @returns `replayed`: an earlier answer under the key, whose session is bound to the browser that received it.
   * @throws {UnknownPlanError} {CustomerRefusedError} a field must be changed.
   * @throws {BillingUnavailableError} {IdempotencyKeyReusedError}
   */
  async open(
    request: CheckoutRequest,
    secret: string,
    base: string,
    idempotencyKey?: string,
  ): Promise<{ opened: OpenedCheckout; replayed: boolean }> {
    const wanted = request.plan ?? this.catalog.defaultPlan;
    const plan = this.catalog.plans.find(({ id }) => id === wanted);
    if (!plan) throw new UnknownPlanError(this.catalog.plans.map(({ id }) => id));
    const email = request.email === undefined ? undefined : normaliseEmail(request.email);
    const asked = fingerprint({ plan: plan.id, ...(email === undefined ? {} : { email }) });
    const keyed: KeyedRequest | undefined =
      idempotencyKey === undefined
        ? undefined
        : { scope: 'POST /checkout', key: idempotencyKey, fingerprint: asked };
    const answered = keyed && (await this.idempotency.begin(keyed));
    if (answered) return { opened: answered.body as OpenedCheckout, replayed: true };
    const reference = referenceOf(secret);
    const opened = await this.gateway.open({
      reference,
      plan,
      ...(email === undefined ? {} : { email }),
      successUrl: `${base}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
      cancelUrl: `${base}/pricing`,
      idempotencyKey: `farebox:checkout:${keyed ? digest(keyed.key, asked, reference, base) : newId()}`,
    });
    if (!keyed) return { opened, replayed: false };
    await this.database.run((db) => this.idempotency.answer(db, keyed, { status: 200, body: opened }));
    // Two of the same at once: both get the answer that was stored first.
    const first = (await this.idempotency.find(keyed))?.body as OpenedCheckout | undefined;
    const replayed = first !== undefined && first.sessionId !== opened.sessionId;
    return { opened: replayed ? first : opened, replayed };
  }
}

/** The same request of the same browser has the same key at the provider, too. */
function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
