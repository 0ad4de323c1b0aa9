import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { clear, cruise, plant, root, rules } from './support/cruise.js';
import { BAD, GOOD, LAYER_MAY_IMPORT, LAYERS, MAY_IMPORT, MODULES } from './support/trees.js';

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
    const tried = [
      ...MODULES.map((name) => `module-${name}`),
      ...LAYERS.map((name) => `stripe-twin-${name}`),
      ...Object.keys(BAD),
    ];
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

  it('in which every layer of the Stripe emulator imports every other, and its root, is red where that is forbidden', async () => {
    const src = 'packages/stripe-twin/src';
    const tree: Record<string, readonly string[]> = { ...GOOD };
    const forbidden: string[] = [];
    const folders = LAYERS.filter((name) => name !== 'twin');
    for (const name of folders) tree[`${src}/${name}/in.ts`] = [];
    for (const from of folders) {
      for (const to of [...LAYERS, 'constants'].filter((name) => name !== from)) {
        const file = `${src}/${from}/to-${to}.ts`;
        tree[file] = [`import '../${folders.includes(to) ? `${to}/in` : to}.js';`];
        if (!LAYER_MAY_IMPORT[from]?.includes(to)) forbidden.push(`stripe-twin-${from}: ${file}`);
      }
    }
    // Of the one that is a file, what it imports too much.
    const above = folders.filter((name) => !LAYER_MAY_IMPORT['twin']?.includes(name));
    tree[`${src}/twin.ts`] = above.map((name) => `import './${name}/in.js';`);
    forbidden.push(...above.map(() => `stripe-twin-twin: ${src}/twin.ts`));
    const { violations } = await cruise(plant(tree));
    const found = violations.map(({ rule, from }) => `${rule.name}: ${from}`);
    expect(found.filter((name) => name.startsWith('stripe-twin-')).sort()).toEqual(forbidden.sort());
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
    expect(expected.length).toBeGreaterThan(rules.length - MODULES.length - LAYERS.length);
  });
});
