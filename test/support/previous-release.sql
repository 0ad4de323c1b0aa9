-- A database as commit 642e59c left it (migrations 0000 to 0010), with something in every table and much of it in the middle
-- of being done. Times are seen from the moment of the upgrade. What stands in braces is what Stripe chose, and times.

-- A UUIDv7 of a time, told from others by a number.
create function pg_temp.id(at timestamptz, n int) returns uuid language sql as
  $$ select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid $$;

do $$ begin
  for days in 0..36 loop
    execute format('create table %I partition of calls for values from (%L) to (%L)',
      to_char(current_date - days, '"calls_"YYYY_MM_DD'), current_date - days, current_date - days + 1);
  end loop;
end $$;

insert into accounts (id, email, firstname, lastname, customer_id, subscription_id, status, plan, period_start, period_end,
  created_at, past_due_since, cancel_at_period_end, closed_at, changing_until, reviewed_at)
select a.*, now() - interval '1 hour' from (values
  ('01a22021-0000-7000-8000-00000000000a'::uuid, 'ada@old.example', 'ada', 'Old', {ada.customer}, {ada.subscription}, 'active', 'standard',
    {ada.start}::timestamptz, {ada.end}::timestamptz, {ada.start}::timestamptz, null::timestamptz, false, null::timestamptz, null::timestamptz),
  ('01a22021-0000-7000-8000-00000000000b', 'bob@old.example', 'bob', 'Old', {bob.customer}, {bob.subscription}, 'past_due', 'standard',
    {bob.start}, {bob.end}, {bob.start}, now() - interval '1 day', false, null, null),
  ('01a22021-0000-7000-8000-00000000000c', 'cy@old.example', 'cy', 'Old', {cy.customer}, {cy.subscription}, 'canceled', 'standard',
    {cy.start}, {cy.end}, {cy.start}, null, false, null, now() - interval '2 hours'),
  ('01a22021-0000-7000-8000-00000000000d', 'dee@old.example', 'dee', 'Old', {dee.customer}, {dee.subscription}, 'canceled', 'standard',
    {dee.start}, {dee.end}, {dee.start}, null, false, now() - interval '2 hours', null),
  ('01a22021-0000-7000-8000-00000000000e', 'eve@old.example', 'eve', 'Old', {eve.customer}, {eve.subscription}, 'active', 'graduated',
    {eve.start}, {eve.end}, {eve.start}, null, false, null, null),
  ('01a22021-0000-7000-8000-00000000000f', 'fay@old.example', 'fay', 'Old', {fay.customer}, {fay.subscription}, 'active', 'standard',
    {fay.start}, {fay.end}, {fay.start}, null, true, null, null)) as a;
insert into former_customers values ('cus_before_a_take_over', '01a22021-0000-7000-8000-00000000000a');

-- Gil's customer was made; the process was killed before his subscription was.
insert into registrations (id, email, firstname, lastname, plan, fingerprint, created_at, next_attempt_at) values
  ('01a22021-0000-7000-8000-000000000010', 'gil@old.example', 'gil', 'Old', 'standard', 'of gil', now() - interval '1 hour', now());
insert into stripe_writes (operation, params, attempt, attempted_at, object_id) values
  ('customer:01a22021-0000-7000-8000-000000000010', null, 1, now() - interval '1 hour', {gil.customer});

insert into tokens (id, account_id, customer_id, "user", name, issued_at, expires_at, revoked_at) values
  ({ada.token}, '01a22021-0000-7000-8000-00000000000a', {ada.customer}, {ada.customer}, 'Registration', now() - interval '20 days', now() + interval '70 days', null),
  ({ada.revoked}, '01a22021-0000-7000-8000-00000000000a', {ada.customer}, 'u1', 'taken back', now() - interval '20 days', now() + interval '70 days', now() - interval '1 day'),
  ({eve.token}, '01a22021-0000-7000-8000-00000000000e', {eve.customer}, {eve.customer}, 'Registration', now() - interval '20 days', now() + interval '70 days', null);

-- Fingerprints and answers as that release made them.
insert into idempotency_keys (scope, key, fingerprint, status, answer, expires_at) values
  ('POST /register', 'reg-ada', '799afebec73ce505e5e35a8287c5d118dbdddea3fee0022456c81be8de3befd4', 200,
    json_build_object('customerId', {ada.customer}, 'subscriptionId', {ada.subscription}, 'plan', 'standard', 'claims', {ada.claims}::json),
    now() + interval '1 hour');
