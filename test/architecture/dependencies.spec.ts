import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { clear, cruise, plant, root, rules } from './support/cruise.js';
import { BAD, GOOD, MAY_IMPORT, MODULES } from './support/trees.js';

afterAll(clear);

describe('the project', () => {
  it('keeps every rule, and was really read', async () => {
    const { violations, totalCruised } = await cruise(root);
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    expect(totalCruised).toBeGreaterThan(250);
  });

  it('has a rule for every module', () => {
    const modules = readdirSync(join(root, 'src/modules'));
    expect(modules.length).toBeGreaterThan(6);
    expect(modules.filter((name) => !rules.includes(`module-${name}`))).toEqual([]);
  });

  it('has no rule that nobody has tried to break', () => {
    const tried = [...MODULES.map((name) => `module-${name}`), ...Object.keys(BAD)];
    expect([...rules].sort()).toEqual(tried.sort());
  });
});

describe('a planted tree', () => {
  // The good files of the tree stay green: nothing else is found.
  it('in which every module imports every other is red exactly where the architecture forbids it', async () => {
    const tree: Record<string, readonly string[]> = { ...GOOD };
    const forbidden: string[] = [];
    for (const from of MODULES) {
      for (const to of MODULES.filter((name) => name !== from)) {
        tree[`src/modules/${from}/to-${to}.ts`] = [`import '../${to}/index.js';`];
        if (!MAY_IMPORT[from]?.includes(to))
          forbidden.push(`module-${from}: src/modules/${from}/to-${to}.ts`);
      }
    }
    const { violations } = await cruise(plant(tree));
    const found = violations.map(({ rule, from }) => `${rule.name}: ${from}`);
    expect(found.sort()).toEqual(forbidden.sort());
  });

  it('with each other violation is red by the rule that forbids it', async () => {
    // One tree for all keeps this quick; every violation stands in a file of its own.
    const tree: Record<string, readonly string[]> = { ...GOOD };
    const expected: string[] = [];
    for (const [rule, violations] of Object.entries(BAD)) {
      violations.forEach(([folder, line, fileName], index) => {
        const file = `${folder}/${fileName ?? `${rule}-${index}`}.ts`;
        tree[file] = [...(tree[file] ?? []), line];
        expected.push(`${rule}: ${file}`);
      });
    }
    const { violations } = await cruise(plant(tree));
    const found = new Set(violations.map(({ rule, from }) => `${rule.name}: ${from}`));
    expect(expected.filter((violation) => !found.has(violation))).toEqual([]);
    expect(expected.length).toBeGreaterThan(rules.length - MODULES.length);
  });
});
