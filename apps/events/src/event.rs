//! The rules of an event: which status follows which, when it is over, and until when its buyers' money is held. Pure.

use imajin_app::operation::Choice;
use imajin_dfos::{Timestamp, Value};
use imajin_protocol::fact::FactItem;
use imajin_protocol::{Currency, Did, Fact};
use imajin_selling::HELD_MS_MAX;

const DAY_MS: i64 = 24 * 3_600_000;
/// Time that ticket money is held after the event's end: three days.
const HELD_AFTER_MS: i64 = 3 * DAY_MS;
/// The statuses of an event, each with the statuses that may follow (docs/api.md, "Events and tickets").
const STATUSES: [(&str, &[&str]); 5] = [
    ("draft", &["published", "cancelled"]),
    ("published", &["paused", "cancelled", "completed"]),
    ("paused", &["published", "cancelled", "completed"]),
    ("cancelled", &[]),
    ("completed", &["cancelled"]),
];

/// Whether an event may go from one status to another.
pub(crate) fn may_become(from: &str, to: &str) -> bool {
    STATUSES.iter().find(|(status, _)| *status == from).is_some_and(|(_, next)| next.contains(&to))
}

/// Returns the time at which the money of an event's tickets is released. A sale passes this time to the cashier, which
/// holds money for at most 400 days. `over` is the event's end in milliseconds.
pub(crate) fn free_at(over: i64) -> Option<Timestamp> {
    Timestamp::from_millis(over.saturating_add(HELD_AFTER_MS)).ok()
}

/// Whether an event with this latest end, in milliseconds, can be cancelled: once all its money is free, there is nothing
/// left to give back.
pub(crate) fn can_be_cancelled(latest_end: Option<i64>, now: i64) -> bool {
    latest_end.is_none_or(|end| now < end.saturating_add(HELD_AFTER_MS))
}

/// Whether an event's end may move to `over` if its first payment arrived at `first_paid`: the money held for its
/// buyers must not be released before the event.
pub(crate) fn end_may_move(over: i64, first_paid: i64) -> bool {
    over.saturating_add(HELD_AFTER_MS) <= first_paid.saturating_add(HELD_MS_MAX)
}

/// Returns the end of an event in milliseconds: its own end, or a day after its start.
pub(crate) fn over(starts: i64, ends: Option<i64>) -> i64 {
    ends.unwrap_or(starts.saturating_add(DAY_MS))
}

/// Returns the end of an event in milliseconds, from an entry's body. `None` if the body names no time.
pub(crate) fn over_of(body: &Value) -> Option<i64> {
    let ends = time_of(body.get("endsAt"));
    ends.or_else(|| time_of(body.get("startsAt")).map(|starts| over(starts, None)))
}

/// Parses a time in a body, as milliseconds.
pub(crate) fn time_of(value: Option<&Value>) -> Option<i64> {
    let time = Timestamp::parse(value?.as_str()?).ok()?;
    Some(time.as_millis())
}

/// Returns an event's short id, as in `did:imajin:event:<id>` and in addresses. The id is derived from the DID.
pub(crate) fn id_of(event: &Did) -> Option<String> {
    let key = event.key_bytes()?;
    Some(format!("evt_{}", imajin_dfos::hex::encode(&key[..12])))
}

/// A limit on who takes a free place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum FreePlaces {
    /// People with an e-mail address that a letter proved, or an invite.
    Mail,
    /// People whom the organiser approves. Unknown values from later versions are read as this one.
    #[field(unknown)]
    Approval,
}

/// The numbers of a ticket type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    /// The price in minor units.
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    /// The number of tickets; `None`: unlimited.
    pub(crate) quantity: Option<i64>,
    /// Maximum number of tickets in one order.
    pub(crate) most: i64,
}

/// Reads the ticket types' numbers from the fact of an entry that describes an event, also of older versions. `None` if
/// the lists have different lengths or a currency is invalid.
pub(crate) fn terms_of(fact: &Fact) -> Option<Vec<Terms>> {
    let ints = |key: &str| -> Option<Vec<i64>> {
        let int = |item: &FactItem| match item {
            FactItem::Int(int) => Some(*int),
            FactItem::Id(_) => None,
        };
        fact.list(key)?.iter().map(int).collect()
    };
    let (price, quantity, most) = (ints("price")?, ints("quantity")?, ints("most")?);
    let currency = fact.ids("currency")?;
    let same = [quantity.len(), most.len(), currency.len()];
    if same.iter().any(|len| *len != price.len()) {
        return None;
    }
    let terms = |n: usize| {
        let code = currency[n].as_str();
        Some(Terms {
            price: price[n],
            currency: Currency::parse(code).ok().filter(|found| found.code() == code)?,
            quantity: Some(quantity[n]).filter(|quantity| *quantity >= 0),
            most: most[n],
        })
    };
    (0..price.len()).map(terms).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_lead_on_and_end() {
        assert!(may_become("draft", "published") && may_become("paused", "published"));
        assert!(may_become("completed", "cancelled") && !may_become("completed", "published"));
        assert!(!may_become("draft", "completed") && !may_become("cancelled", "published"));
        assert!(!may_become("published", "draft") && !may_become("", "published"));
    }

    #[test]
    fn an_end_moves_and_an_event_is_cancelled_while_its_money_is_held() {
        let (paid, over) = (1_000 * DAY_MS, 1_010 * DAY_MS);
        assert!(end_may_move(1_397 * DAY_MS, paid) && !end_may_move(1_397 * DAY_MS + 1, paid));
        assert!(can_be_cancelled(Some(over), over) && can_be_cancelled(None, over));
        assert!(!can_be_cancelled(Some(over), 1_013 * DAY_MS));
    }
}
