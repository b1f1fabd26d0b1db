//! Sessions: which person proved their key, and until when that counts.
//!
//! Always: `secrets.sqlite` holds the hash of a session's id, never a token; an ended session is ended for the very
//! next request; within a run a session ends by the monotonic clock, so that a clock that jumps neither ends nor
//! prolongs it. This module must not know how people prove who they are.

use imajin_app::bounded::Bounded;
use imajin_app::session::{id_hash, public_id};
use imajin_app::{Answer, Time, blocking};
use imajin_dfos::order::Order as _;
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::{PublicKey, Timestamp};
use imajin_ledger::rows::Column as _;
use imajin_protocol::Did;
use rusqlite::{named_params, params};
use sha2::{Digest, Sha256};

use crate::random;
use crate::secrets::Secrets;

use imajin_app::Session;

pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS sessions (
  id_hash BLOB PRIMARY KEY, did TEXT NOT NULL, method TEXT NOT NULL, label TEXT NOT NULL,
  created INTEGER NOT NULL, expires INTEGER NOT NULL, seen INTEGER NOT NULL,
  run TEXT NOT NULL, run_expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_did ON sessions (did);
";

/// The SQL condition for sessions in force: those of this run by the monotonic clock, those of other runs by the wall
/// clock, like [`Sessions::find`].
const IN_FORCE: &str = "CASE run WHEN :run THEN run_expires > :monotonic ELSE expires > :now END";

/// The number of verified tokens in the cache; other tokens cost a signature check and a read of the file.
const CACHE: usize = 4096;
/// How exactly *last seen* is kept: writing it down for each request would wear the card.
const SEEN_EVERY: Duration = Duration::from_secs(600);
/// The longest label of a device that is kept, in characters.
const LABEL_CHARS_MAX: usize = 120;

/// A line of "my devices".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// The session's public id.
    pub id: String,
    /// The device, as it called itself.
    pub label: String,
    /// How it began: `key`, …
    pub method: String,
    /// When it began.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// When it was last used, to within ten minutes.
    pub seen: Timestamp,
}

/// The sessions of a node.
pub struct Sessions {
    secrets: Secrets,
    clock: Arc<dyn Time>,
    /// How long a new session lasts.
    pub ttl: Duration,
    per_did: usize,
    /// Names this run: its monotonic times mean nothing in another.
    run: String,
    state: Arc<Mutex<State>>,
}

struct State {
    /// SHA-256 of a token that was checked → its session.
    tokens: Bounded<[u8; 32], Session>,
    /// Sessions that were used since it was last written down.
    seen: HashMap<[u8; 32], Timestamp>,
    written: Duration,
    /// Counts the times that sessions were ended: a session that was looked up before one is not remembered after it.
    generation: u64,
}

impl State {
    /// Forgets the tokens of sessions that have ended, and that others were looked up before.
    fn forget(&mut self, ended: impl Fn(&Session) -> bool) {
        self.generation += 1;
        self.tokens.retain(|_, session| !ended(session));
    }
}

impl Sessions {
    /// Sessions that last for `ttl`, at most `per_did` of one DID.
    pub fn new(
        secrets: Secrets,
        clock: Arc<dyn Time>,
        ttl: Duration,
        per_did: usize,
    ) -> Result<Self, random::RandomError> {
        let state = State {
            tokens: Bounded::new(CACHE),
            seen: HashMap::new(),
            written: clock.monotonic(),
            generation: 0,
        };
        Ok(Self {
            secrets,
            clock,
            ttl,
            per_did: per_did.max(1),
            run: random::hex::<8>()?,
            state: Arc::new(Mutex::new(state)),
        })
    }

