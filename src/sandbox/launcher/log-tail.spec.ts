import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { forTerminal, LogTail } from './log-tail.js';

describe('LogTail', () => {
  let folder: string;
  let file: string;
  let tail: LogTail;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'farebox-tail-'));
    file = join(folder, 'a.log');
    writeFileSync(file, 'earlier\n');
    tail = new LogTail(file);
  });

  afterEach(() => {
    tail.close();
    rmSync(folder, { recursive: true });
  });

  it('gives what was added since, in whole lines, also when a character arrives in two parts', () => {
    const [first, second] = [Buffer.from('größ').subarray(0, 3), Buffer.from('größ').subarray(3)];
    appendFileSync(file, first);
    expect(tail.read()).toEqual([]);
    appendFileSync(file, second);
    appendFileSync(file, 'e\nnext\nhalf');
    expect(tail.read()).toEqual(['größe', 'next']);
  });

  it('goes on when the file was cut back', () => {
    appendFileSync(file, 'long line before the cut\n');
    expect(tail.read()).toEqual(['long line before the cut']);
    truncateSync(file);
    appendFileSync(file, 'after\n');
    expect(tail.read()).toEqual(['after']);
  });
});

describe('forTerminal', () => {
  it('shows warnings and errors of the structured log, and whatever is not structured', () => {
    expect(forTerminal('{"level":30,"msg":"fine"}')).toBeUndefined();
    expect(forTerminal('{"level":40,"msg":"slow"}')).toBe('warning: slow');
    expect(forTerminal('{"level":50,"msg":"broken","error":{"message":"why"}}')).toBe('error: broken (why)');
    expect(forTerminal('Error: thrown')).toBe('Error: thrown');
    expect(forTerminal('42')).toBe('42');
  });
});
