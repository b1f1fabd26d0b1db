//! What everybody may ask of the keeper of their data: take it away, count it, delete it, move it.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{Count, DeletePlan, Stays, TransferPlan};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::{blocks, groups, reads};

/// What the export calls connections, and what the count does.
const CONNECTIONS: &str = "connections";
/// The same of groups.
const GROUPS: &str = "groups";

/// The section `connections` of bundle.json, exactly as docs/format.md §12 says.
pub(crate) fn export(db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
    let links = reads::whole(db, did)?;
    let mut invites = reads::invites(db, did)?;
    let nicknames = reads::nicknames(db, did)?;
    let (policy, queries) = (reads::chosen(db, did)?, reads::queried(db, did)?);
    let groups = groups::reads::entries(db, did)?;
    let blocked = blocks::of(db, did)?;
    let lists_are_empty =
        links.is_empty() && invites.is_empty() && nicknames.is_empty() && blocked.is_empty();
    if lists_are_empty && groups.is_empty() && policy.is_none() && queries.is_empty() {
        return Ok(None);
    }
    invites.reverse();
    let mut section = json!({
        "graph": links.into_iter().map(|link| json!({
            "did": link.did,
            "since": time(link.since),
            "invited": link.invited,
            "attestation": link.attestation,
        })).collect::<Vec<_>>(),
        "invites": invites.into_iter().map(|invite| json!({
            "id": invite.name,
            "code": invite.code,
            "max_uses": invite.max_uses,
            "uses": invite.uses,
            "created_at": time(invite.at),
            "withdrawn_at": invite.withdrawn_at.and_then(time),
        })).collect::<Vec<_>>(),
        "nicknames": nicknames.into_iter().map(|(did, nickname)| json!({
            "did": did,
            "nickname": nickname,
        })).collect::<Vec<_>>(),
        "policy": policy.map(|policy| json!({
            "reach": policy.reach,
            "price": policy.price,
            "currency": policy.currency,
            "fair": policy.fair,
        })),
        "queries": queries.into_iter().map(|query| json!({
            "by": query.by,
            "at": time(query.at),
            "consent": query.consent,
            "settlement": query.settlement,
        })).collect::<Vec<_>>(),
        "groups": groups.into_iter().map(|entry| json!({
            "op": entry.op,
            "at": time(entry.at),
            "ref": entry.reference,
            "fact": entry.fact,
            "body": entry.body,
        })).collect::<Vec<_>>(),
    });
    // Only where there are any: bundles of nodes that knew no blocks have no such member.
    if !blocked.is_empty() {
        let rows = blocked
            .into_iter()
            .map(|block| json!({ "did": block.did, "since": time(block.since) }));
        section["blocked"] = rows.collect();
    }
    Ok(Some(section))
}

/// A time as it is written everywhere.
pub(crate) fn time(millis: i64) -> Option<String> {
    Timestamp::from_millis(millis)
        .ok()
        .map(|time| time.to_string())
}

/// In numbers.
pub(crate) fn count(db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
    let all = [
        (CONNECTIONS, reads::whole(db, did)?.len()),
        ("invitations", reads::invites(db, did)?.len()),
        ("nicknames", reads::nicknames(db, did)?.len()),
        ("blocks", blocks::of(db, did)?.len()),
        ("questions about you", reads::queried(db, did)?.len()),
        (
            "entries about groups",
            groups::reads::entries(db, did)?.len(),
        ),
    ];
    let all = all.map(|(kind, number)| (kind, number as u64));
    let groups = (GROUPS, groups::reads::memberships(db, did)?);
    Ok(all
        .into_iter()
        .chain([groups])
        .filter(|(_, number)| *number > 0)
        .map(|(kind, number)| Count::new(kind, number))
        .collect())
}

/// What a deletion does here.
pub(crate) fn delete(db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
    let (ended, mut goes): (Vec<_>, Vec<_>) = count(db, did)?
        .into_iter()
        .partition(|count| count.kind == CONNECTIONS);
    goes.retain(|count| count.kind != GROUPS);
    let (memberships, owned) = (
        groups::reads::memberships(db, did)?,
        groups::reads::owned(db, did)?,
    );
    let in_groups = (memberships > 0).then(|| Stays {
        kind: "groups that you are in".to_owned(),
        number: memberships,
        why: "you are in none any more, at once; that you were stays in their own records, without words of yours".to_owned(),
    });
    let made = (owned > 0).then(|| Stays {
        kind: "groups that you made".to_owned(),
        number: owned,
        why:
            "a group has a record of its own, with its name: dissolve it first, if it shall go too"
                .to_owned(),
    });
    let stays = ended.into_iter().map(|count| Stays {
        why: "they end, and nobody is shown them any more; that you were connected also stands in the other person's record, with what you signed of them and without any of your words".to_owned(),
        kind: count.kind,
        number: count.number,
    });
    Ok(DeletePlan {
        goes,
        stays: stays.chain(in_groups).chain(made).collect(),
    })
}

/// What a move does here.
pub(crate) fn transfer(db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
    let moves = count(db, did)?;
    let connections = moves.iter().find(|count| count.kind == CONNECTIONS);
    let cannot = connections.map(|count| Stays {
        kind: "connections as others see them".to_owned(),
        number: count.number,
        why: "your side moves along; a box walks the graph of the people whom it keeps, so there it counts once they are there, too".to_owned(),
    });
    let groups = moves.iter().find(|count| count.kind == GROUPS);
    let groups = groups.map(|count| Stays {
        kind: "groups".to_owned(),
        number: count.number,
        why: "a group stays where it is at home; your record of being in it moves along".to_owned(),
    });
    Ok(TransferPlan {
        cannot: cannot.into_iter().chain(groups).collect(),
        moves,
    })
}
