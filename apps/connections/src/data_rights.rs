//! A person's data rights in this service: export, count, delete, move.

use imajin_app::data_rights::entries::exported;
use imajin_app::{Count, DataRights, DeletePlan, Retained, TransferPlan, time};
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::{Connections, blocks, groups, queries};

/// A declared use. Bundles of nodes that kept no requests have no such member.
fn exported_query(query: queries::Queried) -> Json {
    let mut row = json!({
        "by": query.by,
        "at": time::text(query.at),
        "consent": query.consent,
        "settlement": query.settlement,
    });
    if let Some(request) = query.request {
        row["request"] = request.into();
    }
    row
}

impl DataRights for Connections {
    /// The section `connections` of bundle.json, exactly as docs/sections.md says.
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let db = Reader::from(db);
        let links = queries::whole(db, did)?;
        let mut invites = queries::invites(db, did)?;
        let nicknames = queries::nicknames(db, did)?;
        let (policy, queries) = (queries::chosen(db, did)?, queries::queried(db, did)?);
        let groups = groups::queries::entries(db, did)?;
        let blocked = blocks::blocks_of(db, did)?;
        let lists_are_empty =
            links.is_empty() && invites.is_empty() && nicknames.is_empty() && blocked.is_empty();
        if lists_are_empty && groups.is_empty() && policy.is_none() && queries.is_empty() {
            return Ok(None);
        }
        invites.reverse();
        let mut section = json!({
            "graph": links.into_iter().map(|link| json!({
                "did": link.did,
                "since": time::text(link.since),
                "invited": link.invited,
                "attestation": link.attestation,
            })).collect::<Vec<_>>(),
            "invites": invites.into_iter().map(|invite| json!({
                "id": invite.name,
                "code": invite.code,
                "max_uses": invite.max_uses,
                "uses": invite.uses,
                "created_at": time::text(invite.at),
                "withdrawn_at": invite.withdrawn_at.and_then(time::text),
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
            "queries": queries.into_iter().map(exported_query).collect::<Vec<_>>(),
            "groups": exported(&groups),
        });
        // Exports without blocks have no such member, like those of nodes that did not know blocks.
        if !blocked.is_empty() {
            let rows = blocked
                .into_iter()
                .map(|(did, since)| json!({ "did": did, "since": time::text(since) }));
            section["blocked"] = rows.collect();
        }
        Ok(Some(section))
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let db = Reader::from(db);
        let all = [
            (CONNECTIONS, queries::whole(db, did)?.len()),
            ("invitations", queries::invites(db, did)?.len()),
            ("nicknames", queries::nicknames(db, did)?.len()),
            ("blocks", blocks::blocks_of(db, did)?.len()),
            ("questions about you", queries::queried(db, did)?.len()),
            ("group entries", groups::queries::entries(db, did)?.len()),
        ];
        let all = all.map(|(kind, number)| (kind, number as u64));
        let groups = (GROUPS, groups::queries::memberships(db, did)?);
        Ok(Count::of_any(all.into_iter().chain([groups])))
    }

    /// Returns the effects of a deletion.
    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        let mut goes = self.count(db, did)?;
        let stays = [
            Retained::of_any(
                CONNECTIONS,
                Count::number_of(CONNECTIONS, &goes),
                "they end, and nobody is shown them any more; that you were connected is also in the other person's record, with what you signed of them and without any of your words",
            ),
            Retained::of_any(
                "group memberships",
                Count::number_of(GROUPS, &goes),
                "you leave all of them at once. Their own records keep that you were a member, without any of your words",
            ),
            Retained::of_any(
                "owned groups",
                groups::queries::owned(db.into(), did)?,
                "a group has its own record and name, which stay. To remove a group, too, dissolve it before you go",
            ),
        ];
        let stays = stays.into_iter().flatten().collect();
        goes.retain(|count| count.kind != CONNECTIONS && count.kind != GROUPS);
        Ok(DeletePlan { goes, stays })
    }

    /// Returns the effects of a move.
    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let moves = self.count(db, did)?;
        let cannot = [
            Retained::of_any(
                "connections as others see them",
                Count::number_of(CONNECTIONS, &moves),
                "your side is included; a box walks the graph of the people whom it keeps, so there it counts once they are there, too",
            ),
            Retained::of_any(
                "groups",
                Count::number_of(GROUPS, &moves),
                "a group stays where it is at home; your record of being in it is included",
            ),
        ];
        let cannot = cannot.into_iter().flatten().collect();
        Ok(TransferPlan { moves, cannot })
    }
}

/// The kind of connections in the count.
const CONNECTIONS: &str = "connections";
/// The kind of group memberships in the count.
const GROUPS: &str = "groups";
