ALTER TABLE "meter_buckets" ADD COLUMN "state" numeric(60, 0)[];--> statement-breakpoint
ALTER TABLE "meter_usage" ADD COLUMN "state" numeric(60, 0)[];