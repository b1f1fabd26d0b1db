//! Jars: items of one kind, each with the terms on which it takes tips.

use imajin_app::operation::{Choice, ItemId};
use imajin_app::{Answer, Catalogue, Icon, Node, Problem, args};
use imajin_items::{Accent, ItemOf, ItemPages, Items, Owner};
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

impl ItemPages for Jars {
    const ICON: Icon = Icon::Cup;
    const TEXTS: &'static Catalogue = &TEXTS;
    const NOT_FOUND: &'static str = "no-such-jar";
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

/// Returns the answer for a jar that takes no tips.
pub(crate) fn no_offer() -> Problem {
    Problem::not_found(TEXTS.say("no-offer", args![]))
}

/// Returns a jar that takes tips from this viewer, by its id or its slug.
/// Errors: 404 if it doesn't exist for them, or takes none.
pub(crate) fn open(node: &Node, owner: &Did, viewer: Option<&Did>, name: &str) -> Answer<Jar> {
    let item = Jars::find(node, owner, viewer, name)?.item;
    let owner = Owner::from_did(node, owner.clone())?;
    with_offer(node, owner, item)?.ok_or_else(no_offer)
}

/// Returns up to `max` jars of a person that take tips and that a viewer sees in their list.
pub(crate) fn offered(
    node: &Node,
    (owner, viewer): (&Did, Option<&Did>),
    max: usize,
) -> Answer<Vec<Item>> {
    let jars = Jars::list(node, owner, viewer)?;
    queries::read(node, |db| {
        let mut offered = Vec::new();
        for jar in jars {
            if offered.len() == max {
                break;
            }
            if queries::offer(db, owner.as_str(), &jar.id)?.is_some() {
                offered.push(jar);
            }
        }
        Ok(offered)
    })
}

impl imajin_jars::Jars for Coffee {
    fn of_person(
        &self,
        node: &Node,
        owner: &Did,
        viewer: Option<&Did>,
    ) -> Answer<Vec<imajin_jars::Jar>> {
        let path = Owner::from_did(node, owner.clone())?.path(MANIFEST.name);
        let jar = |item: Item| imajin_jars::Jar {
            path: format!("{path}/{}", item.address()),
            id: item.base.id,
            title: item.base.title,
        };
        Ok(offered(node, (owner, viewer), usize::MAX)?.into_iter().map(jar).collect())
    }
}

/// Returns a jar with its terms; `None` without terms.
pub(crate) fn with_offer(node: &Node, owner: Owner, item: Item) -> Answer<Option<Jar>> {
    let offer = queries::read(node, |db| queries::offer(db, owner.did.as_str(), &item.id))?;
    let Some(offer) = offer else { return Ok(None) };
    let id =
        ItemId::parse(&item.id).ok_or_else(|| Problem::internal("the table of jars has no id"))?;
    Ok(Some(Jar { id, owner, item, offer }))
}
