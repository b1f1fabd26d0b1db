//! Third-party apps (docs/api.md, "Identity and sign-in"). An app is an identity with its own key and a
//! self-description. A person authorizes an app with an ordinary delegation to its key; the app exchanges the
//! delegation for short-lived tokens.
//!
//! Always: an app's permissions are decided from the person's current log, never from a copy of it.

pub mod requests;

use imajin_dfos::Value;
use imajin_ledger::Reader;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, Row, params};

use crate::operations::may_describe;

/// An app's self-description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    pub(crate) did: Did,
    /// The name, as the app gives it.
    pub name: String,
    pub(crate) url: String,
    /// The allowed redirect addresses.
    pub(crate) returns: Vec<String>,
    /// The operations that the app asks people for.
    pub(crate) scope: Vec<String>,
}

impl App {
    /// Reads a body by its form alone: a log from elsewhere may say anything.
    fn from_body(did: &Did, body: &Value) -> Option<Self> {
        let text = |name| body.get_str(name).map(str::to_owned);
        let list = |name| -> Option<Vec<String>> {
            let items = body.get(name)?.as_list()?.iter();
            items.map(|item| item.as_str().map(str::to_owned)).collect()
        };
        Some(Self {
            did: did.clone(),
            name: text("name")?,
            url: text("url")?,
            returns: list("returns")?,
            scope: list("scope")?,
        })
    }

    /// Reads the columns `name`, `url`, `returns` and `scope`, the first of which is `first`.
    fn read(did: Did, row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let words = |text: String| serde_json::from_str(&text).unwrap_or_default();
        Ok(Self {
            did,
            name: row.get(first)?,
            url: row.get(first + 1)?,
            returns: words(row.get(first + 2)?),
            scope: words(row.get(first + 3)?),
        })
    }

    /// Returns the app's member of the bundle's section `identity`.
    pub fn section(&self) -> serde_json::Value {
        serde_json::json!({ "name": self.name, "url": self.url, "returns": self.returns, "scope": self.scope })
    }
}

pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let app = entry.body.and_then(|body| App::from_body(entry.did, body));
    let Some(app) = app else { return Ok(()) };
    let list = |texts: &[String]| serde_json::json!(texts).to_string();
    let (returns, scope) = (list(&app.returns), list(&app.scope));
    let sql = "INSERT OR REPLACE INTO apps VALUES (?1, ?2, ?3, ?4, ?5)";
    run(db, sql, params![app.did.as_str(), app.name, app.url, returns, scope])
}

/// An app that people may be shown: a log from elsewhere may say anything of itself.
pub(crate) fn known(db: &Connection, did: &Did) -> rusqlite::Result<Option<App>> {
    Ok(find(db, did)?.filter(|app| may_describe(&app.name, &app.url, &app.returns, &app.scope)))
}

/// Returns an app's self-description from the projection, or `None` if the app has none.
pub fn find(db: &Connection, did: &Did) -> rusqlite::Result<Option<App>> {
    let sql = "SELECT name, url, returns, scope FROM apps WHERE owner_did = ?1";
    Reader::from(db).row(sql, [did.as_str()], |row| App::read(did.clone(), row, 0))
}
