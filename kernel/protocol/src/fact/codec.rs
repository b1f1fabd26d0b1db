//! The three forms of a fact: a dag-cbor value (in an entry), JSON (on the wire), canonical JSON (in a proof).

use super::{Fact, FactError, FactItem, FactValue, KEYS_MAX, LIST_MAX};
use crate::id::IdText;
use crate::json_form::json_form;
use crate::reader::Reader;
use imajin_dfos::cbor::Value;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write;

impl Fact {
    /// Parses the dag-cbor form.
    pub fn from_value(value: &Value) -> Result<Self, FactError> {
        let members = value.as_map().ok_or(FactError::Keys)?;
        let item = |value: &Value| match value {
            Value::Int(int) => Some(FactItem::Int(*int)),
            Value::Text(text) => IdText::parse(text).ok().map(FactItem::Id),
            _ => None,
        };
        collect(members.len(), members, |value| match value {
            Value::List(items) => Node::List(items.len(), items.iter().map(item).collect()),
            other => Node::Item(item(other)),
        })
    }

    /// Returns the dag-cbor form.
    pub fn to_value(&self) -> Value {
        let item = |item: &FactItem| match item {
            FactItem::Int(int) => Value::Int(*int),
            FactItem::Id(id) => Value::from(id.as_str()),
        };
        Value::map(self.iter().map(|(key, value)| {
            let value = match value {
                FactValue::Int(int) => Value::Int(*int),
                FactValue::Id(id) => Value::from(id.as_str()),
                FactValue::List(items) => Value::List(items.iter().map(item).collect()),
            };
            (key, value)
        }))
    }

    /// Parses the JSON form.
    pub fn from_json(json: &Json) -> Result<Self, FactError> {
        let members = json.as_object().ok_or(FactError::Keys)?;
        let item = |json: &Json| match json {
            // A fraction or an integer beyond 64 bits is refused here; one beyond 53 bits later, with its key.
            Json::Number(number) => number.as_i64().map(FactItem::Int),
            Json::String(text) => IdText::parse(text).ok().map(FactItem::Id),
            _ => None,
        };
        collect(members.len(), members, |json| match json {
            Json::Array(items) => Node::List(items.len(), items.iter().map(item).collect()),
            other => Node::Item(item(other)),
        })
    }

    /// Returns the JSON form.
    pub fn to_json(&self) -> Json {
        let item = |item: &FactItem| match item {
            FactItem::Int(int) => Json::from(*int),
            FactItem::Id(id) => Json::from(id.as_str()),
        };
        let member = |(key, value): (&str, &FactValue)| {
            let value = match value {
                FactValue::Int(int) => Json::from(*int),
                FactValue::Id(id) => Json::from(id.as_str()),
                FactValue::List(items) => items.iter().map(item).collect(),
            };
            (key.to_owned(), value)
        };
        Json::Object(self.iter().map(member).collect())
    }

    /// Appends the canonical JSON: keys are ASCII, so the map's order is that of RFC 8785; ids need no escapes.
    pub(crate) fn write_jcs(&self, out: &mut String) {
        let mut before = '{';
        for (key, value) in &self.0 {
            out.push(before);
            before = ',';
            // Writing into a String cannot fail.
            let _ = write!(out, "\"{key}\":");
            match value {
                FactValue::Int(int) => write_int(out, *int),
                FactValue::Id(id) => write_id(out, id),
                FactValue::List(items) => {
                    out.push('[');
                    for (i, item) in items.iter().enumerate() {
                        if i > 0 {
                            out.push(',');
                        }
                        match item {
                            FactItem::Int(int) => write_int(out, *int),
                            FactItem::Id(id) => write_id(out, id),
                        }
                    }
                    out.push(']');
                }
            }
        }
        out.push('}');
    }

