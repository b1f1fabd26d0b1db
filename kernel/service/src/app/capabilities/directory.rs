//! What people are called: handles, names, pictures.

use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::node::Node;
use crate::app::problem::Problem;

/// How a DID is called in public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// The DID.
    #[schema(value_type = String)]
    pub did: Did,
    /// The handle, without `@`.
    pub handle: Option<String>,
    /// The name they gave themselves, if everybody may see it.
    pub display_name: Option<String>,
    /// The CID of their picture, if everybody may see it. [`Node::picture_of`] is its path.
    pub avatar: Option<String>,
}

impl Card {
    /// Of somebody who is known by their DID alone.
    pub fn unnamed(did: Did) -> Self {
        Self {
            did,
            handle: None,
            display_name: None,
            avatar: None,
        }
    }
}

/// Whether a handle can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandleState {
    /// Nobody has it.
    Free,
    /// Somebody has it.
    Taken(Did),
    /// Nobody can have it, for this reason.
    Refused(String),
}

/// What people are called.
pub trait PeopleDirectory: Send + Sync {
    /// Whether a handle can be had; the handle in any case, with or without `@`.
    fn handle(&self, node: &Node, handle: &str) -> Result<HandleState, Problem>;
    /// The public name of a DID.
    fn card(&self, node: &Node, did: &Did) -> Result<Option<Card>, Problem>;
    /// The path of the page about somebody, by handle or DID.
    fn page_of(&self, who: &str) -> String;
    /// The path of somebody's picture.
    fn picture_of(&self, who: &Did, cid: &str) -> String;
    /// Public cards whose handle or name matches, best first.
    fn search(
        &self,
        node: &Node,
        words: &str,
        limit: usize,
        offset: usize,
    ) -> Result<Vec<Card>, Problem>;
}
