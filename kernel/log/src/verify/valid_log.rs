//! Facts about a valid log beyond its report.

use imajin_protocol::{Did, Head};

use crate::rules::LogState;
use crate::untrusted::UntrustedLog;

/// The facts of a valid log that a bundle's verifier needs.
pub struct ValidLog {
    /// The log's owner.
    pub did: Did,
    /// The state after its last entry.
    pub state: LogState,
    /// The newest head.
    pub head: Option<Head>,
    /// The log, for looking up keys that the head's node ever had.
    pub log: UntrustedLog,
    /// Number of the bodies that it has.
    pub bodies: u64,
}
