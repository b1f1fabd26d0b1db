//! Entries as people read them: decoded from the log, in plain words, newest first.

use imajin_dfos::cbor::to_dag_json;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Timestamp, Value};
use imajin_ledger::entry::decode_body;
use imajin_ledger::{Bound, Header, OpTable, StoredEntry, WillKind};
use imajin_protocol::settlement::Receipt;
use imajin_protocol::{Did, jcs};
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::words;

/// One entry.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) header: Header,
    cid: String,
    body: Option<Value>,
    /// What ties its body to a signature; none where this program does not know the operation.
    bound: Option<Bound>,
}

impl Line {
    /// Reads a stored entry; one that does not decode is left out (the ledger says what is wrong with its log).
    pub(crate) fn read(stored: &StoredEntry, ops: &OpTable) -> Option<Self> {
        let header = Header::decode(&stored.header).ok()?;
        let bound = ops.get(&header.op).map(|spec| spec.bound);
        let body = stored
            .body
            .as_deref()
            .and_then(|bytes| decode_body(bytes).ok());
        Some(Self {
            cid: dag_cbor_cid(&stored.header).to_string(),
            header,
            body,
            bound,
        })
    }

    /// The entry as an item of the list.
    pub(crate) fn draw(&self, owner: &Did) -> Markup {
        let header = &self.header;
        html! {
            li.entry id={ "entry-" (header.seq) } class={ "entry will-border-" (header.will_kind()) } {
                h3 { (words::operation(&header.op)) @if let Some(what) = self.what() { ": " (what) } }
                p.hint { "Entry " (header.seq) ", " (words::time(header.at)) ". " (self.who(owner)) }
                details {
                    summary { "Look inside" }
                    (self.inside())
                }
            }
        }
    }

    /// A few words about what is in the body.
    fn what(&self) -> Option<String> {
        let header = &self.header;
        if header.body.is_some() && self.body.is_none() {
            return Some("the words were erased".to_owned());
        }
        match header.op.as_str() {
            "profile.handle.claim" => self.body.as_ref()?.get_str("handle").map(str::to_owned),
            "profile.update" => {
                let members = self.body.as_ref()?.as_map()?;
                let names: Vec<_> = members.keys().filter_map(|key| member(key)).collect();
                (!names.is_empty()).then(|| names.join(", "))
            }
            _ => None,
        }
    }

    /// Who willed it and who signed.
    fn who(&self, owner: &Did) -> Markup {
        let header = &self.header;
        let theirs = header.author == *owner;
        html! {
            @match header.will_kind() {
                WillKind::Signed if header.via.is_some() => { "Signed by a helper that you allowed." }
                WillKind::Signed if theirs => { "Signed by you" @if let Some(part) = header.proof_part() { ", with the key " span.mono { (short(part.kid.key_id())) } } "." }
                WillKind::Signed => { "Signed by somebody else." }
                WillKind::Custodial => { "Asked for while signed in; your box vouches for it, you did not sign." }
                WillKind::Derived if theirs => { "Followed from something you did." }
                WillKind::Derived => { "Followed from something that somebody did." }
                WillKind::Node => { "Your box's own note: nobody signed it." }
            }
            @if let Some(words) = self.home_words() { " " (words) }
        }
    }

    /// What of a consequence nothing signed stands behind. Whether what it followed from was signed, its own entry says.
    fn home_words(&self) -> Option<&'static str> {
        let header = &self.header;
        if header.will_kind() != WillKind::Derived {
            return None;
        }
        let bound = self.bound?;
        match (bound, self.body.is_some()) {
            (Bound::Receipt, true) if self.division_is_proved() => Some(
                "That it was paid is your box's own word; who gets what of it follows from what was signed.",
            ),
            (Bound::Receipt, true) => {
                Some("That it was paid, and who gets what of it, is your box's own word.")
            }
            (Bound::Node, true) => Some("What it says is your box's own word: nobody signed it."),
            _ if header.body.is_none() && header.fact.is_some() => {
                Some("What it says beyond that is your box's own word: nobody signed it.")
            }
            _ => None,
        }
    }

    /// Whether who gets what of a receipt follows from manifests that the payment names: what is paid outside is entered
    /// later, by an operation that names none (docs/format.md §8, *Receipts*).
    fn division_is_proved(&self) -> bool {
        let text = self.body.as_ref().and_then(|body| body.get_str("receipt"));
        let receipt = text.and_then(|text| jcs::parse_strict(text.as_bytes()).ok());
        let Some(receipt) = receipt.as_ref().and_then(serde_json::Value::as_object) else {
            return false;
        };
        let rail = receipt
            .get("order")
            .and_then(|order| order["rail"].as_str());
        matches!(rail, Some("ledger" | "free")) && Receipt::check_sum(receipt) == Ok(true)
    }

    fn inside(&self) -> Markup {
        let header = &self.header;
        html! {
            dl.facts {
                dt { "Operation" } dd { code { (header.op) } }
                dt { "When" } dd { (words::date_time(header.at)) }
                dt { "Its fingerprint" } dd { code { (self.cid) } }
                @if let Some(prev) = &header.prev { dt { "The one before" } dd { code { (prev) } } }
                @if let Some(reference) = &header.reference { dt { "About" } dd { code { (reference) } } }
                @if let Some(part) = header.proof_part() {
                    dt { "Signing key" } dd { code { (part.kid) } }
                    dt { "Signature" } dd { code { (imajin_dfos::hex::encode(&part.sig)) } }
                }
                @if let Some(cause) = &header.cause { dt { "Because of" } dd { code { (cause) } } }
            }
            @if let Some(body) = &self.body { p.hint { "What it says:" } pre { (pretty(body)) } }
            @if let Some(fact) = &header.fact { p.hint { "What stays for ever:" } pre { (serde_json::to_string_pretty(fact).unwrap_or_default()) } }
        }
    }
}

