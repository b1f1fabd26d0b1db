//! My keys with the names that I gave them.

use axum::Json as Answer200;
use imajin_app::extract::Person;
use imajin_app::{Answer, time};
use imajin_ledger::Reader;
use serde::Serialize;
use utoipa::ToSchema;

use crate::NAME;

/// One of my keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyKey {
    /// Its name in the chain.
    id: String,
    /// The key as a multikey.
    #[schema(example = "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw")]
    key: String,
    /// The name that I gave it.
    name: Option<String>,
    /// Whether a recovery sheet holds it, by its owner's word.
    sheet: bool,
    /// When I named it first.
    since: Option<String>,
    /// Whether it may change which keys are mine.
    controls: bool,
}

/// My keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyKeys {
    /// The keys in force, the one that was named first comes first.
    keys: Vec<MyKey>,
}

/// Lists which of my devices and recovery sheets hold which key. Only I see the names.
#[utoipa::path(get, path = "/api/keys", tag = "people", responses((status = 200, body = MyKeys), (status = 401, description = "Not signed in")))]
pub(crate) async fn mine(Person(node, session): Person) -> Answer<Answer200<MyKeys>> {
    let sql = "SELECT keys.id, multikey, name, sheet, since, controller FROM keys LEFT JOIN key_names USING (owner_did, id)
             WHERE owner_did = ?1 ORDER BY since IS NULL DESC, since, keys.id";
    let keys = node.read(NAME, |db| {
        Reader::from(db).rows(sql, [session.did.as_str()], |row| {
            let since: Option<i64> = row.get(4)?;
            Ok(MyKey {
                id: row.get(0)?,
                key: row.get(1)?,
                name: row.get(2)?,
                sheet: row.get::<_, Option<bool>>(3)?.unwrap_or(false),
                since: since.and_then(time::text),
                controls: row.get(5)?,
            })
        })
    })?;
    Ok(Answer200(MyKeys { keys }))
}
