//! Facts about a valid log beyond its report.

use imajin_protocol::{Did, Head};

use crate::rules::LogState;
use crate::untrusted::UntrustedLog;

/// The facts of a valid log that a bundle's verifier needs.
pub(crate) struct Known {
    pub(crate) did: Did,
    pub(crate) state: LogState,
    pub(crate) head: Option<Head>,
    /// The log, for looking up keys that the head's node ever had.
    pub(crate) log: UntrustedLog,
    pub(crate) bodies: u64,
}
