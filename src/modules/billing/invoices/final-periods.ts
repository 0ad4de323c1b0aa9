/**
 * The condition that the invoice of a billing period `p` is final: usage reported from then on is on no invoice. The
 * line must cover a time that was over by then; one for a future time bills nothing of it yet.
 */
export const IS_FINAL = `exists (
  select 1 from invoice_holds h
  cross join json_to_recordset(h.lines) as l ("priceId" text, "from" timestamptz, "to" timestamptz)
  where h.customer_id = p.customer_id and h.final_at is not null and l."priceId" = p.price_id
    and p.starts_at < l."to" and p.ends_at > l."from" and l."to" <= h.final_at)`;
