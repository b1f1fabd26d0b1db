//! Handles, names and pictures of people.

use std::collections::BTreeSet;

use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::node::Node;
use crate::problem::Answer;
use crate::search::SearchWords;

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
    /// The CID of their picture, if everybody may see it, or the person for whom the card was asked for. [`Node::face_of`] is its path.
    pub avatar: Option<String>,
}

impl Card {
    /// Makes the card of a person of whom only the DID is known.
    pub fn unnamed(did: Did) -> Self {
        Self { did, handle: None, display_name: None, avatar: None }
    }
}

/// Whether a handle can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandleState {
    /// The handle is free.
    Free,
    /// This person has the handle.
    Taken(Did),
    /// The handle cannot be taken, for this reason.
    Refused(String),
}

/// The size at which a person's picture is shown, which names the preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureSize {
    /// Next to a name: a square of 96 pixels.
    Face,
    /// At the head of a page about the person: 400 pixels.
    Head,
}

impl PictureSize {
    /// The preview's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Face => "face",
            Self::Head => "400",
        }
    }
}

/// An app that knows the handles, names and pictures of people.
pub trait PeopleDirectory: Send + Sync {
    /// Whether a handle can be had; the handle in any case, with or without `@`.
    fn handle(&self, node: &Node, handle: &str) -> Answer<HandleState>;
    /// The public name of a DID.
    fn card(&self, node: &Node, did: &Did) -> Answer<Option<Card>>;
    /// Whether a person hides their profile from everybody else.
    fn is_hidden(&self, node: &Node, did: &Did) -> Answer<bool>;
    /// The public names of these, as far as they have any, with the pictures that `viewer` sees. One query, however many they are.
    fn cards(&self, node: &Node, dids: &BTreeSet<&Did>, viewer: Option<&Did>) -> Answer<Vec<Card>>;
    /// The path of a person's page, by handle or DID.
    fn page_of(&self, who: &str) -> String;
    /// The path of a person's picture.
    fn picture_of(&self, who: &Did, cid: &str, size: PictureSize) -> String;
    /// Public cards whose handle or name has all words, best first; all cards without a word.
    fn search(
        &self,
        node: &Node,
        words: &SearchWords,
        limit: usize,
        offset: usize,
    ) -> Answer<Vec<Card>>;
}
