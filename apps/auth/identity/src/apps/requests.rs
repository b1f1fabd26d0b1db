//! Apps that ask the owner of the box whether they may introduce themselves: a key alone may not.
//!
//! Always: what waits is bounded, for each network address, too, and lapses, as does a no. A yes lets the app be here as a guest is,
//! until the owner takes it back. What an app asked with stays as the owner reads it.

use std::net::IpAddr;

use imajin_app::{Node, Peer, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use rusqlite::{Row, params};

use super::App;

/// Maximum number of waiting requests.
const WAITING_MAX: i64 = 50;
/// Maximum number of waiting requests from one network (IPv4 address, or IPv6 /64).
const BLOCK_MAX: i64 = 3;
/// Lifetime of a waiting request and of a refusal, in milliseconds.
const LIFE_MS: i64 = 30 * 24 * 3_600_000;

/// The owner's answer to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerAnswer {
    /// The owner has not answered.
    Waiting,
    /// The app may be on the box.
    Yes,
    /// The app may not be on the box.
    No,
}

impl OwnerAnswer {
    fn read(answer: Option<i64>) -> Self {
        match answer {
            None => Self::Waiting,
            Some(0) => Self::No,
            Some(_) => Self::Yes,
        }
    }
}

/// A request of an app's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRequest {
    /// The app's description of itself.
    pub app: App,
    /// The time of the request, in milliseconds since 1970.
    pub created: i64,
    /// The owner's answer.
    pub answer: OwnerAnswer,
}

impl AppRequest {
    fn read(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let Ok(did) = Did::parse(&row.get::<_, String>(0)?) else {
            return Ok(None);
        };
        Ok(Some(Self {
            app: App::read(did, row, 1)?,
            created: row.get(5)?,
            answer: OwnerAnswer::read(row.get(6)?),
        }))
    }
}

/// The answer to an app. The first time, the request waits from now on.
/// Errors: 429 and 503 where enough requests wait.
pub(crate) fn ask(node: &Node, peer: Peer, app: &App) -> Result<OwnerAnswer, Problem> {
    let now = node.now().as_millis();
    let since = now.saturating_sub(LIFE_MS);
    let did = app.did.as_str();
    // Apps ask again and again until there is an answer.
    let sql =
        "SELECT answer FROM auth_app_requests WHERE did = ?1 AND (answer = 1 OR created > ?2)";
    let answer = node.secrets().row(sql, params![did, since], |row| row.get(0))?;
    if let Some(answer) = answer {
        return Ok(OwnerAnswer::read(answer));
    }
    let block = block(peer.address);
    let list = |texts: &[String]| serde_json::json!(texts).to_string();
    let room = node.secrets().write_blocking(|db| {
        let sql = "DELETE FROM auth_app_requests WHERE answer IS NOT 1 AND created <= ?1";
        db.execute(sql, [since])?;
        let count = |sql: &str, block: &str| db.query_row(sql, [block], |row| row.get::<_, i64>(0));
        let all = "SELECT count(*) FROM auth_app_requests WHERE answer IS NULL AND ?1 = ?1";
        let here = "SELECT count(*) FROM auth_app_requests WHERE answer IS NULL AND block = ?1";
        let room = (count(here, &block)? < BLOCK_MAX, count(all, &block)? < WAITING_MAX);
        if room == (true, true) {
            db.execute(
                "INSERT OR IGNORE INTO auth_app_requests VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)",
                params![did, app.name, app.url, list(&app.returns), list(&app.scope), block, now],
            )?;
        }
        Ok(room)
    })?;
    match room {
        (true, true) => Ok(OwnerAnswer::Waiting),
        (false, _) => Err(Problem::too_many_of_yours(
            3_600,
            "Other apps from your address wait for the owner of this box. Try again when they have an answer.",
        )),
        (true, false) => Err(Problem::unavailable(
            "Too many apps wait for the owner of this box. Try again later.",
        )),
    }
}

/// The requests that wait, and the apps that have a yes; the newest first.
pub fn list(node: &Node) -> Result<Vec<AppRequest>, Problem> {
    let since = node.now().as_millis().saturating_sub(LIFE_MS);
    let sql = "SELECT did, name, url, returns, scope, created, answer FROM auth_app_requests
        WHERE answer = 1 OR (answer IS NULL AND created > ?1) ORDER BY created DESC, did";
    let requests = node.secrets().rows(sql, [since], AppRequest::read)?;
    Ok(requests.into_iter().flatten().collect())
}

/// Notes what the owner says to an app. Returns whether it asked.
pub(crate) fn answer(node: &Node, did: &Did, allow: bool) -> Result<bool, Problem> {
    let sql = "UPDATE auth_app_requests SET answer = ?2, created = ?3 WHERE did = ?1";
    let params = params![did.as_str(), allow, node.now().as_millis()];
    let changed = node.secrets().execute(sql, params)?;
    node.forget_role(did);
    Ok(changed > 0)
}

/// Whether the owner said yes to an app.
pub fn is_allowed(node: &Node, did: &Did) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM auth_app_requests WHERE did = ?1 AND answer = 1";
    node.secrets().exists(sql, [did.as_str()])
}

/// Forgets what an app asked: it left.
pub(crate) fn forget(node: &Node, did: &Did) -> Result<(), Problem> {
    node.secrets().execute("DELETE FROM auth_app_requests WHERE did = ?1", [did.as_str()]).map(drop)
}

/// The network address that counts: of IPv6, the /64.
fn block(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}
