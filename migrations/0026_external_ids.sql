ALTER TABLE "farebox"."accounts" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "farebox"."registrations" ADD COLUMN "external_id" text;--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_external_id_unique" ON "farebox"."accounts" USING btree ("external_id") WHERE "farebox"."accounts"."closed_at" is null;