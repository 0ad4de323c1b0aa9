import { CatalogModule } from '../catalog/index.js';
import { LedgerModule, type Parked, ParkedReleases } from '../modules/ledger/index.js';
import { withDatabase } from './command-context.js';
import { type OutputOptions, table, UsageError } from './output.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** More than this have one cause. */
const MOST = 10_000;

/** Our own reasons, in words for the operator; others are PostgreSQL's SQLSTATE, or the provider's status. */
const ADVICE: Readonly<Record<string, string>> = {
  no_analytics: 'MOESIF_APPLICATION_ID is not set',
  unreadable: 'not a valid ledger entry',
};

/** Lists entries that were refused because of their content, oldest first, without that content. */
export async function listParked({ json, limit }: OutputOptions & { limit: string }): Promise<void> {
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1 || most > MOST)
    throw new UsageError(`"${limit}" is not a number from 1 to ${MOST}.`);
  await withDatabase([CatalogModule, LedgerModule], async (context) => {
    const parked = await context.get(ParkedReleases).list(most);
    if (json) console.log(JSON.stringify(parked.map(describe)));
    else if (parked.length === 0) console.log('None.');
    else
      console.log(
        table([
          ['kind', 'id', 'reason', 'since'],
          ...parked.map(describe).map(({ kind, id, reason, since }) => [kind, id, reason, since]),
        ]),
      );
  });
}

/** Has calls and exchanges tried again. Exit code 1 when none was released, or one is refused still. */
export async function releaseParked(
  ids: readonly string[],
  { json, all }: OutputOptions & { all?: boolean },
): Promise<void> {
  if (ids.length > 0 === (all === true))
    throw new UsageError('Pass the IDs to release, as printed by "ledger parked list", or --all.');
  assertIds(ids);
  await withDatabase([CatalogModule, LedgerModule], async (context) => {
    const releases = await context.get(ParkedReleases).release(all ? 'all' : ids);
    const released = releases.filter((one) => one.released).length;
    const refused = releases.flatMap((one) => (one.released ? [] : [one]));
    if (json)
      console.log(
        JSON.stringify({ released, refused: refused.map(({ kind, id, reason }) => ({ kind, id, reason })) }),
      );
    else {
      for (const { kind, id, reason } of refused)
        console.log(`${kind} ${id} was rejected again and stays parked: ${ADVICE[reason] ?? reason}`);
      console.log(`${released} released.`);
    }
    if (released === 0 || refused.length > 0) process.exitCode = 1;
  });
}

/** Deletes an exchange; never a call. Exit code 1 when nothing was there. */
export async function discardParked(
  id: string,
  { json, yes }: OutputOptions & { yes?: boolean },
): Promise<void> {
  assertIds([id]);
  await withDatabase([CatalogModule, LedgerModule], async (context) => {
    const parked = context.get(ParkedReleases);
    if (yes !== true)
      throw new UsageError(
        'A discarded event is never sent to Moesif and cannot be restored. Pass --yes to confirm.',
      );
    const discarded = await parked.discardExchange(id);
    if (!discarded && (await parked.isParkedCall(id)))
      throw new UsageError(
        'Calls cannot be discarded: they were answered and must be billed. Release the call or leave it parked.',
      );
    if (json) console.log(JSON.stringify({ discarded: discarded ? 1 : 0 }));
    else console.log(discarded ? 'Discarded. The call itself is still billed.' : 'No such event is parked.');
    if (!discarded) process.exitCode = 1;
  });
}

function assertIds(ids: readonly string[]): void {
  const wrong = ids.find((id) => !ID.test(id));
  if (wrong !== undefined)
    throw new UsageError(`"${wrong}" is not a valid ID. Use the IDs printed by "ledger parked list".`);
}

const describe = ({ kind, id, reason, parkedAt }: Parked) => ({
  kind,
  id,
  reason,
  since: parkedAt.toISOString(),
});
