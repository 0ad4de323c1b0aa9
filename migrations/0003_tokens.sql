ALTER TABLE "tokens" ADD COLUMN "revoked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "last_used_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "tokens_revoked" ON "tokens" USING btree ("expires_at") WHERE "tokens"."revoked_at" is not null;