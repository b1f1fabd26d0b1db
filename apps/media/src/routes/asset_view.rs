//! An asset as programs see it.

use imajin_dfos::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::Access;
use crate::queries::{Asset, AssetLocation, State, UsedBy};
use crate::sight::Sight;

/// A person's file, with its description.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetShown {
    /// Its id.
    #[schema(example = "ast_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    id: String,
    /// The owner.
    owner: String,
    /// Where its bytes are.
    url: String,
    /// The file's name.
    filename: String,
    /// Its media type.
    mime_type: String,
    /// photo, video, audio, document or other.
    sort: &'static str,
    /// Its length in bytes.
    size: i64,
    /// The CID of its bytes.
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// A description of the picture for people who don't see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    alt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// When it was taken, by the clock on the wall there; or else when it was added.
    #[schema(example = "2026-07-14T16:20:00")]
    taken: String,
    /// How many minutes that clock was ahead of UTC. It tells roughly where, so it is for those who see the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<i64>,
    /// From where it is known when it was taken: `exif`, `file` or `upload`.
    taken_from: String,
    /// Where it was taken. Only its owner sees this, and people who may have the file as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<AssetLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i64>,
    /// Its length in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<i64>,
    /// The digest of the .fair manifest that says who made it; none without a signed manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sha256:9f86…")]
    fair: Option<String>,
    /// Whether the page that sent it encrypted it: then its key and its name are in the message that it came with.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sealed: bool,
    /// When it was added.
    created_at: String,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    own: Option<OwnersView>,
}

/// The members of a file that only its owner sees.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnersView {
    state: State,
    access: Access,
    /// The group whose members see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// Whether others get the file as it is.
    exact: bool,
    /// The folder that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
    /// The thing of another service that uses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<UsedBy>,
    /// Whether its owner's browser made a preview of it.
    has_preview: bool,
}

impl AssetShown {
    /// Returns the asset as its owner sees it.
    pub(crate) fn to_owner(asset: Asset) -> Self {
        let own = OwnersView {
            state: asset.state,
            access: asset.access,
            to: asset.to.clone(),
            exact: asset.exact,
            folder: asset.folder.clone(),
            context: asset.words.used_by.clone(),
            has_preview: asset.preview.is_some(),
        };
        Self { own: Some(own), ..Self::to(asset, Sight::Original) }
    }

    /// With the digest of its manifest.
    #[must_use]
    pub(crate) fn with_fair(self, fair: Option<String>) -> Self {
        Self { fair, ..self }
    }

    /// Returns the asset as another person sees it.
    pub(crate) fn to(asset: Asset, sight: Sight) -> Self {
        let (sort, words) = (asset.sort(), asset.words);
        let created_at = Timestamp::from_millis(asset.at_ms);
        Self {
            url: format!("/media/api/assets/{}", asset.id),
            sort,
            id: asset.id,
            owner: asset.owner,
            filename: asset.name,
            mime_type: asset.kind,
            size: asset.bytes,
            hash: asset.cid,
            title: words.title,
            alt: words.alt,
            text: words.text,
            taken_from: match words.taken {
                Some(_) => words.taken_from.unwrap_or_else(|| "upload".to_owned()),
                None => "upload".to_owned(),
            },
            taken: asset.day,
            zone: words.zone.filter(|_| sight == Sight::Original),
            place: words.place.filter(|_| sight == Sight::Original),
            width: asset.width,
            height: asset.height,
            ms: asset.ms,
            fair: None,
            sealed: words.sealed,
            created_at: created_at.map_or_else(|_| String::new(), |at| at.to_string()),
            own: None,
        }
    }
}
