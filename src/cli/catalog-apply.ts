import { Catalogue } from '../catalogue/index.js';
import { CatalogueSync } from '../modules/billing/index.js';
import { type OutputOptions, table } from './output.js';
import { openTools } from './tools.module.js';

/** Exit code 2 when something at Stripe differs from the catalogue and was left as it is. */
export async function applyCatalogue({ json }: OutputOptions): Promise<void> {
  const tools = await openTools();
  const steps = await tools.get(CatalogueSync).apply(tools.get(Catalogue));
  if (json) {
    console.log(JSON.stringify(steps));
  } else {
    console.log(
      table(steps.map(({ kind, name, action, id, message }) => [kind, name, action, id, message ?? ''])),
    );
    console.log(steps.every(({ action }) => action === 'unchanged') ? 'Nothing to do.' : 'Done.');
  }
  if (steps.some(({ action }) => action === 'differs')) process.exitCode = 2;
  await tools.close();
}
