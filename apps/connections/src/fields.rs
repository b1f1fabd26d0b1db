//! The field types of this service's operations, each with one canonical form.

use imajin_app::operation::{Choice, Field, Int, Invalid, List, Title, Words};
use imajin_app::{impl_field, text_type};
use imajin_dfos::Value;
use imajin_host::codes;
use imajin_protocol::Did;
use serde_json::{Value as Json, json};

/// The number of people that an invitation is for: at most a big party.
pub(crate) type Uses = Int<1, 1000>;

/// Maximum length of a nickname, in characters: the same as for a name.
const NICKNAME_CHARS_MAX: usize = 100;
/// Maximum length of a group's name, in characters.
const NAME_CHARS_MAX: usize = 80;
/// Maximum length of a group's description, in characters.
const ABOUT_CHARS_MAX: usize = 2000;

text_type!(
    /// The name of an invitation in its maker's log: `inv_` and 24 hexadecimal digits, drawn by its writer.
    InviteName,
    is_invite_name,
    "must be a new name for the invitation: inv_ and 24 hexadecimal digits",
    json!({ "type": "string", "pattern": "^inv_[0-9a-f]{24}$" }),
    |_| "inv_000000000000000000000001"
);

text_type!(
    /// A code that people pass on, made from random bytes.
    InviteCode,
    codes::is_code,
    "must be a code like 7KQ2-M9XT-04RB, made from random bytes",
    json!({ "type": "string", "pattern": "^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$" }),
    |_| "7KQ2-M9XT-04RB"
);

text_type!(
    /// A text that a person signed elsewhere: stored byte for byte, without any words that its author chose here.
    SignedText,
    |_| true,
    "must be a text",
    json!({ "type": "string" }),
    |_| "eyJhbGciOiJFZERTQSJ9.."
);

text_type!(
    /// A request that a declaration of use came with: its method and path.
    RequestLine,
    |text| text.split_once(' ').is_some_and(|(_, path)| path.starts_with('/')),
    "must be a method and a path",
    json!({ "type": "string" }),
    |_| "GET /media/api/assets/a"
);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupName(String);

impl Field for GroupName {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let _: Title<NAME_CHARS_MAX> = Field::read(value)?;
        Self::read_entered(value)
    }

    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str();
        let text = text.filter(|text| has_words(text, NAME_CHARS_MAX));
        text.map(|text| Self(text.to_owned())).ok_or_else(|| {
            Invalid::new(format!("must be a name of 1 to {NAME_CHARS_MAX} characters"))
        })
    }

    fn write(&self) -> Option<Value> {
        Some(self.0.as_str().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1, "maxLength": NAME_CHARS_MAX })
    }

    fn sample(words: &mut Words) -> Value {
        words.take().into()
    }
}

text_type!(
    /// The description of a group.
    About,
    |text| has_words(text, ABOUT_CHARS_MAX),
    format!("must have 1 to {ABOUT_CHARS_MAX} characters, or be left out"),
    json!({ "type": "string", "minLength": 1, "maxLength": ABOUT_CHARS_MAX }),
    |words| words.take()
);

fn is_invite_name(name: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    name.strip_prefix("inv_").is_some_and(|digits| digits.len() == 24 && digits.bytes().all(is_hex))
}

/// Whether a text has from 1 to `max` characters between its first and its last visible one.
fn has_words(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.trim().chars().count())
}

/// The owner's name for a person; null removes the name. The field is required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nickname(Option<String>);

impl Nickname {
    /// Makes a nickname that removes the name.
    pub(crate) fn none() -> Self {
        Self(None)
    }
}

impl_field!(
    Nickname,
    |value| {
        let is_name = |text: &&str| {
            (1..=NICKNAME_CHARS_MAX).contains(&text.chars().count())
                && !text.chars().any(char::is_control)
        };
        match value.as_str().filter(is_name) {
            Some(name) => Some(Self(Some(name.to_owned()))),
            None => value.is_null().then_some(Self(None)),
        }
    },
    format!("must be a name of 1 to {NICKNAME_CHARS_MAX} characters, or null to take it away"),
    |field| field.0.as_deref().map_or(Value::Null, Value::from),
    json!({ "type": ["string", "null"], "minLength": 1, "maxLength": NICKNAME_CHARS_MAX }),
    |words| words.take()
);

/// The one other person that a fact names, as a list of one DID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OneDid(pub(crate) Did);

impl_field!(
    OneDid,
    |value| {
        let did = List::<Did, 1, 1>::read(value)?.0.pop();
        did.map(Self).ok_or_else(|| Invalid::new("must be a list of one DID"))
    },
    |field| vec![Value::from(field.0.as_str())],
    List::<Did, 1, 1>::schema(),
    |words| List::<Did, 1, 1>::sample(words)
);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupDid(pub(crate) Did);

impl_field!(
    GroupDid,
    |value| Did::read(value).ok().map(Self),
    "must be the group's DID: did:imajin:…",
    |field| field.0.as_str(),
    Did::schema(),
    |words| Did::sample(words)
);

/// A small circle inside no other group, or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Kind {
    Group,
    Pod,
}

/// The people who see a group: its members, or everyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Visibility {
    Private,
    Public,
}

/// A role that can be given to a member. Ownership is transferred instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum GivenRole {
    Admin,
    Member,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads<T: Field>(value: impl Into<Value>) -> bool {
        T::read(&value.into()).is_ok()
    }

    #[test]
    fn each_field_is_read_in_its_one_form() {
        assert!(reads::<InviteName>("inv_0123456789abcdef01234567"));
        assert!(!reads::<InviteName>("inv_0123456789ABCDEF01234567"));
        assert!(!reads::<InviteName>("0123456789abcdef01234567"));
        assert!(reads::<InviteCode>("7KQ2-M9XT-04RB"));
        assert!(!reads::<InviteCode>("7kq2-m9xt-04rb"));
        assert!(reads::<GroupName>("n".repeat(80).as_str()));
        assert!(!reads::<GroupName>("n".repeat(81).as_str()));
        assert!(!reads::<GroupName>("  ") && !reads::<GroupName>("two\nlines"));
        assert!(reads::<About>("two\nlines") && !reads::<About>(""));
        let did = Did::from_key(&[7; 32]);
        assert!(reads::<OneDid>(Value::List(vec![did.as_str().into()])));
        assert!(!reads::<OneDid>(Value::List(vec![did.as_str().into(), did.as_str().into()])));
        assert!(!reads::<OneDid>(did.as_str()));
        assert!(reads::<GivenRole>("admin") && !reads::<GivenRole>("owner"));
    }

    #[test]
    fn a_nickname_is_a_name_or_null_and_cannot_be_left_out() {
        assert!(reads::<Nickname>("Bobby") && reads::<Nickname>(Value::Null));
        assert!(!reads::<Nickname>("") && !reads::<Nickname>("a\nb"));
        assert!(Nickname::absent().is_none());
        assert_eq!(Nickname::none().write(), Some(Value::Null));
    }
}
