//! The graph of standing, from the tables (docs/standing.md).

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_protocol::attestation::{Kind, Status};
use imajin_protocol::standing::{Given, Graph, Mode, Standing};
use imajin_service::{Node, Problem};

use super::read::{self, Found};
use crate::{NAME, people};

/// Somebody's standing by what this node knows now.
pub(crate) fn of(node: &Node, subject: &Did, mode: Mode) -> Result<Standing, Problem> {
    let now = node.now();
    let rows = node.read(NAME, read::all)?;
    let given = rows
        .into_iter()
        .filter(|row| row.is_in_force(now))
        .filter_map(given)
        .collect();
    let owner = people::owner_of_node(node)?.and_then(|did| Did::parse(&did).ok());
    let roots: Vec<Did> = [Some(node.did().clone()), owner]
        .into_iter()
        .flatten()
        .collect();
    Ok(Graph::new(given, &roots, now, mode).of(subject))
}

fn given(row: Found) -> Option<Given> {
    let bilateral = row.status() == Status::Bilateral;
    Some(Given {
        issuer: Did::parse(&row.issuer).ok()?,
        subject: Did::parse(&row.subject).ok()?,
        kind: Kind::parse(&row.kind).ok()?,
        issued_at: Timestamp::from_millis(row.issued_at).ok()?,
        bilateral,
        portable: row.author_jws.is_some(),
        public: row.public && bilateral,
        context_id: row.context_id,
        cid: row.cid,
    })
}
