-- The same tables as in SQLite (sqlite/schema.sql), where they are explained. Texts are ordered by their bytes.
CREATE TABLE nodes (
  id TEXT COLLATE "C" PRIMARY KEY,
  hostname TEXT COLLATE "C" UNIQUE,
  next_ms BIGINT,
  body TEXT NOT NULL
);
CREATE INDEX nodes_due ON nodes (next_ms) WHERE next_ms IS NOT NULL;

CREATE TABLE tags (
  kind BIGINT NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  status BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, value, status, id)
);
CREATE TABLE tag_counts (
  kind BIGINT NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  status BIGINT NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (kind, value, status)
);

CREATE TABLE chains (id TEXT COLLATE "C" PRIMARY KEY, log TEXT NOT NULL);

CREATE TABLE releases (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fork TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (fork, version)
);
CREATE TABLE build_hashes (
  hash TEXT COLLATE "C" PRIMARY KEY,
  fork TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL
);
CREATE INDEX build_hashes_release ON build_hashes (fork, version);
CREATE TABLE forks (name TEXT COLLATE "C" PRIMARY KEY, body TEXT NOT NULL);

CREATE TABLE numbers (name TEXT COLLATE "C" PRIMARY KEY, number BIGINT NOT NULL, until_ms BIGINT);
CREATE INDEX numbers_until ON numbers (until_ms) WHERE until_ms IS NOT NULL;

CREATE TABLE dns_names (name TEXT COLLATE "C" PRIMARY KEY, due_ms BIGINT, body TEXT NOT NULL);
CREATE INDEX dns_names_due ON dns_names (due_ms) WHERE due_ms IS NOT NULL;
