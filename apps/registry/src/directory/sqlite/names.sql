-- From version 1.
-- Where names are to lead, and when the provider of the DNS is told.
CREATE TABLE dns_names (name TEXT PRIMARY KEY, due_ms INTEGER, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX dns_names_due ON dns_names (due_ms) WHERE due_ms IS NOT NULL;
