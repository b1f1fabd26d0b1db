//! Surveys: items of one kind, with settings for what the owner learns, who may answer, and who sees the results.
//!
//! Always: unknown values of a later version make a survey more secret, closed, and visible to fewer people.

use imajin_app::Role;
use imajin_app::operation::Choice;
use imajin_items::ItemOf;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Dykil;

/// A kind of item of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SurveyKind)]
pub enum Kind {
    /// Questions, and answers to them.
    Survey,
}

/// A survey owner's view of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Who answered, and what, at once.
    Named,
    /// The answers and their times, but not their authors.
    Open,
    /// Sums, in steps of five answers.
    Totals,
    /// All answers after the close, in an order of chance.
    #[field(unknown)]
    Secret,
}

impl Mode {
    /// Whether answers are stored in a ballot box instead of a record.
    pub(crate) fn is_boxed(self) -> bool {
        matches!(self, Self::Totals | Self::Secret)
    }
}

/// How often people may answer, and which people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Each {
    /// Each member of the box, once.
    Member,
    /// Each member and each guest, who proved an e-mail address, once.
    Guest,
    /// Each key, once: members, guests, and strangers, of whom one makes as many keys as they like. Surveys of earlier
    /// versions have it, which promised it to everybody who signs in.
    Person,
    /// Anybody, without signing up.
    Any,
    /// Each ticket of an event, once.
    Ticket,
    /// Each code on paper, once.
    #[field(unknown)]
    Slip,
}

impl Each {
    /// Returns the minimum role of people who may answer once each; `None` if answers aren't counted by person.
    pub(crate) fn least(self) -> Option<Role> {
        match self {
            Self::Member => Some(Role::Member),
            Self::Guest => Some(Role::Guest),
            Self::Person => Some(Role::Stranger),
            Self::Any | Self::Ticket | Self::Slip => None,
        }
    }
}

/// Who sees the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// The owner alone.
    #[field(unknown)]
    Owner,
    /// People who answered; after the close everybody who sees the survey.
    Answered,
    /// Everybody who sees the survey.
    All,
}

/// When people answer, by the times of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Until it starts.
    Before,
    /// Once it has ended.
    #[field(unknown)]
    After,
}

/// Whether a survey takes answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// The survey takes answers.
    Open,
    /// Not any more.
    #[field(unknown)]
    Closed,
    /// Not yet: its owner alone sees it.
    Draft,
}

/// How the box of a survey ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum End {
    /// Everything that there is to see of it was entered.
    Whole,
    /// The box had fewer than five answers, which were destroyed.
    Few,
    /// The box was lost, because the node was restored from a backup: boxes are in none.
    #[field(unknown)]
    Lost,
}

/// The members of a survey that other items don't have.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Own {
    /// The owner's view of the answers.
    pub mode: Mode,
    /// The people who may answer.
    pub each: Each,
    /// Who sees the results.
    pub show: Show,
    /// Whether its owner learns who took part.
    pub roll: bool,
    /// The event that it is about, by its DID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// When people answer, by the event's times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// When it closes, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes: Option<i64>,
    /// Groups that households of a spending survey can name, one a line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub groups: String,
}

/// A survey as stored in the table.
pub(crate) type Item = ItemOf<Dykil>;
