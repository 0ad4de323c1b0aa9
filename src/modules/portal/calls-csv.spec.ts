import { expect, it } from '@jest/globals';
import type { CallDto } from './account-calls.dto.js';
import { csvLines } from './calls-csv.js';

const call: CallDto = {
  id: '01a22272-3d35-7020-9d8f-47b8f33c278c',
  startedAt: new Date('2026-03-01T00:00:00Z'),
  verb: 'GET',
  route: '/a/:b',
  path: '/a/b',
  status: 200,
  durationMs: 1.5,
  units: 3,
  user: '',
  tokenId: 't',
  plan: 'standard',
  corrects: null,
};
const FRONT = '01a22272-3d35-7020-9d8f-47b8f33c278c,2026-03-01T00:00:00.000Z,GET,/a/:b';

it.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '\uFF1D1+1',
  '\uFF0B1',
  '\uFF0D1',
  '\uFF20x',
])('a text that a spreadsheet takes for a formula stays a text: %j', (user) => {
  const line = csvLines([{ ...call, user }]);
  expect([`3,'${user},`, `3,"'${user}",`].some((cell) => line.includes(cell))).toBe(true);
});

it.each(['/a;=1+1', '/a\t=1+1', '/a,=1+1', '/a"=1+1', '/a\n=1+1'])(
  'a text stays in one cell, whatever separates cells where it is read: %j',
  (path) => {
    const line = csvLines([{ ...call, path }]);
    expect(line).toBe(`${FRONT},"${path.replace('"', '""')}",200,1.5,3,,t,standard,\r\n`);
  },
);
