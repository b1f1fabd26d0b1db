//! A payment provider as this service sees it: pages for payers, refunds, sellers' accounts, and events. The protocol
//! that it speaks is its own module's matter.
//!
//! Always: each request that changes something has its own name, so that it can be repeated without happening twice. An
//! attempt after a definite refusal has another name, because the provider repeats its answer to a name that it knows.

use imajin_app::Problem;
use imajin_protocol::{Currency, Did, Minor};

use crate::operations::ReturnStatus;

/// Reasons that a provider did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider did not answer, or can't now: the request may be repeated.
    #[error("the payment provider did not answer: {0}")]
    Away(String),
    /// The outcome of this request is unknown: it may be repeated, and other requests may be made meanwhile.
    #[error("the payment provider's answer leaves this open: {0}")]
    Unclear(String),
    #[error("the payment provider refused: {message}")]
    Refused { code: String, message: String },
}

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Refused { ref message, .. } => {
                Self::unprocessable(format!("The payment provider refused: {message}"))
            }
            ProviderError::Away(_) | ProviderError::Unclear(_) => Self::unavailable(
                "The payment provider does not answer at the moment. Nothing was paid; try again in a moment.",
            )
            .with_log(error),
        }
    }
}

/// Reasons to reject a message that claims to come from the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeardError {
    #[error("the signature's header is missing or malformed")]
    Header,
    #[error("none of the signatures is over this body with our secret")]
    Signature,
    #[error("it was signed more than five minutes from now")]
    Time,
    #[error("it is no event")]
    Body,
}

/// A line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) amount: Minor,
    pub(crate) quantity: u32,
}

/// A request for a new page.
#[derive(Debug, Clone)]
pub(crate) struct PageRequest<'a> {
    pub(crate) payment: &'a str,
    pub(crate) node: &'a Did,
    pub(crate) currency: Currency,
    pub(crate) items: &'a [Item],
    pub(crate) success_url: &'a str,
    pub(crate) cancel_url: &'a str,
    pub(crate) email: Option<&'a str>,
    /// End of the page's validity, in seconds since 1970.
    pub(crate) until: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The page can be paid.
    Open,
    /// The page was paid, and the money has not arrived yet.
    Waiting,
    /// The money has arrived.
    Paid,
    /// The page will never be paid.
    Ended,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    /// End of the page's validity, in seconds since 1970.
    pub(crate) until: i64,
    pub(crate) state: State,
    /// The payment that the page is for: our own text, as the provider returns it.
    pub(crate) payment: Option<String>,
    pub(crate) node: Option<String>,
    pub(crate) part: Option<i64>,
    /// The provider's id of the payment itself.
    pub(crate) charge: Option<String>,
    pub(crate) amount: i64,
    pub(crate) currency: String,
}

#[derive(Debug, Clone)]
pub(crate) struct ProviderRefund<'a> {
    pub(crate) payment: &'a str,
    pub(crate) n: i64,
    /// Number of earlier attempts that the provider refused or failed.
    pub(crate) attempt: i64,
    pub(crate) charge: &'a str,
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// The part that comes from the seller's own account.
    pub(crate) part: Minor,
    /// Whether the amount was larger when the refund became due.
    pub(crate) is_rest: bool,
}

/// A refund at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) id: String,
    pub(crate) status: ReturnStatus,
    pub(crate) payment: Option<String>,
    pub(crate) n: Option<i64>,
    /// The payment that was refunded, and the amount.
    pub(crate) charge: Option<String>,
    pub(crate) amount: i64,
    pub(crate) currency: Option<String>,
}

/// A transfer to a recipient's own account.
#[derive(Debug, Clone)]
pub(crate) struct Transfer<'a> {
    pub(crate) node: &'a Did,
    pub(crate) payment: &'a str,
    /// The part of the payment, from 1.
    pub(crate) n: i64,
    /// Number of earlier refusals.
    pub(crate) attempt: i64,
    /// The payment at the provider that the money comes from.
    pub(crate) charge: &'a str,
    pub(crate) account: &'a str,
    pub(crate) amount: Minor,
    pub(crate) currency: Currency,
}

/// A transfer that the provider has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transferred {
    pub(crate) id: String,
    /// The node's metadata, as the provider returns it.
    pub(crate) node: Option<String>,
    pub(crate) payment: Option<String>,
    pub(crate) n: Option<i64>,
    pub(crate) amount: i64,
    /// The amount that the node's owner took back on the provider's own pages.
    pub(crate) reversed: i64,
}

/// A dispute: a payer's bank wants a payment back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) charge: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    /// The provider's name of a [`DisputeStatus`](crate::dispute_status::DisputeStatus), or an unknown one.
    pub(crate) status: String,
}

/// A seller's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) is_ready: bool,
    pub(crate) is_submitted: bool,
}

/// The node's own account at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) id: String,
    /// The account's name at the provider; its id, if it has no name.
    pub(crate) name: String,
}

/// An event that the provider reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) what: EventContent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EventContent {
    Session(Session),
    Returned(Returned),
    Dispute(Dispute),
    Account(Account),
    Transferred(Transferred),
    /// An event that this service ignores.
    Other,
}
