import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Catalogue } from '../../../catalogue/index.js';
import { Database } from '../../../platform/database/database.js';
import { fingerprint } from '../../../platform/idempotency/fingerprint.js';
import { IdempotencyStore, type KeyedRequest } from '../../../platform/idempotency/idempotency-store.js';
import { newId } from '../../../platform/ids/ids.js';
import { normaliseEmail } from '../../accounts/index.js';
import { CheckoutGateway, type OpenedCheckout } from '../../billing/index.js';
import { UnknownPlanError } from '../registration-errors.js';
import { referenceOf } from './browser-cookie.js';

export interface CheckoutRequest {
  /** The id of a plan; the catalogue's default when absent. */
  plan?: string;
  email?: string;
}

/** Opens payment pages. Nothing is written down before somebody has paid. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly gateway: CheckoutGateway,
    private readonly idempotency: IdempotencyStore,
    private readonly database: Database,
  ) {}

  /**
   * @param secret the browser's, see `BrowserCookie`
   * @param origin where the browser comes back to
   * @throws {UnknownPlanError} {CustomerRefusedError} a field must be changed.
   * @throws {BillingUnavailableError} {IdempotencyKeyReusedError}
   */
  async open(
    request: CheckoutRequest,
    secret: string,
    origin: string,
    idempotencyKey?: string,
  ): Promise<OpenedCheckout> {
    const wanted = request.plan ?? this.catalogue.defaultPlan;
    const plan = this.catalogue.plans.find(({ id }) => id === wanted);
    if (!plan) throw new UnknownPlanError(this.catalogue.plans.map(({ id }) => id));
    const email = request.email === undefined ? undefined : normaliseEmail(request.email);
    const asked = fingerprint({ plan: plan.id, ...(email === undefined ? {} : { email }) });
    const keyed: KeyedRequest | undefined =
      idempotencyKey === undefined
        ? undefined
        : { scope: 'POST /checkout', key: idempotencyKey, fingerprint: asked };
    const answered = keyed && (await this.idempotency.begin(keyed));
    if (answered) return answered.body as OpenedCheckout;
    const reference = referenceOf(secret);
    const opened = await this.gateway.open({
      reference,
      plan,
      ...(email === undefined ? {} : { email }),
      successUrl: `${origin}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
      cancelUrl: `${origin}/pricing`,
      idempotencyKey: `farebox:checkout:${keyed ? digest(keyed.key, asked, reference, origin) : newId()}`,
    });
    if (keyed)
      await this.database.run((sql) => this.idempotency.answer(sql, keyed, { status: 200, body: opened }));
    return opened;
  }
}

/** The same request of the same browser has the same key at the provider, too. */
function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
