/** The columns of a call that metrics read, beside its begin and the columns of the filter. */
export type CallColumn = 'units' | 'user_id' | 'company_id' | 'session_id';

/**
 * How calls become a number: how many different values a column has, or sums over calls `c`, in SQL. Sums of different
 * calls must add up to the sum over all of them, as meters add up hour by hour.
 */
type Counting = { different: CallColumn } | { sums: readonly [string] } | ComputedCounting;

/**
 * A number that does not add up itself: several sums are kept, each exact, and the number is computed from them, in
 * SQL, where it is shown. It must be whole, and may become less with more calls.
 */
export interface ComputedCounting {
  sums: readonly [string, string, ...string[]];
  value(...sums: string[]): string;
}

/** Everything that defines a metric: counting, recounting, the catalog file and the API's documentation derive from it. */
export interface MetricDescriptor {
  /** The counted quantity, in words that follow the metric's name. */
  description: string;
  reads: readonly CallColumn[];
  /** Whether corrections count: rows that bring the units of a call that is counted already. */
  corrections: boolean;
  counting: Counting;
  /** Why the parts of a billing period come to more than the whole: follows "the plan …". Absent: they do not. */
  indivisible?: string;
}
