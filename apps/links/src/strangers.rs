//! What visitors who aren't signed in ask for most: pages, and where links lead. A page of links is what people put where
//! thousands see it, so both are kept as long as they hold.

use std::sync::Arc;

use axum::body::Bytes;
use axum::response::{Html, IntoResponse, Response};
use imajin_dfos::Timestamp;
use imajin_service::operation::ItemId;
use imajin_service::recent::{Made, Recent, Tables};
use imajin_service::{Lang, Node, Problem};

use crate::manifest::TEXTS;
use crate::owner::Owner;
use crate::pages::View;
use crate::queries;
use crate::visits::{Target, none};

/// Room for pages, and for links.
const PAGES_BYTES_MAX: usize = 2 << 20;
const TARGETS_BYTES_MAX: usize = 256 << 10;
/// About what a link takes in addition to its address.
const TARGET_BYTES: usize = 256;

struct Kept {
    pages: Recent<Bytes>,
    targets: Recent<Target>,
}

impl Default for Kept {
    fn default() -> Self {
        // Names and pictures come from elsewhere, and a deletion concerns everything.
        Self {
            pages: Recent::new(Tables::All, PAGES_BYTES_MAX),
            targets: Recent::new(Tables::All, TARGETS_BYTES_MAX),
        }
    }
}

/// A person's page.
pub(crate) fn page(node: &Node, whose: &str, lang: Lang) -> Result<Response, Problem> {
    // The page says what the box is called, which its owner changes without an entry.
    let key = format!("{} {} {whose}", lang.code(), node.name());
    let page = node.state::<Kept>().pages.get(node, &key, || {
        let owner = Owner::named(node, whose)?;
        let until = until(node, whose, &owner)?;
        let view = View::whole(node, owner, None, TEXTS.of(lang))?;
        let page = Bytes::from(view.into_page(None)?.render().into_string());
        Ok(Made {
            bytes: page.len(),
            value: page,
            until,
        })
    })?;
    Ok(Html(Bytes::clone(&page)).into_response())
}

/// Where a link leads.
pub(crate) fn target(node: &Node, whose: &str, link: &ItemId) -> Result<Arc<Target>, Problem> {
    let key = format!("{whose}/{}", link.as_str());
    node.state::<Kept>().targets.get(node, &key, || {
        let owner = Owner::named(node, whose)?;
        let until = until(node, whose, &owner)?;
        let found = queries::seen(node, &owner.did, None, link.as_str())?;
        let (item, _) = found.ok_or_else(none)?;
        Ok(Made {
            bytes: TARGET_BYTES + item.url.as_ref().map_or(0, String::len),
            value: Target::of(node, owner.did, &item)?,
            until,
        })
    })
}

/// How long what a stranger sees of somebody's links holds, unless somebody changes something.
fn until(node: &Node, whose: &str, owner: &Owner) -> Result<Timestamp, Problem> {
    // What else names them is not in the tables.
    let is_named = owner.did.as_str() == whose || owner.handle.as_deref() == Some(whose);
    match is_named {
        true => queries::next_change(node, &owner.did),
        false => Ok(Timestamp::MIN),
    }
}
