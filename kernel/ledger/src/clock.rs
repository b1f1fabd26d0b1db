//! The one door of time.

use imajin_dfos::Timestamp;

/// What tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}
