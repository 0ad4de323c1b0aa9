CREATE TABLE "trial_uses" (
	"key" text PRIMARY KEY NOT NULL,
	"subscription_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
INSERT INTO "trial_uses" ("key", "subscription_id", "created_at") SELECT 'account:' || "id", "subscription_id", now() FROM "accounts" WHERE "trial_end" IS NOT NULL ON CONFLICT DO NOTHING;--> statement-breakpoint
INSERT INTO "trial_uses" ("key", "subscription_id", "created_at") SELECT 'email:' || encode(sha256(convert_to(regexp_replace("email", '^([^+]+)\+.*@', '\1@'), 'UTF8')), 'hex'), "subscription_id", now() FROM "accounts" WHERE "trial_end" IS NOT NULL ON CONFLICT DO NOTHING;
