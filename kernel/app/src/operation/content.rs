//! The parts of a command that an operation's fields are read from and written to.

use std::borrow::Cow;

use imajin_dfos::Value;
use imajin_ledger::{Command, Refusal, RefusalKind};
use imajin_protocol::{Fact, FactItem, FactValue, IdText};

use super::field::{Field, Invalid};
use super::{Declaration, Part};

/// The member of every body that no operation declares: it keeps an erased body from being guessed.
pub(super) const SALT: &str = "salt";

/// A field that is wrong, and what helps. Boxed, so that the way of success stays small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError(Box<WrongField>);

/// The field and the message of a [`FieldError`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongField {
    /// The field's name.
    pub field: String,
    /// The message, for people.
    pub message: String,
}

impl FieldError {
    /// Makes an error of this field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self(Box::new(WrongField { field: field.into(), message: message.into() }))
    }

    /// The field and the message as owned values.
    pub fn into_inner(self) -> WrongField {
        *self.0
    }

    #[cold]
    fn from_invalid(name: &str, invalid: &Invalid) -> Self {
        Self::new(name, format!("{name}{invalid}."))
    }
}

impl From<FieldError> for Refusal {
    fn from(error: FieldError) -> Self {
        let WrongField { field, message } = error.into_inner();
        Refusal::new(RefusalKind::BadRequest, message).field(field)
    }
}

/// A command's `ref`, fact and body.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    reference: Option<&'a IdText>,
    fact: Option<&'a Fact>,
    body: Option<&'a Value>,
    /// Whether the parts are those of an entry, which a later version may have written.
    are_entered: bool,
}

impl<'a> Parts<'a> {
    /// Makes parts from these values.
    pub fn new(
        reference: Option<&'a IdText>,
        fact: Option<&'a Fact>,
        body: Option<&'a Value>,
    ) -> Self {
        Self { reference, fact, body, are_entered: false }
    }

    /// Marks the parts as those of an entry: unknown values have the meaning that their types declare.
    pub(super) fn entered(self) -> Self {
        Self { are_entered: true, ..self }
    }

    /// The parts of a command.
    pub fn from_command(command: &'a Command) -> Self {
        Self::new(command.reference.as_ref(), command.fact.as_ref(), command.body.as_ref())
    }

    /// Whether the parts are there that the operation has, and nothing that it does not declare.
    ///
    /// # Errors
    /// The first part or field that does not belong.
    pub fn check(&self, declaration: &Declaration) -> Result<(), FieldError> {
        let op = declaration.spec.op;
        if self.reference.is_some() && declaration.part(Part::Reference).next().is_none() {
            return Err(FieldError::new("ref", format!("{op} has no ref.")));
        }
        if let Some(fact) = self.fact {
            if declaration.part(Part::Fact).next().is_none() {
                return Err(FieldError::new("fact", format!("{op} has no fact.")));
            }
            check_known(declaration, Part::Fact, fact.iter().map(|(name, _)| name))?;
        }
        match self.body {
            Some(_) if !declaration.spec.body => {
                Err(FieldError::new("body", format!("{op} has no body.")))
            }
            Some(body) => {
                let map = body.as_map();
                let map = map.ok_or_else(|| FieldError::new("body", "A body is a map."))?;
                let names = map.keys().map(String::as_str);
                check_known(declaration, Part::Body, names.filter(|name| *name != SALT))
            }
            None if declaration.spec.body => {
                Err(FieldError::new("body", format!("{op} needs a body.")))
            }
            None => Ok(()),
        }
    }

    /// Whether a field is there.
    pub fn has(&self, part: Part, name: &str) -> bool {
        self.value(part, name).is_some()
    }

