//! A cache of the pages that visitors without a session request most: pages that people publish where thousands see
//! them. Each page is kept as long as it is valid.

use axum::body::Bytes;
use axum::response::{Html, IntoResponse, Response};
use imajin_app::recent::{FreshAnswer, Recent, Tables};
use imajin_app::{Answer, Lang, Node, Page};
use imajin_dfos::Timestamp;

use crate::{Owner, next_change};

/// Maximum bytes of the kept pages of all services.
const PAGES_BYTES_MAX: usize = 2 << 20;

struct PageCache(Recent<Bytes>);

impl Default for PageCache {
    fn default() -> Self {
        // Names and pictures come from elsewhere, and a deletion concerns everything.
        Self(Recent::new(Tables::All, PAGES_BYTES_MAX))
    }
}

/// Returns a person's page, as every stranger sees it. `whose` is their handle or DID. `make` returns the page, and when it changes
/// without an entry, other than by the times of the person's items.
///
/// # Errors
/// The errors of `make`, which are not kept; 404 and 410 as [`Owner::resolve`].
pub fn page(
    node: &Node,
    service: &'static str,
    (whose, lang): (&str, Lang),
    make: impl FnOnce(Owner) -> Answer<(Page, Timestamp)>,
) -> Answer<Response> {
    // The page says what the box is called, which its owner changes without an entry.
    let key = format!("{service} {} {} {whose}", lang.code(), node.name());
    let page = node.state::<PageCache>().0.get(node, &key, || {
        let owner = Owner::resolve(node, whose)?;
        let until = until(node, service, whose, &owner)?;
        let (page, changes_at) = make(owner)?;
        let page = Bytes::from(page.render().into_string());
        Ok(FreshAnswer { bytes: page.len(), value: page, until: until.min(changes_at) })
    })?;
    Ok(Html(Bytes::clone(&page)).into_response())
}

/// Returns the time until which a stranger's view of the owner's items is valid, if no entry changes it.
pub fn until(node: &Node, service: &'static str, whose: &str, owner: &Owner) -> Answer<Timestamp> {
    // A page under any other name is not kept: the tables don't show when that name changes.
    let is_named = owner.did.as_str() == whose || owner.handle.as_deref() == Some(whose);
    if is_named { next_change(node, service, Some(&owner.did)) } else { Ok(Timestamp::MIN) }
}
