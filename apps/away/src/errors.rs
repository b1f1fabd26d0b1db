//! The reasons that a search finds no one, for the page.

use imajin_app::words::LocalizedMessage;
use imajin_app::{Problem, args};
use imajin_log::home::HomeFault;

use crate::address::Address;
use crate::manifest::TEXTS;
use crate::pins::PinFault;

/// The reason that a search finds no one. A `String` is the host of the box.
#[derive(Debug)]
pub(crate) enum SearchError {
    /// The box did not answer, now or lately.
    NoAnswer(String),
    /// The certificate of the box is not trusted.
    Untrusted(String),
    /// This node may not ask addresses of home networks.
    Private(String),
    /// No person at the box has the handle, or they hide their profile.
    Nobody(Address),
    /// No box is known to be the home of a DID.
    Homeless,
    /// The answer of the box is not one of an Imajin box.
    Invalid(String),
    /// The proof of the box does not hold.
    Fault { host: String, fault: HomeFault },
    /// The proof contradicts what was proven before.
    Pinned { host: String, fault: PinFault },
    /// Two nodes prove to be the home in one epoch, with these proofs, as JSON.
    TwoHomes([String; 2]),
    /// The asker, or all people of this box together, asked for too much.
    TooMany,
    /// This node failed.
    Internal(Problem),
}

impl SearchError {
    /// Returns the sentence for people: what happened, and what to do.
    pub(crate) fn message(&self) -> LocalizedMessage {
        match self {
            Self::NoAnswer(host) => TEXTS.say("no-answer", args![host = host]),
            Self::Untrusted(host) => TEXTS.say("untrusted", args![host = host]),
            Self::Private(host) => TEXTS.say("private", args![host = host]),
            Self::Nobody(address) => {
                TEXTS.say("nobody", args![who = &address.handle, host = &address.host])
            }
            Self::Homeless => TEXTS.say("homeless", args![]),
            Self::Invalid(host) => TEXTS.say("invalid", args![host = host]),
            Self::Fault { host, .. } => TEXTS.say("fault", args![host = host]),
            Self::Pinned { host, .. } => TEXTS.say("pinned", args![host = host]),
            Self::TwoHomes(_) => TEXTS.say("two-homes", args![]),
            Self::TooMany => TEXTS.say("too-many", args![]),
            Self::Internal(_) => TEXTS.say("internal", args![]),
        }
    }

    /// Returns the technical detail of a proof that was refused.
    pub(crate) fn detail(&self) -> Option<String> {
        match self {
            Self::Fault { fault, .. } => Some(fault.to_string()),
            Self::Pinned { fault, .. } => Some(fault.to_string()),
            _ => None,
        }
    }

    /// Whether the search may have success at another address.
    pub(crate) fn is_weak(&self) -> bool {
        matches!(self, Self::NoAnswer(_) | Self::Untrusted(_) | Self::Private(_) | Self::Homeless)
    }
}

impl From<Problem> for SearchError {
    fn from(problem: Problem) -> Self {
        Self::Internal(problem)
    }
}
