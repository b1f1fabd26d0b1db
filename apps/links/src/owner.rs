//! Whose page it is, as its visitors are told.

use imajin_protocol::Did;
use imajin_service::{Node, Problem};

/// The owner of a page.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) did: Did,
    /// The handle, without `@`.
    pub(crate) handle: Option<String>,
    /// The name that everybody may see, else the handle.
    pub(crate) name: Option<String>,
    /// The path of their picture.
    pub(crate) picture: Option<String>,
}

impl Owner {
    /// The person that a handle or a DID means.
    ///
    /// # Errors
    /// 404 if there is nobody, 410 if they deleted their data.
    pub(crate) fn named(node: &Node, whose: &str) -> Result<Self, Problem> {
        Self::of(node, node.person(whose)?)
    }

    /// This one.
    ///
    /// # Errors
    /// Where what is known of them can't be read.
    pub(crate) fn of(node: &Node, did: Did) -> Result<Self, Problem> {
        let card = node.card(&did)?;
        let picture = card.as_ref().and_then(|card| node.picture_of(card));
        let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
        Ok(Self {
            name: name.or_else(|| handle.clone()),
            picture,
            handle,
            did,
        })
    }

    /// What their addresses begin with: `/links/<handle>`, or their DID without a handle.
    pub(crate) fn path(&self) -> String {
        format!(
            "/links/{}",
            self.handle.as_deref().unwrap_or(self.did.as_str())
        )
    }
}
