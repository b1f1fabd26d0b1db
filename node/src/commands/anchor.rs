//! `imajin anchor`: has the node publish how far your own log is, checks that it did, and signs that you saw it.

use super::Person;
use crate::cli::AnchorArgs;
use crate::client::{ClientError, Session};
use crate::output::Out;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_dfos::content::Operation;
use imajin_dfos::countersign::{self, Countersign};
use imajin_dfos::{base64, statement};
use imajin_log::entry::decode_body;
use imajin_protocol::anchor::{
    AnchoredHead, ChainFile, Document, NONCE_BYTES, Nonce, Path, path_from_json, subject,
};
use imajin_protocol::identity::verify_chain;
use reqwest::Method;
use serde_json::{Value as Json, json};

/// Path of the route of a node's own relay that accepts operations.
const RELAY: &str = "/registry/relay/proof/v1/operations";
/// Relation of the owner's countersignature to the node's operation.
const RELATION: &str = "anchor";

/// The node's answer after verification.
struct Anchor {
    operation: String,
    at: String,
    head: AnchoredHead,
    path: (Nonce, Path),
    answer: Json,
}

pub(super) fn run(args: &AnchorArgs) -> Outcome {
    let person = Person::connect(&args.at.node, &args.at.key, args.at.trust)?;
    let session = Session::begin(&person.client, &person.key)?;
    let request = session.request(&person.client, Method::POST, "/auth/api/anchors");
    let anchor = checked(&person, &session, person.client.json(request)?)?;
    let countersignature = countersign(&person, &anchor)?;
    let outcome = match &countersignature {
        Some(token) => tell(&person, token)?,
        None => CountersignOutcome::Nothing,
    };
    if let Some(path) = &args.to {
        keep(&person, &anchor, countersignature, path)?;
    }
    print(args, &anchor, outcome)
}

/// Writes what the node published and what one knows of it, with what the file knew before.
fn keep(
    person: &Person,
    anchor: &Anchor,
    countersignature: Option<String>,
    path: &std::path::Path,
) -> Outcome {
    let doing = |what: &str| format!("{what} {}", path.display());
    let chain = person.client.get("/auth/api/anchors")?;
    let mut file = ChainFile::parse(chain.to_string().as_bytes())
        .or_no("what the node says it has published")?;
    if path.exists() {
        let bytes = std::fs::read(path).or_unusable(doing("cannot read"))?;
        let before = ChainFile::parse(&bytes)
            .or_unusable(doing("nothing is overwritten but an earlier file of anchors, not"))?;
        if before.node != file.node {
            return Err(Failure::unusable(doing("the anchors of another node are in")));
        }
        file.countersignatures = before.countersignatures;
        file.paths = before.paths;
    }
    let countersignature = countersignature.filter(|said| !file.countersignatures.contains(said));
    file.countersignatures.extend(countersignature);
    if !file.paths.contains(&anchor.path) {
        file.paths.push(anchor.path.clone());
    }
    std::fs::write(path, file.text() + "\n").or_unusable(doing("cannot write"))
}

/// The answer, if it says what it should: a path to your own entry, from a document that the operation names.
fn checked(person: &Person, session: &Session, answer: Json) -> Outcome<Anchor> {
    let wrong = |what: &str| {
        Failure::no(format!("the node's answer does not hold: {what}. Nothing was signed"))
    };
    let text = |name: &'static str| answer[name].as_str().ok_or(ClientError::Form(name));
    let (nonce, path) = path_from_json(&answer["path"]).or_no("the node's answer")?;
    let head = *path.head().ok_or_else(|| wrong("it is not your record"))?;
    let subject = subject(&nonce, &salt(person, session)?, person.key.did());
    let document = path.document(&nonce, &subject);
    let operation = statement::read::<Operation>(text("token")?).or_no("the node's operation")?;
    let named = operation.statement().action.document();
    if document.is_none() || document != Document::parse(text("document")?) {
        return Err(wrong("the path leads to another document"));
    }
    if named != document.map(|document| document.cid().to_string()).as_deref()
        || operation.cid().to_string() != text("operation")?
    {
        return Err(wrong("the operation names another document"));
    }
    let did = person.key.did().as_str();
    let entry = head.seq.checked_sub(1).map_or(String::new(), |seq| format!("&after={seq}"));
    let log = session.get(&person.client, &format!("/auth/api/log/{did}?limit=1{entry}"))?;
    if imajin_dfos::cid::dag_cbor_cid(&bytes(&log["entries"][0]["header"])?) != head.cid {
        return Err(wrong("the entry that it names is another one in your record"));
    }
    Ok(Anchor {
        operation: text("operation")?.to_owned(),
        at: text("at")?.to_owned(),
        path: (nonce, path),
        head,
        answer,
    })
}

