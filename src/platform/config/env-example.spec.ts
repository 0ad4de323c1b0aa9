import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, it } from '@jest/globals';
import { parseSettings, SETTING_NAMES, SettingsError } from './settings.js';

const example = parseEnv(readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8')) as Record<
  string,
  string
>;

it('.env.example has every setting, and no other', () => {
  // An alias, named in the comment of the setting itself.
  const settings = SETTING_NAMES.filter((name) => name !== 'STRIPE_API_KEY');
  expect(Object.keys(example).sort()).toEqual([...settings].sort());
});

it('.env.example as it stands lacks the two required keys and nothing else', () => {
  let problems: string[] = [];
  try {
    parseSettings(example);
  } catch (error) {
    problems = (error as SettingsError).problems.map(({ name }) => name);
  }
  expect(problems.sort()).toEqual(['STRIPE_KEY', 'TOKEN_SECRET']);
});

it('.env.example with the required keys filled in is a good one', () => {
  const settings = parseSettings({ ...example, STRIPE_KEY: 'sk_test_1', TOKEN_SECRET: 'x'.repeat(32) });
  expect(settings.get('PORT')).toBe(3000);
  expect(settings.planSource).toEqual({ file: 'monetization.yaml' });
});
