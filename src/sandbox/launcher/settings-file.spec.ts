import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readEnvFile } from '../../platform/config/read-environment.js';
import { cleanEnvironment, keepSecrets, writeSettingsFile } from './settings-file.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'farebox-settings-'));
  file = join(folder, 'sandbox.env');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the settings file', () => {
  it('gives back every value as it was, spaces, quotes and hashes included', () => {
    const values = {
      PLAIN: 'http://127.0.0.1:4010',
      EMPTY: '',
      SPACES: '/home/a b/.farebox',
      HASH: 'a#b # c',
      SINGLE: "it's",
      DOUBLE: 'say "hi"',
      BOTH: `it's "so"`,
      DOLLAR: '$HOME',
      BACKSLASH: String.raw`C:\new\table`,
    };
    writeSettingsFile(file, values);
    expect(readEnvFile(file, true)).toEqual(values);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuses what the format cannot hold', () => {
    expect(() => writeSettingsFile(file, { ALL: `'"\`` })).toThrow('cannot be written');
    expect(() => writeSettingsFile(file, { LINES: 'a\nb' })).toThrow('cannot be written');
  });

  it('makes secrets that the settings accept, once for a file', () => {
    const made = keepSecrets(file);
    expect(made['STRIPE_KEY']).toMatch(/^sk_test_\w{40,}$/);
    expect(made['MOESIF_APPLICATION_ID']?.length).toBeGreaterThanOrEqual(50);
    expect(keepSecrets(file)['TOKEN_SECRET']).not.toBe(made['TOKEN_SECRET']);
    writeSettingsFile(file, made);
    expect(keepSecrets(file)).toEqual(made);
  });
});

describe('the environment of the programs', () => {
  it('has no setting of the application and nothing that redirects PostgreSQL clients', () => {
    const shell = {
      PATH: '/bin',
      STRIPE_API_KEY: 'sk_live_1',
      database_url: 'x',
      PGHOST: 'db',
      ENV_FILE: '.env',
    };
    expect(cleanEnvironment(shell, '/home/sandbox.env')).toEqual({
      PATH: '/bin',
      ENV_FILE: '/home/sandbox.env',
    });
  });
});
