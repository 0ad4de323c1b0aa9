CREATE TABLE "call_keys" (
	"customer_id" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"call_id" uuid NOT NULL,
	"claimed_until" timestamp with time zone NOT NULL,
	"status" smallint,
	"headers" json,
	"body" "bytea",
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "call_keys_customer_id_key_pk" PRIMARY KEY("customer_id","key")
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"day" date NOT NULL,
	"id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"plan" text NOT NULL,
	"company_id" text NOT NULL,
	"user_id" text NOT NULL,
	"session_id" text NOT NULL,
	"route" text NOT NULL,
	"verb" text NOT NULL,
	"path" text NOT NULL,
	"status" smallint NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"duration_us" bigint NOT NULL,
	"units" bigint NOT NULL,
	"corrects" uuid,
	CONSTRAINT "calls_day_id_pk" PRIMARY KEY("day","id")
) PARTITION BY RANGE ("day");
--> statement-breakpoint
CREATE TABLE "ledger_lines" (
	"reader" text NOT NULL,
	"id" uuid NOT NULL,
	"day" date NOT NULL,
	"calls" uuid[] NOT NULL,
	"exchanges" text,
	CONSTRAINT "ledger_lines_reader_id_day_pk" PRIMARY KEY("reader","id","day")
);
--> statement-breakpoint
CREATE TABLE "ledger_parked" (
	"kind" text NOT NULL,
	"id" uuid NOT NULL,
	"reason" text NOT NULL,
	"entry" text NOT NULL,
	"parked_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ledger_parked_kind_id_pk" PRIMARY KEY("kind","id")
);
--> statement-breakpoint
CREATE INDEX "call_keys_expiry" ON "call_keys" USING btree ("expires_at");--> statement-breakpoint
-- Lines live for milliseconds: vacuum by count, not by share, and do not spend time on compressing what is deleted at once.
ALTER TABLE "ledger_lines" ALTER COLUMN "exchanges" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "ledger_lines" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 10000);
