import { randomBytes } from 'node:crypto';
import { type Answer, type Farebox, request, STRIPE_KEY, TOKEN_SECRET } from './farebox.js';

export const ADMIN_TOKEN = 'the-operator-of-the-tests-0123456789';

/** For an application with a live key, which takes no secret that stands in this repository. */
export const liveSecrets = () => ({
  STRIPE_KEY: 'sk_live_of_the_tests',
  TOKEN_SECRET: randomBytes(32).toString('base64url'),
  ADMIN_TOKEN: randomBytes(24).toString('base64url'),
  METRICS_TOKEN: randomBytes(24).toString('base64url'),
});

/** Asks the operator's routes, and keeps every answer, so that a test can look for what must be in none. */
export class Operator {
  readonly answers: Answer[] = [];

  constructor(
    private readonly farebox: Farebox,
    private readonly headers: Record<string, string> = { authorization: `Bearer ${ADMIN_TOKEN}` },
  ) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('POST', path, body, headers);
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await request(`${this.farebox.url}/admin/${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.answers.push(answer);
    return answer;
  }

  /** Which of our secrets, and of these, stand in any answer so far. */
  leaked(...more: string[]): string[] {
    const said = this.answers.map(({ text, headers }) => text + JSON.stringify([...headers])).join('\n');
    return [ADMIN_TOKEN, TOKEN_SECRET, STRIPE_KEY, ...more].filter((secret) => said.includes(secret));
  }
}

/** Tells Stripe usage behind the application's back, two minutes from now: past the minute in which a period begins. */
export async function tellStripe(farebox: Farebox, customerId: string, value: string): Promise<void> {
  const { status } = await request(`${farebox.stripeUrl}/v1/billing/meter_events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${STRIPE_KEY}` },
    body: new URLSearchParams({
      event_name: await eventName(farebox),
      timestamp: String(Math.floor(Date.now() / 1_000) + 120),
      'payload[stripe_customer_id]': customerId,
      'payload[value]': value,
    }),
  });
  if (status !== 200) throw new Error(`the Stripe twin answered ${status}`);
}

async function eventName(farebox: Farebox): Promise<string> {
  const { json } = await request(`${farebox.stripeUrl}/v1/billing/meters`, {
    headers: { authorization: `Bearer ${STRIPE_KEY}` },
  });
  return String((json['data'] as Record<string, unknown>[])[0]?.['event_name']);
}

/** An event of Stripe that failed too often. */
export const PARKED_EVENT = `insert into webhook_events
  (id, type, customer_id, happened_at, received_at, payload, state, attempts, next_attempt_at, last_error)
  values ($1, $2, $3, now(), now(), '{}', 'parked', 12, now(), $4)`;