    fn value(&self, part: Part, name: &str) -> Option<Cow<'a, Value>> {
        match part {
            Part::Reference => self.reference.map(|id| Cow::Owned(id.as_str().into())),
            Part::Fact => {
                self.fact.and_then(|fact| fact.get(name)).map(|value| Cow::Owned(value_of(value)))
            }
            Part::Body => self.body.and_then(|body| body.get(name)).map(Cow::Borrowed),
        }
    }

    /// Reads a field.
    ///
    /// # Errors
    /// The field is missing or has the wrong type.
    pub fn read<T: Field>(&self, part: Part, name: &str) -> Result<T, FieldError> {
        let read = match self.value(part, name) {
            Some(value) if self.are_entered => T::read_entered(&value),
            Some(value) => T::read(&value),
            None => T::absent().ok_or_else(|| Invalid::new("is missing")),
        };
        read.map_err(|invalid| FieldError::from_invalid(name, &invalid))
    }
}

fn check_known<'n>(
    declaration: &Declaration,
    part: Part,
    names: impl IntoIterator<Item = &'n str>,
) -> Result<(), FieldError> {
    let is_known = |name: &str| declaration.part(part).any(|member| member.name == name);
    let Some(other) = names.into_iter().find(|name| !is_known(name)) else {
        return Ok(());
    };
    let all: Vec<&str> = declaration.part(part).map(|member| member.name).collect();
    let place = match part {
        Part::Fact => "fact",
        _ => "body",
    };
    let (op, all) = (declaration.spec.op, all.join(", "));
    let message = format!("The {place} of {op} has no member {other:?}; it has {all}.");
    Err(FieldError::new(other, message))
}

fn value_of(value: &FactValue) -> Value {
    let item = |item: &FactItem| match item {
        FactItem::Int(number) => Value::Int(*number),
        FactItem::Id(id) => id.as_str().into(),
    };
    match value {
        FactValue::Int(number) => Value::Int(*number),
        FactValue::Id(id) => id.as_str().into(),
        FactValue::List(items) => Value::List(items.iter().map(item).collect()),
    }
}

/// The encoded fields of an operation, as an entry has them, without the salt.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// The entry's `ref`.
    pub reference: Option<IdText>,
    /// The fact.
    pub fact: Option<Fact>,
    /// The body, without salt.
    pub body: Option<Value>,
}

impl Content {
    /// Writes a field; one that is left out leaves nothing.
    ///
    /// # Errors
    /// The `ref` or the fact cannot hold it.
    pub fn write<T: Field>(&mut self, part: Part, name: &str, field: &T) -> Result<(), FieldError> {
        self.put(part, name, field.write())
    }

    /// Adds a field. One function for the fields of all types.
    fn put(&mut self, part: Part, name: &str, value: Option<Value>) -> Result<(), FieldError> {
        if part == Part::Body && self.body.is_none() {
            self.body = Some(Value::map::<String>([]));
        }
        let Some(value) = value else {
            return Ok(());
        };
        match part {
            Part::Reference => self.reference = Some(id(name, &value)?),
            Part::Fact => {
                let value = fact_value(name, &value)?;
                let before = self.fact.take();
                let before = before.iter().flat_map(Fact::iter);
                let all = before.map(|(name, value)| (name.to_owned(), value.clone()));
                let fact = Fact::new(all.chain([(name.to_owned(), value)]));
                self.fact = Some(fact.map_err(|error| FieldError::new(name, format!("{error}.")))?);
            }
            Part::Body => {
                if let Some(map) = self.body.as_mut().and_then(Value::as_map_mut) {
                    map.insert(name.to_owned(), value);
                }
            }
        }
        Ok(())
    }
}

fn id(name: &str, value: &Value) -> Result<IdText, FieldError> {
    let text = value.as_str().unwrap_or_default();
    IdText::parse(text).map_err(|error| FieldError::new(name, format!("{name}: {error}.")))
}

fn fact_value(name: &str, value: &Value) -> Result<FactValue, FieldError> {
    Ok(match value {
        Value::Int(number) => FactValue::Int(*number),
        Value::List(items) => {
            let item = |item: &Value| match item {
                Value::Int(number) => Ok(FactItem::Int(*number)),
                other => id(name, other).map(FactItem::Id),
            };
            FactValue::List(items.iter().map(item).collect::<Result<_, _>>()?)
        }
        other => FactValue::Id(id(name, other)?),
    })
}
