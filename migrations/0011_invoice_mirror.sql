CREATE TABLE "mirrored_invoices" (
	"invoice_id" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"subscription_id" text,
	"status" text NOT NULL,
	"currency" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"finalized_at" timestamp with time zone,
	"finalization_error" text,
	"amount_due" numeric(60, 0) NOT NULL,
	"amount_paid" numeric(60, 0) NOT NULL,
	"amount_credited" numeric(60, 0) NOT NULL,
	"amount_refunded" numeric(60, 0) DEFAULT 0 NOT NULL,
	"amount_disputed" numeric(60, 0) DEFAULT 0 NOT NULL,
	"looked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mirrored_invoice_lines" (
	"invoice_id" text NOT NULL,
	"line_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"price_id" text,
	"provider_meter" text,
	"from_at" timestamp with time zone NOT NULL,
	"to_at" timestamp with time zone NOT NULL,
	"quantity" numeric(60, 0) NOT NULL,
	"package_size" integer NOT NULL,
	"minor_units" numeric(60, 0) NOT NULL,
	"late_usage" text,
	CONSTRAINT "mirrored_invoice_lines_invoice_id_line_id_pk" PRIMARY KEY("invoice_id","line_id")
);
--> statement-breakpoint
ALTER TABLE "late_bills" ADD COLUMN "unreported" numeric(60, 0);--> statement-breakpoint
ALTER TABLE "late_bills" ADD COLUMN "invoice_id" text;--> statement-breakpoint
CREATE INDEX "mirrored_invoices_customer" ON "mirrored_invoices" USING btree ("customer_id","created_at");--> statement-breakpoint
CREATE INDEX "mirrored_invoices_drafts" ON "mirrored_invoices" USING btree ("created_at") WHERE status = 'draft';--> statement-breakpoint
CREATE INDEX "mirrored_invoices_disputed" ON "mirrored_invoices" USING btree ("invoice_id") WHERE amount_disputed > 0;--> statement-breakpoint
CREATE INDEX "mirrored_invoice_lines_customer" ON "mirrored_invoice_lines" USING btree ("customer_id","to_at");