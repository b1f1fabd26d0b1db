//! The copy of another person's asset: its files, and its entry.

use std::collections::BTreeSet;

use imajin_app::operation::{Change, Choice, Field, Int, Line, List, MediaFile};
use imajin_app::{Answer, Node, Problem, args};
use imajin_dfos::{Cid, Value};
use imajin_pictures::Kind;
use imajin_protocol::Did;

use super::copy::Copy;
use crate::bytes;
use crate::fields::{About, Audience, Coordinates, LocalTime, Name, TakenFrom, UsedFor};
use crate::files;
use crate::ids::AssetId;
use crate::manifest::{KEPT, MANIFEST, TEXTS};
use crate::operations::Add;
use crate::queries::Asset;
use crate::sight::Sight;

/// A file without a name.
const NAMELESS: &str = "file";

/// Whether a viewer gets a file as it is, whatever it is.
pub(super) fn is_whole(asset: &Asset, sight: Sight) -> bool {
    sight == Sight::Original || asset.words.sealed
}

/// The files to copy, and the entry that adds them.
pub(super) struct AssetCopy {
    files: Vec<Copy>,
    pub(super) add: Add,
}

impl AssetCopy {
    /// Looks for the files, and reads all of one that is to be copied.
    /// Errors: one isn't there, or there are only previews.
    pub(super) fn prepare(node: &Node, keeper: &Did, asset: &Asset, sight: Sight) -> Answer<Self> {
        let owner = Did::parse(&asset.owner).map_err(Problem::internal)?;
        let copy = |cid: &str| {
            if is_whole(asset, sight) {
                Copy::whole(node, &owner, cid).map(Some)
            } else {
                Copy::shared(node, &owner, cid)
            }
        };
        let file = copy(&asset.cid)?.ok_or_else(|| {
            Problem::conflict(TEXTS.say("keep-previews", args![])).slug("previews-only")
        })?;
        // A picture of it that its owner's browser made: without it there is a file all the same.
        let preview = asset.preview.as_deref();
        let preview = preview.and_then(|cid| copy(cid).ok().flatten());
        let preview = preview.filter(|one| one.kind == Kind::Jpeg && one.cid != file.cid);
        let add = addition(keeper, (asset, sight), (&file, preview.as_ref()))?;
        let files = std::iter::once(file).chain(preview).collect();
        Ok(Self { files, add })
    }

    /// Brings the files into their keeper's folder. Those that were not there before.
    /// Errors: those of [`Copy::bring`]; then no file is stored.
    pub(super) fn bring(&self, node: &Node, keeper: &Did) -> Answer<BTreeSet<Cid>> {
        let mut brought = BTreeSet::new();
        for file in &self.files {
            match file.bring(node, keeper) {
                Ok(true) => brought.extend([file.cid]),
                Ok(false) => {}
                Err(problem) => {
                    files::remove(node, keeper, &brought);
                    return Err(problem);
                }
            }
        }
        Ok(brought)
    }
}

/// Returns the addition of a kept file.
fn addition(
    keeper: &Did,
    (asset, sight): (&Asset, Sight),
    (file, preview): (&Copy, Option<&Copy>),
) -> Answer<Add> {
    let cid = file.cid.to_string();
    let all = std::iter::once(file).chain(preview);
    let media = all.map(|one| MediaFile::read(&Value::from(one.cid.to_string().as_str())));
    let media = media.collect::<Result<_, _>>().map_err(Problem::internal)?;
    Ok(Add {
        asset: AssetId::derive(keeper, &cid, 0),
        name: Name::closest(&asset.name, NAMELESS),
        kind: Line(file.kind.mime().to_owned()),
        bytes: Int(i64::try_from(file.bytes).unwrap_or(i64::MAX)),
        about: describe(asset, sight),
        context: Some(UsedFor {
            app: Line(MANIFEST.name.to_owned()),
            feature: Line(KEPT.to_owned()),
            entity: Line(asset.id.clone()),
        }),
        media: List(media),
        n: Int(0),
        folder: None,
        audience: Audience { access: None, to: None },
        replaces: None,
        sealed: None,
    })
}

/// Returns the title, the description and the date, as the viewer sees them. The owner's text is not copied.
fn describe(asset: &Asset, sight: Sight) -> About {
    let words = &asset.words;
    let is_taken = words.taken.is_some();
    let from = words.taken_from.as_deref().filter(|_| is_taken);
    let is_original = sight == Sight::Original;
    let place = words.place.filter(|_| is_original);
    let zone = words.zone.filter(|_| is_taken && is_original);
    About {
        title: Change::set_or_keep(words.title.clone().map(Line)),
        alt: Change::set_or_keep(words.alt.clone().map(Line)),
        text: Change::Keep,
        taken: Change::set_or_keep(LocalTime::parse(&asset.day)),
        zone: Change::set_or_keep(zone.and_then(bytes::within)),
        taken_from: Change::Set(from.and_then(TakenFrom::from_name).unwrap_or(TakenFrom::Upload)),
        place: Change::set_or_keep(place.and_then(|place| {
            Some(Coordinates { lat: bytes::within(place.lat)?, lon: bytes::within(place.lon)? })
        })),
        width: Change::set_or_keep(asset.width.and_then(bytes::within)),
        height: Change::set_or_keep(asset.height.and_then(bytes::within)),
        ms: Change::set_or_keep(asset.ms.and_then(bytes::within)),
    }
}
