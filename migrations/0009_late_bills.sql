CREATE TABLE "late_bills" (
	"customer_id" text NOT NULL,
	"meter" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"n" integer NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"units" numeric(60, 0) NOT NULL,
	"minor_units" numeric(60, 0) NOT NULL,
	"currency" text NOT NULL,
	"price_id" text NOT NULL,
	"tax_behavior" text,
	"state" text NOT NULL,
	"item_id" text,
	"created_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "late_bills_customer_id_meter_starts_at_n_pk" PRIMARY KEY("customer_id","meter","starts_at","n")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "late_bills_pending" ON "late_bills" USING btree ("customer_id","meter","starts_at") WHERE state = 'pending';