//! What an organiser says of an event: words in the body, which can be erased, and numbers in the fact, which others'
//! tickets depend on and which stay.
//!
//! Always: the lists of the fact (`price`, `quantity`, `most`, `currency`) have one item for each ticket type of the
//! body, in its order; a quantity of −1 is without limit. The fact says when the event is over (`ends`), since the money
//! of its tickets is held until after that. Pure.

use imajin_dfos::{Timestamp, Value};
use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::fact::FactItem;
use imajin_protocol::fair::{MANIFEST_BYTES_MAX, Manifest};
use imajin_protocol::{Currency, Did, Fact, FactValue, IdText};
use imajin_service::sale::HELD_MS_MAX;

/// Most ticket types: their numbers fit into a fact.
pub(crate) const TYPES_MAX: usize = 12;
/// Most places of one type.
const QUANTITY_MAX: i64 = 1_000_000;
/// Dearest ticket: the dearest item of a checkout (WIRE.md §5).
const PRICE_MAX: i64 = 99_999_900;
const TITLE_CHARS_MAX: usize = 200;
const LINE_CHARS_MAX: usize = 300;
const TEXT_CHARS_MAX: usize = 10_000;
const TAGS_MAX: usize = 10;
const PERKS_MAX: usize = 20;
/// Most open orders that an organiser may allow one person.
const ORDERS_MAX: i64 = 20;
/// An event without an end is over a day after it begins.
const DAY_MS: i64 = 24 * 3_600_000;

/// Where an event is.
pub(crate) const LOCATIONS: [&str; 3] = ["physical", "virtual", "hybrid"];
/// What an event can be, and what may follow (WIRE.md §6).
const STATUSES: [(&str, &[&str]); 5] = [
    ("draft", &["published", "cancelled"]),
    ("published", &["paused", "cancelled", "completed"]),
    ("paused", &["published", "cancelled", "completed"]),
    ("cancelled", &[]),
    ("completed", &["cancelled"]),
];
/// The money of a ticket is held for three days after its event's end.
const HELD_AFTER_MS: i64 = 3 * DAY_MS;

/// When the money of tickets of an event with this end is free: what a sale asks of pay, which holds it for at most 400
/// days.
pub(crate) fn free_at(over: i64) -> Option<Timestamp> {
    Timestamp::from_millis(over.saturating_add(HELD_AFTER_MS)).ok()
}

/// Whether an event with an end of this time can be cancelled: once all its money is free, nobody has it to give back.
pub(crate) fn can_be_cancelled(latest_end: Option<i64>, now: i64) -> bool {
    latest_end.is_none_or(|end| now < end.saturating_add(HELD_AFTER_MS))
}

/// Whether an event's end may move to `over` when the first payment for it came at `first_paid`: money that is held for
/// its buyers must not become free before the event.
pub(crate) fn end_may_move(over: i64, first_paid: i64) -> bool {
    over.saturating_add(HELD_AFTER_MS) <= first_paid.saturating_add(HELD_MS_MAX)
}

/// The numbers of a ticket type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    /// In minor units.
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    /// How many there are; none: without limit.
    pub(crate) quantity: Option<i64>,
    /// Most for one order.
    pub(crate) most: i64,
}

/// The numbers of an event: others depend on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Of each ticket type.
    pub(crate) terms: Vec<Terms>,
    /// When the event is over, in milliseconds.
    pub(crate) over: i64,
    /// How many orders one person may have open at once; none: one.
    pub(crate) orders: Option<i64>,
}

/// When an event with these words is over, in milliseconds.
pub(crate) fn over_of(body: &Value) -> Option<i64> {
    let starts = time_of(body.get("startsAt"));
    let ends = time_of(body.get("endsAt"));
    ends.or_else(|| starts.map(|starts| starts.saturating_add(DAY_MS)))
}

/// Whether an event may go from one status to another.
pub(crate) fn may_become(from: &str, to: &str) -> bool {
    let row = STATUSES.iter().find(|(status, _)| *status == from);
    row.is_some_and(|(_, next)| next.contains(&to))
}

/// An event's short name: what `did:imajin:event:<id>` and addresses have. It follows from the DID.
pub(crate) fn id_of(event: &Did) -> Option<String> {
    let key = event.key_bytes()?;
    Some(format!("evt_{}", imajin_dfos::hex::encode(&key[..12])))
}

fn bad(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(RefusalKind::BadRequest, message).field(field)
}

/// The numbers of a fact.
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
    let one = |n: usize| {
        let code = currency[n].as_str();
        Some(Terms {
            price: price[n],
            currency: Currency::parse(code)
                .ok()
                .filter(|found| found.code() == code)?,
            quantity: Some(quantity[n]).filter(|quantity| *quantity >= 0),
            most: most[n],
        })
    };
    (0..price.len()).map(one).collect()
}

