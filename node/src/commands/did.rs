//! `imajin did resolve`: resolves a DID by its identity chain, from any source.
//!
//! Always: the output follows from the given DID and from tokens verified here, never from a server's claim.

use crate::cli::{DidCommand, ResolveArgs};
use crate::client::{Client, escape};
use crate::output::Out;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_dfos::cid::parse_cid;
use imajin_dfos::identity::{Unverified, Verified, resolution_metadata, verify_log};
use imajin_protocol::identity::{did_document, did_of_genesis, verify_chain};
use imajin_protocol::{Did, DidKind, encryption, multikey};
use serde_json::{Value as Json, json};

/// Maximum length of a fetched chain: far above any real one, and a limit for a server that never stops.
const OPERATIONS_MAX: usize = 10_000;
const FILE_BYTES_MAX: u64 = 64 << 20;
/// Operations of one request to a relay.
const PAGE: usize = 1_000;

pub(super) fn run(command: &DidCommand) -> Outcome {
    match command {
        DidCommand::Resolve(args) => resolve(args),
    }
}

fn resolve(args: &ResolveArgs) -> Outcome {
    let did = Did::parse(&args.did).map_err(Failure::unusable)?;
    let tokens = fetch(args, &did)?;
    let resolved = Resolved::new(&did, &tokens)?;
    if let Some(head) = &args.head {
        check_head(head, &tokens)?;
    }
    Out::answer(args.json, &resolved.to_json(), |out| resolved.print(out))
}

/// The tokens, from wherever they are to come.
fn fetch(args: &ResolveArgs, did: &Did) -> Outcome<Vec<String>> {
    let tokens = match (&args.file, &args.relay) {
        (Some(path), _) => tokens_of_text(&super::read_text(path, FILE_BYTES_MAX)?),
        (None, Some(relay)) => of_relay(&Client::new(relay)?, did)?,
        (None, None) => {
            let path = format!("/auth/api/identity/{}/chain", escape(did.as_str()));
            of_json(&Client::new(&args.node)?.get(&path)?).unwrap_or_default()
        }
    };
    if tokens.len() > OPERATIONS_MAX {
        return Err(Failure::no(format!(
            "more than {OPERATIONS_MAX} operations: this is not a person's identity"
        )));
    }
    Ok(tokens)
}

/// A relay's log of an identity, page by page.
fn of_relay(relay: &Client, did: &Did) -> Outcome<Vec<String>> {
    if did.kind() != DidKind::Dfos {
        return Err(Failure::unusable(
            "a relay knows identities as did:dfos:… only; ask a node, which knows both names",
        ));
    }
    let mut tokens = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/proof/v1/identities/{}/log?limit={PAGE}{after}", escape(did.as_str()));
        let page = relay.get(&path)?;
        let more = of_json(&page).unwrap_or_default();
        let is_empty = more.is_empty();
        tokens.extend(more);
        match page["next"].as_str() {
            Some(next) if !is_empty && tokens.len() <= OPERATIONS_MAX => {
                after = format!("&after={}", escape(next));
            }
            _ => return Ok(tokens),
        }
    }
}

/// Tokens in a file: JSON in any of the forms that nodes, relays and certificates have, else one a line.
pub(super) fn tokens_of_text(text: &str) -> Vec<String> {
    let json = serde_json::from_str(text).ok();
    json.and_then(|json| of_json(&json)).unwrap_or_else(|| {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    })
}

/// A list of tokens, `{log: [token]}`, `{chain: [token]}`, or `{entries: [{jwsToken}]}`.
fn of_json(json: &Json) -> Option<Vec<String>> {
    let list = [json, &json["log"], &json["chain"], &json["entries"]]
        .into_iter()
        .find_map(Json::as_array)?;
    let token =
        |item: &Json| item.as_str().or_else(|| item["jwsToken"].as_str()).map(str::to_owned);
    list.iter().map(token).collect()
}

