CREATE TABLE "schema_support" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"oldest" integer NOT NULL
);
--> statement-breakpoint
INSERT INTO "schema_support" ("oldest") VALUES (0);
