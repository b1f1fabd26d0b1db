//! The content of a proof: thirteen members, or fourteen under a delegation, in canonical JSON, read and written without a
//! JSON tree.

use super::ProofError;
use crate::fact::Fact;
use crate::id::IdText;
use crate::reader::Reader;
use crate::{Did, SAFE_INTEGER_MAX, naming};
use imajin_dfos::cid::{CODEC_DAG_CBOR, CODEC_RAW, Cid, push_cid, raw_cid};
use std::fmt::Write;

/// Maximum number of DIDs in `to`.
pub const TO_MAX: usize = 64;

/// The signed statement. [`ProofPayload::check`] checks the format's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPayload {
    /// The home node that the signer addresses.
    pub aud: Did,
    /// The owner of the log.
    pub did: Did,
    /// The service, e.g. `profile`.
    pub service: String,
    /// The operation, e.g. `profile.update`.
    pub op: String,
    /// `ref`: a DID, a CID or another id.
    pub reference: Option<IdText>,
    /// CID of the body (dag-cbor).
    pub body: Option<Cid>,
    /// Numbers and ids on which other state depends.
    pub fact: Option<Fact>,
    /// The owners in whose logs consequences may appear.
    pub to: Vec<Did>,
    /// The newest entry that the signer knew.
    pub seen: Option<EntryPosition>,
    /// [`ProofPayload::cid`] of this key's previous proof in this log.
    pub after: Option<Cid>,
    /// The CID of the author's newest identity operation.
    pub chain: Option<Cid>,
    /// The time of signing, in seconds since 1970.
    pub iat: i64,
    /// The CID of the delegation entry under which it was signed. Older proofs by delegates don't name it.
    pub via: Option<Cid>,
}

/// An entry that a signer knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryPosition {
    /// The entry's number in the log.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
}

impl ProofPayload {
    /// Checks the rules of docs/format.md §3; a parsed payload keeps them.
    pub fn check(&self) -> Result<(), ProofError> {
        if !naming::is_op_of(&self.service, &self.op) {
            return Err(ProofError::Op);
        }
        for (did, member) in [(&self.aud, "aud"), (&self.did, "did")] {
            if did.is_personal() {
                return Err(ProofError::Personal(member));
            }
        }
        if self.to.iter().any(Did::is_personal) {
            return Err(ProofError::Personal("to"));
        }
        if self.to.len() > TO_MAX || has_duplicates(&self.to) {
            return Err(ProofError::To);
        }
        if !(0..=SAFE_INTEGER_MAX).contains(&self.iat) {
            return Err(ProofError::Integer("iat"));
        }
        if self.seen.is_some_and(|seen| seen.seq > SAFE_INTEGER_MAX as u64) {
            return Err(ProofError::Integer("seen"));
        }
        let seen = self.seen.map(|seen| seen.cid);
        for (cid, member) in
            [(self.body, "body"), (seen, "seen"), (self.chain, "chain"), (self.via, "via")]
        {
            if cid.is_some_and(|cid| cid.codec() != CODEC_DAG_CBOR) {
                return Err(ProofError::Codec(member, "dag-cbor"));
            }
        }
        if self.after.is_some_and(|cid| cid.codec() != CODEC_RAW) {
            return Err(ProofError::Codec("after", "raw bytes"));
        }
        Ok(())
    }

    /// Returns the canonical JSON. All members except `service` and `op` have types that need no escapes.
    pub fn to_jcs(&self) -> String {
        let mut out = String::with_capacity(640 + self.to.len() * 64);
        out.push_str("{\"after\":");
        write_cid(&mut out, self.after.as_ref());
        write_text(&mut out, ",\"aud\":", self.aud.as_str());
        out.push_str(",\"body\":");
        write_cid(&mut out, self.body.as_ref());
        out.push_str(",\"chain\":");
        write_cid(&mut out, self.chain.as_ref());
        write_text(&mut out, ",\"did\":", self.did.as_str());
        out.push_str(",\"fact\":");
        match &self.fact {
            Some(fact) => fact.write_jcs(&mut out),
            None => out.push_str("null"),
        }
        // Writing into a String cannot fail.
        let _ = write!(out, ",\"iat\":{}", self.iat);
        out.push_str(",\"op\":");
        imajin_dfos::json::write_string(&self.op, &mut out);
        match &self.reference {
            Some(id) => write_text(&mut out, ",\"ref\":", id.as_str()),
            None => out.push_str(",\"ref\":null"),
        }
        match &self.seen {
            Some(seen) => {
                out.push_str(",\"seen\":{\"cid\":");
                write_cid(&mut out, Some(&seen.cid));
                let _ = write!(out, ",\"seq\":{}}}", seen.seq);
            }
            None => out.push_str(",\"seen\":null"),
        }
        out.push_str(",\"service\":");
        imajin_dfos::json::write_string(&self.service, &mut out);
        let mut before = ",\"to\":[";
        for did in &self.to {
            write_text(&mut out, before, did.as_str());
            before = ",";
        }
        if self.to.is_empty() {
            out.push_str(before);
        }
        out.push_str("],\"v\":1");
        if let Some(via) = &self.via {
            out.push_str(",\"via\":");
            write_cid(&mut out, Some(via));
        }
        out.push('}');
        out
    }

