//! What everybody may ask of the keeper of their data: take it away, count it, delete it, move it.

use imajin_protocol::Did;
use imajin_service::{Count, DeletePlan, Stays, TransferPlan};
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Value as Json, json};

use crate::projection;
use crate::reads::{Side, whole_side};

/// The section `profile` of bundle.json, exactly as docs/format.md §12 says.
pub(crate) fn export(db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
    let Some(row) = projection::load(db, did.as_str())? else {
        return Ok(None);
    };
    let members = &row.members;
    Ok(Some(json!({
        "handle": row.claimed,
        "display_name": members.get("displayName"),
        "bio": members.get("bio"),
        "avatar": members.get("avatar"),
        "banner": members.get("banner"),
        "links": members.get("links"),
        "visibility": members.get("visibility"),
        "field_visibility": members.get("fieldVisibility"),
        "feature_toggles": members.get("featureToggles"),
        "following": whole_side(db, did, Side::Following)?,
        "followers": whole_side(db, did, Side::Followers)?,
    })))
}

/// In numbers: changes with words in them that are still there, and relations.
pub(crate) fn count(db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
    let Some(row) = projection::load(db, did.as_str())? else {
        return Ok(Vec::new());
    };
    let relations = |side| -> rusqlite::Result<u64> { Ok(whole_side(db, did, side)?.len() as u64) };
    let all = [
        ("profile updates", row.updates.unsigned_abs()),
        ("handle claims", row.claims.unsigned_abs()),
        ("following", relations(Side::Following)?),
        ("followers", relations(Side::Followers)?),
    ];
    Ok(all
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .map(|(kind, number)| Count::new(kind, number))
        .collect())
}

/// What a deletion does here.
pub(crate) fn delete(db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
    let (mut goes, mut stays) = (Vec::new(), Vec::new());
    for count in count(db, did)? {
        match count.kind.as_str() {
            "following" | "followers" => stays.push(Stays {
                why: "who follows whom also stands in the other person's record, without any of your words; it is not shown any more".to_owned(),
                kind: count.kind,
                number: count.number,
            }),
            _ => goes.push(count),
        }
    }
    if has_handle(db, did)? {
        stays.push(Stays {
            kind: "short name".to_owned(),
            number: 1,
            why: "kept for 90 days as a keyed hash, so that nobody can take it and be mistaken for you".to_owned(),
        });
    }
    Ok(DeletePlan { goes, stays })
}

/// What a move does here: everything is in the log and moves along; a handle may be taken where one arrives.
pub(crate) fn transfer(db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
    let cannot = has_handle(db, did)?.then(|| Stays {
        kind: "short name".to_owned(),
        number: 1,
        why: "if somebody has it there already, they keep it, and you choose another one"
            .to_owned(),
    });
    Ok(TransferPlan {
        moves: count(db, did)?,
        cannot: cannot.into_iter().collect(),
    })
}

fn has_handle(db: &Connection, did: &Did) -> rusqlite::Result<bool> {
    let sql = "SELECT claimed IS NOT NULL FROM profiles WHERE owner_did = ?1";
    Ok(db
        .prepare_cached(sql)?
        .query_row([did.as_str()], |row| row.get(0))
        .optional()?
        .unwrap_or(false))
}
