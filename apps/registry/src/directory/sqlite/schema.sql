-- Nodes, each with all that is known of it; beside it only what it is looked for by.
CREATE TABLE nodes (
  id TEXT PRIMARY KEY,
  hostname TEXT UNIQUE,
  -- When something changes for it by the passing of time.
  next_ms INTEGER,
  body TEXT NOT NULL
);
CREATE INDEX nodes_due ON nodes (next_ms) WHERE next_ms IS NOT NULL;

-- What nodes are listed by; every node has the tag of kind 0. The status stands here, too, so that a page and its numbers
-- cost the same however many nodes there are.
CREATE TABLE tags (
  kind INTEGER NOT NULL,
  value TEXT NOT NULL,
  status INTEGER NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (kind, value, status, id)
) WITHOUT ROWID;
CREATE TABLE tag_counts (
  kind INTEGER NOT NULL,
  value TEXT NOT NULL,
  status INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (kind, value, status)
) WITHOUT ROWID;

CREATE TABLE chains (id TEXT PRIMARY KEY, log TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE releases (
  seq INTEGER PRIMARY KEY,
  fork TEXT NOT NULL,
  version TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (fork, version)
);
CREATE TABLE build_hashes (
  hash TEXT PRIMARY KEY,
  fork TEXT NOT NULL,
  version TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX build_hashes_release ON build_hashes (fork, version);
CREATE TABLE forks (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

-- How often somebody did something, and the last word of each key.
CREATE TABLE numbers (name TEXT PRIMARY KEY, number INTEGER NOT NULL, until_ms INTEGER) WITHOUT ROWID;
CREATE INDEX numbers_until ON numbers (until_ms) WHERE until_ms IS NOT NULL;

-- Where names are to lead, and when the provider of the DNS is told.
CREATE TABLE dns_names (name TEXT PRIMARY KEY, due_ms INTEGER, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX dns_names_due ON dns_names (due_ms) WHERE due_ms IS NOT NULL;
