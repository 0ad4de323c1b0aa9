ALTER TABLE "accounts" ADD COLUMN "pending_plan" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "pending_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "subscription_changes" ADD COLUMN "asked_when" text;--> statement-breakpoint
ALTER TABLE "subscription_changes" ADD COLUMN "timing" text;--> statement-breakpoint
ALTER TABLE "subscription_changes" ADD COLUMN "effective_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "subscription_changes_scheduled" ON "subscription_changes" USING btree ("account_id") WHERE "subscription_changes"."outcome" = 'scheduled';