/* The table: ratios first, as they hold on other machines too. */
import { median, spread } from './statistics.js';

const BASELINES = ['tutorial current', 'tutorial pinned', 'bare'];

/** Medians over the rounds, with the smallest and the largest. */
export function summarise(servers, measured) {
  const rows = servers.map(({ name }) => {
    const turns = measured.get(name);
    const rates = turns.map(({ rate }) => rate);
    return {
      name,
      rate: median(rates),
      rateSpread: spread(rates),
      p50: median(turns.map(({ p50 }) => p50)),
      p99: median(turns.map(({ p99 }) => p99)),
      settledIn: median(turns.map(({ settledIn }) => settledIn)),
      cpuMicroseconds: median(turns.map(({ cpuMicroseconds }) => cpuMicroseconds)),
      busy: median(turns.map(({ busy }) => busy)),
      eventsLost: turns.reduce((sum, turn) => sum + turn.eventsLost, 0),
      memory: turns.at(-1).memory,
      halfRate: turns.halfRate,
    };
  });
  const rateOf = new Map(rows.map(({ name, rate }) => [name, rate]));
  return rows.map((row) => ({
    ...row,
    ratios: Object.fromEntries(
      BASELINES.filter((name) => rateOf.has(name)).map((name) => [name, row.rate / rateOf.get(name)]),
    ),
  }));
}

export function printReport(summary, { rounds, seconds, connections }) {
  process.stdout.write(`\n${connections} connections, ${rounds} rounds of ${seconds} s, medians\n\n`);
  const header = [
    '',
    ...BASELINES.map((name) => `× ${name}`),
    'req/s',
    'min … max',
    'p50 ms',
    'p99 ms',
    'p99 at half',
    'CPU µs',
    'busy %',
    'MB (max)',
    'settled s',
  ];
  const rows = summary.map((row) => [
    row.name,
    ...BASELINES.map((name) => row.ratios[name]?.toFixed(2) ?? '–'),
    row.rate.toFixed(0),
    row.rateSpread.map((value) => value.toFixed(0)).join(' … '),
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    row.halfRate?.p99.toFixed(2) ?? '–',
    Number.isNaN(row.cpuMicroseconds) ? '–' : row.cpuMicroseconds.toFixed(1),
    Number.isNaN(row.busy) ? '–' : (row.busy * 100).toFixed(0),
    `${row.memory.now ?? '–'} (${row.memory.max ?? '–'})`,
    row.settledIn.toFixed(1),
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((cells) => cells[column].length)),
  );
  for (const cells of [header, ...rows]) {
    process.stdout.write(
      `${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')}\n`,
    );
  }
  for (const { name, eventsLost } of summary) {
    if (eventsLost > 0)
      process.stdout.write(`\n${name}: ${eventsLost} answered calls never came to the collector.\n`);
  }
}
