ALTER TABLE "tokens" ADD COLUMN "role" text;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "scopes" text[];--> statement-breakpoint
UPDATE "tokens" SET "role" = CASE WHEN "user" = "customer_id" THEN 'owner' ELSE 'end_user' END;
