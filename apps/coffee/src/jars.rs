//! Jars: items of one kind, each with the terms on which it takes tips.

use imajin_app::operation::{Choice, ItemId};
use imajin_app::{Answer, Node, Problem, args};
use imajin_items::{Accent, ItemOf, Items, Owner, visible_item, visible_items};
use imajin_protocol::Did;
use imajin_selling::{ForSale, Offered};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::manifest::{MANIFEST, TEXTS};
use crate::{Coffee, queries};

/// A kind of item of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A jar for tips.
    Jar,
}

/// The members of a jar that other items don't have.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Own {
    /// The text that people read once they have given something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thanks: Option<String>,
    /// Amounts to choose from, in minor units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amounts: Vec<i64>,
    /// How much it is to come to, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) goal: Option<i64>,
    /// The colour of its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accent: Option<Accent>,
}

/// The items of this service.
#[derive(Debug)]
pub(crate) struct Jars;

impl Items for Jars {
    const SERVICE: &'static str = MANIFEST.name;
    const DEPTH: usize = 1;
    type Kind = Kind;
    type Own = Own;

    fn may_contain(_: Kind, _: Kind) -> bool {
        false
    }
}

/// A jar as the table has it.
pub(crate) type Item = ItemOf<Jars>;

/// A jar that takes tips, as its viewer sees it.
#[derive(Debug)]
pub(crate) struct Jar {
    pub(crate) id: ItemId,
    pub(crate) owner: Owner,
    pub(crate) item: Item,
    pub(crate) offer: Offered,
}

impl ForSale for Jar {
    type App = Coffee;

    fn seller(&self) -> &Did {
        &self.owner.did
    }

    fn title(&self) -> &str {
        &self.item.title
    }

    fn path(&self) -> String {
        format!("{}/{}", self.owner.path(MANIFEST.name), self.item.address())
    }

    fn offered(&self) -> Answer<&Offered> {
        Ok(&self.offer)
    }

    fn no_offer() -> Problem {
        no_offer()
    }
}

/// Returns the answer for a jar that doesn't exist, or that this visitor may not see.
pub(crate) fn none() -> Problem {
    Problem::not_found(TEXTS.say("no-such-jar", args![]))
}

/// Returns the answer for a jar that takes no tips.
pub(crate) fn no_offer() -> Problem {
    Problem::not_found(TEXTS.say("no-offer", args![]))
}

/// Returns a jar that takes tips from this viewer, by its id or its slug.
///
/// # Errors
/// 404 if it doesn't exist for them, or takes none.
pub(crate) fn open(node: &Node, owner: &Did, viewer: Option<&Did>, name: &str) -> Answer<Jar> {
    let entry = visible_item::<Jars>(node, owner, viewer, name)?.ok_or_else(none)?;
    let owner = Owner::from_did(node, owner.clone())?;
    with_offer(node, owner, entry.item)?.ok_or_else(no_offer)
}

/// Returns the jars of a person that a viewer sees in their list, including those that take no tips yet.
pub(crate) fn all(node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Vec<Item>> {
    visible_items::<Jars>(node, owner, viewer)
}

/// Returns a jar with its terms; `None` without terms.
pub(crate) fn with_offer(node: &Node, owner: Owner, item: Item) -> Answer<Option<Jar>> {
    let offer = queries::read(node, |db| queries::offer(db, owner.did.as_str(), &item.id))?;
    let Some(offer) = offer else { return Ok(None) };
    let id =
        ItemId::parse(&item.id).ok_or_else(|| Problem::internal("the table of jars has no id"))?;
    Ok(Some(Jar {
        id,
        owner,
        item,
        offer,
    }))
}
