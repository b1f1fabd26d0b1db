-- The truth: what came, verbatim, in the order in which it came. `seq`, `cid`, `token`, `origin` and
-- `ingested_at` are what everything else on this relay can be derived from again, with the blobs.
CREATE TABLE operations (
  seq INTEGER PRIMARY KEY,
  cid TEXT NOT NULL UNIQUE,
  origin INTEGER NOT NULL,
  ingested_at TEXT NOT NULL,
  kind INTEGER NOT NULL,
  chain_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  signer TEXT,
  document TEXT,
  is_delete INTEGER,
  length INTEGER,
  -- Whether its chain had many of its kind before it.
  is_late INTEGER NOT NULL,
  token TEXT NOT NULL
);
CREATE INDEX operations_chain ON operations (chain_id, kind, seq);
-- The first of a chain are few and sorted when they are asked for; but a chain may be as long as the whole log, so that
-- what is late has orders of its own.
CREATE INDEX operations_late_ingested ON operations (chain_id, kind, ingested_at DESC, cid) WHERE is_late = 1;
CREATE INDEX operations_late_created ON operations (chain_id, kind, created_at DESC, cid) WHERE is_late = 1;
CREATE INDEX operations_ingested ON operations (kind, ingested_at DESC, cid);
CREATE INDEX operations_created ON operations (kind, created_at DESC, cid);

CREATE TABLE blobs (
  creator TEXT NOT NULL,
  document TEXT NOT NULL,
  -- What the index shows of it, read from the bytes when they came.
  view TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (creator, document)
);

-- Derived.
CREATE TABLE counts (kind INTEGER PRIMARY KEY, number INTEGER NOT NULL);

CREATE TABLE identities (
  did TEXT PRIMARY KEY,
  head_cid TEXT NOT NULL,
  op_count INTEGER NOT NULL,
  genesis_at TEXT NOT NULL,
  head_at TEXT NOT NULL,
  is_deleted INTEGER NOT NULL,
  profile_anchor TEXT,
  snapshot BLOB NOT NULL
);
CREATE INDEX identities_genesis ON identities (genesis_at DESC, did);
CREATE INDEX identities_head ON identities (head_at DESC, did);
CREATE INDEX identities_profile ON identities (profile_anchor, did) WHERE profile_anchor IS NOT NULL;

CREATE TABLE content (
  content_id TEXT PRIMARY KEY,
  genesis_cid TEXT NOT NULL,
  genesis_at TEXT NOT NULL,
  creator TEXT NOT NULL,
  head_cid TEXT NOT NULL,
  head_at TEXT NOT NULL,
  document TEXT,
  is_deleted INTEGER NOT NULL,
  length INTEGER NOT NULL,
  op_count INTEGER NOT NULL,
  open_until INTEGER NOT NULL DEFAULT 0,
  schema TEXT,
  title TEXT,
  title_lower TEXT,
  name TEXT,
  name_lower TEXT
);
CREATE INDEX content_creator ON content (creator, content_id);
CREATE INDEX content_document ON content (document, creator) WHERE document IS NOT NULL;
CREATE INDEX content_genesis ON content (genesis_at DESC, content_id);
CREATE INDEX content_head ON content (head_at DESC, content_id);
CREATE INDEX content_open ON content (content_id) WHERE open_until > 0;
CREATE INDEX content_schema ON content (schema, content_id) WHERE schema IS NOT NULL;

-- Everybody but the creator who signed on a chain.
CREATE TABLE signers (
  did TEXT NOT NULL,
  content_id TEXT NOT NULL,
  PRIMARY KEY (did, content_id)
) WITHOUT ROWID;

