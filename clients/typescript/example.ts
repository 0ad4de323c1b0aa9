/*
 * Registers, makes a paid call and lists it: `npm run client:example -- http://127.0.0.1:3000 ada@example.com`
 */
import { createFareboxClient, type Problem } from './client.js';

const [baseUrl = 'http://127.0.0.1:3000', email = `ada-${Date.now()}@example.com`] = process.argv.slice(2);

const registered = take(
  await createFareboxClient({ baseUrl }).POST('/register', {
    body: { email, firstname: 'Ada', lastname: 'Lovelace' },
  }),
);
// Where the catalog says `registration: verified`, the token is behind a link in a mail.
if (!('jwt' in registered)) throw new Error(registered.message);
const { jwt, customerId } = registered;
console.log(`registered ${email} as ${customerId}`);

const farebox = createFareboxClient({ baseUrl, token: jwt });

// A key makes the call safe to repeat: the same key is answered again and billed once.
const call = await farebox.GET('/test-service', {
  params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
  parseAs: 'text',
});
console.log(`called: ${take(call)}`);

const page = take(await farebox.GET('/account/calls', { params: { query: { limit: 10 } } }));
// With `format: 'csv'` it would be a text.
const calls = typeof page === 'string' ? [] : page.calls;
for (const { startedAt, verb, route, status } of calls)
  console.log(`${startedAt} ${verb} ${route} ${status}`);

/** @throws with the code when the answer is a refusal. */
function take<T>({ data, error }: { data?: T; error?: Problem }): T {
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  return data as T;
}
