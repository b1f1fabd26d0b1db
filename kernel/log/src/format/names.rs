//! The names that a bundle may have. A file's kind follows from its name.
//!
//! Always: an accepted name is relative, ASCII, at most 100 bytes, without `.` or `..` components, and safe on FAT32.

use imajin_dfos::cid::{CODEC_DAG_CBOR, CODEC_RAW, Cid, parse_cid};
use imajin_protocol::Did;

/// Maximum bytes of a name (the field of a ustar header).
pub const NAME_BYTES_MAX: usize = 100;
/// The file name of the log.
pub const LOG: &str = "log.sqlite";
/// The name of the folder of files.
pub const MEDIA: &str = "media";
/// The file name of the readable view.
pub const BUNDLE: &str = "bundle.json";
/// The file name of the manifest: names and digests of everything else.
pub const MANIFEST: &str = "manifest.json";
/// The file name of what the homes' anchors say of the log.
pub const ANCHORS: &str = "anchors.json";
/// The file name of the page for people.
pub const INDEX: &str = "index.html";

/// The kind of a file in a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The log.
    Log,
    /// A media file, with its CID.
    Media(Cid),
    /// The log of a thing whose sole owner this is, with its folder's name.
    Owned(String),
    /// The visible part of a shared log, with its folder's name.
    Shared(String),
    /// A side log, with the CID of its last entry.
    Side(Cid),
    /// `anchors.json`.
    Anchors,
    /// `bundle.json`.
    Bundle,
    /// `manifest.json`.
    Manifest,
    /// `index.html`.
    Index,
}

/// Returns the kind of the complete file with this name; `None` if a bundle may not have it.
pub fn kind(name: &str) -> Option<Kind> {
    if name.len() > NAME_BYTES_MAX {
        return None;
    }
    match name {
        LOG => return Some(Kind::Log),
        ANCHORS => return Some(Kind::Anchors),
        BUNDLE => return Some(Kind::Bundle),
        MANIFEST => return Some(Kind::Manifest),
        INDEX => return Some(Kind::Index),
        _ => {}
    }
    let (folder, rest) = name.split_once('/')?;
    match folder {
        "media" => {
            let (two, file) = rest.split_once('/')?;
            let cid = parse_cid(file).ok()?;
            (cid.codec() == CODEC_RAW && two == shard(file)).then_some(Kind::Media(cid))
        }
        "side" => {
            let cid = parse_cid(rest.strip_suffix(".sqlite")?).ok()?;
            (cid.codec() == CODEC_DAG_CBOR).then_some(Kind::Side(cid))
        }
        "owned" => log_folder(rest).map(Kind::Owned),
        "shared" => log_folder(rest).map(Kind::Shared),
        _ => None,
    }
}

/// Returns the folder in `<folder>/log.sqlite`, if it is the name of a DID's folder.
fn log_folder(rest: &str) -> Option<String> {
    let folder = rest.strip_suffix("/log.sqlite")?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-' | b'_');
    (folder.starts_with("did_") && folder.bytes().all(plain)).then(|| folder.to_owned())
}

/// Returns the name of a media file.
pub fn media(cid: &Cid) -> String {
    let name = cid.to_string();
    format!("media/{}/{name}", shard(&name))
}

/// Returns the name of the side log that ends with this entry.
pub fn side(last: &Cid) -> String {
    format!("side/{last}.sqlite")
}

/// Returns the name of the log of a thing whose sole owner this is.
pub fn owned(thing: &Did) -> String {
    format!("owned/{}/{LOG}", thing.folder_name())
}

/// Returns the name of the visible part of a shared log.
pub fn shared(log: &Did) -> String {
    format!("shared/{}/{LOG}", log.folder_name())
}

/// Returns the name of part `n` of a split file.
pub fn part(name: &str, n: u32) -> String {
    format!("{name}.{n:03}")
}

/// Returns the complete file's name and the part's number, if `name` is the name of a part.
pub fn as_part(name: &str) -> Option<(&str, u32)> {
    let (whole, digits) = name.rsplit_once('.')?;
    let digits_ok = digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
    if digits_ok { Some((whole, digits.parse().ok()?)) } else { None }
}

/// Returns whether a bundle may have a file with this name: a complete file or a part.
pub fn is_allowed(name: &str) -> bool {
    if name.len() > NAME_BYTES_MAX {
        return false;
    }
    kind(name).is_some()
        || as_part(name).is_some_and(|(whole, _)| kind(whole).is_some_and(|k| k != Kind::Manifest))
}

/// Returns the folder in `media/` for a name: the name's last two characters, so that no folder on a stick has more
/// than 10 000 names before there are ten million files.
pub fn shard(cid: &str) -> &str {
    cid.get(cid.len().saturating_sub(2)..).unwrap_or(cid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::cid::{dag_cbor_cid, raw_cid};

    #[test]
    fn names_say_what_files_are() {
        let raw = raw_cid(b"x");
        assert_eq!(kind(&media(&raw)), Some(Kind::Media(raw)));
        let last = dag_cbor_cid(b"x");
        assert_eq!(kind(&side(&last)), Some(Kind::Side(last)));
        assert_eq!(kind("owned/did_imajin_x/log.sqlite"), Some(Kind::Owned("did_imajin_x".into())));
        assert_eq!(as_part("log.sqlite.007"), Some(("log.sqlite", 7)));
        assert!(is_allowed("log.sqlite.000"));
        assert!(is_allowed("bundle.json.000"));
    }

    #[test]
    fn every_other_name_is_refused() {
        let raw = raw_cid(b"x");
        let cases = "|/log.sqlite|./log.sqlite|../log.sqlite|log.sqlite/|LOG.SQLITE|log.sqlite-wal|\
            manifest.json.000|log.sqlite.0000|log.sqlite.000.000|media/../log.sqlite|\
            owned/../log.sqlite|owned/did_../x/log.sqlite|owned/did_\u{0}/log.sqlite|\
            shared\\did_x\\log.sqlite";
        for name in cases.split('|').chain([
            format!("media/zz/{raw}").as_str(),
            format!("side/{raw}.sqlite").as_str(),
            format!("owned/did_{}/log.sqlite", "x".repeat(100)).as_str(),
        ]) {
            assert!(!is_allowed(name), "{name:?}");
        }
    }
}
