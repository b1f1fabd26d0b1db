//! Programs of others (docs/api.md, "Identity and sign-in"): an app is an identity with a key of its own that says of itself what it
//! is; a person lets it act with an ordinary delegation to that key; with it the app gets short tokens.
//!
//! Always: what an app may do is what the person's log says now, and nothing that is kept elsewhere.

pub(crate) mod requests;

use imajin_dfos::Value;
use imajin_ledger::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, OptionalExtension, params};

use crate::operations::may_describe;

/// What an app says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct App {
    pub(crate) did: Did,
    pub(crate) name: String,
    pub(crate) url: String,
    /// Where people may be sent back to.
    pub(crate) returns: Vec<String>,
    /// What it asks people for.
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

    /// Its member of the bundle's section `identity`.
    pub(crate) fn section(&self) -> serde_json::Value {
        serde_json::json!({ "name": self.name, "url": self.url, "returns": self.returns, "scope": self.scope })
    }
}

pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let app = entry.body.and_then(|body| App::from_body(entry.did, body));
    let Some(app) = app else { return Ok(()) };
    let list = |texts: &[String]| serde_json::json!(texts).to_string();
    db.prepare_cached("INSERT OR REPLACE INTO apps VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            app.did.as_str(),
            app.name,
            app.url,
            list(&app.returns),
            list(&app.scope)
        ])
        .map(drop)
}

/// An app that people may be shown: a log from elsewhere may say anything of itself.
pub(crate) fn known(db: &Connection, did: &Did) -> rusqlite::Result<Option<App>> {
    Ok(find(db, did)?.filter(|app| may_describe(&app.name, &app.url, &app.returns, &app.scope)))
}

/// What an app says of itself, as its log has it.
pub(crate) fn find(db: &Connection, did: &Did) -> rusqlite::Result<Option<App>> {
    let words = |text: String| serde_json::from_str(&text).unwrap_or_default();
    db.prepare_cached("SELECT name, url, returns, scope FROM apps WHERE owner_did = ?1")?
        .query_row([did.as_str()], |row| {
            Ok(App {
                did: did.clone(),
                name: row.get(0)?,
                url: row.get(1)?,
                returns: words(row.get(2)?),
                scope: words(row.get(3)?),
            })
        })
        .optional()
}
