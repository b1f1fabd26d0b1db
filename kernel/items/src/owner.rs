//! The owner of items as shown to visitors.

use imajin_app::capabilities::PictureSize;
use imajin_app::{Answer, Lang, Node};
use imajin_protocol::Did;
use serde::Deserialize;

/// The query of items: their owner, and the item that contains them, in apps with such items.
#[derive(Debug, Deserialize)]
pub struct WhoseQuery {
    /// A DID or a short name.
    pub owner: String,
    /// An id or slug.
    #[serde(rename = "in")]
    pub parent: Option<String>,
}

/// The owner of items.
#[derive(Debug, Clone)]
pub struct Owner {
    /// The owner's DID.
    pub did: Did,
    /// The handle, without `@`.
    pub handle: Option<String>,
    /// The public name, else the handle.
    pub name: Option<String>,
    /// The path of their picture.
    pub picture: Option<String>,
}

impl Owner {
    /// Returns the person with a handle or a DID.
    ///
    /// # Errors
    /// 404 if the person is unknown, 410 if they deleted their data.
    pub fn resolve(node: &Node, whose: &str) -> Answer<Self> {
        Self::from_did(node, node.person(whose)?)
    }

    /// Returns the owner with a DID.
    pub fn from_did(node: &Node, did: Did) -> Answer<Self> {
        let card = node.card(&did)?;
        let picture = card.as_ref().and_then(|card| node.picture_of(card, PictureSize::Head));
        let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
        Ok(Self { name: name.or_else(|| handle.clone()), picture, handle, did })
    }

    /// Returns the owner's name in addresses: the handle, or the DID without one.
    pub fn address(&self) -> &str {
        self.handle.as_deref().unwrap_or(self.did.as_str())
    }

    /// Returns the prefix of the addresses of the owner's items in a service: `/<service>/<handle>`.
    pub fn path(&self, service: &str) -> String {
        format!("/{service}/{}", self.address())
    }

    /// Returns the owner's name for a sentence.
    pub fn called(&self, lang: Lang) -> String {
        let t = crate::TEXTS.for_reader(lang);
        self.name.clone().unwrap_or_else(|| t.text("somebody").into_owned())
    }
}
