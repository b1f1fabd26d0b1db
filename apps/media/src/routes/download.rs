//! The bytes of a file, and previews of it.
//!
//! Always: what people uploaded never runs as a page of this origin, and what a browser doesn't show safely in place is a
//! download.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_app::browser::mark_upload;
use imajin_app::{Answer, Node, Problem, Right, args, ranged};
use imajin_fair::{Derived, Piece, Recipe};
use imajin_host::jobs::Client;
use imajin_pictures::{ForOthers, Kind, Size};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::recipes;
use crate::bytes::Transfer;
use crate::files::{self, Previews};
use crate::leaving_name::leaving_name;
use crate::manifest::TEXTS;
use crate::queries::Asset;
use crate::sight::Sight;

/// The size of a preview that a caller names.
/// Errors: 400 if there is none of this name.
pub(crate) fn size(text: &str) -> Answer<Size> {
    let size = Size::ALL.into_iter().find(|size| files::variant(*size) == text);
    size.ok_or_else(|| Problem::field("w", "w must be face, 200, 400, 800 or og."))
}

/// The name of the shared copy of a file among its versions. Its number changes where this program makes other copies than before, so
/// that no client puts parts of two together.
const SHARED: &str = "shared-2";

/// Whether the caller has this version already.
fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    headers.get(header::IF_NONE_MATCH) == Some(tag)
}

pub(super) fn tag(cid: &str, variant: Option<&str>) -> Answer<HeaderValue> {
    let text = match variant {
        Some(variant) => format!("\"{cid}-{variant}\""),
        None => format!("\"{cid}\""),
    };
    HeaderValue::try_from(text).map_err(Problem::internal)
}

fn finish(mut response: Response, tag: HeaderValue, kind: &'static str) -> Response {
    let out = response.headers_mut();
    out.insert(header::ETAG, tag);
    // A cache asks again each time: who sees something can change.
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    mark_upload(out);
    response
}

/// A person's file, with the name under which it is sent.
pub(crate) struct Download<'a> {
    pub(crate) owner: &'a str,
    pub(crate) cid: &'a str,
    /// The file of which previews are made: that one, or a picture that its owner's browser made.
    pub(crate) shown: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> Download<'a> {
    pub(super) fn from_asset(asset: &'a Asset) -> Self {
        Self {
            owner: &asset.owner,
            cid: &asset.cid,
            shown: asset.preview.as_deref().unwrap_or(&asset.cid),
            name: &asset.name,
        }
    }
}

/// A preview of a file.
/// Errors: 404 if there is none.
pub(crate) fn preview(
    (node, previews): (&Node, &Previews),
    sent: &Download<'_>,
    size: Size,
    headers: &HeaderMap,
) -> Answer<Response> {
    let tag = tag(sent.shown, Some(files::variant(size)))?;
    let response = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        files::preview(node, previews, (sent.owner, sent.shown), size)?.into_response()
    };
    Ok(finish(response, tag, Kind::Jpeg.mime()))
}

/// The options of a request for a file.
pub(crate) struct DownloadOptions<'a> {
    pub(crate) client: &'a Client,
    pub(crate) is_download: bool,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) right: Right,
}

/// A file or an archive that has a place among the transfers for as long as it is sent.
pub(super) struct TransferReader<R> {
    pub(super) source: R,
    pub(super) _place: Transfer,
}

impl<R: Read> Read for TransferReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.source.read(out)
    }
}

impl<R: Seek> Seek for TransferReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

