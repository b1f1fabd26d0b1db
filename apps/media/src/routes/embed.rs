//! A file with its .fair in it, and what answers with a file say of its makers.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Problem, args};
use imajin_dfos::cid::sha256;
use imajin_dfos::hex;
use imajin_fair::{Derived, Error};

use super::download::{DownloadOptions, FileVersion, choose_version, send, tag};
use crate::fields::Access;
use crate::manifest::TEXTS;
use crate::queries::{Asset, FairMark};
use crate::sight::Sight;
use crate::train::fair_address;
use crate::{fair, files};

/// Bytes of the hash that tells one .fair from another.
const VERSION_BYTES: usize = 8;

/// A file with its .fair in it. A .fair is about the file as it is, so a copy without the place and the device has none.
/// Errors: 409, with where the .fair is, if it can't be in the file; else as of any file.
pub(super) fn with_fair(
    node: &Node,
    (asset, sight): (&Asset, Sight),
    asked: &DownloadOptions<'_>,
) -> Answer<Response> {
    let address = fair_address(node, &asset.id);
    let beside = |text: &'static str, why: String| {
        let text = TEXTS.say(text, args![why = why, address = address.as_str()]);
        Problem::conflict(text).slug("fair-beside").with_member("fair", address.as_str())
    };
    let (mut file, _) = files::open(node, &asset.owner, &asset.cid)?;
    if !matches!(choose_version(node, (asset, sight), &mut file)?, FileVersion::Whole) {
        return Err(beside("fair-of-original", String::new()));
    }
    fair::work(node, asset)?;
    let attribution = fair::read_attribution(node, asset)?;
    let attribution = attribution.ok_or_else(|| beside("fair-none", String::new()))?;
    let kind = files::first_kind(&mut file).map_err(Problem::internal)?;
    let recipe = fair::embed(&mut file, &attribution.fair).map_err(|error| match error {
        Error::Io(error) => Problem::internal(error),
        Error::Obstacle(why) => beside("fair-beside", why.to_string()),
    })?;
    // The .fair changes as people agree. The version keeps clients from joining parts of two.
    let version = sha256(attribution.fair.to_json().as_bytes());
    let version = hex::encode(version.get(..VERSION_BYTES).unwrap_or_default());
    let tag = tag(&asset.cid, Some(&format!("fair-{version}")))?;
    let bytes = recipe.bytes();
    send(node, (Derived::new(recipe, file), bytes), (tag, kind, &asset.name), asked)
}

/// Says in an answer where the .fair of its file is, which one it is, and who else sees the file.
/// Errors: the node's address can't be in a header.
pub(super) fn mark(
    node: &Node,
    (asset, is_own): (&Asset, bool),
    (mark, out): (Option<&FairMark>, &mut HeaderMap),
) -> Answer<()> {
    let address = fair_address(node, &asset.id);
    let link = HeaderValue::try_from(format!("<{address}>; rel=\"fair\""));
    out.insert(header::LINK, link.map_err(Problem::internal)?);
    // Others learn whether the file is public, but not its other audiences.
    let access =
        if is_own || asset.access == Access::Public { asset.access } else { Access::Private };
    let access = HeaderValue::from_static(access.name());
    out.insert(HeaderName::from_static("x-fair-access"), access);
    if let Some(mark) = mark {
        let digest = HeaderValue::try_from(&mark.digest).map_err(Problem::internal)?;
        out.insert(HeaderName::from_static("x-fair-digest"), digest);
    }
    Ok(())
}
