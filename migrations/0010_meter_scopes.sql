CREATE TABLE "meter_scopes" (
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "meter_scopes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"customer_id" text NOT NULL,
	"meter" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"scope" timestamp with time zone NOT NULL,
	CONSTRAINT "meter_scopes_customer_id_meter_starts_at_scope_pk" PRIMARY KEY("customer_id","meter","starts_at","scope")
);
--> statement-breakpoint
ALTER TABLE "meter_members" RENAME TO "meter_members_before";--> statement-breakpoint
CREATE TABLE "meter_members" (
	"scope_id" bigint NOT NULL,
	"member" text NOT NULL,
	"bucket" timestamp with time zone NOT NULL,
	"customer_id" text NOT NULL
);
--> statement-breakpoint
INSERT INTO "meter_scopes" ("customer_id", "meter", "starts_at", "scope")
	SELECT DISTINCT "customer_id", "meter", "starts_at", "scope" FROM "meter_members_before";--> statement-breakpoint
INSERT INTO "meter_members" ("scope_id", "member", "bucket", "customer_id")
	SELECT s."id", m."member", m."bucket", "customer_id" FROM "meter_members_before" m
	JOIN "meter_scopes" s USING ("customer_id", "meter", "starts_at", "scope");--> statement-breakpoint
DROP TABLE "meter_members_before";--> statement-breakpoint
ALTER TABLE "meter_members" ADD CONSTRAINT "meter_members_scope_id_member_customer_id_pk" PRIMARY KEY("scope_id","member","customer_id");--> statement-breakpoint
DROP INDEX "meter_usage_untold";--> statement-breakpoint
ALTER TABLE "meter_usage" ADD COLUMN "untold" boolean GENERATED ALWAYS AS (value <> told) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "meter_usage_untold" ON "meter_usage" USING btree ("customer_id","meter","starts_at") WHERE untold;--> statement-breakpoint
-- Room for the next version of a row in its page: what every pass updates then writes no index.
ALTER TABLE "meter_usage" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "meter_buckets" SET (fillfactor = 80);
