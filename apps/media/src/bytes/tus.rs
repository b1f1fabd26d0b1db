//! The headers of the tus protocol 1.0.0 (<https://tus.io/protocols/resumable-upload>), read and written.

use std::time::{Duration, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use data_encoding::BASE64;
use imajin_app::{Answer, Problem, refuse_if};
use imajin_dfos::Timestamp;
use imajin_pictures::Kind;
use ring::digest;
use serde_json::{Map, Value as Json, json};

use super::{Context, FileMetadata};
use crate::fields::About;

/// The version of the protocol.
pub(crate) const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
/// The extensions of the protocol that this server supports.
pub(crate) const EXTENSIONS: HeaderValue =
    HeaderValue::from_static("creation,creation-with-upload,expiration,checksum,termination");
/// The media type of a part.
pub(crate) const PART: &str = "application/offset+octet-stream";
/// The algorithms of checksums: the one that the protocol demands, and the one that names files here.
pub(crate) const CHECKSUMS: HeaderValue = HeaderValue::from_static("sha1,sha256");
/// Longest metadata: a name, a context, and little more.
const METADATA_BYTES_MAX: usize = 8 * 1024;

pub(crate) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(crate) const VERSIONS: HeaderName = HeaderName::from_static("tus-version");
pub(crate) const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
pub(crate) const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
pub(crate) const ALGORITHMS: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
pub(crate) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(crate) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(crate) const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(crate) const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const SUM: HeaderName = HeaderName::from_static("upload-checksum");
/// The id of what an upload became.
pub(crate) const ASSET: HeaderName = HeaderName::from_static("x-asset");
/// The CID of its file, where the page signs `media.add` itself.
pub(crate) const MEDIA: HeaderName = HeaderName::from_static("x-media");
/// The facts in such a file, as JSON: the page copies them into `media.add`.
pub(crate) const FACTS: HeaderName = HeaderName::from_static("x-facts");
pub(crate) const METHOD: HeaderName = HeaderName::from_static("x-http-method-override");

/// The sender's metadata: the keys of `Upload-Metadata` with their values in base64.
pub(crate) type Metadata = Vec<(String, String)>;

/// Refuses (412) another version of the protocol.
pub(crate) fn check_version(headers: &HeaderMap) -> Answer<()> {
    match headers.get(RESUMABLE) {
        Some(version) if *version == VERSION => Ok(()),
        _ => Err(Problem::precondition_failed(
            "This node speaks tus 1.0.0: send the header Tus-Resumable: 1.0.0.",
        )),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

pub(crate) fn number(headers: &HeaderMap, name: HeaderName, field: &'static str) -> Answer<u64> {
    let digits = text(headers, &name).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let number = digits.and_then(|digits| digits.parse().ok());
    number.ok_or_else(|| Problem::field(field, format!("{field} must be a number of bytes.")))
}

/// Whether the body is a part of a file.
pub(crate) fn is_part(headers: &HeaderMap) -> bool {
    let kind = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(PART)
}

/// The length of the body, if it is known.
pub(crate) fn body_length(headers: &HeaderMap) -> Option<u64> {
    text(headers, &header::CONTENT_LENGTH)?.parse().ok()
}

/// A checksum that the sender announced, and that of the bytes that came.
pub(crate) struct Checksum {
    announced: Vec<u8>,
    come: digest::Context,
}

impl Checksum {
    /// More bytes came.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.come.update(bytes);
    }

    /// Whether the bytes that came are those announced.
    pub(crate) fn comes_true(self) -> bool {
        self.come.finish().as_ref() == self.announced
    }
}

/// The checksum of the body, if the sender announces one.
/// Errors: 400 for another algorithm, or for a malformed checksum.
pub(crate) fn checksum(headers: &HeaderMap) -> Answer<Option<Checksum>> {
    let Some(value) = headers.get(SUM) else {
        return Ok(None);
    };
    let wrong = |what: &'static str| Problem::field("Upload-Checksum", what);
    let (name, announced) = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or_else(|| wrong("Upload-Checksum must be an algorithm, a space, and base64."))?;
    let algorithm = match name {
        "sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => &digest::SHA256,
        _ => {
            return Err(wrong("The algorithm of Upload-Checksum must be sha1 or sha256."));
        }
    };
    let announced = BASE64.decode(announced.trim().as_bytes()).ok();
    let announced = announced.filter(|bytes| bytes.len() == algorithm.output_len());
    let announced = announced
        .ok_or_else(|| wrong("Upload-Checksum must be a checksum of its algorithm in base64."))?;
    Ok(Some(Checksum { announced, come: digest::Context::new(algorithm) }))
}

/// Reads `Upload-Metadata`.
/// Errors: 400 for what has another form.
pub(crate) fn metadata(headers: &HeaderMap) -> Answer<Metadata> {
    let wrong = || {
        Problem::field(
            "Upload-Metadata",
            "Upload-Metadata must be pairs of a key and a value in base64, with commas between them, each key once.",
        )
    };
    let Some(value) = headers.get(METADATA) else {
        return Ok(Metadata::new());
    };
    let value = value.to_str().map_err(|_| wrong())?;
    if value.len() > METADATA_BYTES_MAX {
        let most = format!("Upload-Metadata may have at most {METADATA_BYTES_MAX} bytes.");
        return Err(Problem::field("Upload-Metadata", most));
    }
    let mut metadata = Metadata::new();
    for pair in value.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = value.trim();
        let is_new = metadata.iter().all(|(other, _)| other != key);
        refuse_if!(!is_new || BASE64.decode(value.as_bytes()).is_err(), wrong());
        metadata.push((key.to_owned(), value.to_owned()));
    }
    Ok(metadata)
}

/// Metadata as a header again; `None` where there are none.
pub(crate) fn metadata_header(metadata: &Metadata) -> Option<HeaderValue> {
    let pair = |(key, value): &(String, String)| {
        if value.is_empty() { key.clone() } else { format!("{key} {value}") }
    };
    let pairs: Vec<String> = metadata.iter().map(pair).collect();
    let header = HeaderValue::try_from(pairs.join(",")).ok();
    header.filter(|header| !header.is_empty())
}

fn value(metadata: &Metadata, key: &str) -> Option<String> {
    let (_, value) = metadata.iter().find(|(found, _)| found == key)?;
    String::from_utf8(BASE64.decode(value.as_bytes()).ok()?).ok()
}

/// Returns the sender's name for the file.
pub(crate) fn file_name(metadata: &Metadata) -> Option<String> {
    value(metadata, "filename").or_else(|| value(metadata, "name"))
}

/// Whether the sender signs `media.add` itself.
pub(crate) fn signs(metadata: &Metadata) -> bool {
    let has_key = metadata.iter().any(|(key, _)| key == "sign");
    has_key && !matches!(value(metadata, "sign").as_deref(), Some("0" | "false"))
}

/// Returns the facts about the file that the metadata state.
/// Errors: 400 for a context of another form.
pub(crate) fn file_metadata(metadata: &Metadata) -> Answer<FileMetadata> {
    let changed = value(metadata, "lastModified").and_then(|text| text.parse().ok());
    let context = value(metadata, "context");
    Ok(FileMetadata {
        name: file_name(metadata),
        last_modified: changed.and_then(|ms| Timestamp::from_millis(ms).ok()),
        context: context.as_deref().map(Context::parse).transpose()?.unwrap_or_default(),
    })
}

/// Returns the facts in a file: its kind, and members of the body of `media.add`.
pub(crate) fn facts(kind: Kind, about: &About) -> Json {
    let number = |member: Option<i64>| member.map(Json::from);
    let members = [
        ("kind", Some(kind.mime().into())),
        ("width", number(about.width.value().map(|pixels| pixels.0))),
        ("height", number(about.height.value().map(|pixels| pixels.0))),
        ("ms", number(about.ms.value().map(|ms| ms.0))),
        ("taken", about.taken.value().map(|taken| taken.as_str().into())),
        ("zone", number(about.zone.value().map(|minutes| minutes.0))),
        ("place", about.place.value().map(|at| json!({ "lat": at.lat.0, "lon": at.lon.0 }))),
    ];
    let facts: Map<String, Json> =
        members.into_iter().filter_map(|(name, member)| Some((name.to_owned(), member?))).collect();
    Json::Object(facts)
}

/// A moment as HTTP writes it.
pub(crate) fn date(at: Timestamp) -> Option<HeaderValue> {
    let since = Duration::from_secs(at.as_secs().unsigned_abs());
    HeaderValue::try_from(httpdate::fmt_http_date(UNIX_EPOCH + since)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, value: &str) -> HeaderMap {
        let value = HeaderValue::try_from(value).unwrap();
        HeaderMap::from_iter([(name.clone(), value)])
    }

    #[test]
    fn metadata_come_back_as_they_were_sent() {
        let sent = "filename d29ybGRfZG9taW5hdGlvbl9wbGFuLnBkZg==,sign";
        let metadata = metadata(&headers(&METADATA, sent)).unwrap();
        assert_eq!(metadata_header(&metadata).unwrap(), sent);
        let facts = file_metadata(&metadata).unwrap();
        assert_eq!(facts.name.as_deref(), Some("world_domination_plan.pdf"));
        assert!(signs(&metadata));
        assert!(!signs(&vec![("sign".to_owned(), BASE64.encode(b"0"))]));
        assert_eq!(metadata_header(&Metadata::new()), None);
    }

    #[test]
    fn metadata_of_another_form_are_refused() {
        let long = format!("a {}", "A".repeat(METADATA_BYTES_MAX));
        for wrong in ["a !", "a YQ==,a YQ==", "a YQ", &long] {
            assert!(metadata(&headers(&METADATA, wrong)).is_err(), "{wrong}");
        }
        let context = vec![("context".to_owned(), BASE64.encode(b"{"))];
        assert!(file_metadata(&context).is_err());
    }

    #[test]
    fn numbers_have_digits_alone() {
        let read = |text: &str| number(&headers(&OFFSET, text), OFFSET, "Upload-Offset").ok();
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("8589934592"), Some(8_589_934_592));
        for wrong in ["", "-1", "+1", " 1", "1.0", "0x1", "99999999999999999999"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_checksum_is_true_or_not() {
        let read = |text: &str| checksum(&headers(&SUM, text));
        assert!(checksum(&HeaderMap::new()).unwrap().is_none());
        for (text, is_true) in [
            ("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", true),
            ("sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=", true),
            ("sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=", false),
        ] {
            let mut sum = read(text).unwrap().unwrap();
            sum.update(b"hello ");
            sum.update(b"world");
            assert_eq!(sum.comes_true(), is_true, "{text}");
        }
        for wrong in ["sha256", "sha256 AAAA", "md5 XrY7u+Ae7tCTyyK7j1rNww==", "sha1 !"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
