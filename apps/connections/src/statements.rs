//! What two people sign of each other when they connect: attestations that ride on an operation of this service and are
//! asked of `auth` in the same transaction.
//!
//! Always: they have no words of their own: type, context and parties follow from the operation. Signatures are auth's to
//! check, before the writer; the same list is made there and in the decision.

use imajin_dfos::Value;
use imajin_ledger::ops::{ATTESTATION_COUNTERSIGN, ATTESTATION_ISSUE};
use imajin_ledger::{Command, Refusal, RefusalKind, TypedCommand};
use imajin_protocol::attestation::Attestation;
use imajin_protocol::attestation::kind::{CONNECTION_ACCEPTED, CONNECTION_INVITED, VOUCH};
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use serde_json::Value as Json;

use crate::ops;

/// What `context_type` says of an invitation's name.
pub(crate) const CONTEXT: &str = "invite";
/// Members of an attestation in a body.
const MEMBERS: [&str; 3] = ["attestation", "signature", "author_jws"];

pub(crate) fn bad(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(RefusalKind::BadRequest, message).field(field)
}

/// The other one, as the fact names them.
pub(crate) fn other(command: &Command, others: &[&str]) -> Result<Did, Refusal> {
    let keys = [&[ops::FACT_DIDS], others].concat();
    let shape = || {
        bad(
            "fact",
            format!(
                "The fact of {} is {{\"dids\":[one DID]}}{}.",
                command.op,
                others
                    .iter()
                    .map(|key| format!(" and {key}"))
                    .collect::<String>()
            ),
        )
    };
    let fact = command.fact.as_ref().filter(|fact| {
        fact.iter().count() == keys.len() && keys.iter().all(|key| fact.get(key).is_some())
    });
    let ids = fact.and_then(|fact| fact.ids(ops::FACT_DIDS));
    let did = match ids.as_deref() {
        Some([id]) => id.to_did().filter(|did| did.key_bytes().is_some()),
        _ => None,
    };
    let did = did.ok_or_else(shape)?;
    if did == command.did {
        return Err(bad("fact", "One cannot connect with oneself."));
    }
    Ok(did)
}

/// The invitation that the fact names.
pub(crate) fn invite(command: &Command) -> Result<&IdText, Refusal> {
    let id = command
        .fact
        .as_ref()
        .and_then(|fact| fact.id(ops::FACT_INVITE));
    id.ok_or_else(|| bad("fact", "The fact must name the invitation: invite."))
}

/// What `auth` is asked for along with this command.
pub(crate) fn asked(command: &Command) -> Result<Vec<TypedCommand>, Refusal> {
    match command.op.as_str() {
        ops::ACCEPT => {
            let body = map_with(command.body.as_ref(), &MEMBERS)?;
            let issued = issue(command, body, &[CONNECTION_ACCEPTED])?;
            if issued.reference != command.reference {
                return Err(bad("ref", "ref must be the CID of the attestation."));
            }
            Ok(vec![issued])
        }
        ops::CONFIRM => confirm(command),
        _ => Ok(Vec::new()),
    }
}

fn confirm(command: &Command) -> Result<Vec<TypedCommand>, Refusal> {
    let body = map_with(command.body.as_ref(), &["witness_jws", "attestations"])?;
    let shape = || {
        bad(
            "body",
            "The body must be {witness_jws, attestations: [connection.invited, vouch?], salt}.",
        )
    };
    let token = body.get("witness_jws").ok_or_else(shape)?;
    let list = body
        .get("attestations")
        .and_then(Value::as_list)
        .filter(|list| list.len() <= 2)
        .ok_or_else(shape)?;
    let mut all = vec![TypedCommand {
        did: command.did.clone(),
        op: ATTESTATION_COUNTERSIGN.to_owned(),
        reference: command.reference.clone(),
        body: Some(Value::map([("witness_jws", token.clone())])),
        fact: Some(names(&other_of(command)?)?),
        args: Json::Null,
    }];
    let mut left = vec![CONNECTION_INVITED, VOUCH];
    for item in list {
        let issued = issue(command, map_with(Some(item), &MEMBERS)?, &left)?;
        let said = issued
            .body
            .as_ref()
            .and_then(|body| body.get_str(MEMBERS[0]));
        let said = said.and_then(|text| Attestation::parse(&command.did, text).ok());
        left.retain(|kind| {
            said.as_ref()
                .is_some_and(|said| said.kind.as_str() != *kind)
        });
        all.push(issued);
    }
    Ok(all)
}

