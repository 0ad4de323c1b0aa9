import { Injectable } from '@nestjs/common';
import { Catalog, type MeterDefinition } from '../../../catalog/index.js';
import { Settings } from '../../../platform/config/settings.js';
import { SYNTHETIC_PASS, syntheticPass } from '../../../platform/identity/synthetic-pass.js';
import { newId } from '../../../platform/ids/ids.js';
import type { StageResult } from './meter-test-progress.js';

const DEADLINE_MS = 15_000;

/** A customer that a meter test made for itself. */
export interface SyntheticCustomer {
  customerId: string;
  /** Why the test could not make the call: it waits for a real one. */
  byHand: string | undefined;
}

/** Registers at the running application and calls it like a customer: in test mode only. */
@Injectable()
export class SyntheticCustomers {
  constructor(
    private readonly catalog: Catalog,
    private readonly settings: Settings,
  ) {}

  /** A new customer on a plan whose price reads the meter, with a call of the meter's route. */
  async make(meter: MeterDefinition, plans: readonly string[]): Promise<StageResult<SyntheticCustomer>> {
    if (this.settings.live)
      return {
        failed: 'The Stripe key is a live one: a synthetic customer would be billed for real.',
        advice: 'Run the test without it, or with a test mode key.',
      };
    if (!(await this.answers()))
      return {
        failed: `The application does not respond at ${this.base}.`,
        advice: 'Start it (npm start), and check PUBLIC_URL, or PORT without one.',
      };
    try {
      return await this.registerAndCall(meter, this.choosePlan(meter, plans));
    } catch {
      return {
        failed: `The connection to the application at ${this.base} was closed early.`,
        advice: 'Check its log, and run the test again: it creates another customer.',
      };
    }
  }

  private async registerAndCall(
    meter: MeterDefinition,
    plan: string,
  ): Promise<StageResult<SyntheticCustomer>> {
    const email = `meter-test-${newId()}@example.com`;
    const registered = await this.post(
      '/register',
      { email, firstname: 'Meter', lastname: 'Test', plan },
      { [SYNTHETIC_PASS]: syntheticPass(this.settings, email) },
    );
    const { jwt, customerId, code } = registered.body;
    if (registered.status !== 200 || typeof jwt !== 'string' || typeof customerId !== 'string')
      return {
        failed: `POST /register answered ${registered.status} ${typeof code === 'string' ? code : ''}`.trim(),
        advice: this.adviceFor(registered.status),
      };
    const route = callableRoute(meter);
    if (route === undefined)
      return {
        found: { customerId, byHand: 'the test cannot call the route of this meter automatically' },
        message: `registered ${customerId} on plan ${plan}`,
      };
    const status = await this.call(route, jwt, meter);
    if (status === 402)
      return {
        failed: `GET ${route} answered 402: ${customerId} has no payment method, and withoutCard of the catalog allows no call without one.`,
        advice: `Add a payment method to ${customerId} in Stripe (pm_card_visa in test mode), or set withoutCard: {calls: 1} or more in the catalog. Then call the route with a token of that customer, and run the test without a synthetic customer.`,
      };
    return {
      found: { customerId, byHand: undefined },
      message: `registered ${customerId} on plan ${plan}; GET ${route} answered ${status}`,
    };
  }

  private adviceFor(status: number): string {
    if (status === 202)
      return 'The application takes the email for a person’s. Run the test with the TOKEN_SECRET of the application.';
    return this.catalog.switches.registration === 'payment_method'
      ? 'Registration requires a payment method: subscribe manually, and run the test without a synthetic customer.'
      : 'Check the application log, and run: npm run farebox -- doctor';
  }

  private get base(): string {
    return this.settings.get('PUBLIC_URL') ?? `http://127.0.0.1:${this.settings.get('PORT')}`;
  }

  private choosePlan({ filter }: MeterDefinition, plans: readonly string[]): string {
    const wanted = filter.plan ?? this.catalog.defaultPlan;
    return plans.includes(wanted) ? wanted : (plans[0] ?? wanted);
  }

  private async answers(): Promise<boolean> {
    try {
      const response = await fetch(`${this.base}/health/live`, { signal: AbortSignal.timeout(DEADLINE_MS) });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  private async post(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(this.base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const json = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    return { status: response.status, body: json };
  }

  private async call(route: string, jwt: string, { filter: { header } }: MeterDefinition): Promise<number> {
    const response = await fetch(this.base + route, {
      headers: {
        authorization: `Bearer ${jwt}`,
        ...(header ? { [header.name]: header.value ?? 'meter-test' } : {}),
      },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    await response.body?.cancel();
    return response.status;
  }
}

/** A route that can be called without further knowledge: GET, and without parameters. */
function callableRoute({ filter: { route, verb = 'GET' } }: MeterDefinition): string | undefined {
  return verb === 'GET' && route !== undefined && !/[:*]/.test(route) ? route : undefined;
}
