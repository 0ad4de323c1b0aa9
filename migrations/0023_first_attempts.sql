-- A release before `first_attempted_at` tried these without writing down when: Stripe may have taken them since they were
-- written down, and may have forgotten their identifiers by now.
UPDATE "usage_intents" SET "first_attempted_at" = "created_at"
	WHERE "state" = 'pending' AND "attempts" > 0 AND "first_attempted_at" IS NULL;