insert into call_keys (customer_id, key, fingerprint, call_id, claimed_until, status, headers, body, expires_at) values
  ({ada.customer}, 'k0', 'df3c154ab04f722e28a5c53dfa43925f1483cf60f45df77cd4662509d52abc00', pg_temp.id({used}, 1), {used},
    200, '{"content-type":"text/plain; charset=utf-8"}', 'this was a response', now() + interval '1 hour');

-- Calls: of Ada 20 that are counted and 3 that are not, of Bob 9, of Cy 6, of Dee 2.
insert into calls (day, id, account_id, customer_id, subscription_id, plan, company_id, user_id, session_id, route, verb, path, status,
  started_at, duration_us, units)
select (at at time zone 'utc')::date, pg_temp.id(at, n), a.id, a.customer_id, a.subscription_id, a.plan, a.subscription_id, a.customer_id,
  {ada.token}, '/test-service', 'GET', '/test-service', 200, at, 1000, 0
from (values ('ada', 23, 0), ('bob', 9, 100), ('cy', 6, 200), ('dee', 2, 300)) as made (who, calls, first)
join accounts a on a.firstname = who, generate_series(first + 1, first + calls) as n, lateral (select {used}::timestamptz + n * interval '1 s' as at) as t;
insert into ledger_lines (reader, id, day, calls)
  select 'meters', pg_temp.id(now(), 1), day, array_agg(id) from calls where customer_id = {ada.customer} and started_at > {used}::timestamptz + interval '21 s' group by day;
insert into meter_waiting (day, id, customer_id, subscription_id, started_at, since)
  select day, id, customer_id, subscription_id, started_at, now() from calls where customer_id = {ada.customer} and started_at = {used}::timestamptz + interval '21 s';
insert into ledger_parked (kind, id, reason, entry) values ('exchange', pg_temp.id({used}, 2), '400', '{}');

insert into provider_meters values ('test-service-calls', {meter}, 'farebox_test_service_calls', 'stripe_customer_id', 'value');
insert into usage_periods (customer_id, provider_meter, starts_at, ends_at, subscription_id, price_id, cycle_start, counts_from, counts_to, closed)
select customer_id, {meter}, period_start, period_end, subscription_id, {price}, period_start, '-infinity', period_end, status = 'canceled'
from accounts where firstname in ('ada', 'bob', 'cy', 'dee', 'fay');
insert into meter_usage (customer_id, meter, starts_at, value, told, latest_window)
select customer_id, 'test-service-calls', period_start, calls, calls, date_trunc('hour', {used}::timestamptz)
from (values ('ada', 20), ('bob', 9), ('cy', 6), ('dee', 2)) as made (who, calls) join accounts on firstname = who;
insert into meter_buckets (customer_id, meter, starts_at, bucket, value)
  select customer_id, meter, starts_at, latest_window, value from meter_usage;
insert into meter_scopes (customer_id, meter, starts_at, scope) values ({ada.customer}, 'users-of-an-older-catalogue', {ada.start}, {ada.start});
insert into meter_members (scope_id, member, bucket, customer_id) select id, 'u1', scope, customer_id from meter_scopes;

-- What Stripe was told. It has seen all but Bob's second, which was lost, and his fourth, which is to be told.
insert into usage_intents (customer_id, meter, starts_at, n, value, at, own_minute, state, attempts, attempted_at, next_attempt_at, sent_at, created_at)
select customer_id, 'test-service-calls', period_start, n, value, {told}::timestamptz + n * interval '1 min', true, state, attempts,
  case when attempts > 0 then created end, now() - interval '1 hour', case when state <> 'pending' then created end, created
from (values
  ('ada', 1, 15, 'proven', 1), ('ada', 2, 5, 'pending', 3),
  ('bob', 1, 4, 'proven', 1), ('bob', 2, 3, 'lost', 1), ('bob', 3, 3, 'sent', 1), ('bob', 4, 2, 'pending', 0),
  ('cy', 1, 6, 'sent', 1), ('dee', 1, 2, 'sent', 1)) as intent (who, n, value, state, attempts)
