//! What is looked at before a command about a group is submitted: tiers, whose key it is, the code of who comes, and
//! what of a group's log goes with its end.

use axum::http::HeaderMap;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_ledger::Command;
use imajin_ledger::entry::Header;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, IdText};
use imajin_service::{Node, Problem, codes};
use serde_json::{Value as Json, json};

use super::KEPT;
use super::reads::{self, GroupInvite};
use super::rules::{ARG_BODIES, ARG_GROUP, ARG_INVITE, ARG_MAY};
use crate::ops::{self, group as op};
use crate::prepare::CODE;
use crate::projection::PROJECTION;

/// Entries of a log that are read at once.
const PAGE: usize = 500;

/// What goes into `args`.
pub(crate) fn prepare(
    node: &Node,
    headers: &HeaderMap,
    command: &Command,
) -> Result<Json, Problem> {
    let group = command.reference.as_ref().and_then(IdText::to_did);
    match command.op.as_str() {
        op::CREATE => create(node, command, group.as_ref()),
        op::INVITE => node
            .require(&command.did, Capability::Connect)
            .map(|()| Json::Null),
        op::JOIN => join(node, headers, command, group.as_ref()),
        op::DISSOLVE => {
            let bodies = match &group {
                Some(group) => bodies(node, group, &command.did)?,
                None => Vec::new(),
            };
            Ok(json!({ ARG_BODIES: bodies }))
        }
        _ => Ok(Json::Null),
    }
}

fn create(node: &Node, command: &Command, group: Option<&Did>) -> Result<Json, Problem> {
    node.require(&command.did, Capability::Connect)?;
    let kept = match group {
        Some(group) => node.kept_key(group)?,
        None => None,
    };
    match kept.is_some_and(|kept| kept.what == KEPT && kept.whose == command.did) {
        true => Ok(json!({ ARG_MAY: true })),
        false => Err(Problem::field(
            "ref",
            "ref must be the DID that this box made for the group: ask POST /connections/api/groups/key for it.",
        )),
    }
}

fn join(
    node: &Node,
    headers: &HeaderMap,
    command: &Command,
    group: Option<&Did>,
) -> Result<Json, Problem> {
    let group = group.ok_or_else(|| Problem::field("ref", "ref must be the group's DID."))?;
    // The same proof again, since its answer was lost: the ledger has the answer, whatever became of the invitation.
    if node.group_role(group, &command.did)?.is_some() {
        return Ok(Json::Null);
    }
    node.require(&command.did, Capability::Connect)?;
    let code = headers.get(CODE).and_then(|value| value.to_str().ok());
    let code = code.ok_or_else(|| {
        Problem::forbidden("Name the code of the invitation in the header X-Imajin-Invite.")
            .slug("invite")
    })?;
    let invite = open(node, code)?;
    Ok(json!({ ARG_GROUP: invite.group, ARG_INVITE: invite.name }))
}

/// The invitation of a code by which one can come now, or why not.
pub(crate) fn open(node: &Node, code: &str) -> Result<GroupInvite, Problem> {
    let (invite, is_open) = node.read(PROJECTION.name, |db| {
        let invite = reads::by_code(db, code)?;
        let is_open = match &invite {
            Some(invite) => invite.is_open(db, node.now())?,
            None => false,
        };
        Ok((invite, is_open))
    })?;
    match invite {
        Some(invite) if is_open => Ok(invite),
        Some(_) => Err(Problem::gone(
            "This invitation has ended, was used up or taken back. Ask for another one.",
        )),
        None => Err(Problem::not_found(format!(
            "There is no invitation {:?} into a group here. Look at the code again.",
            codes::canonical(code)
        ))),
    }
}

/// The bodies with words of its owner in a group's log.
fn bodies(node: &Node, group: &Did, owner: &Did) -> Result<Vec<String>, Problem> {
    let mut bodies = Vec::new();
    let mut after = None;
    loop {
        let entries = node.ledger().entries(group, after, PAGE)?;
        for entry in &entries {
            let header = Header::decode(&entry.header).map_err(Problem::internal)?;
            after = Some(header.seq);
            let has_words = matches!(header.op.as_str(), op::OPENED | op::CHANGED | op::HANDED);
            let own = has_words && header.author == *owner;
            if let Some(body) = entry.body.as_deref().filter(|_| own) {
                bodies.push(dag_cbor_cid(body).to_string());
            }
        }
        if entries.len() < PAGE || bodies.len() >= ops::GROUP_WORDS_MAX {
            return Ok(bodies);
        }
    }
}