/// Whether the chain contains the known operation. A server that omits it serves an old chain.
fn check_head(head: &str, tokens: &[String]) -> Outcome {
    let head = parse_cid(head).or_unusable("--head")?;
    let is_it =
        |token: &String| Unverified::read(token).is_ok_and(|operation| *operation.cid() == head);
    if tokens.iter().any(is_it) {
        Ok(())
    } else {
        Err(Failure::no(format!(
            "the chain is cut short, or another one: {head} is not part of it"
        )))
    }
}

/// A chain that was verified from the DID alone.
struct Resolved {
    /// The DID as given on the command line.
    did: Did,
    /// The name that comes from the key that began the chain.
    imajin: Did,
    chain: Verified,
}

impl Resolved {
    fn new(did: &Did, tokens: &[String]) -> Outcome<Self> {
        let Some(genesis) = tokens.first() else {
            return Err(Failure::unusable(format!("the answer has no chain of {did}")));
        };
        let untrue = format!("this is not the chain of {did}");
        let chain = match did.kind() {
            DidKind::Dfos => {
                let chain = verify_log(tokens).or_no(&untrue)?;
                let own = chain.did().as_str();
                if own != did.as_str() {
                    return Err(Failure::no(format!("{untrue}: it is that of {own}")));
                }
                chain
            }
            _ => verify_chain(did, tokens).or_no(&untrue)?,
        };
        let (imajin, _) = did_of_genesis(genesis).or_no(&untrue)?;
        Ok(Self { did: did.clone(), imajin, chain })
    }

    fn document(&self) -> Json {
        let other = match self.did.kind() {
            DidKind::Dfos => self.imajin.as_str(),
            _ => self.chain.did().as_str(),
        };
        did_document(self.did.as_str(), other, &self.chain)
    }

    fn to_json(&self) -> Json {
        json!({
            "did": self.did,
            "imajinDid": self.imajin,
            "dfosDid": self.chain.did().as_str(),
            "head": self.chain.head_cid().to_string(),
            "deactivated": self.chain.state().is_deleted,
            "didDocument": self.document(),
            "didDocumentMetadata": resolution_metadata(&self.chain),
        })
    }

    fn print(&self, out: &mut Out) -> Outcome {
        let state = self.chain.state();
        out.line(format_args!("address     {}", self.imajin))?;
        out.line(format_args!("dfos        {}", self.chain.did().as_str()))?;
        let shown = if state.is_deleted { "deactivated by its owner" } else { "active" };
        out.line(format_args!("state       {shown}"))?;
        let (count, at) = (self.chain.operation_count(), self.chain.updated_at());
        out.line(format_args!("operations  {count}, the newest of {at}"))?;
        out.line(format_args!("head        {}", self.chain.head_cid()))?;
        let document = self.document();
        for (name, role) in [
            ("authentication", "signs"),
            ("assertionMethod", "states"),
            ("capabilityInvocation", "controls"),
        ] {
            for key in document[name].as_array().into_iter().flatten() {
                let id = key.as_str().unwrap_or_default().rsplit('#').next().unwrap_or_default();
                let key = state.any_key(id).map_or("", |key| key.multibase());
                out.line(format_args!("{role:<10}  {id}  {key}"))?;
            }
        }
        let encryption = encryption::among(&state.services);
        for entry in encryption.iter().filter(|_| !state.is_deleted) {
            let key = multikey::x25519(&entry.key);
            out.line(format_args!("opens       {}  {key}", entry.of))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_in_every_form_and_anything_else_is_none() {
        let expected = vec!["a.b.c".to_owned(), "d.e.f".to_owned()];
        for text in [
            "a.b.c\n\n d.e.f \n",
            r#"["a.b.c","d.e.f"]"#,
            r#"{"did":"x","log":["a.b.c","d.e.f"]}"#,
            r#"{"v":1,"chain":["a.b.c","d.e.f"]}"#,
            r#"{"entries":[{"cid":"x","jwsToken":"a.b.c"},{"jwsToken":"d.e.f"}],"next":null}"#,
        ] {
            assert_eq!(tokens_of_text(text), expected, "{text}");
        }
        for text in ["{}", "[1]", "{\"log\":[{}]}", "null"] {
            let did = Did::from_key(&[1; 32]);
            assert!(Resolved::new(&did, &tokens_of_text(text)).is_err(), "{text}");
        }
    }
}
