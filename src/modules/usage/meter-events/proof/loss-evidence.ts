import type pg from 'pg';
import { usageIdentifier } from '../../identifier.js';
import { keysOf, type Standing } from '../reporting/intent-store.js';
import { visibleSince } from '../../progress-store.js';

/**
 * Why an event that the totals do not show is lost, and not late.
 * - `later_event`: they show one that was sent later: of the same customer, or, of another one, USAGE_SETTLING later.
 * - `rejected`: the provider has reported that it rejected it.
 */
export type Evidence = 'later_event' | 'rejected';

/** Accepted USAGE_SETTLING ago, and not in the totals. */
export interface Suspect extends Standing {
  /** The provider's id of the meter. */
  provider: string;
}

/** Between its being sent and the end of the answer. */
const ANSWER_MS = 60_000;

/** For each suspect, in order. A lag has no bound ("might not immediately reflect"): without evidence, it is a lag. */
export async function lossEvidence(
  client: pg.ClientBase,
  suspects: readonly Suspect[],
  settlingMs: number,
): Promise<(Evidence | undefined)[]> {
  if (suspects.length === 0) return [];
  const passed = await passedByOthers(client, suspects, settlingMs);
  const ownLater = await passedByOwn(client, suspects);
  const rejected = await rejectedAmong(
    client,
    suspects.filter((_, index) => !passed[index] && !ownLater[index]),
  );
  return suspects.map((suspect, index) => {
    if (passed[index] || ownLater[index]) return 'later_event';
    return rejected.has(suspect) ? 'rejected' : undefined;
  });
}

/** The lag of one customer's totals may differ from another's: a margin is left. */
async function passedByOthers(
  client: pg.ClientBase,
  suspects: readonly Suspect[],
  settlingMs: number,
): Promise<boolean[]> {
  const since = new Map<string, Date | undefined>();
  for (const provider of new Set(suspects.map((suspect) => suspect.provider)))
    since.set(provider, await visibleSince(client, provider));
  return suspects.map(({ provider, sentAt }) => {
    const shown = since.get(provider);
    return shown !== undefined && sentAt !== null && shown.getTime() >= sentAt.getTime() + settlingMs;
  });
}

/** Events of one customer and meter are sent one after the other, in the order of their numbers. */
async function passedByOwn(client: pg.ClientBase, suspects: readonly Suspect[]): Promise<boolean[]> {
  const { rows } = await client.query<{ passed: boolean }>(
    `select exists (
       select 1 from farebox.usage_intents v
       where v.customer_id = k.customer_id and v.meter = k.meter and v.state = 'proven' and v.own_minute
         and not v.adjustment and v.first_attempted_at > k.sent_at and (v.starts_at <> k.starts_at or v.n > k.n)
     ) as passed
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[], $5::timestamptz[])
       with ordinality as k (customer_id, meter, starts_at, n, sent_at, nr)
     order by k.nr`,
    [...keysOf(suspects), suspects.map(({ sentAt }) => sentAt)],
  );
  return rows.map(({ passed }) => passed);
}

interface Rejection {
  meter: string;
  validationStart: Date;
  validationEnd: Date;
  errorCount: number;
  identifiers: readonly string[];
}

/**
 * A report lists samples, and counts the rest. Its unlisted events are at most as many as it counts: where more of ours
 * fall into its window than that, it is evidence for none of them.
 */
async function rejectedAmong(
  client: pg.ClientBase,
  suspects: readonly Suspect[],
): Promise<ReadonlySet<Suspect>> {
  const found = new Set<Suspect>();
  if (suspects.length === 0) return found;
  const { rows } = await client.query<Rejection>(
    `select meter, validation_start as "validationStart", validation_end as "validationEnd",
       error_count as "errorCount", identifiers
     from farebox.usage_rejections where meter = any($1::text[]) and validation_end >= $2`,
    [
      [...new Set(suspects.map(({ provider }) => provider))],
      new Date(Math.min(...suspects.map((suspect) => triedAt(suspect)))),
    ],
  );
  for (const { identifiers } of rows)
    for (const suspect of suspects) if (identifiers.includes(usageIdentifier(suspect))) found.add(suspect);
  for (const { meter, validationStart, validationEnd, errorCount, identifiers } of rows) {
    const within = suspects.filter(
      (suspect) =>
        !found.has(suspect) &&
        suspect.provider === meter &&
        triedAt(suspect) <= validationEnd.getTime() &&
        (suspect.sentAt?.getTime() ?? 0) + ANSWER_MS >= validationStart.getTime(),
    );
    if (within.length <= errorCount - identifiers.length) for (const suspect of within) found.add(suspect);
  }
  return found;
}

const triedAt = ({ firstAttemptedAt, attemptedAt, sentAt }: Suspect): number =>
  (firstAttemptedAt ?? attemptedAt ?? sentAt ?? new Date(0)).getTime();