/// Sends a file's bytes under a name, or says that the caller has them already.
pub(super) fn send(
    node: &Node,
    (source, bytes): (impl Read + Seek + Send + 'static, u64),
    (tag, kind, name): (HeaderValue, Kind, &str),
    asked: &DownloadOptions<'_>,
) -> Answer<Response> {
    let response = if is_known(asked.headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let sent = TransferReader { source, _place: Transfer::begin(node, asked.client)? };
        ranged::ranged((sent, bytes), asked.headers, Some(&tag), asked.right.clone())?
    };
    let mut response = finish(response, tag, kind.mime());
    let is_download = asked.is_download || !kind.is_inline();
    set_disposition(response.headers_mut(), name, is_download)?;
    Ok(response)
}

/// A file as it is.
/// Errors: the file is missing, or too many transfers are under way.
pub(crate) fn whole(
    node: &Node,
    sent: &Download<'_>,
    asked: &DownloadOptions<'_>,
) -> Answer<Response> {
    let tag = tag(sent.cid, None)?;
    let (mut file, bytes) = files::open(node, sent.owner, sent.cid)?;
    let kind = files::first_kind(&mut file).map_err(Problem::internal)?;
    send(node, (file, bytes), (tag, kind, sent.name), asked)
}

/// The version of a file that a caller gets.
#[derive(Debug)]
pub(crate) enum FileVersion {
    /// The file as it is.
    Whole,
    /// The file without the place and the device.
    Cleaned(Arc<Recipe>),
    /// At most a preview.
    Preview,
}

/// Decides which version others than its owner get of a file that isn't shared as it is, by the file's own bytes. No other function does.
pub(crate) fn for_others(node: &Node, cid: &str, file: &mut File) -> Answer<FileVersion> {
    let kind = files::first_kind(file).map_err(Problem::internal)?;
    let bytes = file.metadata().map_err(Problem::internal)?.len();
    Ok(match kind.for_others() {
        ForOthers::AsItIs => FileVersion::Whole,
        ForOthers::Withheld => FileVersion::Preview,
        ForOthers::Cleaned => {
            let recipe = recipes::shared_copy(node, cid, file).ok().flatten();
            match recipe {
                // There was nothing to take out.
                Some(recipe) if matches!(recipe.pieces(), [Piece::Original(_)] if recipe.bytes() == bytes) => {
                    FileVersion::Whole
                }
                Some(recipe) => FileVersion::Cleaned(recipe),
                None => FileVersion::Preview,
            }
        }
    })
}

/// Decides which version of an asset's file a viewer with this sight gets. A sealed file is readable for its conversation alone.
pub(crate) fn choose_version(
    node: &Node,
    (asset, sight): (&Asset, Sight),
    file: &mut File,
) -> Answer<FileVersion> {
    if sight == Sight::Original || asset.words.sealed {
        Ok(FileVersion::Whole)
    } else {
        for_others(node, &asset.cid, file)
    }
}

/// A file as others than its owner get it.
/// Errors: those of [`whole`]; 404 (`withheld`) if others do not get the file and it has no preview.
pub(crate) fn to_others(
    (node, previews): (&Node, &Previews),
    sent: &Download<'_>,
    asked: &DownloadOptions<'_>,
) -> Answer<Response> {
    let (mut file, _) = files::open(node, sent.owner, sent.cid)?;
    match for_others(node, sent.cid, &mut file)? {
        FileVersion::Whole => whole(node, sent, asked),
        FileVersion::Cleaned(recipe) => {
            let kind = files::first_kind(&mut file).map_err(Problem::internal)?;
            let tag = tag(sent.cid, Some(SHARED))?;
            let bytes = recipe.bytes();
            send(node, (Derived::new(recipe, file), bytes), (tag, kind, sent.name), asked)
        }
        FileVersion::Preview => {
            let preview = preview((node, previews), sent, Size::W800, asked.headers);
            preview.map_err(|problem| {
                if problem.status() == StatusCode::NOT_FOUND {
                    Problem::not_found(TEXTS.say("withheld", args![])).slug("withheld")
                } else {
                    problem
                }
            })
        }
    }
}

/// Says what the file is called, and whether it is to be kept or shown.
pub(super) fn set_disposition(out: &mut HeaderMap, name: &str, is_download: bool) -> Answer<()> {
    let how = if is_download { "attachment" } else { "inline" };
    let text = format!("{how}; filename*=UTF-8''{}", percent(&leaving_name(name)));
    let value = HeaderValue::try_from(text).map_err(Problem::internal)?;
    out.insert(header::CONTENT_DISPOSITION, value);
    Ok(())
}

/// A name in a header (RFC 8187).
fn percent(name: &str) -> impl std::fmt::Display + '_ {
    const OTHERS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(name, OTHERS)
}
