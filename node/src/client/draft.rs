//! An unsigned command. The body is encoded once, with its salt, so that every attempt signs the
//! same bytes.

use imajin_dfos::cbor::{self, Value};
use imajin_dfos::{Cid, cid::dag_cbor_cid};
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use serde_json::Value as Json;

/// A body's limit (docs/format.md §2).
const BODY_BYTES_MAX: usize = 1 << 20;

/// A command.
#[derive(Debug, Clone)]
pub struct Draft {
    pub(super) service: String,
    pub(super) op: String,
    pub(super) reference: Option<IdText>,
    pub(super) body: Option<Body>,
    pub(super) fact: Option<Fact>,
    pub(super) to: Vec<Did>,
}

#[derive(Debug, Clone)]
pub(super) struct Body {
    pub(super) cid: Cid,
    pub(super) json: String,
}

/// Reason why a draft cannot become a command.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum DraftError {
    #[error("the body must be a JSON object, for example {{\"displayName\":\"Ada\"}}")]
    Object,
    #[error("the body: {0}")]
    Cbor(#[from] cbor::CborError),
    #[error("the body has {0} bytes as stored; the limit is {BODY_BYTES_MAX}")]
    TooLarge(usize),
    #[error("ref: {0}")]
    Reference(#[from] imajin_protocol::IdError),
    #[error("the fact must be a JSON object of integers, ids and lists of those: {0}")]
    Fact(String),
    #[error("to: {0}")]
    To(#[from] imajin_protocol::DidError),
    #[error("this machine gives no random numbers: {0}")]
    Random(getrandom::Error),
}

impl Draft {
    /// A command without ref, body and fact.
    pub fn new(service: &str, op: &str) -> Self {
        Self {
            service: service.to_owned(),
            op: op.to_owned(),
            reference: None,
            body: None,
            fact: None,
            to: Vec::new(),
        }
    }

    /// With a body as JSON (docs/exchanges.md); the salt is added unless one is there.
    pub fn body(self, json: &Json) -> Result<Self, DraftError> {
        if !json.is_object() {
            return Err(DraftError::Object);
        }
        self.body_value(cbor::from_dag_json(json)?)
    }

    /// With a body; the salt is added unless one is there.
    pub fn body_value(mut self, mut value: Value) -> Result<Self, DraftError> {
        let map = value.as_map_mut().ok_or(DraftError::Object)?;
        if !map.contains_key("salt") {
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).map_err(DraftError::Random)?;
            map.insert("salt".to_owned(), Value::Bytes(salt.to_vec()));
        }
        let bytes = cbor::encode(&value);
        if bytes.len() > BODY_BYTES_MAX {
            return Err(DraftError::TooLarge(bytes.len()));
        }
        let json = cbor::to_dag_json(&value)?.to_string();
        self.body = Some(Body { cid: dag_cbor_cid(&bytes), json });
        Ok(self)
    }

    /// With a `ref`.
    pub fn reference(mut self, id: &str) -> Result<Self, DraftError> {
        self.reference = Some(IdText::parse(id)?);
        Ok(self)
    }

    /// With a fact. Its `dids` become `to`, as the operations that have them require.
    pub fn fact(mut self, json: &Json) -> Result<Self, DraftError> {
        let members = json.as_object();
        let members = members.ok_or_else(|| DraftError::Fact("it is no object".to_owned()))?;
        let members = members
            .iter()
            .map(|(key, value)| Ok((key.clone(), fact_value(key, value)?)))
            .collect::<Result<Vec<_>, DraftError>>()?;
        let fact = Fact::new(members).map_err(|error| DraftError::Fact(error.to_string()))?;
        if let Some(dids) = fact.ids("dids") {
            self.to = dids.iter().map(|id| Did::parse(id.as_str())).collect::<Result<_, _>>()?;
        }
        self.fact = Some(fact);
        Ok(self)
    }

    /// The logs in which consequences may appear.
    pub fn to(mut self, dids: &[String]) -> Result<Self, DraftError> {
        self.to = dids.iter().map(|did| Did::parse(did)).collect::<Result<_, _>>()?;
        Ok(self)
    }
}

fn fact_value(key: &str, json: &Json) -> Result<FactValue, DraftError> {
    Ok(match json {
        Json::Array(items) => FactValue::List(
            items.iter().map(|item| fact_item(key, item)).collect::<Result<_, _>>()?,
        ),
        single => match fact_item(key, single)? {
            FactItem::Int(value) => FactValue::Int(value),
            FactItem::Id(id) => FactValue::Id(id),
        },
    })
}

fn fact_item(key: &str, json: &Json) -> Result<FactItem, DraftError> {
    let wrong = || DraftError::Fact(format!("{key} is {json}"));
    match json {
        Json::Number(number) => number.as_i64().map(FactItem::Int).ok_or_else(wrong),
        Json::String(text) => IdText::parse(text).map(FactItem::Id).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}
