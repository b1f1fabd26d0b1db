//! The description of an event. The organiser's words are in the body and can be erased. The numbers are in the fact
//! and stay, since tickets depend on them.
//!
//! Always: the lists of the fact have one item per ticket type of the body, in the same order. The fact has the event's
//! end, since the money of its tickets is held until after it.

use imajin_app::ZoneName;
use imajin_app::operation::{Choice, FieldError, Group, Int, Line, List, Record};
use imajin_protocol::{Currency, SAFE_INTEGER_MAX};

use super::fields::{HttpsUrl, ManifestDigest, ManifestText, Over, Text, TimeText, Title};
use crate::event::{self, FreePlaces};

/// Maximum number of ticket types, so that their numbers fit into a fact.
const TYPES_MAX: usize = 12;
/// Maximum price of a ticket in minor units, the same as for an item of a checkout (docs/api.md, "Money").
const PRICE_MAX: i64 = 99_999_900;

/// A list with one item per ticket type.
pub(crate) type OfEachType<T> = List<T, 1, TYPES_MAX>;
/// A price in minor units.
pub(crate) type Price = Int<0, PRICE_MAX>;
/// The number of tickets of a type; −1: unlimited.
pub(crate) type Quantity = Int<-1, 1_000_000>;
/// Maximum number of tickets of a type in one order.
pub(crate) type PerOrder = Int<1, 100>;
/// Maximum number of open orders per person.
pub(crate) type OpenOrders = Int<1, 20>;

/// An organiser's description of an event.
#[derive(Debug, Clone, Group)]
#[group(check)]
pub(crate) struct Description {
    #[group]
    pub(crate) words: EventWords,
    #[group]
    pub(crate) numbers: Numbers,
}

/// The body: it can be erased.
#[derive(Debug, Clone, Group)]
#[group(check)]
pub(crate) struct EventWords {
    /// The title, in at most 200 characters.
    title: Title<200>,
    /// When it begins, as 2026-12-31T20:00:00.000Z.
    #[field(name = "startsAt")]
    starts_at: TimeText,
    /// When it ends.
    #[field(name = "endsAt")]
    ends_at: Option<TimeText>,
    /// The time zone in which its times are told, such as Europe/Zurich; the box's where it is left out.
    timezone: Option<ZoneName>,
    /// The description, in at most 10 000 characters.
    description: Option<Text<10_000>>,
    /// Where it is.
    #[field(name = "locationType")]
    location_type: LocationType,
    /// Its address online. Only people with a ticket see it.
    #[field(name = "virtualUrl")]
    virtual_url: Option<HttpsUrl>,
    /// The name of the place.
    venue: Option<Text<300>>,
    /// Its address.
    address: Option<Text<300>>,
    /// Who reads `venue` and `address`: `everyone`, or `holders` for people with a ticket. Default: `everyone`.
    #[field(name = "addressFor")]
    address_for: Option<AddressFor>,
    /// Who sees who comes: `organiser`, or `holders` for people with a ticket, too. Default: `organiser`.
    #[field(name = "guestsFor")]
    guests_for: Option<GuestsFor>,
    /// The town.
    city: Option<Text<300>>,
    /// The country.
    country: Option<Text<300>>,
    /// A few words to find it by.
    tags: Option<List<Line<300>, 0, 10>>,
    /// The types of tickets. None of them ever goes.
    tickets: OfEachType<TicketType>,
    /// The .fair manifest by which the tickets' income is shared, as the organiser signed it.
    pub(crate) manifest: ManifestText,
}

/// The fact: it stays.
#[derive(Debug, Clone, PartialEq, Group)]
#[group(facts)]
pub(crate) struct Numbers {
    /// The digest of the body's manifest.
    pub(crate) fair: ManifestDigest,
    /// The price of a ticket of each type, in minor units.
    pub(crate) price: OfEachType<Price>,
    /// How many there are of each type; −1: without limit.
    pub(crate) quantity: OfEachType<Quantity>,
    /// How many of each type one order may have; of a free type, how many one person may have, in all their orders together.
    pub(crate) most: OfEachType<PerOrder>,
    /// The currency of each type's price.
    pub(crate) currency: OfEachType<Currency>,
    /// When the event is over, in milliseconds: `endsAt`, or a day after `startsAt` where there is no `endsAt`.
    /// Entries of older versions lack it.
    pub(crate) ends: Over,
    /// How many orders one person may have open at once; 1 where it is left out.
    pub(crate) orders: Option<OpenOrders>,
    /// Limits free places to people with an e-mail address that a letter proved or an invite (`mail`), or to people whom the
    /// organiser approves (`approval`). Everybody where it is left out.
    pub(crate) free: Option<FreePlaces>,
}

