//! `imajin register`: an identity on a node, with your own key. Doing it again changes nothing.

use super::Person;
use crate::cli::RegisterArgs;
use crate::client::{ClientError, Draft, Session, escape, genesis};
use crate::output::Out;
use imajin_box::failure::{Failure, Outcome};
use imajin_protocol::attestation::Attestation;
use imajin_protocol::identity::verify_chain;
use reqwest::Method;
use serde_json::json;

pub(super) fn run(args: &RegisterArgs) -> Outcome {
    let person = Person::connect(&args.at.node, &args.at.key, args.at.trust)?;
    let place = person.client.place(&person.signer)?;
    let created = match place.seen {
        Some(_) => false,
        None => create(&person, args)?,
    };
    if !created && args.claim.is_some() {
        return Err(Failure::no(
            "this key has an identity on the node already, and a claim code is used when it is made",
        ));
    }
    if let Some(handle) = &args.handle {
        let draft =
            Draft::new("profile", "profile.handle.claim").body(&json!({ "handle": handle }));
        person.client.submit(&person.signer, &draft.map_err(Failure::unusable)?)?;
    }
    if let Some(name) = &args.name {
        let draft = Draft::new("profile", "profile.update").body(&json!({ "displayName": name }));
        person.client.submit(&person.signer, &draft.map_err(Failure::unusable)?)?;
    }
    meet(&person)?;
    super::tell_where(&person);
    print(&person, args, created)
}

/// The node says that it met this person, and they confirm it (docs/api.md, "Attestations"). Asked for again it is the same record; one that was
/// confirmed or declined stays so.
fn meet(person: &Person) -> Outcome {
    let client = &person.client;
    let session = Session::begin(client, &person.key)?;
    let root = client.json(session.request(client, Method::POST, "/auth/api/attestations/root"))?;
    if root["attestationStatus"] != "pending" {
        return Ok(());
    }
    let text = |name: &'static str| root[name].as_str().ok_or(ClientError::Form(name));
    let (cid, issuer, author) = (text("cid")?, text("issuerDid")?, text("authorJws")?);
    let did = person.key.did();
    let chain = client.get(&format!("/auth/api/identity/{}/chain", escape(did.as_str())))?;
    let log: Vec<&str> = chain["log"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .collect();
    if log.is_empty() {
        // A bare key has no chain to confirm with.
        return Ok(());
    }
    let chain = verify_chain(did, &log).map_err(Failure::unusable)?;
    let at = client.node()?.time;
    let (name, key) = (person.key.key_id(), person.key.signing_key());
    let witness = Attestation::witness_jws(author, at, &chain, &name, &key);
    let witness = witness.map_err(Failure::unusable)?;
    let draft = Draft::new("auth", "auth.attestation.countersign")
        .body(&json!({ "witness_jws": witness.token }))
        .and_then(|draft| draft.reference(cid))
        .and_then(|draft| draft.fact(&json!({ "dids": [issuer] })))
        .and_then(|draft| draft.to(&[issuer.to_owned()]));
    client.submit(&person.signer, &draft.map_err(Failure::unusable)?)?;
    Ok(())
}

fn create(person: &Person, args: &RegisterArgs) -> Outcome<bool> {
    let begun = genesis(&person.key, &person.client.node()?, args.claim.is_some())?;
    let mut headers = Vec::new();
    if let Some(code) = &args.claim {
        headers.push(("X-Imajin-Claim", code.as_str()));
    }
    if let Some(code) = &args.invite {
        headers.push(("X-Imajin-Invite", code.as_str()));
    }
    person.client.send_signed(&begun.signed, &headers)?;
    Ok(true)
}

fn print(person: &Person, args: &RegisterArgs, created: bool) -> Outcome {
    let (did, node) = (person.key.did().as_str(), person.client.address());
    let answer = json!({ "did": did, "created": created, "handle": args.handle, "node": node });
    Out::answer(args.json, &answer, |out| {
        out.line(if created {
            "your identity is made"
        } else {
            "this key has an identity on the node already"
        })?;
        out.line(format_args!("address  {did}"))?;
        if let Some(handle) = &args.handle {
            out.line(format_args!("page     {node}/profile/{handle}"))?;
        }
        Ok(())
    })
}
