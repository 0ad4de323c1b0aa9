import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { EndpointSecrets } from './endpoint-secrets.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'farebox-secrets-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const ours = {
  receiver: 'farebox',
  endpointId: 'we_1',
  url: 'https://a.example',
  secret: 'whsec_1',
} as const;
const moesif = {
  receiver: 'moesif',
  endpointId: 'we_2',
  url: 'https://b.example',
  secret: 'whsec_2',
} as const;

const thin = {
  receiver: 'farebox',
  thin: true,
  endpointId: 'ed_3',
  url: 'https://a.example',
  secret: 'whsec_3',
} as const;

it('keeps each secret in a file that only its owner may read, beside those before', () => {
  new EndpointSecrets(home).keep(ours);
  const later = new EndpointSecrets(home);
  later.keep(moesif);
  later.keep(thin);
  expect(readFileSync(later.file, 'utf8')).toBe(
    '# farebox: we_1, https://a.example\nwhsec_1\n# moesif: we_2, https://b.example\nwhsec_2\n# farebox, thin events: ed_3, https://a.example\nwhsec_3\n',
  );
  expect(statSync(later.file).mode & 0o777).toBe(0o600);
});

it('says where each has to go, and shows it only when asked', () => {
  const secrets = new EndpointSecrets(home);
  expect(secrets.advice(false)).toEqual([]);
  secrets.keep(ours);
  secrets.keep(moesif);
  const hidden = secrets.advice(false).join('\n');
  expect(hidden).toContain('STRIPE_WEBHOOK_SECRET');
  expect(hidden).toContain('into Moesif');
  expect(hidden).not.toContain('whsec_');
  expect(secrets.advice(true).join('\n')).toMatch(/whsec_1[^]*whsec_2/);
});

it('says that the secret of the thin events goes behind the other one', () => {
  const secrets = new EndpointSecrets(home);
  secrets.keep(thin);
  expect(secrets.advice(false).join('\n')).toMatch(
    /thin events to https:\/\/a\.example goes into STRIPE_WEBHOOK_SECRET too, .* separated by a comma/,
  );
});
