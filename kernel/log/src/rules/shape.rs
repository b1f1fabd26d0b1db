//! The bodies and facts of the kernel's own operations, read strictly: exactly the members of docs/format.md §8.
//!
//! Always: a malformed body or fact is a fault of code `decode`; the other files here check whether it is allowed.

use std::collections::BTreeMap;
use std::sync::Arc;

use imajin_dfos::cid::{CODEC_DAG_CBOR, parse_cid};
use imajin_dfos::{Cid, PublicKey, Timestamp, Value};
use imajin_protocol::Did;
use imajin_protocol::did::DidKind;

use super::fault::fail;
use super::{Code, Fault, Home};
use crate::anchors::AnchorBody;
use crate::entry::Header;
use crate::ops;

/// Bytes of an X25519 key.
const ENCRYPTION_KEY_BYTES: usize = 32;

/// The remaining members of a body. The salt was checked when the body was decoded.
pub(super) struct Members<'a> {
    op: &'a str,
    rest: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Members<'a> {
    pub(super) fn from_body(header: &'a Header, body: &'a Value) -> Result<Self, Fault> {
        let Some(map) = body.as_map() else {
            return fail(Code::Decode, "the body is no map");
        };
        let mut rest = BTreeMap::new();
        for (name, value) in map.iter().filter(|(name, _)| *name != "salt") {
            rest.insert(name.as_str(), value);
        }
        Ok(Self { op: &header.op, rest })
    }

    fn wrong(&self, name: &str) -> Fault {
        Fault::new(Code::Decode, format!("the body of {} has no well-formed {name:?}", self.op))
    }

    fn take<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, Fault> {
        let value = self.rest.remove(name);
        value.and_then(read).ok_or_else(|| self.wrong(name))
    }

    fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let value = self.rest.remove(name);
        value.map(|value| read(value).ok_or_else(|| self.wrong(name))).transpose()
    }

    fn end(self) -> Result<(), Fault> {
        match self.rest.keys().next() {
            Some(name) => fail(
                Code::Decode,
                format!("the body of {} has an unknown member {name:?}", self.op),
            ),
            None => Ok(()),
        }
    }
}

/// Checks the form of a kernel operation's body. Other services check their own bodies.
pub(super) fn check(header: &Header, body: &Value) -> Result<(), Fault> {
    match header.op.as_str() {
        ops::IDENTITY_CREATE => create(header, body).map(drop),
        ops::IDENTITY_UPDATE => update(header, body).map(drop),
        ops::IDENTITY_REGISTER => register(header, body).map(drop),
        ops::HOME => home(header, body).map(drop),
        ops::DELEGATION_CREATE => delegate(header, body).map(drop),
        ops::BODY_ERASED => erased(header, body).map(drop),
        ops::DELETE => delete(header, body),
        ops::ANCHOR => anchor(header, body),
        ops::ATTESTATION_ISSUE | ops::ATTESTATION_RECEIVED => attestation(header, body),
        ops::ATTESTATION_COUNTERSIGN | ops::ATTESTATION_COUNTERSIGNED => witness(header, body),
        _ => Ok(()),
    }
}

/// The members of an `auth.identity.create`.
pub(crate) struct Create<'a> {
    pub(crate) token: &'a str,
    pub(crate) home: Home,
}

pub(crate) fn create<'a>(header: &'a Header, body: &'a Value) -> Result<Create<'a>, Fault> {
    let mut members = Members::from_body(header, body)?;
    let create = Create {
        token: members.take("token", Value::as_str)?,
        home: members.take("home", home_map)?,
    };
    members.take("scope", Value::as_str)?;
    members.optional("subtype", Value::as_str)?;
    let key =
        |value: &'a Value| value.as_bytes().filter(|bytes| bytes.len() == ENCRYPTION_KEY_BYTES);
    members.optional("encryption_key", key)?;
    members.end()?;
    Ok(create)
}

/// Reads the token of an `auth.identity.update`.
pub(super) fn update<'a>(header: &'a Header, body: &'a Value) -> Result<&'a str, Fault> {
    let mut members = Members::from_body(header, body)?;
    let token = members.take("token", Value::as_str)?;
    members.end()?;
    Ok(token)
}

/// Reads the key and the home of an `auth.identity.register`.
pub(super) fn register(header: &Header, body: &Value) -> Result<(PublicKey, Home), Fault> {
    let mut members = Members::from_body(header, body)?;
    let key = members.take("key", multikey)?;
    let home = members.take("home", home_map)?;
    members.take("scope", Value::as_str)?;
    members.optional("subtype", Value::as_str)?;
    members.end()?;
    Ok((key, home))
}

/// The members of an `auth.home`.
pub(crate) struct Move<'a> {
    pub(crate) home: Home,
    pub(crate) abandons: Option<&'a str>,
}

