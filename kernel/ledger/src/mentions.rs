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
}

impl Mentions {
    /// Examines the next entry of the log.
    pub(crate) fn take(&mut self, entry: &Sealed) {
        self.entries.extend(named_by(entry, &self.bodies));
        self.upto = Some(entry.header.seq);
    }

    /// Returns whether one of the entries names files.
    pub(crate) fn has_media(&self) -> bool {
        let mut facts = self.entries.iter().filter_map(|entry| entry.fact.as_ref());
        facts.any(|fact| fact.get("media").is_some())
    }
}

/// Returns the entry's reference, if its body is one of these.
pub(crate) fn named_by(entry: &Sealed, bodies: &HashSet<Cid>) -> Option<NamedBody> {
    let header = &entry.header;
    let body = header.body.filter(|body| bodies.contains(body))?;
    Some(NamedBody::new(body, header))
}
