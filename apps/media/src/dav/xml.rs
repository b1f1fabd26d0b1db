//! What a request may send as XML, looked at before a parser does.
//!
//! Always: the parser, which calls itself for each level, never sees a deep document, and never one with a document type:
//! so no entity is there to be expanded.

use imajin_service::Problem;

/// Bytes of a document.
const BYTES_MAX: usize = 64 * 1024;
/// Elements in elements.
const DEPTH_MAX: usize = 32;

/// Refuses what no honest client sends.
///
/// # Errors
/// 413 for a long document, 400 for one that isn't plain.
pub(super) fn check(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.len() > BYTES_MAX {
        let text = format!("A request to this drive has at most {BYTES_MAX} bytes of XML.");
        return Err(Problem::too_large(text));
    }
    match is_plain(bytes) {
        true => Ok(()),
        false => Err(Problem::bad_request(
            "The XML of this request must be UTF-8, without a document type, and at most 32 levels deep.",
        )),
    }
}

/// Whether a document is shallow and has no document type. What isn't well-formed is left to the parser.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    if text.contains('\0') {
        return false;
    }
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let past = if rest.starts_with("<!--") {
            after(rest, "-->")
        } else if rest.starts_with("<![CDATA[") {
            after(rest, "]]>")
        } else if rest.starts_with("<?") {
            after(rest, "?>")
        } else if rest.starts_with("<!") {
            return false;
        } else if rest.starts_with("</") {
            depth = depth.saturating_sub(1);
            after(rest, ">")
        } else {
            let Some((past, is_empty)) = after_tag(rest) else {
                return true;
            };
            depth += usize::from(!is_empty);
            if depth > DEPTH_MAX {
                return false;
            }
            Some(past)
        };
        match past {
            Some(past) => rest = past,
            None => return true,
        }
    }
    true
}

fn after<'t>(text: &'t str, end: &str) -> Option<&'t str> {
    text.find(end).map(|at| &text[at + end.len()..])
}

/// What follows a tag, and whether the element ends with it.
fn after_tag(text: &str) -> Option<(&str, bool)> {
    let mut quote = None;
    let mut before = '<';
    for (at, char) in text.char_indices() {
        match (quote, char) {
            (None, '"' | '\'') => quote = Some(char),
            (Some(open), _) if open == char => quote = None,
            (None, '>') => return Some((&text[at + 1..], before == '/')),
            _ => {}
        }
        before = char;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_documents_and_document_types_are_refused() {
        let nested = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(is_plain(nested(32).as_bytes()));
        assert!(!is_plain(nested(33).as_bytes()));
        let many = format!("<a>{}</a>", "<b/><c x='>'></c>".repeat(1_000));
        assert!(is_plain(many.as_bytes()));
        for bad in [
            "<!DOCTYPE a><a/>".to_owned(),
            "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".to_owned(),
            // What is said in a comment or an attribute ends no element.
            "<a><!--</a>-->".repeat(40),
            "<a x='</a>'>".repeat(40),
            "<a><![CDATA[</a>]]>".repeat(40),
            "<\0a>".to_owned(),
        ] {
            assert!(!is_plain(bad.as_bytes()), "{bad}");
        }
        let utf16: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(!is_plain(&utf16));
        assert!(check(&vec![b' '; BYTES_MAX + 1]).is_err());
    }
}
