//! The operations of this service: its own, each a type with its decision, and the generic ones for items.

mod answer;
mod result;
mod status;
mod survey;

use imajin_items::{Attach, Follow, Items, Remove, Set, Sort, Unfollow};
use imajin_ledger::Reader;

use crate::Dykil;
use crate::manifest::MANIFEST;
use crate::queries;
use crate::survey::{Kind, Own, Status};

pub(crate) use answer::{Answer, ReceivedAnswer, Withdraw};
pub(crate) use result::{Ballot, ReceiptText, Received, Roll, Row, Totals};
pub(crate) use status::SetStatus;
pub(crate) use survey::PutSurvey;

imajin_app::declarations! {
    PutSurvey, Set<Dykil>, Attach<Dykil>, Sort<Dykil>, Remove<Dykil>, Follow<Dykil>,
    Unfollow<Dykil>, SetStatus, Answer, ReceivedAnswer, Withdraw, Received, Totals, Roll,
}

impl Items for Dykil {
    const SERVICE: &'static str = MANIFEST.name;
    const DEPTH: usize = 1;
    type Kind = Kind;
    type Own = Own;
    const HANGING: &'static [&'static str] =
        &[ReceivedAnswer::NAME, Received::NAME, Totals::NAME, Roll::NAME];

    fn may_contain(_: Kind, _: Kind) -> bool {
        false
    }

    fn may_be_followed(_: Kind) -> bool {
        true
    }

    /// Whether the survey was opened, after which it can't change.
    fn is_fixed(db: Reader<'_>, owner: &str, item: &str) -> rusqlite::Result<bool> {
        Ok(queries::state(db, owner, item)?.status != Status::Draft)
    }

    fn hanging(db: Reader<'_>, owner: &str, item: &str) -> rusqlite::Result<usize> {
        let sql = "SELECT count(*) FROM hanging WHERE owner_did = ?1 AND survey = ?2";
        let number = db.row(sql, [owner, item], |row| row.get::<_, i64>(0))?;
        Ok(usize::try_from(number.unwrap_or(0)).unwrap_or(0))
    }
}
