CREATE TABLE "card_reminders" (
	"account_id" uuid NOT NULL,
	"period_start" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"period_end" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"dropped_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone NOT NULL,
	CONSTRAINT "card_reminders_account_id_period_start_kind_pk" PRIMARY KEY("account_id","period_start","kind")
);
--> statement-breakpoint
CREATE INDEX "card_reminders_due" ON "card_reminders" USING btree ("next_attempt_at") WHERE "card_reminders"."sent_at" is null and "card_reminders"."dropped_at" is null;