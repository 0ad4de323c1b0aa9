import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Farebox, newPerson, post, startFarebox } from '../support/farebox.js';
import type { RunningProcess } from '../support/processes.js';
import { expectBooksToAgree, expectMoesifToHave, ledgerIds } from './support/books.js';
import { startCallers } from './support/callers.js';
import { Random } from '../support/random.js';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 3);
const SEED = Number(process.env['CRASH_SEED'] ?? 1);

let farebox: Farebox;
let sibling: { url: string; process: RunningProcess };
let token: string;

beforeAll(async () => {
  farebox = await startFarebox();
  sibling = await farebox.startSibling();
  token = String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
}, 60_000);
afterAll(async () => {
  await sibling?.process.kill('SIGTERM');
  await farebox?.stop();
});

it(`loses and doubles no call in ${ROUNDS} rounds of kill -9 of one process or both (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const before = await ledgerIds(farebox);
    const callers = startCallers([farebox.url, sibling.url], token, 24);
    const killAfter = random.between(50, 1_500);
    const victims = random.pick(['first', 'second', 'both'] as const);
    await delay(killAfter);
    await Promise.all([
      ...(victims === 'second' ? [] : [farebox.app.kill('SIGKILL')]),
      ...(victims === 'first' ? [] : [sibling.process.kill('SIGKILL')]),
    ]);
    const seen = await callers.stop();
    expect(Object.fromEntries(seen.others)).toEqual({});
    if (victims !== 'second') await farebox.startApp();
    if (victims !== 'first') sibling = await farebox.startSibling({ PORT: new URL(sibling.url).port });
    const added = await expectBooksToAgree(farebox, seen, before);
    process.stdout.write(
      `round ${round + 1}: killed ${victims} after ${killAfter} ms; ${seen.answered.size} answered, ${added} in the ledger\n`,
    );
  }
  await expectMoesifToHave(farebox, await ledgerIds(farebox));
});

it('loses no call on SIGTERM under load: every answer stands in the ledger, and the process ends with 0', async () => {
  const before = await ledgerIds(farebox);
  const callers = startCallers([farebox.url, sibling.url], token, 24);
  await delay(1_000);
  const exits = await Promise.all([farebox.app.kill('SIGTERM'), sibling.process.kill('SIGTERM')]);
  const seen = await callers.stop();
  expect(exits.map(({ code }) => code)).toEqual([0, 0]);
  await expectBooksToAgree(farebox, seen, before);
  await farebox.startApp();
  sibling = await farebox.startSibling({ PORT: new URL(sibling.url).port });
  await expectMoesifToHave(farebox, await ledgerIds(farebox));
});
