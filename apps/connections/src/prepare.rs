//! What is looked at before a command is submitted, outside the writer: tiers, codes, and what `auth` finds of signatures.

use axum::http::HeaderMap;
use imajin_ledger::Command;
use imajin_protocol::tier::{Capability, invite_quota};
use imajin_service::{Node, Problem, codes};
use serde_json::{Value as Json, json};

use crate::projection::PROJECTION;
use crate::rules::{ARG_ASKED, ARG_INVITE, ARG_INVITER, ARG_QUOTA};
use crate::{asking, graph, groups, ops, reads, statements};

/// The header that carries a code, as it does where one begins an identity with it.
pub(crate) const CODE: &str = "x-imajin-invite";

/// Puts into `args` what the decision needs.
pub(crate) fn prepare(
    node: &Node,
    headers: &HeaderMap,
    command: &mut Command,
) -> Result<(), Problem> {
    command.args = match command.op.as_str() {
        ops::INVITE => invite(node, command)?,
        ops::ACCEPT => accept(node, headers, command)?,
        ops::CONFIRM => confirm(node, headers, command)?,
        ops::ASK => asking::prepare(node, command)?,
        ops::POLICY => {
            asking::check_policy(node, command)?;
            Json::Null
        }
        op if op.starts_with(ops::group::PREFIX) => {
            groups::prepare::prepare(node, headers, command)?
        }
        _ => Json::Null,
    };
    Ok(())
}

fn invite(node: &Node, command: &Command) -> Result<Json, Problem> {
    node.require(&command.did, Capability::Connect)?;
    if command
        .fact
        .as_ref()
        .and_then(|fact| fact.int(ops::FACT_VOUCH))
        == Some(1)
    {
        node.require(&command.did, Capability::Vouch)?;
    }
    let quota = match node.is_owner(&command.did)? {
        true => None,
        false => Some(invite_quota(node.tier(&command.did)?)),
    };
    Ok(json!({ ARG_QUOTA: quota }))
}

fn accept(node: &Node, headers: &HeaderMap, command: &Command) -> Result<Json, Problem> {
    let inviter = statements::other(command, &[ops::FACT_INVITE]).map_err(Problem::from)?;
    // The same proof again, since its answer was lost: the ledger has the answer, whatever became of the invitation.
    if node.read(PROJECTION.name, |db| {
        graph::connected(db, &command.did, &inviter)
    })? {
        return Ok(Json::Null);
    }
    node.require(&command.did, Capability::Connect)?;
    let code = headers.get(CODE).and_then(|value| value.to_str().ok());
    let code = code.ok_or_else(|| {
        Problem::forbidden("Name the code of the invitation in the header X-Imajin-Invite.")
            .slug("invite")
    })?;
    let invitation = open(node, code)?;
    Ok(json!({
        ARG_INVITER: invitation.inviter,
        ARG_INVITE: invitation.id,
        ARG_ASKED: asked(node, headers, command)?,
    }))
}

/// The invitation of a code that can be accepted now, or why not.
pub(crate) fn open(node: &Node, code: &str) -> Result<imajin_service::Invitation, Problem> {
    if let Some(invitation) = node.invitation(code)? {
        return Ok(invitation);
    }
    let known = node.read(PROJECTION.name, |db| reads::invite_by_code(db, code))?;
    Err(match known {
        Some(_) => Problem::gone(
            "This invitation has ended, was used up or taken back. Ask for another one.",
        ),
        None => Problem::not_found(format!(
            "There is no invitation {:?} here. Look at the code again.",
            codes::canonical(code)
        )),
    })
}

fn confirm(node: &Node, headers: &HeaderMap, command: &Command) -> Result<Json, Problem> {
    let other = statements::other(command, &[ops::FACT_INVITE]).map_err(Problem::from)?;
    let link = node.read(PROJECTION.name, |db| {
        reads::link(db, &command.did, other.as_str())
    })?;
    // Done already, or never accepted: the ledger or the decision says so.
    if link.is_none_or(|link| link.confirmed) {
        return Ok(Json::Null);
    }
    Ok(json!({ ARG_ASKED: asked(node, headers, command)? }))
}

/// What `auth` finds, for each thing that it will be asked for.
fn asked(node: &Node, headers: &HeaderMap, command: &Command) -> Result<Vec<Json>, Problem> {
    let asked = statements::asked(command).map_err(Problem::from)?;
    asked
        .iter()
        .map(|asked| node.prepare_asked(headers, command, asked))
        .collect()
}
