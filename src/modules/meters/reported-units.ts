/**
 * A statement that adds units to what was reported of the meters' totals; negative ones take them back. It runs in the
 * transaction that records the usage.
 * @param rows a query of customer, meter, beginning of the billing period and units, one row for each total; without it,
 * one row of the parameters $1 to $4.
 */
export const addReportedSql = (
  rows = 'values ($1::text, $2::text, $3::timestamptz, $4::numeric)',
): string => `
  update farebox.meter_usage u set told = u.told + r.value
  from (${rows}) as r (customer_id, meter, starts_at, value)
  where u.customer_id = r.customer_id and u.meter = r.meter and u.starts_at = r.starts_at`;
