-- From here on all tables are in a schema of their own. A new database has had them there from its first migration on; one of
-- an earlier release has them where names without a schema lead, most often in "public", and its journal apart. They move,
-- and views stay under the old names for processes of the release before, which may go on for 30 days: docs/adr/0021.
DO $$
DECLARE
  names constant text[] := array['access_links', 'accounts', 'call_keys', 'calls', 'card_reminders', 'checkouts',
    'former_customers', 'idempotency_keys', 'invoice_holds', 'late_bills', 'ledger_lines', 'ledger_parked', 'meter_buckets',
    'meter_members', 'meter_scopes', 'meter_usage', 'meter_waiting', 'mirrored_invoice_lines', 'mirrored_invoices',
    'provider_meters', 'registrations', 'schema_support', 'stripe_writes', 'subscription_changes', 'tokens',
    'topic_deliveries', 'topic_messages', 'trial_uses', 'usage_canaries', 'usage_checks', 'usage_intents', 'usage_periods',
    'usage_progress', 'usage_rejections', 'usage_reporters', 'webhook_events'];
  ours regclass[];
  tries int := 0;
  moved record;
  granted record;
  place text;
  first_day date := (now() AT TIME ZONE 'utc')::date - 1;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('farebox_migrations.__drizzle_migrations') AND relkind = 'r') THEN
    RETURN;
  END IF;
  SELECT array_agg(name::regclass) INTO ours FROM unnest(names) AS name;

  -- Calls queue behind a lock that is waited for: never for long, and for less than PostgreSQL's search for deadlocks.
  PERFORM set_config('lock_timeout', '800ms', true);
  LOOP
    BEGIN
      EXECUTE (SELECT 'LOCK TABLE ' || string_agg(one::text, ', ') || ' IN ACCESS EXCLUSIVE MODE' FROM unnest(ours) AS one);
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      tries := tries + 1;
      IF tries = 60 THEN RAISE; END IF;
      PERFORM pg_sleep(1);
    END;
  END LOOP;
  PERFORM set_config('lock_timeout', '0', true);

  IF to_regnamespace('farebox') IS NULL THEN
    CREATE SCHEMA farebox;
  END IF;
  FOR moved IN
    SELECT c.relname AS name, n.nspname AS place, c.relowner AS owner, c.relacl AS acl,
      (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = any (ours) AND n.nspname <> 'farebox'
  LOOP
    EXECUTE format('ALTER TABLE %I.%I SET SCHEMA farebox', moved.place, moved.name);
    -- The release before deletes by ctid, which a view has by its own definition alone.
    EXECUTE format('CREATE VIEW %I.%I AS SELECT %s, ctid FROM farebox.%I', moved.place, moved.name, moved.columns, moved.name);
    FOR granted IN
      SELECT privilege_type AS privilege, CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END AS grantee
      FROM aclexplode(moved.acl) WHERE grantee <> moved.owner AND privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    LOOP
      EXECUTE format('GRANT USAGE ON SCHEMA farebox TO %s', granted.grantee);
      EXECUTE format('GRANT %s ON %I.%I TO %s', granted.privilege, moved.place, moved.name, granted.grantee);
    END LOOP;
    IF moved.name = 'calls' THEN place := moved.place; END IF;
  END LOOP;

  -- It cannot create the partition of a day any more, and does not try where it finds the name of one.
  IF place IS NOT NULL THEN
    FOR moved IN
      SELECT to_char(first_day + n, '"calls_"YYYY_MM_DD') AS name, first_day + n AS day FROM generate_series(0, 31) AS n
    LOOP
      IF to_regclass(format('%I.%I', place, moved.name)) IS NULL THEN
        EXECUTE format('CREATE TABLE %I.%I PARTITION OF farebox.calls FOR VALUES FROM (%L) TO (%L)',
          place, moved.name, moved.day, moved.day + 1);
      END IF;
    END LOOP;
    FOR moved IN
      SELECT c.relname AS name, n.nspname AS place FROM pg_inherits
      JOIN pg_class c ON c.oid = inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE inhparent = 'farebox.calls'::regclass AND n.nspname <> 'farebox'
    LOOP
      EXECUTE format('ALTER TABLE %I.%I SET SCHEMA farebox', moved.place, moved.name);
      EXECUTE format('CREATE VIEW %I.%I AS SELECT * FROM %I.calls WHERE day = %L', moved.place, moved.name, place,
        replace(substr(moved.name, 7), '_', '-'));
    END LOOP;
  END IF;

  ALTER TABLE farebox_migrations.__drizzle_migrations SET SCHEMA farebox;
  CREATE VIEW farebox_migrations.__drizzle_migrations AS SELECT * FROM farebox.__drizzle_migrations;
END $$;
