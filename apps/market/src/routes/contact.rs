//! The contact of a listing, for members: a person reads a limited number of them.

use axum::Json;
use imajin_app::extract::{Path, Person};
use imajin_app::{Answer, Problem, args, not_accepted};
use imajin_host::prelude::*;
use imajin_host::rate::Buckets;
use imajin_protocol::Did;

use crate::listings::Contact;
use crate::manifest::TEXTS;
use crate::queries;

/// Contacts of others that one person reads in a day.
const CONTACTS_A_DAY: f64 = 20.0;
const DAY_S: f64 = 24.0 * 3_600.0;
/// People whose requests are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// The requests of people on this node.
struct Requests(Buckets<Did>);

impl Default for Requests {
    fn default() -> Self {
        let rate = CONTACTS_A_DAY / DAY_S;
        Self(Buckets::new(rate, CONTACTS_A_DAY, REMEMBERED_MAX))
    }
}

/// The contact of a listing that the caller sees. A person may ask 20 times a day for contacts of others.
#[utoipa::path(
    post, path = "/api/listings/{owner}/{item}/contact", tag = "market",
    params(("owner" = String, Path, description = "A DID or a short name"), ("item" = String, Path, description = "An id or slug")),
    responses((status = 200, body = Contact), (status = 401, description = "Not signed in"), (status = 403, description = "Not a member, or not accepted from you"),
        (status = 404, description = "It is not there for you, or has no contact"), (status = 410, description = "It was removed"),
        (status = 429, description = "As many as somebody may ask for in a day")),
)]
pub(crate) async fn contact(
    Person(node, session): Person,
    Path((owner, name)): Path<(String, String)>,
) -> Answer<Json<Contact>> {
    let owner = node.person(&owner)?;
    let item = queries::find(&node, &owner, Some(&session.did), &name)?;
    let none = || Problem::not_found(TEXTS.say("no-contact", args![]));
    let contact =
        queries::read(&node, |db| queries::contact(db, &owner, &item))?.ok_or_else(none)?;
    if session.did != owner {
        node.refuse_blocked(&session.did, &[owner].into(), not_accepted)?;
        let requests = node.state::<Requests>();
        let counted = requests.0.take(&session.did, node.monotonic());
        let too_many =
            |seconds| Problem::too_many_of_yours(seconds, TEXTS.say("too-often", args![]));
        counted.map_err(too_many)?;
    }
    Ok(Json(contact))
}