    /// Returns the raw CID of the canonical JSON: the next proof of the same key in the same log names it as `after`.
    pub fn cid(&self) -> Cid {
        raw_cid(self.to_jcs().as_bytes())
    }

    /// Parses exactly the canonical JSON of a payload that keeps the rules.
    pub(super) fn parse(text: &[u8]) -> Result<Self, ProofError> {
        let mut r = Reader::new(text);
        macro_rules! member {
            ($name:literal, $separator:literal, $read:expr) => {
                r.exactly(concat!($separator, "\"", $name, "\":"))
                    .and_then(|()| $read)
                    .ok_or(ProofError::Member($name))?
            };
        }
        let after = member!("after", "{", r.nullable(|r| r.cid(CODEC_RAW)));
        let aud = member!("aud", ",", r.did());
        let body = member!("body", ",", r.nullable(|r| r.cid(CODEC_DAG_CBOR)));
        let chain = member!("chain", ",", r.nullable(|r| r.cid(CODEC_DAG_CBOR)));
        let did = member!("did", ",", r.did());
        let fact = member!("fact", ",", r.nullable(Fact::read_jcs));
        let iat = member!("iat", ",", r.integer());
        let op = member!("op", ",", r.text()).to_owned();
        let reference = member!("ref", ",", r.nullable(|r| IdText::parse(r.text()?).ok()));
        let seen = member!("seen", ",", r.nullable(read_seen));
        let service = member!("service", ",", r.text()).to_owned();
        let to = member!("to", ",", r.list(TO_MAX, Reader::did));
        let via = member!("v", ",", read_end(&mut r))?;
        let payload =
            Self { aud, did, service, op, reference, body, fact, to, seen, after, chain, iat, via };
        payload.check()?;
        Ok(payload)
    }
}

fn read_seen(reader: &mut Reader<'_>) -> Option<EntryPosition> {
    reader.exactly("{\"cid\":")?;
    let cid = reader.cid(CODEC_DAG_CBOR)?;
    reader.exactly(",\"seq\":")?;
    let seq = reader.unsigned()?;
    reader.exactly("}")?;
    Some(EntryPosition { seq, cid })
}

/// Reads the version, and the delegation if the payload names one; nothing comes after it.
fn read_end(reader: &mut Reader<'_>) -> Option<Result<Option<Cid>, ProofError>> {
    if reader.exactly("1}").is_some() {
        return reader.at_end().then_some(Ok(None));
    }
    reader.exactly("1,\"via\":")?;
    let via = reader.cid(CODEC_DAG_CBOR);
    let via = via.filter(|_| reader.exactly("}").is_some() && reader.at_end());
    Some(via.map(Some).ok_or(ProofError::Member("via")))
}

fn write_text(out: &mut String, name: &str, text: &str) {
    out.push_str(name);
    out.push('"');
    out.push_str(text);
    out.push('"');
}

fn write_cid(out: &mut String, cid: Option<&Cid>) {
    match cid {
        Some(cid) => {
            out.push('"');
            push_cid(out, cid);
            out.push('"');
        }
        None => out.push_str("null"),
    }
}

fn has_duplicates(dids: &[Did]) -> bool {
    // At most 64, usually none or one: comparing all pairs is faster than a set.
    dids.iter().enumerate().any(|(i, did)| dids[..i].contains(did))
}
