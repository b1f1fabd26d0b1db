//! Checks what an erasure names (docs/format.md §9): bodies that may be erased at all, by this author, and if it follows from
//! an intent, those that the intent is about.

use std::collections::{HashMap, HashSet};

use imajin_dfos::Cid;
use imajin_protocol::fact::FactItem;
use imajin_protocol::{Did, Fact, FactValue, naming};

use super::fault::fail;
use super::model::Operation;
use super::{Body, Code, Evidence, Fault, LogState, NamedBody, Result, shape};
use crate::entry::{Header, Will, WillKind};
use crate::ops::{self, EntryField, ErasableBy, ErasureScope};

impl LogState {
    /// Checks that the named bodies may be erased (§9). Returns the entries whose bodies go.
    pub(super) fn check_erasure(
        &self,
        header: &Header,
        body: Body<'_>,
        operation: Option<&Operation>,
        evidence: &dyn Evidence,
    ) -> Result<Vec<u64>> {
        if header.op != ops::BODY_ERASED {
            return Ok(Vec::new());
        }
        let Some(body) = body.value() else {
            return fail(Code::Body, "the body is missing");
        };
        let bodies = shape::erased(header, body)?;
        // An erasure of nothing would lengthen another person's log. A verifier accepts it, because an owner may have
        // entered one.
        let is_willed = matches!(header.will, Will::Signed(_) | Will::Custodial);
        if bodies.is_empty() && is_willed && header.author != self.did && self.replay.is_none() {
            let text =
                "another's auth.body.erased names at least one body that its author may erase";
            return fail(Code::Erasure, text);
        }
        let named = evidence.named_bodies(&bodies, header.seq)?;
        let named_cids: HashSet<&Cid> = named.iter().map(|entry| &entry.body).collect();
        if let Some(unknown) = bodies.iter().find(|cid| !named_cids.contains(cid)) {
            let text = format!("{unknown} is not the body of an earlier entry");
            return fail(Code::Erasure, text);
        }
        for entry in &named {
            self.check_eraser(header, entry)?;
        }
        if let (Will::Derived, Some(operation)) = (&header.will, operation) {
            self.check_scope(&operation.intent, &named)?;
        }
        Ok(named.into_iter().map(|entry| entry.seq).collect())
    }

    /// Checks that the author of an erasure may erase the body of this entry.
    fn check_eraser(&self, header: &Header, entry: &NamedBody) -> Result<(), Fault> {
        let erasable_by = self.ops.get(&entry.op).map(|spec| spec.erasable_by);
        if erasable_by == Some(ErasableBy::Nobody) {
            let text = format!("the body of {} must stay", entry.op);
            return fail(Code::Erasure, text);
        }
        let is_theirs = entry.author == header.author
            && erasable_by.is_none_or(|erasable_by| erasable_by == ErasableBy::Author);
        if header.author != self.did && !is_theirs {
            let text = format!("the body of {} is not this author's to erase", entry.op);
            return fail(Code::Erasure, text);
        }
        Ok(())
    }

    /// Checks that an erasure names what its intent is about.
    fn check_scope(&self, intent: &Header, named: &[NamedBody]) -> Result<(), Fault> {
        let spec = self.ops.get(&intent.op);
        let derivation = spec.and_then(|spec| spec.derivation(ops::BODY_ERASED));
        let scopes = derivation.map_or(&[][..], |derivation| derivation.erases);
        let scopes: Vec<Scope<'_>> =
            scopes.iter().map(|scope| Scope::new(scope, intent, named)).collect();
        let mut inside = Inside::default();
        for entry in named {
            let is_inside = scopes.iter().any(|scope| scope.has(&self.did, entry));
            if is_inside {
                inside.add(entry);
            }
        }
        for entry in named {
            let service = naming::service_of(&entry.op);
            let is_of_service = [ops::SERVICE, service].contains(&intent.service());
            // An entry of an unknown operation may be about anything. Such an entry is not proved.
            let is_known = self.ops.get(&entry.op).is_some();
            if !is_of_service || (is_known && !inside.has(entry)) {
                let text = format!("{} may not erase this body of {}", intent.op, entry.op);
                return fail(Code::Cause, text);
            }
        }
        Ok(())
    }
}

/// A scope of an intent.
struct Scope<'a> {
    scope: &'a ErasureScope,
    intent: &'a Header,
    /// The items below the intent's, if the scope includes them.
    below: HashSet<&'a str>,
}