/// The fact of an event with these numbers.
pub(crate) fn fact_of(fair: &IdText, numbers: &Numbers) -> Result<Fact, Refusal> {
    let terms = &numbers.terms;
    let ints = |of: fn(&Terms) -> i64| {
        FactValue::List(terms.iter().map(|one| FactItem::Int(of(one))).collect())
    };
    let currency = terms.iter().map(|one| IdText::parse(one.currency.code()));
    let currency: Result<Vec<FactItem>, _> = currency.map(|id| id.map(FactItem::Id)).collect();
    let currency = currency.map_err(|error| bad("currency", format!("{error}.")))?;
    let mut members = vec![
        ("fair", fair.clone().into()),
        ("price", ints(|one| one.price)),
        ("quantity", ints(|one| one.quantity.unwrap_or(-1))),
        ("most", ints(|one| one.most)),
        ("currency", FactValue::List(currency)),
        ("ends", numbers.over.into()),
    ];
    if let Some(orders) = numbers.orders {
        members.push(("orders", orders.into()));
    }
    Fact::new(members).map_err(|error| bad("tickets", format!("{error}.")))
}

/// Checks what an organiser says. The numbers that it comes to.
pub(crate) fn check(body: Option<&Value>, fact: Option<&Fact>) -> Result<Numbers, Refusal> {
    let body = body.ok_or_else(|| bad("body", "An event needs words: at least a title."))?;
    check_words(body)?;
    let text = body.get_str("manifest").unwrap_or_default();
    if text.len() > MANIFEST_BYTES_MAX {
        return Err(bad("manifest", "The manifest is too long."));
    }
    let manifest = Manifest::parse(text).map_err(|error| {
        bad("manifest", format!("An event needs a signed .fair manifest that says who gets what of its tickets: {error}."))
    })?;
    let fact = fact.ok_or_else(|| bad("fact", "The fact has the numbers of the ticket types."))?;
    let named = fact.id("fair").map(IdText::as_str);
    if named != Some(manifest.digest().to_string().as_str()) || !has_only_its_keys(fact) {
        return Err(bad(
            "fair",
            "The fact has fair (the digest of the body's manifest), price, quantity, most, currency and ends, and may have orders.",
        ));
    }
    let terms = terms_of(fact).ok_or_else(|| {
        bad(
            "tickets",
            "price, quantity, most and currency are lists with one item for each ticket type.",
        )
    })?;
    check_terms(&terms)?;
    let types = body.get("tickets").and_then(Value::as_list).map(<[_]>::len);
    if types != Some(terms.len()) {
        return Err(bad(
            "tickets",
            "The body names each ticket type, and the fact has the numbers of each, in the same order.",
        ));
    }
    let over = over_of(body);
    let over = over.filter(|over| fact.int("ends") == Some(*over)).ok_or_else(|| {
        bad(
            "ends",
            "The fact's ends is the body's endsAt in milliseconds, or a day after startsAt where there is no endsAt.",
        )
    })?;
    let orders = fact.int("orders");
    if orders.is_some_and(|orders| !(1..=ORDERS_MAX).contains(&orders)) {
        return Err(bad(
            "orders",
            format!("One person may have 1 to {ORDERS_MAX} orders open at once."),
        ));
    }
    Ok(Numbers {
        terms,
        over,
        orders,
    })
}

fn has_only_its_keys(fact: &Fact) -> bool {
    const KEYS: [&str; 6] = ["fair", "price", "quantity", "most", "currency", "ends"];
    let has_orders = usize::from(fact.int("orders").is_some());
    let is_known = |key: &str| key == "orders" || KEYS.contains(&key);
    fact.iter().count() == KEYS.len() + has_orders && fact.iter().all(|(key, _)| is_known(key))
}

fn check_terms(terms: &[Terms]) -> Result<(), Refusal> {
    if terms.is_empty() || terms.len() > TYPES_MAX {
        return Err(bad(
            "tickets",
            format!("An event has 1 to {TYPES_MAX} types of tickets."),
        ));
    }
    for one in terms {
        let fine = (0..=PRICE_MAX).contains(&one.price)
            && one.quantity.is_none_or(|quantity| quantity <= QUANTITY_MAX)
            && (1..=100).contains(&one.most);
        if !fine {
            return Err(bad(
                "tickets",
                format!(
                    "A ticket costs 0 to {PRICE_MAX} minor units, there are at most {QUANTITY_MAX} of a type, and one order has 1 to 100."
                ),
            ));
        }
    }
    Ok(())
}

