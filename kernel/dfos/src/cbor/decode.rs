//! Decodes bytes to a value.
//!
//! Always: uses an explicit stack, so that depth costs memory in proportion to the input and never the thread's stack;
//! allocates no more than the input justifies.

use std::collections::BTreeMap;

use super::{CborError, Item, Reader, Value};

/// Levels of lists and maps that [`decode`] allows: far more than any document of this project has.
pub const DEFAULT_DEPTH_MAX: usize = 128;

/// Items for which a list reserves memory at once; a longer one grows as its items arrive.
const RESERVE_ITEMS: usize = 64;

/// Decodes one value that takes up all of `bytes`, at most [`DEFAULT_DEPTH_MAX`] levels deep.
pub fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    decode_with(bytes, DEFAULT_DEPTH_MAX)
}

/// Decodes one value that takes up all of `bytes`, with lists and maps nested at most `depth_max` deep.
pub fn decode_with(bytes: &[u8], depth_max: usize) -> Result<Value, CborError> {
    let mut reader = Reader::new(bytes);
    let value = reader.value(depth_max)?;
    reader.end()?;
    Ok(value)
}

/// A list or map whose items are still arriving.
enum Open<'a> {
    List { items: Vec<Value>, left: usize },
    Map { members: BTreeMap<String, Value>, key: &'a str, left: usize },
}

enum Put<'a> {
    Open(Open<'a>),
    Done(Value),
}

impl<'a> Reader<'a> {
    /// The next value, with lists and maps nested at most `depth_max` deep.
    pub fn value(&mut self, depth_max: usize) -> Result<Value, CborError> {
        let mut open: Vec<Open<'a>> = Vec::new();
        loop {
            let mut done = match self.item()? {
                Item::Null => Value::Null,
                Item::Bool(bool) => Value::Bool(bool),
                Item::Int(int) => Value::Int(int),
                Item::Text(text) => Value::Text(text.to_owned()),
                Item::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
                Item::Link(cid) => Value::Link(cid),
                Item::List(0) => Value::List(Vec::new()),
                Item::Map(0) => Value::Map(BTreeMap::new()),
                Item::List(_) | Item::Map(_) if open.len() >= depth_max => {
                    return Err(CborError::Depth(depth_max));
                }
                Item::List(left) => {
                    let items = Vec::with_capacity(left.min(RESERVE_ITEMS));
                    open.push(Open::List { items, left });
                    continue;
                }
                Item::Map(left) => {
                    let (members, key) = (BTreeMap::new(), self.key(None)?);
                    open.push(Open::Map { members, key, left });
                    continue;
                }
            };
            // A finished value belongs to the innermost open container, and may finish that one too.
            loop {
                match open.pop() {
                    None => return Ok(done),
                    Some(container) => match self.put(container, done)? {
                        Put::Open(container) => {
                            open.push(container);
                            break;
                        }
                        Put::Done(value) => done = value,
                    },
                }
            }
        }
    }

    fn put(&mut self, container: Open<'a>, value: Value) -> Result<Put<'a>, CborError> {
        Ok(match container {
            Open::List { mut items, left } => {
                items.push(value);
                match left - 1 {
                    0 => Put::Done(Value::List(items)),
                    left => Put::Open(Open::List { items, left }),
                }
            }
            Open::Map { mut members, key, left } => {
                members.insert(key.to_owned(), value);
                match left - 1 {
                    0 => Put::Done(Value::Map(members)),
                    left => Put::Open(Open::Map { members, key: self.key(Some(key))?, left }),
                }
            }
        })
    }
}
