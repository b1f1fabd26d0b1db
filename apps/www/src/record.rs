//! Entries for people: decoded from the log, in plain words, newest first.

use std::sync::Arc;

use imajin_app::{SearchWords, Texts, Words, args};
use imajin_dfos::cbor::to_dag_json;
use imajin_dfos::{Timestamp, Value};
use imajin_ledger::StoredEntry;
use imajin_log::entry::decode_body;
use imajin_log::{Bound, Header, OpTable, WillKind};
use imajin_protocol::settlement::Receipt;
use imajin_protocol::{Did, jcs};
use maud::{Markup, html};
use serde_json::Value as Json;

/// Collects the texts of a value.
fn texts<'v>(value: &'v Value, all: &mut Vec<&'v str>) {
    match value {
        Value::Text(text) => all.push(text),
        Value::List(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Map(members) => members.values().for_each(|member| texts(member, all)),
        _ => {}
    }
}

/// One entry.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) header: Arc<Header>,
    cid: String,
    body: Option<Value>,
    /// How its body is bound to a signature; `None` if this program does not know the operation.
    bound: Option<Bound>,
    /// Whether it has a `ref` or a member of its fact that an operation which it may follow from leaves to the home.
    has_own_fields: bool,
}

impl Line {
    pub(crate) fn read(stored: &StoredEntry, ops: &OpTable) -> Self {
        let header = Arc::clone(&stored.decoded);
        let bound = ops.get(&header.op).map(|spec| spec.bound);
        let has = |field: &str| match field {
            "ref" => header.reference.is_some(),
            member => header.fact.as_ref().is_some_and(|fact| fact.get(member).is_some()),
        };
        let mut rows = ops.iter().filter_map(|spec| spec.derivation(&header.op));
        let has_own_fields = rows.any(|row| row.own.iter().any(|field| has(field)));
        let body = stored.body.as_deref().and_then(|bytes| decode_body(bytes).ok());
        Self { cid: stored.cid.to_string(), header, body, bound, has_own_fields }
    }

    /// Whether what was done and the texts of the body have these words.
    pub(crate) fn has(&self, words: &SearchWords, of_apps: &Words) -> bool {
        let done = of_apps.operation(&self.header.op);
        let mut all = vec![done];
        if let Some(body) = &self.body {
            texts(body, &mut all);
        }
        words.are_in(all)
    }

    /// Draws the entry as a link to where it is among the others.
    pub(crate) fn link(&self, of_apps: &Words, t: Texts) -> Markup {
        let header = &self.header;
        let href = format!("/data?before={}#entry-{}", header.seq + 1, header.seq);
        html! {
            a href=(href) {
                span.grow { (of_apps.operation(&header.op)) @if let Some(what) = self.what(t) { ": " (what) } " " span.soft { (t.date(header.at)) } }
            }
        }
    }

    /// Draws the entry as an item of the list.
    pub(crate) fn draw(&self, owner: &Did, of_apps: &Words, t: Texts) -> Markup {
        let header = &self.header;
        html! {
            li.entry id={ "entry-" (header.seq) } class={ "entry will-border-" (header.will_kind()) } {
                h3 { (of_apps.operation(&header.op)) @if let Some(what) = self.what(t) { ": " (what) } }
                p.hint { (t.markup("entry-at", args![number = header.seq.to_string()], |_, _| t.time(header.at))) " " (self.who(owner, t)) }
                details {
                    summary { (t.text("entry-inside")) }
                    (self.inside(t))
                }
            }
        }
    }

    /// A few words about the body.
    fn what(&self, t: Texts) -> Option<String> {
        let header = &self.header;
        if header.body.is_some() && self.body.is_none() {
            return Some(t.text("entry-erased").into_owned());
        }
        match header.op.as_str() {
            "profile.handle.claim" => self.body.as_ref()?.get_str("handle").map(str::to_owned),
            "profile.update" => {
                let members = self.body.as_ref()?.as_map()?;
                let names = members.keys().filter_map(|key| member(key));
                let names: Vec<_> = names.map(|id| t.text(id)).collect();
                (!names.is_empty()).then(|| names.join(", "))
            }
            _ => None,
        }
    }

    /// The author, and the signer.
    fn who(&self, owner: &Did, t: Texts) -> Markup {
        let header = &self.header;
        let theirs = header.author == *owner;
        html! {
            @match header.will_kind() {
                WillKind::Signed if header.via.is_some() => { (t.text("entry-by-helper")) }
                WillKind::Signed if theirs => {
                    @match header.proof_part() {
                        Some(part) => (t.markup("entry-by-you-key", args![key = short(part.kid.key_id())], |_, inner| html! { span.mono { (inner) } })),
                        None => (t.text("entry-by-you")),
                    }
                }
                WillKind::Signed => { (t.text("entry-by-other")) }
                WillKind::Custodial => { (t.text("entry-custodial")) }
                WillKind::Derived if theirs => { (t.text("entry-followed")) }
                WillKind::Derived => { (t.text("entry-followed-other")) }
                WillKind::Node => { (t.text("entry-box")) }
            }
            @if let Some(id) = self.home_words() { " " (t.text(id)) }
        }
    }

