//! Paths of requests, read strictly before anything is made of them.
//!
//! Always: a path is a list of names, each decoded exactly once, in Unicode's form NFC. No name is a dot or two, holds a slash
//! or a control character, or is longer than names are.

use dav_server::davpath::DavPath;
use imajin_app::{Problem, refuse_if};
use unicode_normalization::UnicodeNormalization as _;

/// The path of the drive, below the service.
pub const BELOW: &str = "/dav";
/// The path of the drive, from the root.
pub const PREFIX: &str = "/media/dav";
const NAME_BYTES_MAX: usize = 255 + 8;

/// The path from the root that a client means, who may name it as at the service's own host.
pub(crate) fn whole(path: &str) -> String {
    match path.strip_prefix(BELOW) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{PREFIX}{rest}"),
        _ => path.to_owned(),
    }
}

/// Refuses a path that isn't one of names, or whose folders are nested deeper than `depth`.
/// Errors: 400 with what is wrong.
pub(crate) fn check(path: &str, depth: usize) -> Result<(), Problem> {
    let rest = path.strip_prefix(PREFIX);
    let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let rest = rest.ok_or_else(|| wrong("it is not below /media/dav"))?;
    let mut count = 0;
    for raw in rest.split('/').filter(|raw| !raw.is_empty()) {
        name(&decode(raw)?)?;
        count += 1;
    }
    if count > depth + 1 {
        Err(wrong(&format!("folders can be nested {depth} deep")))
    } else {
        Ok(())
    }
}

fn wrong(what: &str) -> Problem {
    Problem::bad_request(format!("This path can't be used: {what}."))
}

/// Percent-decodes a name. Refuses an invalid escape, and bytes that are not UTF-8.
fn decode(raw: &str) -> Result<String, Problem> {
    let bad = || wrong("a % must begin a code of two digits, and the whole be UTF-8");
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || {
            let digit = char::from(rest.next()?).to_digit(16)?;
            u8::try_from(digit).ok()
        };
        let (high, low) = (digit().ok_or_else(bad)?, digit().ok_or_else(bad)?);
        bytes.push(high << 4 | low);
    }
    String::from_utf8(bytes).map_err(|_| bad())
}

/// A name as it is kept.
fn name(decoded: &str) -> Result<String, Problem> {
    let name: String = decoded.nfc().collect();
    refuse_if!(matches!(name.as_str(), "." | ".."), wrong("a name can't be . or .."));
    if name.chars().any(|c| c == '/' || c.is_control()) {
        return Err(wrong("a name can't hold / or a control character"));
    }
    if name.len() > NAME_BYTES_MAX { Err(wrong("a name has at most 255 bytes")) } else { Ok(name) }
}

/// The names of a path that was checked; none if it isn't one.
pub fn names(path: &DavPath) -> Option<Vec<String>> {
    let text = std::str::from_utf8(path.as_bytes()).ok()?;
    let names = text.split('/').filter(|name| !name.is_empty());
    names.map(|decoded| name(decoded).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_list_of_names() {
        for good in [
            "/media/dav",
            "/media/dav/",
            "/media/dav/a/b.jpg",
            "/media/dav/caf%C3%A9/50%25.txt",
            "/media/dav/...",
            "/media/dav/a//b",
        ] {
            assert!(check(good, 32).is_ok(), "{good}");
        }
        let deep = format!("/media/dav{}", "/a".repeat(40));
        let long = format!("/media/dav/{}", "a".repeat(300));
        for bad in [
            "/media/davx",
            "/media",
            "/",
            "/media/dav/..",
            "/media/dav/a/../b",
            "/media/dav/./b",
            "/media/dav/%2e%2e/b",
            "/media/dav/%2E./b",
            "/media/dav/a%2fb",
            "/media/dav/a%00",
            "/media/dav/a%0a",
            "/media/dav/a%7f",
            "/media/dav/%",
            "/media/dav/%4",
            "/media/dav/%zz",
            "/media/dav/%ff",
            "/media/dav/%c0%ae%c0%ae",
            &deep,
            &long,
        ] {
            assert!(check(bad, 32).is_err(), "{bad}");
        }
        assert_eq!(whole("/dav/a"), "/media/dav/a");
        assert_eq!(whole("/dave"), "/dave");
    }

    #[test]
    fn names_are_in_one_form() {
        let path = DavPath::new("/e%CC%81te%CC%81/a").unwrap();
        assert_eq!(names(&path).unwrap(), ["été", "a"]);
    }
}
