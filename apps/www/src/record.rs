//! Entries as people read them: decoded from the log, in plain words, newest first.

use imajin_dfos::cbor::to_dag_json;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Timestamp, Value};
use imajin_ledger::entry::decode_body;
use imajin_ledger::{Header, StoredEntry, WillKind};
use imajin_protocol::Did;
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::words;

/// One entry.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) header: Header,
    cid: String,
    body: Option<Value>,
}

impl Line {
    /// Reads a stored entry; one that does not decode is left out (the ledger says what is wrong with its log).
    pub(crate) fn read(stored: &StoredEntry) -> Option<Self> {
        let header = Header::decode(&stored.header).ok()?;
        let body = stored
            .body
            .as_deref()
            .and_then(|bytes| decode_body(bytes).ok());
        Some(Self {
            cid: dag_cbor_cid(&stored.header).to_string(),
            header,
            body,
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
                WillKind::Node => { "Your box's own note." }
            }
        }
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
