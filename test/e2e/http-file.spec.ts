import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Farebox, request, startFarebox } from '../support/farebox.js';
import { type HttpFileRequest, parseHttpFile, resolveVariables } from '../support/http-file.js';
import { until } from '../support/processes.js';

const file = fileURLToPath(new URL('../../farebox.http', import.meta.url));
const { requests, variables } = parseHttpFile(readFileSync(file, 'utf8'));

let farebox: Farebox;
/** Answers so far, by the request's `@name`. */
const answers = new Map<string, Answer>();
const values = new Map(variables);

beforeAll(async () => {
  farebox = await startFarebox();
  values.set('farebox', farebox.url).set('stripe', farebox.stripeUrl).set('moesif', farebox.moesifUrl);
});
afterAll(() => farebox?.stop());

async function run({ name, method, url, headers, body }: HttpFileRequest): Promise<Answer> {
  const fill = (text: string): string => resolveVariables(text, values, answers);
  const answer = await request(fill(url), {
    method,
    headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, fill(value)])),
    ...(body === undefined ? {} : { body: fill(body) }),
  });
  if (name !== undefined) answers.set(name, answer);
  return answer;
}

it('has the addresses of the sandbox', () => {
  expect(Object.fromEntries(variables)).toMatchObject({
    farebox: 'http://127.0.0.1:3000',
    stripe: 'http://127.0.0.1:4010',
    moesif: 'http://127.0.0.1:4020',
  });
});

/** What each request is there to show. An answer can take its time: deliveries are not waited for by anybody. */
const SHOWS: Readonly<Record<string, (answer: Answer) => void>> = {
  products: ({ json }) => expect(json['data']).not.toEqual([]),
  prices: ({ json }) => expect(json['data']).toHaveLength(1),
  meters: ({ json }) => expect(json['data']).not.toEqual([]),
  register: ({ json }) => expect(json).toHaveProperty('subscriptionId', expect.stringMatching(/^sub_/)),
  customer: ({ json }) => expect(json).toMatchObject({ object: 'customer' }),
  subscription: ({ json }) => expect(json).toMatchObject({ object: 'subscription', status: 'active' }),
  call: ({ text }) => expect(text).toBe('this is a response'),
  event: ({ text }) => expect(JSON.parse(text)).not.toEqual([]),
  profile: ({ text }) => expect(JSON.parse(text)).not.toEqual([]),
  account: ({ json }) => expect(json).toHaveProperty('plan'),
  calls: ({ json }) => expect(json['calls']).toHaveLength(1),
  plans: ({ json }) => expect(json['plans']).not.toEqual([]),
};

describe('farebox.http, from top to bottom', () => {
  it.each(requests.map((each) => [each.name ?? each.url, each] as const))('%s', async (name, each) => {
    const attempt = async (): Promise<true> => {
      const answer = await run(each);
      expect(answer.status).toBeLessThan(300);
      SHOWS[name]?.(answer);
      return true;
    };
    // What a POST says, it says at once.
    await (each.method === 'GET' ? until(attempt) : attempt());
  });

  it('every request that is to show something is there', () => {
    expect(requests.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(SHOWS)));
  });
});
