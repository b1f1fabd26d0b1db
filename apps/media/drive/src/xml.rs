//! Limits of XML from outside, judged by the events of the parser that dav-server builds its trees with.
//!
//! Always: dav-server builds, writes and drops a tree by recursion, one call for each level, so it never gets a document of
//! which the same parser, with the same settings, gave a deeper or larger one here. What isn't well-formed breaks off at the
//! same byte for both.

use std::time::UNIX_EPOCH;

use imajin_app::{Problem, refuse_if};
use imajin_dfos::Timestamp;
use xml::reader::{EventReader, ParserConfig, XmlEvent};

const BYTES_MAX: usize = 64 * 1024;
/// Elements in elements. Clients send five; building, writing and dropping 32 takes 60 KiB of a stack in a build for tests.
const DEPTH_MAX: usize = 32;
/// Bytes of the tree: each element has a copy of all namespaces around it, so 64 KiB could become gigabytes.
const TREE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Bytes of an element, an attribute, a namespace or a text in a tree, beyond its characters.
const NODE_BYTES: usize = 128;
/// The beginning of a document type, which the parser knows in capitals alone. Its entities may double in the declarations of
/// others, before any event, so that the parser mustn't see them.
const DOCTYPE: &str = "<!DOCTYPE";

/// The namespace of the properties that Windows sets.
const WINDOWS: &str = "urn:schemas-microsoft-com:";

/// Why a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// More than 64 KiB.
    Long,
    /// Not UTF-8, or with a byte 0.
    Encoding,
    /// A document type.
    Doctype,
    /// Elements in elements at more than 32 levels.
    Deep,
    /// A tree of more than 2 MiB.
    Large,
    /// Well-formed without an element.
    Empty,
}

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        let text = match unfit {
            Unfit::Long => {
                let text = format!("A request to this drive has at most {BYTES_MAX} bytes of XML.");
                return Self::too_large(text);
            }
            Unfit::Encoding => "The XML of this request must be UTF-8.".to_owned(),
            Unfit::Doctype => "The XML of this request must have no document type.".to_owned(),
            Unfit::Deep => {
                format!("The XML of this request must have at most {DEPTH_MAX} levels of elements.")
            }
            Unfit::Large => {
                "The XML of this request has too many elements and namespaces.".to_owned()
            }
            Unfit::Empty => "The XML of this request has no element.".to_owned(),
        };
        Self::bad_request(text)
    }
}

/// The time at which a file was changed, where a `PROPPATCH` of Windows sets it. The library answers such a property, and keeps none. The
/// document was checked.
pub fn windows_modified(bytes: &[u8]) -> Option<Timestamp> {
    let tree = xmltree::Element::parse(bytes).ok()?;
    let props = tree.get_child("set")?.get_child("prop")?;
    let time = props.get_child("Win32LastModifiedTime")?;
    if time.namespace.as_deref() != Some(WINDOWS) {
        return None;
    }
    let at = httpdate::parse_http_date(time.get_text()?.trim()).ok()?;
    let since = at.duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?).ok()
}

/// Checks a document that dav-server is about to read. What isn't well-formed passes, and dav-server refuses it.
pub fn check(bytes: &[u8]) -> Result<(), Unfit> {
    refuse_if!(bytes.len() > BYTES_MAX, Unfit::Long);
    let text = std::str::from_utf8(bytes).map_err(|_| Unfit::Encoding)?;
    refuse_if!(text.contains('\0'), Unfit::Encoding);
    refuse_if!(text.contains(DOCTYPE), Unfit::Doctype);
    // The settings of `xmltree::Element::parse`.
    let settings = ParserConfig::new().ignore_comments(false);
    let mut reader = EventReader::new_with_config(bytes, settings);
    let (mut depth, mut tree_bytes, mut elements) = (0_usize, 0_usize, 0_usize);
    loop {
        tree_bytes += match reader.next() {
            Ok(XmlEvent::StartElement { name, attributes, namespace }) => {
                depth += 1;
                elements += 1;
                refuse_if!(depth > DEPTH_MAX, Unfit::Deep);
                let attributes = attributes.iter();
                let attributes =
                    attributes.map(|one| node_bytes(&[&one.name.local_name, &one.value]));
                let namespaces = namespace.0.iter();
                let namespaces = namespaces.map(|(prefix, uri)| node_bytes(&[prefix, uri]));
                node_bytes(&[&name.local_name]) + attributes.chain(namespaces).sum::<usize>()
            }
            Ok(XmlEvent::EndElement { .. }) => {
                depth = depth.saturating_sub(1);
                0
            }
            Ok(XmlEvent::Doctype { .. }) => return Err(Unfit::Doctype),
            Ok(
                XmlEvent::Characters(text)
                | XmlEvent::CData(text)
                | XmlEvent::Comment(text)
                | XmlEvent::Whitespace(text),
            ) => node_bytes(&[&text]),
            Ok(XmlEvent::ProcessingInstruction { name, data }) => {
                node_bytes(&[&name, data.as_deref().unwrap_or_default()])
            }
            Ok(XmlEvent::StartDocument { .. }) => 0,
            // xmltree takes it for granted that there is an element.
            Ok(XmlEvent::EndDocument) if elements == 0 => return Err(Unfit::Empty),
            Ok(XmlEvent::EndDocument) | Err(_) => return Ok(()),
        };
        refuse_if!(tree_bytes > TREE_BYTES_MAX, Unfit::Large);
    }
}

fn node_bytes(texts: &[&str]) -> usize {
    NODE_BYTES + texts.iter().map(|text| text.len()).sum::<usize>()
}

#[cfg(test)]
mod tests;