CREATE TABLE open_creators (did TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE credits (
  content_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  did TEXT NOT NULL,
  role TEXT,
  has_claim INTEGER NOT NULL,
  PRIMARY KEY (content_id, position)
) WITHOUT ROWID;
CREATE INDEX credits_did ON credits (did, content_id, position);

CREATE TABLE countersigns (
  cid TEXT PRIMARY KEY,
  target TEXT NOT NULL,
  witness TEXT NOT NULL,
  relation TEXT,
  created_at TEXT NOT NULL,
  ingested_at TEXT NOT NULL,
  UNIQUE (target, witness)
);
CREATE INDEX countersigns_target ON countersigns (target, cid);
CREATE INDEX countersigns_witness ON countersigns (witness, cid);
CREATE INDEX countersigns_created ON countersigns (witness, created_at DESC, cid);
CREATE INDEX countersigns_ingested ON countersigns (witness, ingested_at DESC, cid);

CREATE TABLE artifacts (
  cid TEXT PRIMARY KEY,
  signer TEXT NOT NULL,
  created_at TEXT NOT NULL,
  ingested_at TEXT NOT NULL,
  schema TEXT
);
CREATE INDEX artifacts_signer ON artifacts (signer, cid);
CREATE INDEX artifacts_schema ON artifacts (schema, cid) WHERE schema IS NOT NULL;
CREATE INDEX artifacts_created ON artifacts (created_at DESC, cid);
CREATE INDEX artifacts_ingested ON artifacts (ingested_at DESC, cid);

CREATE TABLE revocations (
  issuer TEXT NOT NULL,
  credential TEXT NOT NULL,
  cid TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (issuer, credential)
) WITHOUT ROWID;
CREATE INDEX revocations_credential ON revocations (credential, issuer);

CREATE TABLE grants (
  cid TEXT PRIMARY KEY,
  issuer TEXT NOT NULL,
  root TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  scope TEXT NOT NULL,
  through TEXT NOT NULL
);
CREATE INDEX grants_issuer ON grants (issuer, cid);
CREATE TABLE grant_resources (
  resource TEXT NOT NULL,
  root TEXT NOT NULL,
  -- 0 if the root gave it itself, so that those come first.
  is_derived INTEGER NOT NULL,
  cid TEXT NOT NULL,
  PRIMARY KEY (resource, root, is_derived, cid)
) WITHOUT ROWID;
CREATE TABLE grant_parties (
  did TEXT NOT NULL,
  cid TEXT NOT NULL,
  PRIMARY KEY (did, cid)
) WITHOUT ROWID;

-- Identities that the node of this relay withdrew: they are not taken again from others.
CREATE TABLE withdrawn (did TEXT PRIMARY KEY) WITHOUT ROWID;

-- Neither truth nor derived: what waits, what is under way between two people, how far peers were read.
CREATE TABLE pending (
  id INTEGER PRIMARY KEY,
  cid TEXT NOT NULL UNIQUE,
  origin INTEGER NOT NULL,
  wanted TEXT NOT NULL,
  token TEXT NOT NULL
);
CREATE INDEX pending_wanted ON pending (wanted, id);
-- How much waits, always up to date.
CREATE TABLE pending_total (number INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO pending_total VALUES (0, 0);
CREATE TRIGGER pending_more AFTER INSERT ON pending BEGIN
  UPDATE pending_total SET number = number + 1, bytes = bytes + octet_length(new.token);
END;
CREATE TRIGGER pending_less AFTER DELETE ON pending BEGIN
  UPDATE pending_total SET number = number - 1, bytes = bytes - octet_length(old.token);
END;

CREATE TABLE mail (
  cid TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  deposited_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  declined INTEGER NOT NULL DEFAULT 0,
  response TEXT,
  token TEXT NOT NULL
);
CREATE INDEX mail_subject ON mail (subject, deposited_at, cid) WHERE response IS NULL;
CREATE INDEX mail_expires ON mail (expires_at);

CREATE TABLE peers (url TEXT PRIMARY KEY, cursor TEXT NOT NULL) WITHOUT ROWID;

-- Which identity began with which key, by the `did:imajin` that the key gives.
CREATE TABLE genesis_keys (did TEXT PRIMARY KEY, imajin TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX genesis_keys_imajin ON genesis_keys (imajin);
CREATE TRIGGER identities_gone AFTER DELETE ON identities BEGIN DELETE FROM genesis_keys WHERE did = old.did; END;