    /// Parses exactly the canonical JSON.
    pub(crate) fn read_jcs(reader: &mut Reader<'_>) -> Option<Self> {
        reader.exactly("{")?;
        let mut members: BTreeMap<String, FactValue> = BTreeMap::new();
        loop {
            let key = reader.text()?;
            // Strictly ascending: the canonical order, and no key twice.
            if members.len() == KEYS_MAX
                || members.last_key_value().is_some_and(|(last, _)| last.as_str() >= key)
            {
                return None;
            }
            reader.exactly(":")?;
            let value = match reader.peek()? {
                b'[' => FactValue::List(reader.list(LIST_MAX, read_item)?),
                _ => match read_item(reader)? {
                    FactItem::Int(int) => FactValue::Int(int),
                    FactItem::Id(id) => FactValue::Id(id),
                },
            };
            members.insert(key.to_owned(), value);
            if reader.skip("}") {
                return Self::new(members).ok();
            }
            reader.exactly(",")?;
        }
    }

    /// Returns the number of bytes of the dag-cbor form, computed without building it.
    pub(super) fn cbor_len(&self) -> usize {
        let id = |id: &IdText| head_len(id.as_str().len() as u64) + id.as_str().len();
        let items = |items: &[FactItem]| -> usize {
            let item = |item: &FactItem| match item {
                FactItem::Int(int) => int_len(*int),
                FactItem::Id(text) => id(text),
            };
            head_len(items.len() as u64) + items.iter().map(item).sum::<usize>()
        };
        let member = |(key, value): (&str, &FactValue)| {
            let value = match value {
                FactValue::Int(int) => int_len(*int),
                FactValue::Id(text) => id(text),
                FactValue::List(list) => items(list),
            };
            head_len(key.len() as u64) + key.len() + value
        };
        head_len(self.0.len() as u64) + self.iter().map(member).sum::<usize>()
    }
}

enum Node {
    Item(Option<FactItem>),
    List(usize, Option<Vec<FactItem>>),
}

fn collect<'a, V: 'a>(
    count: usize,
    members: impl IntoIterator<Item = (&'a String, &'a V)>,
    read: impl Fn(&'a V) -> Node,
) -> Result<Fact, FactError> {
    // Checked before anything is built: the input may be large.
    if count > KEYS_MAX {
        return Err(FactError::Keys);
    }
    let member = |(key, value): (&'a String, &'a V)| {
        let wrong = || FactError::Value(key.chars().take(super::KEY_BYTES_MAX).collect());
        let value = match read(value) {
            Node::Item(Some(FactItem::Int(int))) => FactValue::Int(int),
            Node::Item(Some(FactItem::Id(id))) => FactValue::Id(id),
            Node::List(length, _) if length > LIST_MAX => return Err(FactError::List(key.clone())),
            Node::List(_, Some(items)) => FactValue::List(items),
            Node::Item(None) | Node::List(_, None) => return Err(wrong()),
        };
        Ok((key.clone(), value))
    };
    Fact::new(members.into_iter().map(member).collect::<Result<Vec<_>, _>>()?)
}

fn read_item(reader: &mut Reader<'_>) -> Option<FactItem> {
    match reader.peek()? {
        b'"' => IdText::parse(reader.text()?).ok().map(FactItem::Id),
        _ => reader.integer().map(FactItem::Int),
    }
}

fn write_int(out: &mut String, int: i64) {
    let _ = write!(out, "{int}");
}

fn write_id(out: &mut String, id: &IdText) {
    out.push('"');
    out.push_str(id.as_str());
    out.push('"');
}

/// Returns the length of a CBOR head with this argument (RFC 8949 §3).
fn head_len(argument: u64) -> usize {
    match argument {
        0..24 => 1,
        24..0x100 => 2,
        0x100..0x1_0000 => 3,
        0x1_0000..0x1_0000_0000 => 5,
        _ => 9,
    }
}

fn int_len(int: i64) -> usize {
    // A negative n is written as −1 − n, which has the bits of !n.
    head_len(if int < 0 { !int as u64 } else { int as u64 })
}

json_form! { Fact as Json, |fact| fact.to_json(), |json| Fact::from_json(json) }
