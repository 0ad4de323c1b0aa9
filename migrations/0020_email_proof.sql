ALTER TABLE "access_links" ALTER COLUMN "checkout_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "access_links" ALTER COLUMN "account_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "email_proven_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "access_links" ADD COLUMN "email" text;--> statement-breakpoint
ALTER TABLE "access_links" ADD COLUMN "registration" json;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "claim_hash" text;--> statement-breakpoint
CREATE INDEX "access_links_email" ON "access_links" USING btree ("email");--> statement-breakpoint
UPDATE "accounts" SET "email_proven_at" = used.first FROM (SELECT "account_id", min("used_at") AS first FROM "access_links" WHERE "used_at" IS NOT NULL GROUP BY "account_id") AS used WHERE "accounts"."id" = used."account_id";
