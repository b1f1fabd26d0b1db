//! A JSON object of a form during parsing: each member is taken by name, and remaining members are refused.

use serde_json::{Map, Value as Json};

use crate::TITLE_CHARS_MAX;

/// The error for a refused form: the member, such as `elements[3].visibleIf`, and the allowed values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{member}: {fault}")]
pub struct FormError {
    /// The path of the member.
    pub member: String,
    /// The allowed values, in words.
    pub fault: String,
}

pub(crate) type Parsed<T> = Result<T, FormError>;

pub(crate) fn error<T>(member: &str, fault: impl Into<String>) -> Parsed<T> {
    let (member, fault) = (member.to_owned(), fault.into());
    Err(FormError { member, fault })
}

/// The unread members of an object, with the object's path.
pub(crate) struct Object<'a> {
    place: String,
    members: Vec<(&'a str, &'a Json)>,
}

impl<'a> Object<'a> {
    /// Starts reading the object at this path, which is empty for the whole form.
    pub(crate) fn new(place: &str, json: &'a Json) -> Parsed<Self> {
        let Json::Object(members) = json else {
            let whole = if place.is_empty() { "form" } else { place };
            return error(whole, "write an object");
        };
        let members = Map::iter(members).map(|(name, value)| (name.as_str(), value));
        let (place, members) = (place.to_owned(), members.collect());
        Ok(Self { place, members })
    }

    /// Returns the full path of a member.
    pub(crate) fn member(&self, name: &str) -> String {
        match self.place.as_str() {
            "" => name.to_owned(),
            place => format!("{place}.{name}"),
        }
    }

    pub(crate) fn refuse<T>(&self, name: &str, fault: impl Into<String>) -> Parsed<T> {
        error(&self.member(name), fault)
    }

    /// Reads an optional member. If `read` doesn't accept its value, the error says what is allowed.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Json) -> Option<T>,
        allowed: &str,
    ) -> Parsed<Option<T>> {
        let Some(place) = self.members.iter().position(|(own, _)| *own == name) else {
            return Ok(None);
        };
        match read(self.members.swap_remove(place).1) {
            None => self.refuse(name, format!("write {allowed}")),
            read => Ok(read),
        }
    }

    /// Reads a required member.
    pub(crate) fn need<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Json) -> Option<T>,
        allowed: &str,
    ) -> Parsed<T> {
        match self.read(name, read, allowed)? {
            Some(read) => Ok(read),
            None => self.refuse(name, format!("write {allowed}")),
        }
    }

    pub(crate) fn flag(&mut self, name: &str) -> Parsed<bool> {
        Ok(self.read(name, Json::as_bool, "true or false")?.unwrap_or_default())
    }

    /// Reads a text that is neither empty nor too long.
    pub(crate) fn text(&mut self, name: &str) -> Parsed<Option<String>> {
        let what = format!("a text of at most {TITLE_CHARS_MAX} characters");
        self.read(name, short, &what)
    }

    /// Reads a required list that is neither empty nor too long.
    pub(crate) fn list(&mut self, name: &str, max: usize) -> Parsed<&'a [Json]> {
        let is_short = |list: &&Vec<Json>| !list.is_empty() && list.len() <= max;
        let list = |value: &'a Json| value.as_array().filter(is_short);
        Ok(self.need(name, list, &format!("a list of 1 to {max}"))?)
    }

    /// Refuses members that weren't read.
    pub(crate) fn end(self) -> Parsed<()> {
        match self.members.last() {
            None => Ok(()),
            Some((name, _)) => self.refuse(name, "not a part of a form here; take it out"),
        }
    }
}

pub(crate) fn short(value: &Json) -> Option<String> {
    let text = value.as_str()?;
    let is_short = !text.is_empty() && text.chars().count() <= TITLE_CHARS_MAX;
    is_short.then(|| text.to_owned())
}
