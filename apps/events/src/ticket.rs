//! A ticket: the text that an event's key signs, and the compact form for a QR code.
//!
//! Always: the signed text is the JCS of `{v,ticket,event,holder,type,seat,issue,issuedAt}`. The compact form restores
//! exactly this text and its signature, so a door needs nothing but the event's key. A `seat` is one place permanently;
//! each time it is given out again, its `issue` increases by one. Pure.

use cid::multibase::Base;
use ed25519_dalek::Signer;
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{SigningKey, Timestamp, VerifyingKey, hex};
use imajin_protocol::Did;

/// Prefix of a code: the version of the compact form.
pub(crate) const PREFIX: &str = "MJT1";
/// Length of the compact form in bytes: event, holder, ticket, seat, type, issue, time, signature.
const COMPACT_BYTES: usize = 32 + 32 + 12 + 8 + 2 + 2 + 6 + 64;

/// The content of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The random part of the id, which is `tkt_` and these bytes in hex.
    pub ticket: [u8; 12],
    /// The DID of the event.
    pub event: Did,
    /// The DID of the holder.
    pub holder: Did,
    /// The number of the ticket type, from 1.
    pub kind: u16,
    /// The id of the seat.
    pub seat: [u8; 8],
    /// The issue number: how often the seat was given out, including this time.
    pub issue: u16,
    /// The time of issue.
    pub issued_at: Timestamp,
}

/// The error for a text or code that isn't a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoTicket;

impl Ticket {
    /// Returns the id.
    pub fn id(&self) -> String {
        id_of(&self.ticket)
    }

    /// Returns the seat in hex.
    pub fn seat(&self) -> String {
        hex::encode(&self.seat)
    }

    /// Returns the text to sign. All members are ASCII without characters to escape, in JCS order.
    pub fn text(&self) -> String {
        format!(
            r#"{{"event":"{}","holder":"{}","issue":{},"issuedAt":"{}","seat":"{}","ticket":"{}","type":{},"v":1}}"#,
            self.event,
            self.holder,
            self.issue,
            self.issued_at,
            self.seat(),
            self.id(),
            self.kind
        )
    }

    /// Signs the ticket with the event's key.
    pub fn sign(&self, key: &SigningKey) -> [u8; 64] {
        key.sign(self.text().as_bytes()).to_bytes()
    }

    /// Whether this key signed the ticket.
    pub fn is_signed(&self, key: &VerifyingKey, signature: &[u8; 64]) -> bool {
        verify_signature(key, self.text().as_bytes(), signature).is_ok()
    }

    /// Parses a signed text; accepts only exactly what [`Self::text`] returns.
    pub fn parse(text: &str) -> Result<Self, NoTicket> {
        let json: serde_json::Value = serde_json::from_str(text).map_err(|_| NoTicket)?;
        let word = |name: &str| json[name].as_str().ok_or(NoTicket);
        let number = |name: &str| {
            let number = json[name].as_u64().ok_or(NoTicket)?;
            u16::try_from(number).map_err(|_| NoTicket)
        };
        let ticket = Self {
            ticket: ticket_of(word("ticket")?).ok_or(NoTicket)?,
            event: did(word("event")?)?,
            holder: did(word("holder")?)?,
            kind: number("type")?,
            seat: seat_of(word("seat")?).ok_or(NoTicket)?,
            issue: number("issue")?,
            issued_at: Timestamp::parse(word("issuedAt")?).map_err(|_| NoTicket)?,
        };
        Some(ticket).filter(|found| found.text() == text).ok_or(NoTicket)
    }

    /// Returns the compact form for a QR code: upper-case letters and digits.
    pub fn code(&self, signature: &[u8; 64]) -> Result<String, NoTicket> {
        let mut bytes = Vec::with_capacity(COMPACT_BYTES);
        bytes.extend_from_slice(&self.event.key_bytes().ok_or(NoTicket)?);
        bytes.extend_from_slice(&self.holder.key_bytes().ok_or(NoTicket)?);
        bytes.extend_from_slice(&self.ticket);
        bytes.extend_from_slice(&self.seat);
        bytes.extend_from_slice(&self.kind.to_be_bytes());
        bytes.extend_from_slice(&self.issue.to_be_bytes());
        let millis = u64::try_from(self.issued_at.as_millis()).map_err(|_| NoTicket)?;
        bytes.extend_from_slice(&millis.to_be_bytes()[2..]);
        bytes.extend_from_slice(signature);
        Ok(format!("{PREFIX}{}", Base::Base32Upper.encode(bytes)))
    }

