/** All that there is to say of an aggregation: how what a metric shows becomes the number of a billing period. */
export interface AggregationDescriptor {
  /** Which number, to read on after the aggregation's name. */
  description: string;
  /**
   * Of the windows that have calls, `value` of each and when it `begins` within the period that `starts_at`: an SQL
   * aggregate. `null`: there are no windows, the metric is taken over the whole period.
   */
  ofWindows: string | null;
  /**
   * What a period shows after a pass, in SQL: `u` is the row as it is, `excluded` what the pass found: the aggregate over
   * the windows that it touched, or without windows what it added. `latest_window` of both is the last one.
   */
  update: string;
  /** Whether periods without calls show what the one before them does. */
  carried: boolean;
  /** Why the parts of a billing period come to more than the whole: reads on from "the plan …". Absent: they do not. */
  indivisible?: string;
}