/// A key's name, short enough to compare by eye.
fn short(id: &str) -> String {
    id.trim_start_matches("key_").chars().take(8).collect()
}

fn member(key: &str) -> Option<&'static str> {
    Some(match key {
        "displayName" => "name",
        "bio" => "about you",
        "avatar" => "picture",
        "banner" => "wide picture",
        "links" => "links",
        "visibility" | "fieldVisibility" => "who sees it",
        "featureToggles" => "extras",
        _ => return None,
    })
}

/// The body as JSON, without the salt, which says nothing.
fn pretty(body: &Value) -> String {
    let mut json = to_dag_json(body).unwrap_or(Json::Null);
    if let Some(map) = json.as_object_mut() {
        map.shift_remove("salt");
    }
    serde_json::to_string_pretty(&json).unwrap_or_default()
}

/// What the picture needs to know of an entry.
#[derive(Debug, Clone)]
pub(crate) struct Dot {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) service: String,
    pub(crate) op: String,
    pub(crate) will: WillKind,
}

impl Dot {
    /// Of a stored entry.
    pub(crate) fn read(stored: &StoredEntry) -> Option<Self> {
        let header = Header::decode(&stored.header).ok()?;
        Some(Self {
            seq: header.seq,
            at: header.at,
            service: header.service().to_owned(),
            will: header.will_kind(),
            op: header.op,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use imajin_ledger::Sealed;
    use imajin_ledger::entry::{Will, encode_body};
    use imajin_protocol::{Fact, FactValue};

    use super::*;

    /// An entry as the page draws it.
    fn drawn(op: &str, will: Will, body: Option<Value>, fact: bool) -> String {
        let did = Did::from_key(&[7; 32]);
        let body = body.map(|body| encode_body(&body).unwrap());
        let fact = fact.then(|| Fact::new([("amount", FactValue::Int(5))]).unwrap());
        let cause = matches!(will, Will::Derived).then(|| dag_cbor_cid(b"what it followed from"));
        let via = matches!(will, Will::Custodial).then(|| imajin_dfos::cid::raw_cid(b"session"));
        let header = Header {
            did: did.clone(),
            seq: 3,
            prev: Some(dag_cbor_cid(b"the one before")),
            at: Timestamp::from_millis(1_767_225_600_000).unwrap(),
            op: op.into(),
            reference: None,
            body: body.as_deref().map(dag_cbor_cid),
            fact,
            author: did.clone(),
            will,
            via,
            cause,
            txn: None,
        };
        let stored = StoredEntry {
            seq: 3,
            header: Sealed::seal(header, None).header_bytes.to_vec().into(),
            body: body.map(Into::into),
        };
        let line = Line::read(&stored, OpTable::published().unwrap()).unwrap();
        line.draw(&did).into_string()
    }

    fn words() -> Option<Value> {
        let salt = Value::Bytes(vec![0; 16]);
        Some(Value::map([("salt", salt), ("words", "x".into())]))
    }

    #[test]
    fn what_nobody_signed_is_called_the_boxs_own_word() {
        let is_called = |html: &str| html.contains("box's own word");
        // Its amount stands in a fact that nothing ties; a receipt's division follows, that it was paid does not.
        assert!(is_called(&drawn("pay.credit", Will::Derived, None, true)));
        let receipt = drawn("pay.receipt", Will::Derived, words(), true);
        assert!(is_called(&receipt));
        // Whose sum cannot be done again says nothing of who gets what that anybody else vouches for.
        assert!(receipt.contains("and who gets what of it"));
        assert!(is_called(&drawn(
            "pay.posted",
            Will::Derived,
            words(),
            true
        )));
        assert!(drawn("pay.paid", Will::Node, None, true).contains("nobody signed it"));
        assert!(
            drawn("profile.update", Will::Custodial, words(), false).contains("you did not sign")
        );
        // What is tied to a signature is not.
        assert!(!is_called(&drawn(
            "events.ticket",
            Will::Derived,
            words(),
            true
        )));
        assert!(!is_called(&drawn(
            "profile.follower",
            Will::Derived,
            None,
            false
        )));
    }
}
