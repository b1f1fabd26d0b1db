//! Properties that programs store on files and folders (dead properties), and the modification time on the computer that
//! sent the file: one JSON text in the owner's record.
//!
//! Always: at most 4 KiB. A text in a record from another node is checked before it is parsed.

use axum::http::StatusCode;
use dav_server::fs::DavProp;
use serde::{Deserialize, Serialize};

use crate::xml;

/// Longest text.
const BYTES_MAX: usize = 4 * 1024;

/// The properties of one file or folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// When it was changed on the computer that it came from, in milliseconds, where nothing else says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    props: Vec<Note>,
}

/// A property: its name, its namespace, and the whole element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    space: Option<String>,
    xml: String,
}

impl Notes {
    /// Reads them; none of what can't be read.
    pub fn read(text: Option<&str>) -> Self {
        let read = text.and_then(|text| serde_json::from_str(text).ok());
        read.unwrap_or_default()
    }

    /// Returns the properties as JSON; `None` if they are empty.
    pub fn write(&self) -> Option<String> {
        let is_empty = *self == Self::default();
        (!is_empty).then(|| serde_json::to_string(self).ok()).flatten()
    }

    /// The properties.
    pub fn props(&self, with_content: bool) -> Vec<DavProp> {
        let fit = self.props.iter().filter(|note| note.fits());
        fit.map(|note| DavProp {
            name: note.name.clone(),
            prefix: None,
            namespace: note.space.clone(),
            xml: with_content.then(|| note.xml.clone().into_bytes()),
        })
        .collect()
    }

    /// The whole element of one.
    pub fn prop(&self, asked: &DavProp) -> Option<Vec<u8>> {
        let mut same = self.props.iter().filter(|note| note.is(asked));
        let note = same.find(|note| note.fits())?;
        Some(note.xml.clone().into_bytes())
    }

    /// Sets and removes some: all of them, or none where they don't fit.
    pub fn patch(&mut self, patch: Vec<(bool, DavProp)>) -> Vec<(StatusCode, DavProp)> {
        let mut next = self.clone();
        for (is_set, prop) in &patch {
            next.props.retain(|note| !note.is(prop));
            let xml = prop.xml.as_ref().filter(|_| *is_set);
            if let Some(xml) = xml.and_then(|xml| String::from_utf8(xml.clone()).ok()) {
                next.props.push(Note {
                    name: prop.name.clone(),
                    space: prop.namespace.clone(),
                    xml,
                });
            }
        }
        let fits = next.write().is_none_or(|text| text.len() <= BYTES_MAX);
        let status = if fits { StatusCode::OK } else { StatusCode::INSUFFICIENT_STORAGE };
        if fits {
            *self = next;
        }
        let bare = |prop: DavProp| DavProp { xml: None, ..prop };
        patch.into_iter().map(|(_, prop)| (status, bare(prop))).collect()
    }
}

impl Note {
    /// Whether dav-server may read it.
    fn fits(&self) -> bool {
        xml::check(self.xml.as_bytes()).is_ok()
    }

    fn is(&self, prop: &DavProp) -> bool {
        self.name == prop.name && self.space == prop.namespace
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prop(name: &str, value: &str) -> DavProp {
        DavProp::new(name.to_owned(), "x".to_owned(), "urn:x".to_owned(), value.to_owned())
    }

    #[test]
    fn notes_are_set_removed_and_bounded() {
        let mut notes = Notes::default();
        assert_eq!(notes.write(), None);
        let set = notes.patch(vec![(true, prop("a", "1")), (true, prop("b", "2"))]);
        assert!(set.iter().all(|(status, _)| *status == StatusCode::OK));
        notes.patch(vec![(false, prop("a", "")), (true, prop("b", "3"))]);
        let mut notes = Notes::read(notes.write().as_deref());
        assert_eq!(notes.props(true).len(), 1);
        let xml = String::from_utf8(notes.prop(&prop("b", "")).unwrap()).unwrap();
        assert!(xml.contains(">3<"), "{xml}");
        let refused = notes.patch(vec![(true, prop("c", &"x".repeat(BYTES_MAX)))]);
        assert_eq!(refused[0].0, StatusCode::INSUFFICIENT_STORAGE);
        assert_eq!(notes.props(true).len(), 1);
    }

    #[test]
    fn what_a_record_from_elsewhere_says_is_looked_at() {
        assert_eq!(Notes::read(Some("no JSON")), Notes::default());
        for deep in ["<a>", "<a><!--></a>-->"].map(|level| level.repeat(100)) {
            let text = serde_json::json!({ "props": [{ "name": "a", "xml": deep }] }).to_string();
            let notes = Notes::read(Some(&text));
            assert!(notes.props(true).is_empty());
            assert_eq!(notes.prop(&DavProp { namespace: None, ..prop("a", "") }), None);
        }
    }
}
