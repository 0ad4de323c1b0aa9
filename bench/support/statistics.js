/** The middle value; of two, the lower. */
export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/** The value below which a share of the sorted values lies. */
export const percentile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** The smallest and the largest, for the spread over rounds. */
export const spread = (values) => [Math.min(...values), Math.max(...values)];