/// The kind of location.
#[derive(Debug, Clone, Choice)]
enum LocationType {
    Physical,
    Virtual,
    Hybrid,
}

/// Access to the venue and the address.
#[derive(Debug, Clone, Choice)]
enum AddressFor {
    Everyone,
    #[field(unknown)]
    Holders,
}

/// Access to the names of the guests.
#[derive(Debug, Clone, Choice)]
enum GuestsFor {
    #[field(unknown)]
    Organiser,
    Holders,
}

/// The words of a ticket type.
#[derive(Debug, Clone, Record)]
struct TicketType {
    /// The name.
    name: Title<300>,
    /// The description, in at most 10 000 characters.
    description: Option<Text<10_000>>,
    /// The things that come with it.
    perks: Option<List<Line<300>, 0, 20>>,
    /// Its place in lists, the lowest first.
    #[field(name = "sortOrder")]
    sort_order: Option<Int<{ -SAFE_INTEGER_MAX }, SAFE_INTEGER_MAX>>,
}

impl EventWords {
    /// Returns the event's end in milliseconds, or a day after its start.
    pub(crate) fn over(&self) -> i64 {
        let ends = self.ends_at.map(|ends| ends.0.as_millis());
        event::over(self.starts_at.0.as_millis(), ends)
    }

    fn check(&self) -> Result<(), FieldError> {
        match self.ends_at {
            Some(ends) if ends.0 <= self.starts_at.0 => {
                Err(FieldError::new("endsAt", "An event ends after it begins."))
            }
            _ => Ok(()),
        }
    }
}

impl Numbers {
    /// Returns the number of tickets of each type; `None`: unlimited.
    pub(crate) fn quantities(&self) -> impl Iterator<Item = Option<i64>> {
        self.quantity.0.iter().map(|quantity| Some(quantity.0).filter(|quantity| *quantity >= 0))
    }
}

impl Description {
    /// Builds a description.
    /// Errors: the words and numbers contradict each other; the error names the field.
    pub(crate) fn new(words: EventWords, numbers: Numbers) -> Result<Self, FieldError> {
        let description = Self { words, numbers };
        description.check()?;
        Ok(description)
    }

    fn check(&self) -> Result<(), FieldError> {
        let Self { words, numbers } = self;
        if *numbers.fair != words.manifest.0.digest() {
            let text = "fair must be the digest of the body's manifest.";
            return Err(FieldError::new("fair", text));
        }
        let types = words.tickets.0.len();
        let numbers_of = [
            ("price", numbers.price.0.len()),
            ("quantity", numbers.quantity.0.len()),
            ("most", numbers.most.0.len()),
            ("currency", numbers.currency.0.len()),
        ];
        if let Some((name, _)) = numbers_of.iter().find(|(_, length)| *length != types) {
            let message = format!(
                "{name} must have one item for each ticket type of the body, in the same order."
            );
            return Err(FieldError::new("tickets", message));
        }
        if numbers.ends.0 == words.over() {
            Ok(())
        } else {
            Err(FieldError::new(
                "ends",
                "ends must be the body's endsAt in milliseconds, or a day after startsAt where there is no endsAt.",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use imajin_app::CommandRequest;
    use imajin_app::operation::Operation;
    use imajin_protocol::Did;
    use imajin_protocol::fair::Digest;

    use super::*;
    use crate::event::{Terms, terms_of};

    /// Sets the numbers of an event.
    #[derive(Operation)]
    #[operation(name = "events.numbers", authority = Derived)]
    struct SetNumbers {
        #[group]
        numbers: Numbers,
    }

    #[test]
    fn the_numbers_of_all_types_go_into_a_fact_and_back() {
        let chf = Currency::parse("CHF").unwrap();
        let all = |n: i64| (0..TYPES_MAX).map(move |_| n);
        let numbers = Numbers {
            fair: ManifestDigest(Digest::parse(&format!("sha256:{}", "a".repeat(64))).unwrap()),
            price: List(all(PRICE_MAX).map(Int).collect()),
            quantity: List(all(1_000_000).skip(1).chain([-1]).map(Int).collect()),
            most: List(all(100).map(Int).collect()),
            currency: List(vec![chf; TYPES_MAX]),
            ends: Over(253_402_300_799_999),
            orders: Some(Int(20)),
            free: Some(FreePlaces::Approval),
        };
        let command =
            CommandRequest::from_operation(Did::from_key(&[7; 32]), &SetNumbers { numbers })
                .unwrap();
        let terms = terms_of(&command.fact.unwrap()).unwrap();
        let terms_for = |quantity| Terms { price: PRICE_MAX, currency: chf, quantity, most: 100 };
        let mut expected = vec![terms_for(Some(1_000_000)); TYPES_MAX - 1];
        expected.push(terms_for(None));
        assert_eq!(terms, expected);
    }
}