    /// Parses a compact form, in upper or lower case.
    pub fn from_code(code: &str) -> Result<(Self, [u8; 64]), NoTicket> {
        let code = code.trim().to_ascii_uppercase();
        let text = code.strip_prefix(PREFIX).ok_or(NoTicket)?;
        let bytes = Base::Base32Upper.decode(text).map_err(|_| NoTicket)?;
        if bytes.len() != COMPACT_BYTES {
            return Err(NoTicket);
        }
        let mut rest = bytes.as_slice();
        let mut millis = [0; 8];
        let ticket = Self {
            event: Did::from_key(&take(&mut rest)?),
            holder: Did::from_key(&take(&mut rest)?),
            ticket: take(&mut rest)?,
            seat: take(&mut rest)?,
            kind: u16::from_be_bytes(take(&mut rest)?),
            issue: u16::from_be_bytes(take(&mut rest)?),
            issued_at: {
                millis[2..].copy_from_slice(&take::<6>(&mut rest)?);
                let millis = i64::try_from(u64::from_be_bytes(millis)).map_err(|_| NoTicket)?;
                Timestamp::from_millis(millis).map_err(|_| NoTicket)?
            },
        };
        Ok((ticket, take(&mut rest)?))
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], NoTicket> {
    let (first, after) = rest.split_first_chunk::<N>().ok_or(NoTicket)?;
    *rest = after;
    Ok(*first)
}

fn did(text: &str) -> Result<Did, NoTicket> {
    let did = Did::parse(text).map_err(|_| NoTicket)?;
    did.key_bytes().map(|_| did.clone()).ok_or(NoTicket)
}

/// Formats a ticket's id: `tkt_` and 24 hex digits.
pub(crate) fn id_of(ticket: &[u8; 12]) -> String {
    format!("tkt_{}", hex::encode(ticket))
}

/// Parses the random part of a ticket's id.
pub(crate) fn ticket_of(id: &str) -> Option<[u8; 12]> {
    hex::decode_lower(id.strip_prefix("tkt_")?)
}

/// Parses a seat from its hex form.
pub(crate) fn seat_of(text: &str) -> Option<[u8; 8]> {
    hex::decode_lower(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::PublicKey;
    use imajin_protocol::jcs;
    use proptest::prelude::*;

    fn ticket() -> impl Strategy<Value = (Ticket, [u8; 32])> {
        (
            any::<[u8; 12]>(),
            any::<[u8; 32]>(),
            any::<[u8; 32]>(),
            any::<(u16, [u8; 8], u16)>(),
            0_i64..253_402_300_799_999,
        )
            .prop_map(|(ticket, event, holder, (kind, seat, issue), at)| {
                let key = SigningKey::from_bytes(&event);
                let ticket = Ticket {
                    ticket,
                    event: Did::from_key(PublicKey::from(&key).as_bytes()),
                    holder: Did::from_key(&holder),
                    kind,
                    seat,
                    issue,
                    issued_at: Timestamp::from_millis(at).unwrap(),
                };
                (ticket, event)
            })
    }

    proptest! {
        #[test]
        fn text_is_jcs_and_a_code_gives_it_back((ticket, seed) in ticket()) {
            let text = ticket.text();
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(jcs::to_string(&json), text.clone());
            prop_assert_eq!(Ticket::parse(&text).unwrap(), ticket.clone());
            let key = SigningKey::from_bytes(&seed);
            let signature = ticket.sign(&key);
            let code = ticket.code(&signature).unwrap();
            prop_assert!(code.len() <= 300 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
            let (back, with) = Ticket::from_code(&code.to_lowercase()).unwrap();
            prop_assert_eq!((&back, with), (&ticket, signature));
            prop_assert!(back.is_signed(&key.verifying_key(), &with));
        }

        #[test]
        fn a_code_with_another_letter_is_not_signed((ticket, seed) in ticket(), at in 4_usize..200) {
            let key = SigningKey::from_bytes(&seed);
            let code = ticket.code(&ticket.sign(&key)).unwrap();
            let mut bytes = code.into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let code = String::from_utf8(bytes).unwrap();
            if let Ok((back, signature)) = Ticket::from_code(&code) {
                prop_assert!(!back.is_signed(&key.verifying_key(), &signature));
            }
        }

        #[test]
        fn nothing_else_is_a_ticket(text in ".{0,300}") {
            prop_assert!(Ticket::from_code(&text).is_err() && Ticket::parse(&text).is_err());
        }
    }
}
