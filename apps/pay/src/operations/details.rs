//! Payment details outside the node: a bank account, an e-mail address or telephone number, or an explanation.
//!
//! Always: the details are a body in their author's own log, which the author can erase; no fact and no other log has
//! any of them. Each text is one line without control characters, so that nothing can be smuggled into the lines of a
//! payment code.

use imajin_app::operation::{Operation, Parts, Reasons, Words};
use imajin_app::{impl_field, refuse_if};
use imajin_dfos::cbor;
use serde_json::{Value as Json, json};

use super::fields::Note;
use super::world::{Case, Consequences, Movement, Outcome, World};
use crate::iban::Iban;

/// The longest explanation, in bytes.
pub(crate) const NOTE_BYTES_MAX: usize = 500;

/// Says where you can be paid outside the node: a bank account, an e-mail address, a telephone number, some words. What is
/// left out is not offered to buyers; nothing at all withdraws all of it. Only the people who are about to pay see it.
#[derive(Debug, Clone, Default, Operation)]
#[operation(
    name = "pay.details",
    authority = OwnKey,
    erasable_by = Author,
    refusal = DetailsRefusal
)]
pub(crate) struct SetDetails {
    /// The bank account.
    pub(crate) iban: Option<Iban>,
    /// The holder of the account, as the bank knows them.
    pub(crate) name: Option<Line<70>>,
    /// The account holder's street.
    pub(crate) street: Option<Line<70>>,
    /// The number of their building.
    pub(crate) building: Option<Line<16>>,
    /// Their postal code.
    pub(crate) postcode: Option<Line<16>>,
    /// Their town.
    pub(crate) town: Option<Line<35>>,
    /// Their country, as two letters (ISO 3166-1).
    pub(crate) country: Option<Country>,
    /// An e-mail address that takes e-transfers.
    pub(crate) email: Option<Mailbox>,
    /// A telephone number that takes payments (Twint and others).
    pub(crate) phone: Option<Phone>,
    /// How to pay, in their words.
    pub(crate) note: Option<Note<NOTE_BYTES_MAX>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum DetailsRefusal {
    /// Say whose account this is. Banks ask for the account holder's name.
    #[refused(BadRequest, field = "name")]
    NameMissing,
}

/// One line of at most `MAX` characters, not empty, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl_field!(
    [const MAX: usize] Line<MAX>,
    |value| {
        let text = value.as_str().unwrap_or_default();
        let is_line = (1..=MAX).contains(&text.chars().count())
            && !text.chars().any(char::is_control)
            && text.trim() == text;
        is_line.then(|| Self(text.to_owned()))
    },
    format!("must be one line of at most {MAX} characters, without spaces around it"),
    |field| field.0.as_str(),
    json!({ "type": "string", "minLength": 1, "maxLength": MAX }),
    // A random word is too long for a building's number.
    |words| if MAX < 30 { "8001".to_owned() } else { words.take() }
);

/// Declares a type of form line: its characters, the message about wrong ones, and a sample.
macro_rules! line {
    ($(#[$doc:meta])* $name:ident, $max:literal, $is:expr, $wrong:literal, $sample:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $name(Line<$max>);

        impl $name {
            pub(crate) fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl_field!(
            $name,
            |value| {
                let line = Line::read(value).ok();
                let is: fn(&str) -> bool = $is;
                line.filter(|line: &Line<$max>| is(line.as_str())).map(Self)
            },
            $wrong,
            |field| field.as_str(),
            Line::<$max>::schema(),
            |words| {
                let sample: fn(&mut Words) -> String = $sample;
                sample(words)
            }
        );
    };
}

line!(
    /// A country's two letters.
    Country,
    2,
    |text| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
    "must be a country's two letters, for example CH",
    |_| "CH".to_owned()
);
line!(
    /// An e-mail address.
    Mailbox,
    254,
    |text| text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(' ')
    }),
    "must be an email address, for example ada@example.com",
    |words| format!("{}@example.com", words.take())
);
line!(
    /// A telephone number.
    Phone,
    24,
    |text| text.bytes().filter(u8::is_ascii_digit).count() >= 6
        && text.chars().all(|c| c.is_ascii_digit() || " +-()/.".contains(c)),
    "must be a telephone number, for example +41 79 123 45 67",
    |_| "+41 79 123 45 67".to_owned()
);

impl SetDetails {
    /// Whether the details have no way to pay.
    pub(crate) fn is_empty(&self) -> bool {
        self.iban.is_none() && self.email.is_none() && self.phone.is_none() && self.note.is_none()
    }

    /// Reads a body as the tables store it: JSON without its salt. `None` if it was erased or is empty.
    pub(crate) fn kept(body: &str) -> Option<Self> {
        let json: Json = serde_json::from_str(body).ok()?;
        let body = cbor::from_dag_json(&json).ok()?;
        let details = Self::read(&Parts::new(None, None, Some(&body))).ok()?;
        Some(details).filter(|details| !details.is_empty())
    }
}

impl Movement for SetDetails {
    fn consequences(&self, _: &World<'_>, _: Case<'_>) -> Outcome<DetailsRefusal> {
        refuse_if!(self.iban.is_some() && self.name.is_none(), DetailsRefusal::NameMissing);
        Ok(Consequences::none())
    }
}
