import type pg from 'pg';

type Querying = Pick<pg.ClientBase, 'query'>;

/** Progress of recurring work, for all processes. */
export interface Progress<D extends object> {
  at: Date;
  details: D;
}

export async function readProgress<D extends object>(
  client: Querying,
  name: string,
): Promise<Progress<Partial<D>> | undefined> {
  const { rows } = await client.query<Progress<Partial<D>>>(
    'select at, details from farebox.usage_progress where name = $1',
    [name],
  );
  return rows[0];
}

export async function writeProgress(
  client: Querying,
  name: string,
  at: Date,
  details: object = {},
): Promise<void> {
  await client.query(
    `insert into farebox.usage_progress (name, at, details) values ($1, $2, $3)
     on conflict (name) do update set at = excluded.at, details = excluded.details`,
    [name, at, JSON.stringify(details)],
  );
}

const visible = (providerMeter: string): string => `visible:${providerMeter}`;

/** The totals of a meter show an event that was not sent before then. */
export async function noteVisible(client: Querying, providerMeter: string, sentAfter: Date): Promise<void> {
  await client.query(
    `insert into farebox.usage_progress (name, at, details) values ($1, $2, '{}')
     on conflict (name) do update set at = greatest(usage_progress.at, excluded.at)`,
    [visible(providerMeter), sentAfter],
  );
}

/** The latest time from which a meter's totals have shown an event; `undefined` when they have shown none. */
export async function visibleSince(client: Querying, providerMeter: string): Promise<Date | undefined> {
  return (await readProgress(client, visible(providerMeter)))?.at;
}