pub(crate) fn home<'a>(header: &'a Header, body: &'a Value) -> Result<Move<'a>, Fault> {
    let mut members = Members::from_body(header, body)?;
    let home = Home {
        node: members.take("node", did)?,
        url: members.take("url", Value::as_str)?.into(),
        epoch: members.take("epoch", epoch)?,
    };
    let abandons = members.optional("abandons", Value::as_str)?;
    members.end()?;
    Ok(Move { home, abandons })
}

/// The members of an `auth.delegation.create`.
pub(super) struct Delegate {
    pub(super) key: PublicKey,
    pub(super) scope: Arc<[String]>,
    pub(super) until: Timestamp,
    pub(super) uses: Option<u64>,
}

pub(super) fn delegate(header: &Header, body: &Value) -> Result<Delegate, Fault> {
    let mut members = Members::from_body(header, body)?;
    let delegate = Delegate {
        key: members.take("key", multikey)?,
        scope: members.take("scope", scope)?,
        until: members.take("until", |value| Timestamp::parse(value.as_str()?).ok())?,
        uses: members.optional("uses", Value::as_u64)?,
    };
    members.end()?;
    Ok(delegate)
}

/// Reads the CIDs in an `auth.body.erased`.
pub(super) fn erased(header: &Header, body: &Value) -> Result<Vec<Cid>, Fault> {
    let mut members = Members::from_body(header, body)?;
    let body = |cid: &Cid| cid.codec() == CODEC_DAG_CBOR;
    let link = |value: &Value| value.as_link().copied().filter(body);
    let bodies = members.take("bodies", |value| value.as_list()?.iter().map(link).collect())?;
    members.end()?;
    Ok(bodies)
}

/// Checks an `auth.delete`.
pub(super) fn delete(header: &Header, body: &Value) -> Result<(), Fault> {
    let mut members = Members::from_body(header, body)?;
    let kinds = |value: &Value| {
        value.as_map().is_some_and(|kinds| kinds.values().all(|n| n.as_u64().is_some()))
    };
    members.take("counts", |value| value.as_map()?.values().all(kinds).then_some(()))?;
    members.end()
}

/// Checks an `auth.anchor`: the root in the document must be that of the heads.
fn anchor(header: &Header, body: &Value) -> Result<(), Fault> {
    let wrong = |member| {
        let text = format!("the body of {} has no well-formed {member}", header.op);
        Fault::new(Code::Decode, text)
    };
    AnchorBody::read(body).map(drop).map_err(wrong)
}

/// Checks the form of `auth.attestation.issue` and `auth.attestation.received`. Does not check what the attestation
/// says, or who signed it.
fn attestation(header: &Header, body: &Value) -> Result<(), Fault> {
    let mut members = Members::from_body(header, body)?;
    members.take("attestation", Value::as_str)?;
    members.take("issuer", did)?;
    members.take("signature", Value::as_str)?;
    let audience = |value: &Value| matches!(value.as_str()?, "public" | "parties").then_some(());
    members.take("audience", audience)?;
    members.optional("expires_at", |value| Timestamp::parse(value.as_str()?).ok())?;
    members.optional("author_jws", Value::as_str)?;
    members.end()
}

/// Checks the form of `auth.attestation.countersign` and `auth.attestation.countersigned`.
fn witness(header: &Header, body: &Value) -> Result<(), Fault> {
    let mut members = Members::from_body(header, body)?;
    members.take("witness_jws", Value::as_str)?;
    members.end()
}

/// Reads the CID of an entry or an attestation in `ref`; `of_what` says which for people.
pub(super) fn named_cid(header: &Header, of_what: &str) -> Result<Cid, Fault> {
    let named = header.reference.as_ref();
    let cid = named.and_then(|named| parse_cid(named.as_str()).ok());
    match cid.filter(|cid| cid.codec() == CODEC_DAG_CBOR) {
        Some(cid) => Ok(cid),
        None => {
            fail(Code::Decode, format!("the ref of {} must be the CID of {of_what}", header.op))
        }
    }
}

/// Reads an `auth.settings.update`: whether custodial entries are forbidden from this entry on.
pub(super) fn settings(header: &Header) -> Result<bool, Fault> {
    match header.fact.as_ref().and_then(|fact| fact.int("require_signed")) {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        _ => fail(
            Code::Decode,
            format!("the fact of {} needs \"require_signed\" of 0 or 1", header.op),
        ),
    }
}

fn home_map(value: &Value) -> Option<Home> {
    let map = value.as_map().filter(|map| map.len() == 3)?;
    Some(Home {
        node: did(map.get("node")?)?,
        url: map.get("url")?.as_str()?.into(),
        epoch: epoch(map.get("epoch")?)?,
    })
}

fn epoch(value: &Value) -> Option<u64> {
    value.as_u64().filter(|epoch| *epoch > 0)
}

fn did(value: &Value) -> Option<Did> {
    Did::parse_canonical(value.as_str()?).filter(|did| did.kind() == DidKind::Key)
}

fn multikey(value: &Value) -> Option<PublicKey> {
    PublicKey::from_multikey(value.as_str()?).ok()
}

fn scope(value: &Value) -> Option<Arc<[String]>> {
    value.as_list()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}
