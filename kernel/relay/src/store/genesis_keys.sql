-- From version 3 to 4: which identity began with which key, by the `did:imajin` that the key gives. Filled as the file is opened.
CREATE TABLE genesis_keys (did TEXT PRIMARY KEY, imajin TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX genesis_keys_imajin ON genesis_keys (imajin);
CREATE TRIGGER identities_gone AFTER DELETE ON identities BEGIN DELETE FROM genesis_keys WHERE did = old.did; END;
