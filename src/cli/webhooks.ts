import { BillingProviderModule } from '../billing-provider.js';
import { CatalogModule } from '../catalog/index.js';
import { WebhookEvents, type WebhookState } from '../modules/billing/index.js';
import { withDatabase } from './command-context.js';
import { type OutputOptions, table, UsageError } from './output.js';

/** Lists Stripe's webhook events, newest first. */
export async function listWebhooks(
  options: OutputOptions & { state?: WebhookState; limit: string },
): Promise<void> {
  await withDatabase([CatalogModule, BillingProviderModule], async (context) => {
    const records = await context.get(WebhookEvents).list(options.state, Number(options.limit));
    if (options.json) console.log(JSON.stringify(records));
    else if (records.length === 0) console.log('None.');
    else
      console.log(
        table(
          records.map(({ receivedAt, state, id, type, customerId, attempts, lastError }) => [
            receivedAt.toISOString(),
            state,
            id,
            type,
            customerId ?? '-',
            attempts > 0 ? `failed ${attempts} times` : '',
            lastError ?? '',
          ]),
        ),
      );
  });
}

/** Has events applied again. Exit code 1 when there is none to replay. */
export async function replayWebhooks(
  ids: readonly string[],
  options: OutputOptions & { parked?: boolean },
): Promise<void> {
  if (ids.length > 0 === (options.parked === true))
    throw new UsageError('Pass the IDs of events to replay (evt_…), or --parked for all parked events.');
  await withDatabase([CatalogModule, BillingProviderModule], async (context) => {
    const replayed = await context.get(WebhookEvents).replay(options.parked ? 'parked' : ids);
    console.log(options.json ? JSON.stringify({ replayed }) : `${replayed} queued for replay.`);
    if (replayed === 0) process.exitCode = 1;
  });
}
