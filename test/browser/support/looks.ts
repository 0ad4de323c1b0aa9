import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright-core';

/** What axe-core finds on a page that was opened with its source. Must stay empty. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** What a finger hits. Of a check box or radio button it is the label around it. */
const TARGETS = [
  'button',
  'select',
  'summary',
  'input:not([type=radio]):not([type=checkbox])',
  '.choice',
  '.switch',
  '.segmented > label',
  '.tabs a',
  '.jump a',
  'header a',
]
  .map((target) => `${target}:visible`)
  .join(', ');

/** 44 px with the border of the control around it. */
const LEAST_PX = 42;

/** Controls that are too low for a finger. Must stay empty. */
export async function smallTargets(where: Page | Locator): Promise<string[]> {
  const faults: string[] = [];
  for (const control of await where.locator(TARGETS).all()) {
    const box = await control.boundingBox();
    if (!box || box.height < LEAST_PX)
      faults.push(`${await control.textContent()} is ${box?.height} px high`);
  }
  return faults;
}
