/** How the windows of a billing period become its number, in SQL. */
export interface Windows {
  /** An aggregate over windows that have calls: `value` of each, and when it `begins` in the period that `starts_at`. */
  total: string;
  /**
   * The number of a period after a pass: `u` is the row as it is, `excluded` the total of the windows that the pass
   * touched; `latest_window` of both is the last one.
   */
  update: string;
  /** Whether `update` is right only where windows never become less. Where they may, all windows are read again. */
  assumesGrowth: boolean;
}

/** Everything that defines an aggregation: how a metric's values become the number of a billing period. */
export interface AggregationDescriptor {
  /** The number, in words that follow the aggregation's name. */
  description: string;
  /** Null: there are none, the metric is taken over the whole period. */
  windows: Windows | null;
  /** Whether periods without calls keep the number of the one before them. */
  carried: boolean;
  /** Why the parts of a billing period come to more than the whole: follows "the plan …". Absent: they do not. */
  indivisible?: string;
}