/// The members of a body, and what each may be.
fn check_words(body: &Value) -> Result<(), Refusal> {
    let map = body
        .as_map()
        .ok_or_else(|| bad("body", "The body must be an object."))?;
    for (name, value) in map {
        let most = match name.as_str() {
            "title" => TITLE_CHARS_MAX,
            "description" => TEXT_CHARS_MAX,
            "timezone" | "venue" | "address" | "city" | "country" => LINE_CHARS_MAX,
            "virtualUrl" => {
                is_link(value).ok_or_else(|| {
                    bad(
                        "virtualUrl",
                        "virtualUrl must be an address that begins with https://.",
                    )
                })?;
                2_000
            }
            "startsAt" | "endsAt" => {
                time_of(Some(value)).ok_or_else(|| {
                    bad(
                        name,
                        format!("{name} must be a time as 2026-12-31T20:00:00.000Z."),
                    )
                })?;
                continue;
            }
            "locationType" => {
                let is_known = value.as_str().is_some_and(|kind| LOCATIONS.contains(&kind));
                if !is_known {
                    return Err(bad(
                        name,
                        "locationType must be physical, virtual or hybrid.",
                    ));
                }
                continue;
            }
            "tags" => {
                texts(value, TAGS_MAX).ok_or_else(|| {
                    bad(
                        name,
                        format!("tags must be at most {TAGS_MAX} short texts."),
                    )
                })?;
                continue;
            }
            "tickets" => {
                check_types(value)?;
                continue;
            }
            "manifest" | "salt" => continue,
            other => return Err(bad(other, format!("An event has no {other:?}."))),
        };
        let fine = value
            .as_str()
            .is_some_and(|text| text.chars().count() <= most);
        if !fine {
            return Err(bad(
                name,
                format!("{name} must be a text of at most {most} characters."),
            ));
        }
    }
    if body
        .get_str("title")
        .is_none_or(|title| title.trim().is_empty())
    {
        return Err(bad("title", "An event needs a title."));
    }
    let starts = time_of(body.get("startsAt"))
        .ok_or_else(|| bad("startsAt", "An event needs a time when it begins."))?;
    if time_of(body.get("endsAt")).is_some_and(|ends| ends <= starts) {
        return Err(bad("endsAt", "An event ends after it begins."));
    }
    match body.get("locationType") {
        Some(_) => Ok(()),
        None => Err(bad(
            "locationType",
            "locationType must be physical, virtual or hybrid.",
        )),
    }
}

fn check_types(value: &Value) -> Result<(), Refusal> {
    let wrong = || {
        bad(
            "tickets",
            format!(
                "Each ticket type has a name, and optionally a description, at most {PERKS_MAX} perks and a sortOrder."
            ),
        )
    };
    for one in value.as_list().ok_or_else(wrong)? {
        let map = one.as_map().ok_or_else(wrong)?;
        for (name, value) in map {
            let fine = match name.as_str() {
                "name" => value.as_str().is_some_and(is_line),
                "description" => value
                    .as_str()
                    .is_some_and(|t| t.chars().count() <= TEXT_CHARS_MAX),
                "perks" => texts(value, PERKS_MAX).is_some(),
                "sortOrder" => value.as_i64().is_some(),
                _ => false,
            };
            if !fine {
                return Err(wrong());
            }
        }
        if map
            .get("name")
            .and_then(Value::as_str)
            .is_none_or(|name| name.trim().is_empty())
        {
            return Err(wrong());
        }
    }
    Ok(())
}

fn is_line(text: &str) -> bool {
    text.chars().count() <= LINE_CHARS_MAX && !text.chars().any(char::is_control)
}

fn is_link(value: &Value) -> Option<()> {
    let text = value.as_str()?;
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    (text.starts_with("https://") && plain).then_some(())
}

fn texts(value: &Value, most: usize) -> Option<()> {
    let list = value.as_list().filter(|list| list.len() <= most)?;
    list.iter()
        .all(|one| one.as_str().is_some_and(is_line))
        .then_some(())
}

/// A time of a body, in milliseconds.
pub(crate) fn time_of(value: Option<&Value>) -> Option<i64> {
    let time = Timestamp::parse(value?.as_str()?).ok()?;
    Some(time.as_millis())
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

    #[test]
    fn numbers_go_into_a_fact_and_back() {
        let chf = Currency::parse("CHF").unwrap();
        let one = |price, quantity| Terms {
            price,
            currency: chf,
            quantity,
            most: 10,
        };
        let mut terms = vec![one(PRICE_MAX, Some(QUANTITY_MAX)); TYPES_MAX - 2];
        terms.extend([one(100, None), one(1_000, Some(50))]);
        let fair = IdText::parse(&format!("sha256:{}", "a".repeat(64))).unwrap();
        let numbers = Numbers {
            terms: terms.clone(),
            over: 253_402_300_799_999,
            orders: Some(ORDERS_MAX),
        };
        let fact = fact_of(&fair, &numbers).unwrap();
        assert_eq!(terms_of(&fact).unwrap(), terms);
    }
}
