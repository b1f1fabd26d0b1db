//! Programs of others (WIRE.md §2, "Outside apps"): an app is an identity with a key of its own that says of itself what it
//! is; a person lets it act with an ordinary delegation to that key; with it the app gets short tokens.
//!
//! Always: what an app may do is what the person's log says now, and nothing that is kept elsewhere.

use imajin_dfos::Value;
use imajin_ledger::{Applied, Bound, By, Class, Command, Decide, OpSpec, Refusal, RefusalKind};
use imajin_protocol::Did;
use imajin_protocol::delegation::{SCOPE_MAX, ScopePattern, is_never_delegated};
use rusqlite::{Connection, OptionalExtension, params};

/// Body `{name, url, returns: [text], scope: [text], salt}`.
pub(crate) const APP_DESCRIBE: &str = "auth.app.describe";

pub(crate) const SPEC: OpSpec = OpSpec {
    op: APP_DESCRIBE,
    by: By::Any,
    body: true,
    class: Class::Mine,
    bound: Bound::Nothing,
    derives: &[],
};

const NAME_CHARS_MAX: usize = 100;
const URL_BYTES_MAX: usize = 500;
const RETURNS_MAX: usize = 8;

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
    /// Reads a body by its form alone; the field that is wrong, if one is.
    pub(crate) fn from_body(did: &Did, body: &Value) -> Result<Self, (&'static str, String)> {
        let text = |name: &'static str| {
            body.get_str(name)
                .map(str::to_owned)
                .ok_or_else(|| (name, format!("{name} must be a text.")))
        };
        let list = |name: &'static str| {
            let texts: Option<Vec<String>> =
                body.get(name).and_then(Value::as_list).and_then(|list| {
                    list.iter()
                        .map(|item| item.as_str().map(str::to_owned))
                        .collect()
                });
            texts.ok_or_else(|| (name, format!("{name} must be a list of texts.")))
        };
        Ok(Self {
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

    /// What an app of this node may say of itself.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let name_ok = (1..=NAME_CHARS_MAX).contains(&self.name.chars().count())
            && !self.name.chars().any(char::is_control);
        if !name_ok {
            return Err((
                "name",
                format!("A name has 1 to {NAME_CHARS_MAX} characters, in one line."),
            ));
        }
        if !is_web_address(&self.url) {
            return Err((
                "url",
                "url must be an https:// address (http:// on localhost).".to_owned(),
            ));
        }
        if self.returns.len() > RETURNS_MAX || self.scope.len() > SCOPE_MAX {
            return Err((
                "returns",
                format!("An app has at most {RETURNS_MAX} returns and {SCOPE_MAX} scopes."),
            ));
        }
        if !self.returns.iter().all(|url| is_web_address(url)) {
            return Err((
                "returns",
                "returns must be https:// addresses (http:// on localhost).".to_owned(),
            ));
        }
        if self.scope.is_empty() {
            return Err((
                "scope",
                "scope must name what the app asks people for, like profile.update.".to_owned(),
            ));
        }
        for text in &self.scope {
            let pattern =
                ScopePattern::parse(text).map_err(|error| ("scope", format!("{error}.")))?;
            if is_never_delegated(pattern.as_str()) {
                return Err((
                    "scope",
                    format!("{text} can only be done with a key of one's own."),
                ));
            }
        }
        Ok(())
    }
}

/// An address that a person can be sent to without their data going over the network in the open.
fn is_web_address(url: &str) -> bool {
    let plain = url.len() <= URL_BYTES_MAX
        && url.bytes().all(|byte| byte.is_ascii_graphic())
        && !url.contains(['#', '"', '\'', '<', '>', '\\']);
    let host = |rest: &str| rest.split(['/', '?']).next().unwrap_or_default().to_owned();
    let is_local = |rest: &str| {
        let host = host(rest);
        let name = host
            .rsplit_once(':')
            .map_or(host.as_str(), |(name, _)| name);
        matches!(name, "localhost" | "127.0.0.1" | "[::1]")
    };
    plain
        && match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => {
                let host = host(rest);
                !host.is_empty() && !host.contains('@')
            }
            (None, Some(rest)) => is_local(rest),
            (None, None) => false,
        }
}

pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let body = command.body.as_ref().ok_or_else(|| {
        Refusal::new(
            RefusalKind::BadRequest,
            "The body must be {name, url, returns, scope, salt}.",
        )
    })?;
    App::from_body(&command.did, body)
        .and_then(|app| app.check())
        .map_err(|(field, why)| Refusal::new(RefusalKind::BadRequest, why).field(field))?;
    ctx.intent();
    Ok(())
}

pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let app = entry
        .body
        .and_then(|body| App::from_body(entry.did, body).ok());
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
    Ok(find(db, did)?.filter(|app| app.check().is_ok()))
}

/// What an app says of itself, as it stands in its log.
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
