import type { Metrics } from '../../../platform/metrics/metrics.js';
import type { Spool } from '../spool/spool.js';

/** Metrics of this process's ledger for the operator, and the counters that it keeps. */
export function measureLedger(
  metrics: Metrics,
  ledger: { readonly isAway: boolean; readonly backlog: number },
  spool: Pick<Spool, 'bytes'>,
) {
  metrics.gauge('ledger_away', '1 while PostgreSQL does not take calls and they go to the spool.', () =>
    ledger.isAway ? 1 : 0,
  );
  metrics.gauge('ledger_spool_bytes', 'Bytes of calls in the spool of this process.', () => spool.bytes);
  metrics.gauge('ledger_backlog', 'Calls that wait for the next commit.', () => ledger.backlog);
  return {
    committed: metrics.counter(
      'ledger_calls_committed_total',
      'Calls committed to PostgreSQL before their answer.',
    ),
    spooled: metrics.counter('ledger_calls_spooled_total', 'Calls put into the spool before their answer.'),
    replayed: metrics.counter('ledger_calls_replayed_total', 'Calls read back from spools.'),
    parked: metrics.counter(
      'ledger_calls_parked_total',
      'Calls that PostgreSQL refused for what is in them.',
    ),
    corrupt: metrics.counter('ledger_spool_corrupt_lines_total', 'Lines of spools that cannot be read back.'),
  };
}
