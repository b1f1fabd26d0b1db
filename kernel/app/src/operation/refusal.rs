//! Why a decision refuses.

use imajin_ledger::{Refusal, RefusalKind};
use serde_json::{Map, Value as Json};

use super::FieldError;

/// The reasons for which an operation is refused. Implemented by the derive.
pub trait Reasons: 'static {
    /// All reasons.
    const ALL: &'static [Reason];

    /// The index of the reason in [`Self::ALL`], and its message with its values filled in.
    fn which(&self) -> (usize, String);

    /// Additional members of the problem, for programs.
    fn members(&self) -> Option<Json> {
        None
    }

    /// Whether this is the reason of a refusal: by its status and its `reason`.
    fn explains(&self, refusal: &Refusal) -> bool {
        let extra = refusal.extra.as_ref().map(|extra| &extra["reason"]);
        Self::ALL.get(self.which().0).is_some_and(|row| {
            row.kind == refusal.kind && row.reason == extra.and_then(Json::as_str)
        })
    }
}

/// A value as members of a problem.
#[doc(hidden)]
pub fn members_of(value: &impl serde::Serialize) -> Option<Json> {
    serde_json::to_value(value).ok()
}

/// One reason.
#[derive(Debug, Clone, Copy)]
pub struct Reason {
    /// The kind, which decides the HTTP status.
    pub kind: RefusalKind,
    /// The machine-readable name: `reason` of the problem.
    pub reason: Option<&'static str>,
    /// The field that is wrong, if any.
    pub field: Option<&'static str>,
    /// For people, with `{}` for its values.
    pub message: &'static str,
}

impl Reason {
    /// A row that is still to be filled.
    #[doc(hidden)]
    pub const BLANK: Self =
        Self { kind: RefusalKind::Stored, reason: None, field: None, message: "" };
}

/// No reason: the operation is refused for its fields alone.
#[derive(Debug)]
pub enum Never {}

impl Reasons for Never {
    const ALL: &'static [Reason] = &[];

    fn which(&self) -> (usize, String) {
        match *self {}
    }
}

/// The result of a decision.
pub type Decision<R> = Result<(), Refused<R>>;

/// The reason why an operation is refused.
#[derive(Debug)]
pub enum Refused<R> {
    /// One of the operation's reasons.
    For(R),
    /// A failure of the projection, or the refusal of another service for its part.
    Elsewhere(Refusal),
}

impl<R> Refused<R> {
    /// This refusal as one of an operation that has more reasons.
    pub fn widen<S: From<R>>(self) -> Refused<S> {
        match self {
            Self::For(reason) => Refused::For(reason.into()),
            Self::Elsewhere(refusal) => Refused::Elsewhere(refusal),
        }
    }
}

impl<R: Reasons> From<R> for Refused<R> {
    fn from(reason: R) -> Self {
        Self::For(reason)
    }
}

impl<R> From<rusqlite::Error> for Refused<R> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Elsewhere(error.into())
    }
}

impl<R> From<FieldError> for Refused<R> {
    fn from(error: FieldError) -> Self {
        Self::Elsewhere(error.into())
    }
}

impl<R> From<Refusal> for Refused<R> {
    fn from(refusal: Refusal) -> Self {
        Self::Elsewhere(refusal)
    }
}

impl<R: Reasons> From<Refused<R>> for Refusal {
    fn from(refused: Refused<R>) -> Self {
        let reason = match refused {
            Refused::For(reason) => reason,
            Refused::Elsewhere(refusal) => return refusal,
        };
        let (n, message) = reason.which();
        refusal(R::ALL.get(n), message, reason.members())
    }
}

/// The refusal for a reason of any type.
fn refusal(row: Option<&Reason>, message: String, members: Option<Json>) -> Refusal {
    let kind = row.map_or(RefusalKind::BadRequest, |row| row.kind);
    let mut refusal = Refusal::new(kind, message);
    refusal.field = row.and_then(|row| row.field).map(str::to_owned);
    let mut extra = match members {
        Some(Json::Object(members)) => members,
        _ => Map::new(),
    };
    if let Some(reason) = row.and_then(|row| row.reason) {
        extra.insert("reason".to_owned(), reason.into());
    }
    refusal.extra = (!extra.is_empty()).then_some(Json::Object(extra));
    refusal
}
