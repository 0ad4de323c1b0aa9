CREATE TABLE "usage_reporters" (
	"since" timestamp with time zone PRIMARY KEY NOT NULL,
	"name" text NOT NULL
);
