import type { Target } from '../../../packages/stripe-twin/test/support/target.js';

/**
 * A question that Stripe's documentation leaves open: the table of docs/stripe-twin.md has them all. Against Stripe
 * itself the answer is written out, ready to be put into the table. @returns the answer
 */
export function answered<A>({ live }: Target, question: string, answer: A): A {
  if (live) process.stdout.write(`Stripe answers: ${question} ${JSON.stringify(answer)}\n`);
  return answer;
}

/** What the twin can be told to do, one after the other. Against Stripe there is one way, and nothing to set. */
export function readings<S extends object>(...settings: S[]): (S | Record<string, never>)[] {
  return process.env['STRIPE_TEST_KEY'] ? [{}] : settings;
}

/** Changes settings of the twin; Stripe has none. */
export async function playing({ live, url }: Target, settings: object): Promise<void> {
  if (live) return;
  const response = await fetch(`${url}/_sandbox/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  if (!response.ok) throw new Error(await response.text());
}
