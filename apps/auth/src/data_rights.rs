//! The data rights of this app's own tables. `imajin_data` asks every app.

use imajin_app::{Count, DataRights, DeletePlan, Retained, TransferPlan, time};
use imajin_identity::apps;
use imajin_identity::guests::email;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use imajin_trust::lookup;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::Auth;

/// The kinds in the export, the count and the deletion.
const ATTESTATIONS: &str = "attestations";
const ADDRESSES: &str = "email addresses";
const APPS: &str = "descriptions of an app";
const KEY_NAMES: &str = "names of devices and sheets";

impl DataRights for Auth {
    /// The kernel makes the section `identity` from the log's own state, and puts these members into it.
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let attestations = lookup::section(db, did)?;
        let mut section = json!({ ATTESTATIONS: attestations });
        // Members that most people do not have are left out.
        if let Some(address) = email::read_address(db, did)? {
            section["email"] = address.into();
        }
        if let Some(app) = apps::find(db, did)? {
            section["app"] = app.section();
        }
        let names = key_names(db, did)?;
        if !names.is_empty() {
            section["key_names"] = names.into();
        }
        Ok(Some(section))
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let tables = [
            ("identities", "identities"),
            ("keys", "keys"),
            ("delegations", "delegations"),
            (ADDRESSES, "emails"),
            (APPS, "apps"),
            (KEY_NAMES, "key_names"),
            (ATTESTATIONS, "attestations"),
        ];
        let count = |(kind, table): (&str, &str)| {
            let sql = format!("SELECT count(*) FROM {table} WHERE owner_did = ?1");
            let rows: i64 = db.query_row(&sql, [did.as_str()], |row| row.get(0))?;
            Ok(Count::new(kind, rows.unsigned_abs()))
        };
        tables.into_iter().map(count).collect()
    }

    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        let mut plan = DeletePlan::default();
        let sql = "SELECT count(*) FROM attestations WHERE owner_did = ?1 AND issued = 1 AND subject <> issuer";
        let issued_count: i64 = db.query_row(sql, [did.as_str()], |row| row.get(0))?;
        plan.stays.extend(Retained::of_any(
            "attestations that you gave, in others' records",
            issued_count.unsigned_abs(),
            "What you signed for others is their proof: they keep their copy. Revoke it first if it should no longer count.",
        ));
        for count in self.count(db, did)?.into_iter().filter(|count| count.number > 0) {
            let why = match count.kind.as_str() {
                ATTESTATIONS | ADDRESSES | APPS | KEY_NAMES => {
                    plan.goes.push(count);
                    continue;
                }
                "delegations" => {
                    "They name keys and times only, and show that what was signed under them was allowed."
                }
                _ => {
                    "Without them nobody could check what you signed, in your own record or in others'. They hold no words of yours."
                }
            };
            plan.stays.push(Retained::new(count.kind, count.number, why));
        }
        Ok(plan)
    }

    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let moves = self.count(db, did)?.into_iter().filter(|count| count.number > 0).collect();
        let sessions =
            "A session is this node's word about a browser: sign in again at the other node.";
        let address = "A key that this node keeps for you stays here and so does your address: make the keys your own first.";
        Ok(TransferPlan {
            moves,
            cannot: vec![
                Retained::new("sessions", 0, sessions),
                Retained::new("signing in by email", 0, address),
            ],
        })
    }
}

/// Returns a person's names for their devices and recovery sheets, including revoked ones.
fn key_names(db: &Connection, did: &Did) -> rusqlite::Result<Vec<Json>> {
    let sql =
        "SELECT id, name, sheet, since FROM key_names WHERE owner_did = ?1 ORDER BY since, id";
    Reader::from(db).rows(sql, [did.as_str()], |row| {
        Ok(json!({
            "id": row.get::<_, String>(0)?,
            "name": row.get::<_, String>(1)?,
            "sheet": row.get::<_, bool>(2)?,
            "since": time::text(row.get(3)?),
        }))
    })
}