join accounts on firstname = who, lateral (select {told}::timestamptz + interval '1 hour' as created) as t;
insert into usage_checks values (pg_temp.id(now() - interval '1 day', 1), now() - interval '1 day', 4, json_build_array(json_build_object(
  'customerId', {bob.customer}, 'meter', 'test-service-calls', 'periodStart', {bob.start}, 'verdict', 'to_tell',
  'ledger', '9', 'counted', '9', 'told', '7', 'stripe', '7')));

-- Cy's last invoice is a draft, held as that release held drafts.
insert into invoice_holds (invoice_id, customer_id, state, lines, used_until, seen_at, release_after, next_attempt_at) values
  ({cy.invoice}, {cy.customer}, 'held', json_build_array(json_build_object('priceId', {price}, 'from', {cy.start}, 'to', {cy.end})),
    {cy.end}, now() - interval '2 hours', now() - interval '1 hour', now());
insert into late_bills (customer_id, meter, starts_at, n, ends_at, units, minor_units, currency, price_id, state, item_id, created_at, settled_at) values
  ({ada.customer}, 'test-service-calls', {ada.start}::timestamptz - interval '1 month', 1, {ada.start}, 1, 10, 'usd', {price}, 'billed', 'ii_before', now() - interval '10 days', now() - interval '10 days');

-- Eve's change of plan was written down and not made.
insert into subscription_changes (id, account_id, customer_id, subscription_id, kind, plan, requested_at, attempts, next_attempt_at, ended_at, outcome) values
  (pg_temp.id(now(), 2), '01a22021-0000-7000-8000-00000000000e', {eve.customer}, {eve.subscription}, 'plan', 'standard', now() - interval '5 min', 1, now(), null, null),
  (pg_temp.id(now(), 3), '01a22021-0000-7000-8000-00000000000f', {fay.customer}, {fay.subscription}, 'cancel_at_period_end', null, now() - interval '1 day', 0, now(), now(), 'done');

insert into webhook_events (id, type, object_id, customer_id, happened_at, received_at, payload, state, next_attempt_at) values
  ('evt_done', 'customer.created', {ada.customer}, {ada.customer}, now(), now(), '{}', 'done', now()),
  ('evt_pending', 'customer.subscription.updated', {ada.subscription}, {ada.customer}, now(), now(), '{}', 'pending', now()),
  ('evt_parked', 'customer.subscription.updated', 'sub_of_others', 'cus_of_others', now(), now(), '{}', 'parked', now());
insert into topic_messages values (pg_temp.id(now(), 4), 'analytics.identify', '{"accountId": "01a22021-0000-7000-8000-00000000000a"}', now());
insert into topic_deliveries (message_id, subscriber, next_attempt_at) values (pg_temp.id(now(), 4), 'analytics.identify', now());
-- Of topics that are no more.
insert into topic_messages values
  (pg_temp.id(now(), 7), 'billing.invoice', json_build_object('invoiceId', {bob.invoice}, 'customerId', {bob.customer}, 'type', 'invoice.overdue'), now()),
  (pg_temp.id(now(), 8), 'billing.payment-return', json_build_object('objectId', 'cn_of_others', 'type', 'credit_note.created'), now()),
  (pg_temp.id(now(), 9), 'registration.subscription-replaced', json_build_object('customerId', {ian.customer}, 'subscriptionId', {ian.subscription}), now());
insert into topic_deliveries (message_id, subscriber, next_attempt_at) values
  (pg_temp.id(now(), 7), 'billing.invoice-holds', now()), (pg_temp.id(now(), 8), 'billing.payment-returns', now()),
  (pg_temp.id(now(), 9), 'registration.end-replaced-subscription', now());

insert into checkouts (id, session_id, reference, created_at, account_id, completed_at, next_attempt_at) values
  (pg_temp.id(now(), 5), 'cs_before', 'before', now(), '01a22021-0000-7000-8000-00000000000a', now(), now());
insert into access_links (id, checkout_id, account_id, purpose, created_at, sent_at, expires_at, next_attempt_at) values
  (pg_temp.id(now(), 6), pg_temp.id(now(), 5), '01a22021-0000-7000-8000-00000000000a', 'sign_in', now(), now(), now(), now());
