//! The tables of this app in `secrets.sqlite`. No record and no bundle has them.

/// Pins and contracts. `away_people.chain` is the CID of the newest operation, `away_contracts.chains` the JSON of `Chains`.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS away_people (did TEXT PRIMARY KEY, operations INTEGER NOT NULL, chain BLOB NOT NULL, epoch INTEGER NOT NULL,
    node TEXT NOT NULL, url TEXT NOT NULL, is_doubted INTEGER NOT NULL, seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS away_proofs (did TEXT PRIMARY KEY, proof TEXT NOT NULL, rival TEXT, seen_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS away_nodes (did TEXT PRIMARY KEY, chain BLOB NOT NULL, urls TEXT NOT NULL, tls_key BLOB,
    seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS away_handles (address TEXT PRIMARY KEY, did TEXT NOT NULL, next TEXT, seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS away_accepted (person TEXT NOT NULL, address TEXT NOT NULL, did TEXT NOT NULL, PRIMARY KEY (person, address))
    STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS away_contracts (contract TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, bytes INTEGER NOT NULL,
    made_at INTEGER NOT NULL, key BLOB, chains TEXT NOT NULL, refused_at INTEGER, ended_at INTEGER) STRICT, WITHOUT ROWID;
";
