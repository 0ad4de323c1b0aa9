/** How the windows of a billing period become its number, in SQL. */
export interface Windows {
  /** An aggregate over windows that have calls: `value` of each, and when it `begins` in the period that `starts_at`. */
  total: string;
  /**
   * What a period shows after a pass: `u` is the row as it is, `excluded` the total of the windows that the pass touched;
   * `latest_window` of both is the last one.
   */
  update: string;
  /** Whether `update` is right only where windows never become less. Where they may, all windows are looked at again. */
  assumesGrowth: boolean;
}

/** Everything that defines an aggregation: how what a metric shows becomes the number of a billing period. */
export interface AggregationDescriptor {
  /** Which number, to read on after the aggregation's name. */
  description: string;
  /** Null: there are none, the metric is taken over the whole period. */
  windows: Windows | null;
  /** Whether periods without calls show what the one before them does. */
  carried: boolean;
  /** Why the parts of a billing period come to more than the whole: reads on from "the plan …". Absent: they do not. */
  indivisible?: string;
}
