//! What entries of connections tell: somebody accepted, asked, or offers a group.

use imajin_ledger::Applied;
use imajin_service::notices::{About, Notice};

use crate::operations::{Accepted, GroupOffered, QuestionAsked};

/// The operations that tell something.
pub(crate) const TELLS: &[&str] = &[Accepted::NAME, QuestionAsked::NAME, GroupOffered::NAME];

/// What an entry of theirs tells.
pub(crate) fn of(entry: &Applied<'_>) -> Vec<Notice> {
    let about = match entry.op {
        Accepted::NAME => About::Connection,
        // In the group's own record it tells nobody.
        GroupOffered::NAME if fact(entry, "member") != Some(entry.did.as_str()) => {
            return Vec::new();
        }
        _ => About::Request,
    };
    vec![Notice::of(entry, about)]
}

fn fact<'a>(entry: &Applied<'a>, name: &str) -> Option<&'a str> {
    Some(entry.fact?.id(name)?.as_str())
}
