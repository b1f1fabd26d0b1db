//! Pairings: the public keys of a new device on their way to another device of the same person, sealed by a code that the other device
//! shows. The node never learns the code.
//!
//! Always: pairings are in memory, bounded in number and size, and gone after ten minutes. What came first stays.

use std::time::Duration;

use axum::Json as Answer200;
use axum::extract::State;
use axum::http::StatusCode;
use imajin_app::bounded::Bounded;
use imajin_app::extract::{Attempt, Json, Path, Person};
use imajin_app::{Answer, Node, Problem};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Pairings that the node keeps at once: the oldest are forgotten.
const PAIRINGS_MAX: usize = 256;
/// How long sealed keys wait.
const TTL: Duration = Duration::from_secs(600);
const ID_DIGITS: usize = 32;
/// Maximum length of sealed keys in letters.
const SEALED_MAX: usize = 1024;

/// The sealed keys of a new device.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SealedKeys {
    /// The keys in base64url, at most 1 024 letters.
    sealed: String,
}

/// Keys that wait under an id.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PairingAnswer {
    /// The sealed keys, once a new device sent them.
    sealed: Option<String>,
}

struct Pairing {
    sealed: String,
    ends: Duration,
}

/// All pairings of a node, by id.
struct Pairings(Mutex<Bounded<String, Pairing>>);

impl Default for Pairings {
    fn default() -> Self {
        Self(Mutex::new(Bounded::new(PAIRINGS_MAX)))
    }
}

impl Pairings {
    /// Keeps sealed keys. Returns whether these are the ones that are kept.
    fn put(&self, id: String, sealed: String, now: Duration) -> bool {
        let mut table = self.0.lock();
        if let Some(kept) = table.get(&id).filter(|kept| now < kept.ends) {
            return kept.sealed == sealed;
        }
        let ends = now + TTL;
        table.insert(id, Pairing { sealed, ends });
        true
    }

    fn sealed(&self, id: &str, now: Duration) -> Option<String> {
        let table = self.0.lock();
        let kept = table.get(id).filter(|kept| now < kept.ends);
        kept.map(|kept| kept.sealed.clone())
    }
}

/// Send the keys of a new device to another device of the same person.
///
/// The other device shows a code. The id and the key that seals both follow from it, and this node learns neither the code nor that key.
#[utoipa::path(
    put, path = "/api/pairings/{id}", tag = "sign in", request_body = SealedKeys,
    params(("id" = String, Path, description = "32 hex digits that follow from the code")),
    responses(
        (status = 204, description = "Kept for ten minutes"), (status = 400, description = "No such id, or too long"),
        (status = 409, description = "Another device used this code"),
    ),
)]
pub(crate) async fn send_keys(
    State(node): State<Node>,
    _: Attempt,
    Path(id): Path<String>,
    Json(keys): Json<SealedKeys>,
) -> Answer<StatusCode> {
    if id.len() != ID_DIGITS || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Problem::field("id", "id must be 32 hexadecimal digits."));
    }
    if keys.sealed.len() > SEALED_MAX {
        return Err(Problem::field("sealed", "sealed must have at most 1024 letters."));
    }
    let pairings = node.state::<Pairings>();
    if pairings.put(id, keys.sealed, node.monotonic()) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::conflict(
            "Another device used this code. Make a new one on the device that shows it.",
        ))
    }
}

/// Returns the keys that a new device sent to this person's device, sealed.
#[utoipa::path(
    get, path = "/api/pairings/{id}", tag = "sign in", params(("id" = String, Path, description = "32 hex digits that follow from the code")),
    responses((status = 200, body = PairingAnswer), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn receive_keys(
    Person(node, _): Person,
    Path(id): Path<String>,
) -> Answer<Answer200<PairingAnswer>> {
    let sealed = node.state::<Pairings>().sealed(&id, node.monotonic());
    Ok(Answer200(PairingAnswer { sealed }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_first_stays_for_ten_minutes() {
        let pairings = Pairings::default();
        let at = Duration::from_secs;
        let put = |sealed: &str, now| pairings.put("id".to_owned(), sealed.to_owned(), now);
        assert_eq!(pairings.sealed("id", at(0)), None);
        assert!(put("first", at(0)) && put("first", at(1)) && !put("second", at(599)));
        assert_eq!(pairings.sealed("id", at(599)).as_deref(), Some("first"));
        assert_eq!(pairings.sealed("id", at(600)), None);
        assert!(put("second", at(600)));
        assert_eq!(pairings.sealed("id", at(601)).as_deref(), Some("second"));
    }
}
