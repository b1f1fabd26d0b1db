//! The search for the entries of a log that name the bodies an erasure removes.

use std::collections::HashSet;

use imajin_dfos::Cid;
use imajin_log::entry::Sealed;
use imajin_log::rules::NamedBody;
use imajin_protocol::Did;

/// The entries of a log that name some bodies, up to the end of the log when it was read.
#[derive(Debug, Clone)]
pub(crate) struct Mentions {
    pub(crate) did: Did,
    pub(crate) bodies: HashSet<Cid>,
    /// The newest entry that was examined.
    pub(crate) upto: Option<u64>,
    /// [`crate::shared::Shared::installs_of`] at that time: another log may have replaced this one since.
    pub(crate) installs: u64,
    pub(crate) entries: Vec<NamedBody>,
    /// Whether one of these entries names files.
    pub(crate) has_media: bool,
}

impl Mentions {
    /// Examines the next entry of the log.
    pub(crate) fn take(&mut self, entry: &Sealed) {
        let named = named_by(entry, &self.bodies);
        let fact = entry.header.fact.as_ref().filter(|_| named.is_some());
        self.has_media |= fact.is_some_and(|fact| fact.get("media").is_some());
        self.entries.extend(named);
        self.upto = Some(entry.header.seq);
    }
}

/// Returns the entry's reference, if its body is one of these.
pub(crate) fn named_by(entry: &Sealed, bodies: &HashSet<Cid>) -> Option<NamedBody> {
    let header = &entry.header;
    let body = header.body.filter(|body| bodies.contains(body))?;
    Some(NamedBody::new(body, header))
}
