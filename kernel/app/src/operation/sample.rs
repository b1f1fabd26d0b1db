//! Values that operations may have: for examples in documents, and for the test that follows every word to its erasure.

use imajin_dfos::cbor::to_dag_json;
use serde_json::{Map, Value as Json};

use super::{Declaration, Part};

/// A source of words: each is another one, of small letters and digits.
#[derive(Debug, Clone)]
pub struct Words {
    stem: String,
    /// The words that were taken.
    pub taken: Vec<String>,
}

impl Words {
    /// Words that begin with a stem of small letters and digits, at most 20 bytes.
    pub fn new(stem: impl Into<String>) -> Self {
        Self { stem: stem.into(), taken: Vec::new() }
    }

    /// Another word.
    pub fn take(&mut self) -> String {
        let word = format!("{}x{}", self.stem, self.taken.len() + 1);
        self.taken.push(word.clone());
        word
    }
}

/// An example of an operation's command, in its transport form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// The `ref`.
    pub reference: Option<String>,
    /// The fact.
    pub fact: Option<Json>,
    /// The body, without its salt.
    pub body: Option<Json>,
}

impl Declaration {
    /// A command of it, with fresh words in all that people write themselves.
    pub fn sample(&self, words: &mut Words) -> Sample {
        let mut map = |part| {
            let mut map = Map::new();
            for member in self.part(part) {
                let taken = words.taken.len();
                let value = (member.sample)(words);
                // An optional member without words would only make the example longer.
                if !member.is_optional || words.taken.len() > taken {
                    let json = to_dag_json(&value).unwrap_or(Json::Null);
                    map.insert(member.name.to_owned(), json);
                }
            }
            map
        };
        let mut reference = map(Part::Reference);
        let fact = map(Part::Fact);
        let body = map(Part::Body);
        Sample {
            reference: match reference.remove("ref") {
                Some(Json::String(id)) => Some(id),
                _ => None,
            },
            fact: (!fact.is_empty()).then_some(Json::Object(fact)),
            body: self.spec.body.then_some(Json::Object(body)),
        }
    }
}
