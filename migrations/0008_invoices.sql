CREATE TABLE "invoice_holds" (
	"invoice_id" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"state" text NOT NULL,
	"lines" json NOT NULL,
	"used_until" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"release_after" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"final_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "changing_until" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "invoice_holds_open" ON "invoice_holds" USING btree ("next_attempt_at") WHERE "invoice_holds"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "invoice_holds_customer" ON "invoice_holds" USING btree ("customer_id");