    /// The message about what no signature covers in a consequence. The intent's own entry says whether the intent was signed.
    fn home_words(&self) -> Option<&'static str> {
        let header = &self.header;
        if header.will_kind() != WillKind::Derived {
            return None;
        }
        let bound = self.bound?;
        match (bound, self.body.is_some()) {
            (Bound::Receipt, true) if self.division_is_proved() => Some("entry-word-paid"),
            (Bound::Receipt, true) => Some("entry-word-division"),
            (Bound::Node, true) => Some("entry-word-all"),
            _ if self.has_own_fields => Some("entry-word-fact"),
            _ => None,
        }
    }

    /// Whether the division of a receipt follows from manifests that the payment names: a payment from outside is
    /// entered later, by an operation that names none (docs/works.md, *Receipts*).
    fn division_is_proved(&self) -> bool {
        let text = self.body.as_ref().and_then(|body| body.get_str("receipt"));
        let receipt = text.and_then(|text| jcs::parse_strict(text.as_bytes()).ok());
        let Some(receipt) = receipt.as_ref().and_then(serde_json::Value::as_object) else {
            return false;
        };
        let rail = receipt.get("order").and_then(|order| order["rail"].as_str());
        matches!(rail, Some("ledger" | "free")) && Receipt::check_sum(receipt) == Ok(true)
    }

    fn inside(&self, t: Texts) -> Markup {
        let header = &self.header;
        html! {
            dl.facts {
                dt { (t.text("entry-operation")) } dd { code { (header.op) } }
                dt { (t.text("entry-when")) } dd { (t.date_time(header.at)) }
                dt { (t.text("entry-fingerprint")) } dd { code { (self.cid) } }
                @if let Some(prev) = &header.prev { dt { (t.text("entry-before")) } dd { code { (prev) } } }
                @if let Some(reference) = &header.reference { dt { (t.text("entry-about")) } dd { code { (reference) } } }
                @if let Some(part) = header.proof_part() {
                    dt { (t.text("entry-key")) } dd { code { (part.kid) } }
                    dt { (t.text("entry-signature")) } dd { code { (imajin_dfos::hex::encode(&part.sig)) } }
                }
                @if let Some(cause) = &header.cause { dt { (t.text("entry-cause")) } dd { code { (cause) } } }
            }
            @if let Some(body) = &self.body { p.hint { (t.text("entry-says")) } pre { (pretty(body)) } }
            @if let Some(fact) = &header.fact { p.hint { (t.text("entry-stays")) } pre { (serde_json::to_string_pretty(fact).unwrap_or_default()) } }
        }
    }
}

/// A key's name, short enough to compare by eye.
fn short(id: &str) -> String {
    id.trim_start_matches("key_").chars().take(8).collect()
}

/// The message that names a member of a profile.
fn member(key: &str) -> Option<&'static str> {
    Some(match key {
        "displayName" => "entry-name",
        "bio" => "entry-bio",
        "avatar" => "entry-avatar",
        "banner" => "entry-banner",
        "links" => "entry-links",
        "visibility" | "fieldVisibility" => "entry-visibility",
        "featureToggles" => "entry-extras",
        _ => return None,
    })
}

/// The body as JSON, without the salt, which means nothing to people.
fn pretty(body: &Value) -> String {
    let mut json = to_dag_json(body).unwrap_or(Json::Null);
    if let Some(map) = json.as_object_mut() {
        map.shift_remove("salt");
    }
    serde_json::to_string_pretty(&json).unwrap_or_default()
}

/// An entry as the picture needs it.
#[derive(Debug, Clone)]
pub(crate) struct Dot {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) service: String,
    pub(crate) op: String,
    pub(crate) will: WillKind,
}

impl Dot {
    pub(crate) fn read(stored: &StoredEntry) -> Self {
        let header = &stored.decoded;
        Self {
            seq: header.seq,
            at: header.at,
            service: header.service().to_owned(),
            will: header.will_kind(),
            op: header.op.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use imajin_app::Lang;
    use imajin_dfos::cid::dag_cbor_cid;
    use imajin_log::Sealed;
    use imajin_log::entry::{Will, encode_body};
    use imajin_protocol::{Fact, FactValue};

    use super::*;
    use crate::manifest::TEXTS;

    /// Draws an entry as the page does.
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
        let stored = Sealed::seal(header, body.map(Into::into)).into();
        let line = Line::read(&stored, OpTable::published().unwrap());
        line.draw(&did, &Words::default(), TEXTS.for_reader(Lang::En)).into_string()
    }

    fn words() -> Option<Value> {
        let salt = Value::Bytes(vec![0; 16]);
        Some(Value::map([("salt", salt), ("words", "x".into())]))
    }

    #[test]
    fn what_nobody_signed_is_called_the_boxs_own_word() {
        let is_called = |html: &str| html.contains("box’s own word");
        // Nothing ties its amount, which is in a fact; a receipt's division follows from its manifests, the payment
        // itself does not.
        assert!(is_called(&drawn("pay.credit", Will::Derived, None, true)));
        let receipt = drawn("pay.receipt", Will::Derived, words(), true);
        assert!(is_called(&receipt));
        // A receipt whose division cannot be checked rests on the box's word for the division, too.
        assert!(receipt.contains("and who gets what, is"));
        assert!(is_called(&drawn("pay.posted", Will::Derived, words(), true)));
        assert!(drawn("pay.paid", Will::Node, None, true).contains("nobody signed it"));
        let line = drawn("profile.update", Will::Custodial, words(), false);
        assert!(line.contains("you didn’t sign"));
        // A body that a signature covers is not called the box's word.
        assert!(!is_called(&drawn("events.ticket", Will::Derived, words(), true)));
        assert!(!is_called(&drawn("profile.follower", Will::Derived, None, false)));
    }
}