    /// Begins a session that rests on `key`: it is in force only while that is a key of its DID. If its DID has the most it
    /// may have, the one that was used the longest ago ends. The caller makes its token and passes it to
    /// [`Sessions::remember`].
    pub async fn begin(
        &self,
        did: Did,
        key: &PublicKey,
        method: &'static str,
        label: &str,
    ) -> Answer<Session> {
        let (now, mono) = (self.clock.now(), self.clock.monotonic());
        let ttl_ms = i64::try_from(self.ttl.as_millis()).unwrap_or(i64::MAX);
        let session = Session {
            did,
            id: format!("{}.{}", random::hex::<16>()?, key.key_id()),
            expires: now.checked_add_millis(ttl_ms).unwrap_or(Timestamp::MAX),
            ends: mono.saturating_add(self.ttl),
        };
        let (row, run, others) = (session.clone(), self.run.clone(), self.per_did - 1);
        let label: String =
            label.chars().filter(|c| !c.is_control()).take(LABEL_CHARS_MAX).collect();
        let state = Arc::clone(&self.state);
        self.end_rows(move |db| {
            let now = now.as_millis();
            let mut ended = hashes(
                db,
                &format!("DELETE FROM sessions WHERE NOT {IN_FORCE} RETURNING id_hash"),
                named_params! {":run": run, ":monotonic": millis(mono), ":now": now},
            )?;
            let did = row.did.as_str();
            let others = i64::try_from(others).unwrap_or(i64::MAX);
            let sql = "SELECT count(*) FROM sessions WHERE did = ?1";
            let count: i64 = db.query_row(sql, [did], |row| row.get(0))?;
            if count > others {
                update_seen(db, &state.lock().seen)?;
                ended.extend(hashes(
                    db,
                    "DELETE FROM sessions WHERE id_hash IN (
                       SELECT id_hash FROM sessions WHERE did = ?1 ORDER BY seen DESC, created DESC LIMIT -1 OFFSET ?2
                     ) RETURNING id_hash",
                    params![did, others],
                )?);
            }
            let sql = "INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?7, ?8)";
            let (id, expires) = (id_hash(&row.id), row.expires.as_millis());
            db.execute(sql, params![id, did, method, label, now, expires, run, millis(row.ends)])?;
            Ok(ended)
        })
        .await?;
        Ok(session)
    }

    /// The current generation. Read before a session is looked up for [`Sessions::remember`].
    pub fn generation(&self) -> u64 {
        self.state.lock().generation
    }

    /// Notes that `token` is the token of `session`, so that its signature need not be checked again; unless sessions
    /// were ended since `generation`, of which this might be one.
    pub fn remember(&self, token: &str, session: Session, generation: u64) {
        let mut state = self.state.lock();
        if state.generation == generation {
            state.tokens.insert(Sha256::digest(token).into(), session);
        }
    }

    /// The session of a token that was checked before. `None` only means that it must be checked.
    pub fn recall(&self, token: &str) -> Option<Session> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let mono = self.clock.monotonic();
        let mut state = self.state.lock();
        let session = state.tokens.get(&hash)?.clone();
        if mono >= session.ends {
            state.tokens.remove(&hash);
            return None;
        }
        state.seen.insert(id_hash(&session.id), self.clock.now());
        let due = mono.saturating_sub(state.written) >= SEEN_EVERY || state.seen.len() > CACHE;
        let seen = due.then(|| {
            state.written = mono;
            std::mem::take(&mut state.seen)
        });
        drop(state);
        if let Some(seen) = seen {
            self.write_seen(seen);
        }
        Some(session)
    }

    /// The session with this id, if it has not ended; whether its key is in force, the caller asks
    /// ([`find_session`](crate::node::find_session)).
    pub(crate) fn find(&self, did: &Did, id: &str) -> Answer<Option<Session>> {
        let sql = "SELECT expires, run, run_expires FROM sessions WHERE id_hash = ?1 AND did = ?2";
        let params = params![id_hash(id), did.as_str()];
        let row: Option<(i64, String, i64)> =
            self.secrets.row(sql, params, |row| row.try_into())?;
        let Some((expires, run, run_expires)) = row else {
            return Ok(None);
        };
        let mono = self.clock.monotonic();
        let ends = if run == self.run {
            Duration::from_millis(u64::try_from(run_expires).unwrap_or(0))
        } else {
            // From an earlier run: only the wall clock is left, and it never grants more than a whole session.
            let left = expires.saturating_sub(self.clock.now().as_millis());
            mono + Duration::from_millis(u64::try_from(left).unwrap_or(0)).min(self.ttl)
        };
        let expires = Timestamp::from_millis(expires).unwrap_or(Timestamp::MIN);
        Ok((mono < ends).then(|| Session { did: did.clone(), id: id.to_owned(), expires, ends }))
    }

    /// The sessions of a DID, the last used first.
    pub fn list(&self, did: &Did) -> Answer<Vec<SessionLine>> {
        let seen = self.state.lock().seen.clone();
        let sql = format!(
            "SELECT id_hash, label, method, created, expires, seen FROM sessions WHERE did = :did AND {IN_FORCE}"
        );
        let of = named_params! {
            ":did": did.as_str(), ":run": self.run, ":monotonic": millis(self.clock.monotonic()),
            ":now": self.clock.now().as_millis(),
        };
        let mut lines = self.secrets.rows(&sql, of, |row| {
            let hash: [u8; 32] = row.get(0)?;
            Ok(SessionLine {
                id: public_id(&hash),
                label: row.get(1)?,
                method: row.get(2)?,
                created: Timestamp::read(row, 3)?,
                expires: Timestamp::read(row, 4)?,
                seen: seen.get(&hash).copied().unwrap_or(Timestamp::read(row, 5)?),
            })
        })?;
        lines.order_by(|a, b| b.seen.cmp(&a.seen).then_with(|| a.id.cmp(&b.id)));
        Ok(lines)
    }

    /// Ends one session of a DID, by its public id. Returns whether there was one.
    pub async fn end(&self, did: &Did, public: &str) -> Answer<bool> {
        let (did, wanted) = (did.clone(), public.to_owned());
        self.end_rows(move |db| {
            let sql = "DELETE FROM sessions WHERE did = ?1 AND lower(hex(substr(id_hash, 1, 8))) = ?2 RETURNING id_hash";
            hashes(db, sql, params![did.as_str(), wanted])
        })
        .await
    }

    /// Ends every session of a DID: its keys changed, or it left. Waits for the disk on this thread: it is rare, and who
    /// changed their keys must not be told so before it holds.
    pub fn end_all(&self, did: &Did) -> Answer<()> {
        let ended = self
            .secrets
            .write_blocking(|db| db.execute("DELETE FROM sessions WHERE did = ?1", [did.as_str()]));
        // Ended in memory even if the write failed: for this run they have ended.
        self.state.lock().forget(|session| session.did == *did);
        ended.map(drop)
    }

    /// Takes away the rows that `write` names, then the tokens of those sessions: no row goes alone, also if who asked is
    /// gone before it is done. Returns whether there were any.
    async fn end_rows(
        &self,
        write: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<HashSet<[u8; 32]>>
        + Send
        + 'static,
    ) -> Answer<bool> {
        let (secrets, state) = (self.secrets.clone(), Arc::clone(&self.state));
        blocking::vital(move || {
            let ended = secrets.write_blocking(write)?;
            if !ended.is_empty() {
                state.lock().forget(|session| ended.contains(&id_hash(&session.id)));
            }
            Ok(!ended.is_empty())
        })
        .await?
    }

    /// Saves the last uses that are only in memory, for a graceful stop.
    pub fn flush(&self) {
        let seen = std::mem::take(&mut self.state.lock().seen);
        if let Err(error) = self.secrets.write_blocking(|db| update_seen(db, &seen)) {
            tracing::warn!("sessions: {error}");
        }
    }

    /// Writes on a separate thread, so that no request waits for the card while another session's last use is saved.
    fn write_seen(&self, seen: HashMap<[u8; 32], Timestamp>) {
        let secrets = self.secrets.clone();
        let write = move || {
            if let Err(error) = secrets.write_blocking(|db| update_seen(db, &seen)) {
                tracing::warn!("sessions: {error}");
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(write)),
            Err(_) => write(),
        }
    }
}

/// The ids of sessions that a statement returns.
fn hashes(
    db: &rusqlite::Transaction<'_>,
    statement: &str,
    of: impl rusqlite::Params,
) -> rusqlite::Result<HashSet<[u8; 32]>> {
    let mut statement = db.prepare_cached(statement)?;
    let rows = statement.query_map(of, |row| row.get(0))?;
    rows.collect()
}

fn update_seen(
    db: &rusqlite::Transaction<'_>,
    seen: &HashMap<[u8; 32], Timestamp>,
) -> rusqlite::Result<()> {
    let mut statement =
        db.prepare_cached("UPDATE sessions SET seen = max(seen, ?2) WHERE id_hash = ?1")?;
    for (hash, at) in seen {
        statement.execute(params![hash, at.as_millis()])?;
    }
    Ok(())
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
