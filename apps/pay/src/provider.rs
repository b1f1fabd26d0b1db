//! A provider of payments, as this service sees it: pages where somebody pays, refunds, accounts of sellers, and what it
//! tells of its own accord. One rail, one provider; how it is spoken to is its own matter.
//!
//! Always: each request that changes something has a name of its own, so that it can be sent again without happening
//! twice. An attempt after a definite refusal has another name, because the provider repeats its answer to a name that it knows.

use imajin_dfos::Timestamp;
use imajin_protocol::{Currency, Did, Minor};
use imajin_selling::Later;
use imajin_service::Problem;

use crate::operations::ReturnStatus;

/// Why a provider did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderError {
    /// It did not answer, or not now: it may be asked again.
    #[error("the payment provider did not answer: {0}")]
    Away(String),
    /// It answered, and the result of this one request is not clear: the same may be asked again, and others may be asked
    /// meanwhile.
    #[error("the payment provider's answer leaves this open: {0}")]
    Unclear(String),
    /// It will not.
    #[error("the payment provider refused: {message}")]
    Refused {
        /// Its word for the reason.
        code: String,
        /// Its sentence.
        message: String,
    },
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

/// Why something that says to come from the provider does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeardError {
    /// The header.
    #[error("the signature's header is missing or malformed")]
    Header,
    /// The signature.
    #[error("none of the signatures is over this body with our secret")]
    Signature,
    /// The time.
    #[error("it was signed more than five minutes from now")]
    Time,
    /// What was signed.
    #[error("it is no event")]
    Body,
}

/// What one line of a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) amount: Minor,
    pub(crate) quantity: u32,
}

/// A page to be opened.
#[derive(Debug, Clone)]
pub(crate) struct Wanted<'a> {
    pub(crate) payment: &'a str,
    pub(crate) node: &'a Did,
    pub(crate) currency: Currency,
    pub(crate) items: &'a [Item],
    pub(crate) success_url: &'a str,
    pub(crate) cancel_url: &'a str,
    pub(crate) email: Option<&'a str>,
    /// Seconds.
    pub(crate) until: i64,
}

/// How far a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It can be paid.
    Open,
    /// It was paid, and the money is not there yet.
    Waiting,
    /// The money is there.
    Paid,
    /// It will never be paid.
    Ended,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    /// Seconds.
    pub(crate) until: i64,
    pub(crate) state: State,
    /// What it is for: our own text, as the provider returns it.
    pub(crate) payment: Option<String>,
    pub(crate) node: Option<String>,
    pub(crate) part: Option<i64>,
    /// The payment itself.
    pub(crate) charge: Option<String>,
    pub(crate) amount: i64,
    pub(crate) currency: String,
}

/// A refund to make.
#[derive(Debug, Clone)]
pub(crate) struct Back<'a> {
    pub(crate) payment: &'a str,
    pub(crate) n: i64,
    /// How often the provider refused or failed it before.
    pub(crate) attempt: i64,
    pub(crate) charge: &'a str,
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// What of it comes from the seller's own account.
    pub(crate) part: Minor,
    /// Whether it was more when it became due.
    pub(crate) is_rest: bool,
}

/// Its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) id: String,
    pub(crate) status: ReturnStatus,
    pub(crate) payment: Option<String>,
    pub(crate) n: Option<i64>,
    /// The payment that was refunded, and how much of it.
    pub(crate) charge: Option<String>,
    pub(crate) amount: i64,
    pub(crate) currency: Option<String>,
}

/// Something that goes to somebody's own account.
#[derive(Debug, Clone)]
pub(crate) struct Transfer<'a> {
    pub(crate) node: &'a Did,
    pub(crate) payment: &'a str,
    /// Which part of the payment.
    pub(crate) n: i64,
    /// How often it was refused before.
    pub(crate) attempt: i64,
    /// The payment at the provider, whose money it is.
    pub(crate) charge: &'a str,
    pub(crate) account: &'a str,
    pub(crate) amount: Minor,
    pub(crate) currency: Currency,
}

/// What went there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transferred {
    pub(crate) id: String,
    /// The metadata that the node sent along.
    pub(crate) node: Option<String>,
    pub(crate) payment: Option<String>,
    pub(crate) n: Option<i64>,
    pub(crate) amount: i64,
    /// What of it the node's owner took back on the provider's own pages.
    pub(crate) reversed: i64,
}

/// A payer's bank wants a payment back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) charge: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) status: String,
}

/// A seller's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: String,
    /// Its owner: our own text, as the provider returns it.
    pub(crate) did: Option<String>,
    pub(crate) is_ready: bool,
    pub(crate) is_submitted: bool,
}

/// The node's own account at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) id: String,
    /// What it is called there; its id, if it has no name.
    pub(crate) name: String,
}

/// What the provider tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Session(Session),
    Returned(Returned),
    Dispute(Dispute),
    Account(Account),
    Transferred(Transferred),
    /// Nothing that matters here.
    Other,
}

/// The part of a page's list.
pub(crate) type Listed = (Vec<Session>, bool);
type ProviderAnswer<'a, T> = Later<'a, Result<T, ProviderError>>;

/// A provider.
pub(crate) trait Provider: Send + Sync {
    /// Whose account the node's key is of.
    fn own(&self) -> ProviderAnswer<'_, Own>;
    /// Opens a page. The same wish again is the same page.
    fn open<'a>(&'a self, wanted: &'a Wanted<'a>) -> ProviderAnswer<'a, Session>;
    /// How far a page is.
    fn look<'a>(&'a self, session: &'a str) -> ProviderAnswer<'a, Session>;
    /// Pages that were opened since, newest first, after one that was listed; and whether there are more.
    fn since<'a>(&'a self, from_s: i64, after: Option<&'a str>) -> ProviderAnswer<'a, Listed>;
    /// Our own words about a payment: node and payment.
    fn words<'a>(&'a self, charge: &'a str)
    -> ProviderAnswer<'a, (Option<String>, Option<String>)>;
    /// All refunds of a payment so far, made by the node or at the provider.
    fn returns<'a>(&'a self, charge: &'a str) -> ProviderAnswer<'a, Vec<Returned>>;
    /// Gives something back. The same wish again is the same refund.
    fn give_back<'a>(&'a self, back: &'a Back<'a>) -> ProviderAnswer<'a, Returned>;
    /// Begins an account for a seller. Asked again, it is the same one.
    fn begin_account<'a>(&'a self, did: &'a Did) -> ProviderAnswer<'a, Account>;
    /// Where a seller says who they are.
    fn account_page<'a>(&'a self, account: &'a str, back_to: &'a str)
    -> ProviderAnswer<'a, String>;
    /// How far an account is.
    fn account<'a>(&'a self, account: &'a str) -> ProviderAnswer<'a, Account>;
    /// What went to an account since, newest first.
    fn transfers<'a>(
        &'a self,
        account: &'a str,
        from_s: i64,
    ) -> ProviderAnswer<'a, Vec<Transferred>>;
    /// Sends something to an account. The same wish again is the same transfer.
    fn transfer<'a>(&'a self, transfer: &'a Transfer<'a>) -> ProviderAnswer<'a, Transferred>;
    /// How long a payer can still have the money taken back easily, in milliseconds: so long what it paid for is held.
    fn held_ms(&self) -> i64;
    /// Reads what says to come from the provider.
    fn hear(
        &self,
        signature: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Event, HeardError>;
}
