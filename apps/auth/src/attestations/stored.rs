//! An attestation as an entry's body has it: the very text that was signed, and what stands beside it.

use imajin_dfos::{Timestamp, Value};
use imajin_protocol::Did;
use imajin_protocol::attestation::{Attestation, AttestationError};

/// Who may see an attestation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Everybody, once the subject has countersigned.
    Public,
    /// Issuer and subject.
    Parties,
}

impl Audience {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Parties => "parties",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Public, Self::Parties]
            .into_iter()
            .find(|audience| audience.as_str() == text)
    }
}

/// docs/format.md §8: the body of `auth.attestation.issue` and `auth.attestation.received`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    pub(crate) issuer: Did,
    pub(crate) text: String,
    pub(crate) signature: String,
    pub(crate) audience: Audience,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) author_jws: Option<String>,
}

impl Stored {
    /// Reads a body; its form was the ledger's to check.
    pub(crate) fn from_body(body: &Value) -> Option<Self> {
        let text = |name| body.get_str(name).map(str::to_owned);
        let expires_at = match body.get_str("expires_at") {
            Some(text) => Some(Timestamp::parse(text).ok()?),
            None => None,
        };
        Some(Self {
            issuer: Did::parse(body.get_str("issuer")?).ok()?,
            text: text("attestation")?,
            signature: text("signature")?,
            audience: Audience::parse(body.get_str("audience")?)?,
            expires_at,
            author_jws: text("author_jws"),
        })
    }

    /// The body, without its salt.
    pub(crate) fn to_body(&self) -> Value {
        let mut body = Value::map([
            ("attestation", Value::from(self.text.as_str())),
            ("issuer", Value::from(self.issuer.as_str())),
            ("signature", Value::from(self.signature.as_str())),
            ("audience", Value::from(self.audience.as_str())),
        ]);
        if let Some(members) = body.as_map_mut() {
            let mut put = |name: &str, text: String| members.insert(name.to_owned(), text.into());
            if let Some(at) = self.expires_at {
                put("expires_at", at.to_string());
            }
            if let Some(token) = &self.author_jws {
                put("author_jws", token.clone());
            }
        }
        body
    }

    /// What is said.
    pub(crate) fn attestation(&self) -> Result<Attestation, AttestationError> {
        Attestation::parse(&self.issuer, &self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_reads_back() {
        let stored = Stored {
            issuer: Did::from_key(&[1; 32]),
            text: "{}".to_owned(),
            signature: "ab".repeat(64),
            audience: Audience::Public,
            expires_at: Some(Timestamp::from_millis(1).unwrap()),
            author_jws: Some("j.w.s".to_owned()),
        };
        assert_eq!(Stored::from_body(&stored.to_body()), Some(stored.clone()));
        let plain = Stored {
            expires_at: None,
            author_jws: None,
            audience: Audience::Parties,
            ..stored
        };
        assert_eq!(Stored::from_body(&plain.to_body()), Some(plain));
        assert_eq!(
            Stored::from_body(&Value::map([("issuer", Value::from("x"))])),
            None
        );
    }
}