impl<'a> Scope<'a> {
    fn new(scope: &'a ErasureScope, intent: &'a Header, named: &'a [NamedBody]) -> Self {
        let root = intent.reference.as_ref();
        let below = match (scope.below, root) {
            (Some(op), Some(root)) => items_below(root.as_str(), op, named),
            _ => HashSet::new(),
        };
        Self { scope, intent, below }
    }

    /// Returns whether this entry of the log `did` is in the scope.
    fn has(&self, did: &Did, entry: &NamedBody) -> bool {
        let ops = self.scope.ops;
        let is_of_op = ops.is_empty() || ops.contains(&&*entry.op);
        is_of_op
            && self.scope.equal.iter().all(|(field, of_intent)| {
                let value = entry_text(*field, did, entry);
                value.is_some_and(|value| {
                    self.intent_has(*of_intent, value)
                        || (*field == EntryField::Ref && self.below.contains(value))
                })
            })
    }

    fn intent_has(&self, field: EntryField, value: &str) -> bool {
        let intent = self.intent;
        match field {
            EntryField::Did => intent.did.as_str() == value,
            EntryField::Author => intent.author.as_str() == value,
            EntryField::Ref => {
                let named = intent.reference.as_ref();
                named.is_some_and(|named| named.as_str() == value)
            }
            EntryField::Fact(member) => {
                match intent.fact.as_ref().and_then(|fact| fact.get(member)) {
                    Some(FactValue::Id(id)) => id.as_str() == value,
                    Some(FactValue::List(items)) => items
                        .iter()
                        .any(|item| matches!(item, FactItem::Id(id) if id.as_str() == value)),
                    _ => false,
                }
            }
        }
    }
}

/// Returns the text in a field of an entry of the log `did`.
fn entry_text<'a>(field: EntryField, did: &'a Did, entry: &'a NamedBody) -> Option<&'a str> {
    match field {
        EntryField::Did => Some(did.as_str()),
        EntryField::Author => Some(entry.author.as_str()),
        EntryField::Ref => text_of(entry),
        EntryField::Fact(member) => fact_text(entry.fact.as_ref(), member),
    }
}

fn fact_text<'a>(fact: Option<&'a Fact>, member: &str) -> Option<&'a str> {
    fact?.id(member).map(|id| id.as_str())
}

/// Returns the items below `root`. An item is in the one that its newest entry of `op`, among those whose bodies are
/// named, has under `fact.in`.
fn items_below<'a>(root: &str, op: &str, named: &'a [NamedBody]) -> HashSet<&'a str> {
    let mut newest: HashMap<&str, &NamedBody> = HashMap::new();
    for entry in named.iter().filter(|entry| entry.op == op) {
        let Some(item) = &entry.reference else {
            continue;
        };
        let kept = newest.entry(item.as_str()).or_insert(entry);
        if kept.seq < entry.seq {
            *kept = entry;
        }
    }
    let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
    for (item, entry) in newest {
        if let Some(parent) = fact_text(entry.fact.as_ref(), "in") {
            children.entry(parent).or_default().push(item);
        }
    }
    let mut below = HashSet::new();
    let mut left = children.remove(root).unwrap_or_default();
    while let Some(item) = left.pop() {
        below.insert(item);
        left.extend(children.remove(item).unwrap_or_default());
    }
    below
}

/// The entries in scope, as far as other entries with the same body are compared with them.
#[derive(Default)]
struct Inside<'a> {
    by_will: HashSet<(&'a Cid, &'a Did, WillKind)>,
    by_ref: HashSet<(&'a Cid, &'a Did, Option<&'a str>)>,
}

impl<'a> Inside<'a> {
    fn add(&mut self, entry: &'a NamedBody) {
        let (body, author) = (&entry.body, &entry.author);
        self.by_will.insert((body, author, entry.will));
        self.by_ref.insert((body, author, text_of(entry)));
    }

    /// Returns whether an entry in scope has the same body, author, and will or `ref`: one person said the very same
    /// twice. A home that makes up an entry with the body of another may not erase that one.
    fn has(&self, entry: &NamedBody) -> bool {
        let (body, author) = (&entry.body, &entry.author);
        self.by_will.contains(&(body, author, entry.will))
            || self.by_ref.contains(&(body, author, text_of(entry)))
    }
}

fn text_of(entry: &NamedBody) -> Option<&str> {
    entry.reference.as_ref().map(|id| id.as_str())
}