fn other_of(command: &Command) -> Result<Did, Refusal> {
    other(command, &[ops::FACT_INVITE])
}

fn names(did: &Did) -> Result<Fact, Refusal> {
    Fact::new([(ops::FACT_DIDS, one(did)?)]).map_err(|error| bad("fact", format!("{error}.")))
}

fn one(did: &Did) -> Result<FactValue, Refusal> {
    let id = IdText::from_did(did).map_err(|error| bad("fact", format!("{error}.")))?;
    Ok(FactValue::List(vec![FactItem::Id(id)]))
}

/// The fact of accepting and of confirming: the other one, and the invitation.
pub(crate) fn fact(other: &Did, invite: &str) -> Result<Fact, Refusal> {
    let wrong = |error: &dyn std::fmt::Display| bad("fact", format!("{error}."));
    let invite = IdText::parse(invite).map_err(|error| wrong(&error))?;
    Fact::new([
        (ops::FACT_DIDS, one(other)?),
        (ops::FACT_INVITE, FactValue::Id(invite)),
    ])
    .map_err(|error| wrong(&error))
}

/// A map with exactly these members, and perhaps a salt.
fn map_with<'a>(value: Option<&'a Value>, members: &[&str]) -> Result<&'a Value, Refusal> {
    let is_fine = |value: &&Value| {
        value.as_map().is_some_and(|map| {
            members.iter().all(|name| map.contains_key(*name))
                && map
                    .keys()
                    .all(|key| key == "salt" || members.contains(&key.as_str()))
        })
    };
    value
        .filter(is_fine)
        .ok_or_else(|| bad("body", format!("It must have {}.", members.join(", "))))
}

fn issue(command: &Command, body: &Value, kinds: &[&str]) -> Result<TypedCommand, Refusal> {
    let text = |name: &'static str| {
        body.get_str(name)
            .ok_or_else(|| bad(name, format!("{name} must be a text.")))
    };
    let (said_text, signature, token) = (text(MEMBERS[0])?, text(MEMBERS[1])?, text(MEMBERS[2])?);
    let wrong = |error: &dyn std::fmt::Display| bad("attestation", format!("{error}."));
    let said = Attestation::parse(&command.did, said_text).map_err(|error| wrong(&error))?;
    let other = other_of(command)?;
    let invite = invite(command)?;
    // Nothing in it that somebody could have written: only the name of one's root record may stand in the payload.
    let plain = said
        .payload
        .as_ref()
        .is_none_or(|payload| payload.keys().all(|key| key == "root"));
    let is_it = kinds.contains(&said.kind.as_str())
        && said.subject == other
        && said.context_id.as_deref() == Some(invite.as_str())
        && said.context_type.as_deref() == Some(CONTEXT)
        && plain;
    if !is_it {
        return Err(wrong(&format!(
            "it must be of type {}, about {other}, with the invitation's name as context_id, \"{CONTEXT}\" as context_type and no payload but root",
            kinds.join(" or ")
        )));
    }
    let cid = said.cid().map_err(|error| wrong(&error))?;
    Ok(TypedCommand {
        did: command.did.clone(),
        op: ATTESTATION_ISSUE.to_owned(),
        reference: Some(IdText::from_cid(&cid)),
        body: Some(Value::map([
            (MEMBERS[0], Value::from(said_text)),
            ("issuer", Value::from(command.did.as_str())),
            (MEMBERS[1], Value::from(signature)),
            ("audience", Value::from("parties")),
            (MEMBERS[2], Value::from(token)),
        ])),
        fact: Some(names(&other)?),
        args: Json::Null,
    })
}
