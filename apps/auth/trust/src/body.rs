//! An attestation as an entry's body has it: the very text that was signed, and what goes with it.

use imajin_app::operation::Choice;
use imajin_dfos::{Timestamp, Value};
use imajin_protocol::Did;
use imajin_protocol::attestation::{Attestation, AttestationError};

/// The people who may see an attestation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Audience {
    /// Anyone, once the subject has countersigned.
    Public,
    /// Issuer and subject.
    Parties,
}

/// docs/format.md §8: the body of `auth.attestation.issue` and `auth.attestation.received`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AttestationBody {
    pub(crate) issuer: Did,
    pub(crate) text: String,
    pub(crate) signature: String,
    pub(crate) audience: Audience,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) author_jws: Option<String>,
}

impl AttestationBody {
    /// Reads a body; its form was the ledger's to check.
    pub(crate) fn from_body(body: &Value) -> Option<Self> {
        let text = |name| body.get_str(name).map(str::to_owned);
        let expires_at = body.get_str("expires_at").map(Timestamp::parse).transpose().ok()?;
        Some(Self {
            issuer: Did::parse(body.get_str("issuer")?).ok()?,
            text: text("attestation")?,
            signature: text("signature")?,
            audience: Audience::from_name(body.get_str("audience")?)?,
            expires_at,
            author_jws: text("author_jws"),
        })
    }

    /// Parses the stored text.
    pub(crate) fn attestation(&self) -> Result<Attestation, AttestationError> {
        Attestation::parse(&self.issuer, &self.text)
    }
}

#[cfg(test)]
mod tests {
    use imajin_app::CommandRequest;
    use imajin_dfos::cid::dag_cbor_cid;

    use super::*;
    use crate::operations::Issue;

    fn body_of(stored: &AttestationBody) -> Value {
        let subject = Did::from_key(&[2; 32]);
        let issue = Issue::new(stored, dag_cbor_cid(b"said"), subject);
        CommandRequest::from_operation(stored.issuer.clone(), &issue).unwrap().body.unwrap()
    }

    #[test]
    fn a_body_reads_back() {
        let body = AttestationBody {
            issuer: Did::from_key(&[1; 32]),
            text: "{}".to_owned(),
            signature: "ab".repeat(64),
            audience: Audience::Public,
            expires_at: Some(Timestamp::from_millis(1).unwrap()),
            author_jws: Some("j.w.s".to_owned()),
        };
        assert_eq!(AttestationBody::from_body(&body_of(&body)), Some(body.clone()));
        let plain = AttestationBody {
            expires_at: None,
            author_jws: None,
            audience: Audience::Parties,
            ..body
        };
        assert_eq!(AttestationBody::from_body(&body_of(&plain)), Some(plain));
        assert_eq!(AttestationBody::from_body(&Value::map([("issuer", Value::from("x"))])), None);
    }
}