/// The salt of your first entry, which places your log in every anchor.
fn salt(person: &Person, session: &Session) -> Outcome<[u8; NONCE_BYTES]> {
    let did = person.key.did().as_str();
    let log = session.get(&person.client, &format!("/auth/api/log/{did}?limit=1"))?;
    let body = decode_body(&bytes(&log["entries"][0]["body"])?).or_no("your first entry")?;
    let salt = body.get("salt").and_then(imajin_dfos::Value::as_bytes);
    salt.and_then(|salt| salt.try_into().ok()).ok_or_else(|| ClientError::Form("salt").into())
}

fn bytes(text: &Json) -> Result<Vec<u8>, ClientError> {
    let text = text.as_str().ok_or(ClientError::Form("entries"))?;
    base64::decode_url(text).map_err(|_| ClientError::Form("entries"))
}

/// Signs the owner's countersignature; `None` if the log is a bare key's.
fn countersign(person: &Person, anchor: &Anchor) -> Outcome<Option<String>> {
    let (did, kid) = (&person.signer.did, &person.signer.kid);
    let place = person.client.place(&person.signer)?;
    if place.chain.is_none() {
        return Ok(None);
    }
    let chain = person.client.get(&format!("/auth/api/identity/{did}/chain"))?;
    let tokens = chain["log"].as_array().ok_or(ClientError::Form("log"))?;
    let tokens: Vec<&str> = tokens.iter().filter_map(Json::as_str).collect();
    let chain = verify_chain(did, &tokens).or_no("your identity")?;
    let statement = Countersign {
        did: chain.did().clone(),
        target: anchor.operation.clone(),
        relation: Some(RELATION.to_owned()),
        created_at: place.time,
    };
    let signed = countersign::sign(&statement, kid.key_id(), &person.key.signing_key());
    Ok(Some(signed.or_no("signing")?.token))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CountersignOutcome {
    /// No countersignature was sent.
    Nothing,
    /// The node's relay has it.
    Relay,
    /// The node runs no relay.
    NoRelay,
}

fn tell(person: &Person, token: &str) -> Outcome<CountersignOutcome> {
    let request = person.client.request(Method::POST, RELAY);
    match person.client.json(request.json(&json!({ "operations": [token] }))) {
        Ok(answer) => {
            let result = &answer["results"][0];
            // The relay keeps operations whose dependencies are still on their way, and tries them again.
            if result["status"] != "rejected" || result["dependencyMissing"] == true {
                Ok(CountersignOutcome::Relay)
            } else {
                Err(Failure::no(format!(
                    "the relay did not take your countersignature: {}",
                    result["error"].as_str().unwrap_or("it does not say why")
                )))
            }
        }
        Err(error) if matches!(error.status(), Some(404 | 501)) => Ok(CountersignOutcome::NoRelay),
        Err(error) => Err(error.into()),
    }
}

fn print(args: &AnchorArgs, anchor: &Anchor, told: CountersignOutcome) -> Outcome {
    let mut answer = anchor.answer.clone();
    answer["countersigned"] = json!(told != CountersignOutcome::Nothing);
    answer["relay"] = json!(told == CountersignOutcome::Relay);
    Out::answer(args.json, &answer, |out| {
        out.line(format_args!("anchored   entry {} ({})", anchor.head.seq, anchor.head.cid))?;
        out.line(format_args!("published  {}, {}", anchor.operation, anchor.at))?;
        out.line(match told {
            CountersignOutcome::Nothing => {
                "           without a countersignature: your log has no identity chain"
            }
            CountersignOutcome::Relay => {
                "           countersigned by you, and the node's relay has it"
            }
            CountersignOutcome::NoRelay => {
                "           countersigned by you; the node runs no relay: keep it with --to"
            }
        })
    })
}
