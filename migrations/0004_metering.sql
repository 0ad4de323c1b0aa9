CREATE TABLE "usage_periods" (
	"customer_id" text NOT NULL,
	"provider_meter" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"subscription_id" text NOT NULL,
	"price_id" text NOT NULL,
	"cycle_start" timestamp with time zone NOT NULL,
	"counts_from" timestamp with time zone NOT NULL,
	"counts_to" timestamp with time zone NOT NULL,
	"closed" boolean NOT NULL,
	CONSTRAINT "usage_periods_customer_id_provider_meter_starts_at_pk" PRIMARY KEY("customer_id","provider_meter","starts_at")
);
--> statement-breakpoint
CREATE TABLE "meter_buckets" (
	"customer_id" text NOT NULL,
	"meter" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"bucket" timestamp with time zone NOT NULL,
	"value" numeric(60, 0) NOT NULL,
	CONSTRAINT "meter_buckets_customer_id_meter_starts_at_bucket_pk" PRIMARY KEY("customer_id","meter","starts_at","bucket")
);
--> statement-breakpoint
CREATE TABLE "meter_members" (
	"customer_id" text NOT NULL,
	"meter" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"scope" timestamp with time zone NOT NULL,
	"member" text NOT NULL,
	"bucket" timestamp with time zone NOT NULL,
	CONSTRAINT "meter_members_customer_id_meter_starts_at_scope_member_pk" PRIMARY KEY("customer_id","meter","starts_at","scope","member")
);
--> statement-breakpoint
CREATE TABLE "meter_usage" (
	"customer_id" text NOT NULL,
	"meter" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"value" numeric(60, 0) NOT NULL,
	"told" numeric(60, 0) DEFAULT 0 NOT NULL,
	"latest_window" timestamp with time zone,
	CONSTRAINT "meter_usage_customer_id_meter_starts_at_pk" PRIMARY KEY("customer_id","meter","starts_at")
);
--> statement-breakpoint
CREATE TABLE "meter_waiting" (
	"day" date NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"since" timestamp with time zone NOT NULL,
	CONSTRAINT "meter_waiting_day_id_pk" PRIMARY KEY("day","id")
);
--> statement-breakpoint
CREATE TABLE "provider_meters" (
	"name" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"event_name" text NOT NULL,
	"customer_key" text NOT NULL,
	"value_key" text NOT NULL,
	CONSTRAINT "provider_meters_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "usage_checks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"compared" integer NOT NULL,
	"differences" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_intents" (
	"customer_id" text NOT NULL,
	"meter" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"n" integer NOT NULL,
	"value" numeric(60, 0) NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"own_minute" boolean NOT NULL,
	"adjustment" boolean DEFAULT false NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"attempted_at" timestamp with time zone,
	"next_attempt_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"reason" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "usage_intents_customer_id_meter_starts_at_n_pk" PRIMARY KEY("customer_id","meter","starts_at","n")
);
--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "headers" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX "usage_periods_end" ON "usage_periods" USING btree ("provider_meter","ends_at");--> statement-breakpoint
CREATE INDEX "meter_usage_untold" ON "meter_usage" USING btree ("customer_id") WHERE value <> told;--> statement-breakpoint
CREATE INDEX "meter_waiting_customer" ON "meter_waiting" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "usage_intents_minute" ON "usage_intents" USING btree ("customer_id","meter","at") WHERE own_minute;--> statement-breakpoint
CREATE INDEX "usage_intents_pending" ON "usage_intents" USING btree ("next_attempt_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "usage_intents_sent" ON "usage_intents" USING btree ("sent_at") WHERE state = 'sent';