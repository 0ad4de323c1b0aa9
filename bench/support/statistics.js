/* Numbers of several turns as one. */

/** The middle value; of two, the lower. `NaN` of none. */
export const median = (values) =>
  values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

/** The smallest of the sorted values that at least `share` (0 to 1) of them do not exceed (nearest rank). `NaN` of none. */
export const percentile = (sorted, share) =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

/** The smallest and the largest, for the spread over rounds. */
export const spread = (values) => [Math.min(...values), Math.max(...values)];
