CREATE TABLE "usage_canaries" (
	"meter" text NOT NULL,
	"n" integer NOT NULL,
	"customer_id" text NOT NULL,
	"identifier" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"seen_at" timestamp with time zone,
	CONSTRAINT "usage_canaries_meter_n_pk" PRIMARY KEY("meter","n")
);
--> statement-breakpoint
CREATE TABLE "usage_progress" (
	"name" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"details" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_rejections" (
	"event_id" text PRIMARY KEY NOT NULL,
	"meter" text NOT NULL,
	"validation_start" timestamp with time zone NOT NULL,
	"validation_end" timestamp with time zone NOT NULL,
	"error_count" integer NOT NULL,
	"identifiers" json NOT NULL,
	"received_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "usage_intents" ADD COLUMN "first_attempted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "usage_intents" ADD COLUMN "absent_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "usage_intents" ADD COLUMN "lost_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "usage_intents" ADD COLUMN "reappeared_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "usage_intents_lost" ON "usage_intents" USING btree ("lost_at") WHERE state = 'lost';