//! Uses of files, which their owner sees before erasing them.
//!
//! Always: only the owner learns of them. Other services report the uses by their things; a file that one of them names stays
//! on the box, under its CID, until it is removed there as well.

use std::collections::{BTreeMap, BTreeSet};

use imajin_app::{Answer, Lang, Node};
use imajin_dfos::Timestamp;
use imajin_dfos::cid::parse_cid;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::AssetId;
use crate::manifest::{MANIFEST, TEXTS};
use crate::queries;
use crate::sight;

/// A place where a file is used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UseShown)]
pub(crate) struct Use {
    /// The asset.
    #[schema(example = "ast_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    pub(crate) asset: String,
    /// The service that uses it.
    #[schema(example = "media")]
    pub(crate) app: &'static str,
    /// The title of the thing that uses it, for people.
    #[schema(example = "Knots for sailors")]
    pub(crate) title: String,
    /// The page of that.
    pub(crate) href: String,
    /// Whether the file stays on the box because of it when the asset is erased.
    pub(crate) keeps: bool,
}

/// Returns the uses of a person's assets: in albums, by links, as further assets, and in other services.
/// Errors: 404 if one of them isn't the person's, or was erased.
pub(crate) fn list(node: &Node, owner: &Did, assets: &[AssetId], lang: Lang) -> Answer<Vec<Use>> {
    let now = node.now();
    let (own, files) = queries::read(node, |db| own(db, owner, assets, (lang, now)))?;
    let mut uses = own.ok_or_else(sight::none)?;
    let cids: BTreeSet<_> = files.keys().filter_map(|cid| parse_cid(cid).ok()).collect();
    for service in node.services().iter() {
        for found in service.uses(node, owner, &cids, lang)? {
            let named = files.get(&found.file.to_string());
            uses.extend(named.into_iter().flatten().map(|asset| Use {
                asset: asset.clone(),
                app: service.name(),
                title: found.title.clone(),
                href: found.href.clone(),
                keeps: true,
            }));
        }
    }
    Ok(uses)
}

/// The assets of each file, by its CID.
type ByFile = BTreeMap<String, Vec<String>>;

/// Returns the uses in this service (`None` if one of the assets does not exist), and the assets by file.
fn own(
    db: Reader<'_>,
    owner: &Did,
    assets: &[AssetId],
    (lang, now): (Lang, Timestamp),
) -> rusqlite::Result<(Option<Vec<Use>>, ByFile)> {
    let (owner, t) = (owner.as_str(), TEXTS.for_reader(lang));
    let ids: BTreeSet<&str> = assets.iter().map(AssetId::as_str).collect();
    let (mut uses, mut files) = (Vec::new(), ByFile::new());
    let links = queries::links(db, owner)?;
    for id in assets {
        let Some(cid) = queries::file_of(db, owner, id)? else {
            return Ok((None, ByFile::new()));
        };
        let mut used = |title: String, href: String, keeps: bool| {
            uses.push(Use {
                asset: id.as_str().to_owned(),
                app: MANIFEST.name,
                title,
                href,
                keeps,
            });
        };
        for album in queries::albums_of(db, owner, id.as_str())? {
            let href = format!("/media/albums/{}/{}", album.owner, album.id);
            used(album.title, href, false);
        }
        for link in links.iter().filter(|link| link.is_open(now) && link.of == id.as_str()) {
            let label = link.label.clone();
            let title = label.unwrap_or_else(|| t.text("uses-link").into_owned());
            used(title, "/media/links".to_owned(), false);
        }
        for (other, name) in queries::others_with(db, owner, (&cid, id))? {
            if !ids.contains(other.as_str()) {
                used(name, format!("/media/a/{other}"), true);
            }
        }
        files.entry(cid).or_default().push(id.as_str().to_owned());
    }
    Ok((Some(uses), files))
}
