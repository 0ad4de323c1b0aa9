import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LedgerEntry } from '../store/ledger-entry.js';
import { SpoolDrain } from './spool-drain.js';
import { parseSpoolLine, Spool, SpoolFullError, spoolLine } from './spool.js';

const entry = (id: string): LedgerEntry =>
  ({
    call: { id, path: '/ä"\\\n' },
    exchange: '{"a":1}',
    answer: null,
    releasedKey: null,
  }) as unknown as LedgerEntry;
const idsOf = (entries: readonly LedgerEntry[]): string[] => entries.map(({ call }) => call.id);

let dir: string;
let written: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-spool-'));
  written = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const files = (suffix = ''): string[] => readdirSync(dir).filter((name) => name.endsWith(suffix));
const only = (suffix: string): string => join(dir, files(suffix)[0] ?? '');
const drainOf = (spool: Spool, now = Date.now()): SpoolDrain =>
  new SpoolDrain(
    spool,
    async (entries) => {
      written.push(...idsOf(entries));
    },
    () => now,
  );

describe('what is put into the spool', () => {
  it('comes back as it was, in order, and is gone then', async () => {
    const spool = new Spool(dir, 1_000_000);
    await spool.append([entry('a'), entry('b')]);
    await spool.append([entry('c')]);
    expect(spool.bytes).toBeGreaterThan(0);
    await spool.seal();
    expect(await drainOf(spool).run()).toEqual({ entries: 3, corrupt: 0 });
    expect([written, files(), spool.bytes]).toEqual([['a', 'b', 'c'], [], 0]);
  });

  it('is in the file when append returns, for this user alone', async () => {
    const spool = new Spool(join(dir, 'spool'), 1_000_000);
    await spool.append([entry('a')]);
    const [name = ''] = readdirSync(join(dir, 'spool'));
    const path = join(dir, 'spool', name);
    expect(parseSpoolLine(readFileSync(path, 'utf8').trimEnd())).toEqual(entry('a'));
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('is all there when appends, seals and reading back happen at once', async () => {
    const spool = new Spool(dir, 10_000_000);
    const drain = drainOf(spool);
    const ids = Array.from({ length: 200 }, (_, index) => String(index));
    await Promise.all(
      ids.map(async (id, index) => {
        await spool.append([entry(id)]);
        if (index % 7 === 0) await spool.seal();
      }),
    );
    await spool.seal();
    await drain.run();
    expect(written.toSorted()).toEqual(ids.toSorted());
  });

  it('is refused when there is no room, and nothing of it is kept', async () => {
    const spool = new Spool(dir, spoolLine(entry('a')).length + 10);
    await spool.append([entry('a')]);
    await expect(spool.append([entry('b')])).rejects.toBeInstanceOf(SpoolFullError);
    await spool.seal();
    await drainOf(spool).run();
    expect(written).toEqual(['a']);
    await spool.append([entry('c')]);
  });

  it('is refused when the disk refuses', async () => {
    const blocked = join(dir, 'file');
    writeFileSync(blocked, '');
    await expect(new Spool(join(blocked, 'spool'), 1_000).append([entry('a')])).rejects.toBeInstanceOf(
      SpoolFullError,
    );
  });

  it('stays when the ledger does not take it', async () => {
    const spool = new Spool(dir, 1_000_000);
    await spool.append([entry('a')]);
    await spool.seal();
    const failing = new SpoolDrain(spool, () => Promise.reject(new Error('away')), Date.now);
    await expect(failing.run()).rejects.toThrow('away');
    await drainOf(spool).run();
    expect(written).toEqual(['a']);
  });
});

describe('a process that was killed', () => {
  it('a line that it did not finish is left out, the others come back', async () => {
    const spool = new Spool(dir, 1_000_000);
    await spool.append([entry('a')]);
    await spool.seal();
    appendFileSync(only('.ready'), spoolLine(entry('b')).slice(0, 40));
    expect(await drainOf(spool).run()).toEqual({ entries: 1, corrupt: 0 });
    expect([written, files('.corrupt')]).toEqual([['a'], []]);
  });

  it('a line that changed on disk is kept apart, and told', async () => {
    const spool = new Spool(dir, 1_000_000);
    await spool.append([entry('a'), entry('b'), entry('c')]);
    await spool.seal();
    const text = readFileSync(only('.ready'), 'utf8');
    writeFileSync(only('.ready'), text.replace('"id":"b"', '"id":"x"'));
    expect(await drainOf(spool).run()).toEqual({ entries: 2, corrupt: 1 });
    expect(written).toEqual(['a', 'c']);
    expect(readFileSync(only('.corrupt'), 'utf8')).toContain('"id":"x"');
  });

  it('its segment is taken over once it has been still for 15 s, not before', async () => {
    const gone = new Spool(dir, 1_000_000);
    await gone.append([entry('a')]);
    const sibling = new Spool(dir, 1_000_000);
    const touched = statSync(only('.open')).mtimeMs;
    await drainOf(sibling, touched + 14_000).run();
    expect(written).toEqual([]);
    await drainOf(sibling, touched + 16_000).run();
    expect([written, files()]).toEqual([['a'], []]);
  });

  it('one that only seemed dead writes again what may have been overlooked', async () => {
    const suspended = new Spool(dir, 1_000_000);
    await suspended.append([entry('a')]);
    // Somebody takes the segment over and reads it back; then the process goes on.
    renameSync(only('.open'), only('.open').replace('.open', '.ready'));
    const sibling = new Spool(dir, 1_000_000);
    await drainOf(sibling).run();
    await suspended.append([entry('b')]);
    await suspended.seal();
    await drainOf(sibling).run();
    expect(written).toEqual(['a', 'b']);
  });

  it('never its own: a process does not take itself for dead', async () => {
    const spool = new Spool(dir, 1_000_000);
    await spool.append([entry('a')]);
    const old = new Date(0);
    utimesSync(only('.open'), old, old);
    await drainOf(spool).run();
    expect([written, files('.open').length]).toEqual([[], 1]);
  });
});
