//! Reads operations from entries, as projections need them.
//!
//! Always: an unknown part of an entry never widens what a person sees or may do. An unknown choice has the meaning
//! that its type declares; without one, the entry is unreadable. Undeclared members of the fact are reported, so that
//! the service can take the narrowest meaning.

use imajin_log::Applied;
use imajin_protocol::IdText;

use super::{Operation, Part, Parts};

/// An operation as an entry has it.
#[derive(Debug)]
pub struct EntryOperation<O> {
    /// The operation.
    pub operation: O,
    /// Whether the fact has members that this version doesn't declare.
    pub has_more: bool,
}

/// Reads the operation of an entry. `None` if its body was erased, or if it can't be read: a later version wrote it.
pub fn read_operation<O: Operation>(entry: &Applied<'_>) -> Option<EntryOperation<O>> {
    let declaration = O::DECLARATION;
    if declaration.spec.body && entry.body.is_none() {
        return None;
    }
    let reference = entry.reference.map(IdText::parse).transpose().ok()?;
    let parts = Parts::new(reference.as_ref(), entry.fact, entry.body).entered();
    let is_declared = |name: &str| declaration.part(Part::Fact).any(|one| one.name == name);
    let mut names = entry.fact.into_iter().flat_map(|fact| fact.iter());
    Some(EntryOperation {
        operation: O::read_entered(&parts).ok()?,
        has_more: names.any(|(name, _)| !is_declared(name)),
    })
}
