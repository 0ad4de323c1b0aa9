import { existsSync, writeFileSync } from 'node:fs';
import { Catalog, catalogWarnings } from '../catalog/index.js';
import { type ApplyOptions, type CatalogChange, CatalogSync } from '../modules/billing/ports/catalog-sync.js';
import { Settings } from '../platform/config/settings.js';
import { describeComparison, describeStartsAnew } from './catalog-text.js';
import { confirm } from './confirm.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { type OutputOptions, UsageError } from './output.js';
import { Progress } from './progress.js';
import { paidRoutes } from './paid-routes.js';
import { withTools } from './command-context.js';

interface MigrateOption {
  /** When the periods of the subscribers end. */
  migrate?: boolean;
  /** At once. */
  migrateNow?: boolean;
  dropCurrencies?: boolean;
}

interface ApplyOption extends MigrateOption {
  /** Cancels the migration that is due when periods end. */
  migrateCancel?: boolean;
  showSecrets?: boolean;
  yes?: boolean;
}

/** Exit code 2 when something cannot be made as configured in the file. */
export async function planCatalog({ json, ...options }: OutputOptions & MigrateOption): Promise<void> {
  const migrate = migrationOf(options);
  await withTools(async (tools) => {
    const catalog = tools.get(Catalog);
    const comparison = await tools
      .get(CatalogSync)
      .compare(catalog, { migrate, dropCurrencies: options.dropCurrencies === true });
    const warnings = [...catalogWarnings(catalog, paidRoutes()), ...describeStartsAnew(comparison)];
    if (json) console.log(JSON.stringify({ ...comparison, warnings }));
    else console.log(describeComparison(comparison, warnings, 'plan'));
    if (comparison.changes.some(isRefused)) process.exitCode = 2;
  });
}

/** Exit code 2 when something cannot be made as configured in the file; then nothing is. */
export async function applyCatalog({
  json,
  showSecrets,
  yes,
  ...options
}: OutputOptions & ApplyOption): Promise<void> {
  const migrate = migrationOf(options);
  await withTools(async (tools) => {
    const catalog = tools.get(Catalog);
    if (migrate === 'now' && !yes) await confirmNow(tools.get(CatalogSync), catalog, json);
    const settings = tools.get(Settings);
    const secrets = new EndpointSecrets(settings.get('FAREBOX_HOME'));
    if (settings.get('PUBLIC_URL') ?? settings.get('MOESIF_STRIPE_WEBHOOK_URL'))
      await secrets.assertWritable();
    const comparison = await Progress.during({ json: json === true }, (progress) => {
      progress.show('comparing with Stripe…');
      let made = 0;
      return tools.get(CatalogSync).apply(catalog, {
        migrate,
        dropCurrencies: options.dropCurrencies === true,
        onSecret: (secret) => secrets.keep(secret),
        onChange: ({ kind, name }) => progress.show(`${++made} applied: ${kind} ${name}`),
      });
    });
    const warnings = catalogWarnings(catalog, paidRoutes());
    if (json) console.log(JSON.stringify({ ...comparison, warnings }));
    else console.log(describeComparison(comparison, warnings, 'apply'));
    // Standard output may go to a file; the secrets go there only on request.
    for (const line of secrets.advice(showSecrets === true)) (json ? console.error : console.log)(line);
    if (comparison.changes.some(isRefused)) process.exitCode = 2;
  });
}

/** Exit code 1 when Stripe differs from the file. */
export async function showDrift({ json }: OutputOptions): Promise<void> {
  await withTools(async (tools) => {
    const comparison = await tools.get(CatalogSync).compare(tools.get(Catalog), { migrate: false });
    const changes = comparison.changes.filter(({ action }) => action !== 'none');
    if (json) console.log(JSON.stringify({ changes, notes: comparison.notes }));
    else console.log(describeComparison(comparison, [], 'drift'));
    if (changes.length > 0) process.exitCode = 1;
  });
}

/** Exit code 1 when there is nothing to write, or the file exists already. */
export async function importCatalogFile({
  out,
  force,
  json,
}: OutputOptions & { out?: string; force?: boolean }): Promise<void> {
  if (out !== undefined && !force && existsSync(out))
    throw new UsageError(`${out} already exists. Choose another file, or pass --force to overwrite it.`);
  await withTools(async (tools) => {
    const { text, notes } = await tools.get(CatalogSync).read();
    for (const note of notes) console.error(`note: ${note}`);
    if (text === undefined) {
      console.error('This account has no metered price that the catalog file can describe.');
      process.exitCode = 1;
    }
    if (json) console.log(JSON.stringify({ text: text ?? null, notes }));
    if (text === undefined) return;
    // `wx`: a file that was created meanwhile is not overwritten either.
    if (out !== undefined) writeFileSync(out, text, { flag: force ? 'w' : 'wx' });
    else if (!json) process.stdout.write(text);
  });
}

/** @throws {UsageError} for more than one of them */
function migrationOf({ migrate, migrateNow, migrateCancel }: ApplyOption): ApplyOptions['migrate'] {
  if ([migrate, migrateNow, migrateCancel].filter(Boolean).length > 1)
    throw new UsageError('Pass only one of --migrate, --migrate-now and --migrate-cancel.');
  if (migrateCancel) return 'cancel';
  return migrateNow ? 'now' : migrate === true;
}

/** @throws {UsageError} when something would begin anew and the operator does not confirm. */
async function confirmNow(sync: CatalogSync, catalog: Catalog, json?: boolean): Promise<void> {
  const lines = describeStartsAnew(await sync.compare(catalog, { migrate: 'now', dropCurrencies: true }));
  if (lines.length === 0) return;
  const summary = [...lines, '--migrate moves them at the end of their billing periods instead.'].join('\n');
  await confirm(summary, { json: json === true });
}

const isRefused = ({ action }: CatalogChange): boolean => action === 'refuse';
