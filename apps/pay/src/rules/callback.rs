//! Where somebody is told, by HTTP, what they were paid: for a shop that stands elsewhere.
//!
//! Always: the node sends to names of the web, over TLS. Its own machine is called for its owner only, since others could
//! otherwise have it knock where they cannot.

use imajin_ledger::{Refusal, RefusalKind};
use reqwest::Url;

use super::{Asked, Consequences, World, bad, body_text, no_ref, refuse};
use crate::reads;

const URL_BYTES_MAX: usize = 500;

pub(super) fn choose(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    no_ref(asked)?;
    if asked.fact.is_some() {
        return Err(bad("fact", "pay.callback has no fact."));
    }
    let Some(text) = body_text(asked, "url", &["url"], URL_BYTES_MAX)? else {
        return Ok(Consequences::none());
    };
    let wrong = || {
        bad(
            "url",
            "url must be an address that everybody reaches over TLS: https://shop.example/paid",
        )
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let host = url.host_str().unwrap_or_default();
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if is_here && matches!(url.scheme(), "http" | "https") {
        if !reads::is_owner(world.db, world.node, asked.did)? {
            return Err(refuse(
                RefusalKind::Forbidden,
                "Only the owner of this box can have it call its own machine.",
            )
            .field("url"));
        }
        return Ok(Consequences::none());
    }
    // A name, not an address: a number may be anybody in the house.
    let is_name = url.domain().is_some_and(|name| name.contains('.'));
    let is_plain =
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    match url.scheme() == "https" && is_name && is_plain {
        true => Ok(Consequences::none()),
        false => Err(wrong()),
    }
}
