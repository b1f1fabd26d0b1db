//! A listing that can be bought here, as its viewer sees it.

use imajin_app::operation::ItemId;
use imajin_app::{Answer, Node, Problem, args};
use imajin_items::{ItemPages, Owner};
use imajin_protocol::Did;
use imajin_selling::{ForSale, Offered};

use crate::Market;
use crate::listings::{Item, Kind, Listings, Rent};
use crate::manifest::{MANIFEST, TEXTS};
use crate::queries::{self, Terms};

#[derive(Debug)]
pub(crate) struct OnSale {
    pub(crate) owner: Owner,
    pub(crate) id: ItemId,
    pub(crate) item: Item,
    pub(crate) terms: Terms,
}

impl OnSale {
    /// Returns the listing that a viewer names by its id or slug; 404 if it can't be bought here.
    pub(crate) fn find(
        node: &Node,
        seller: &Did,
        viewer: Option<&Did>,
        name: &str,
    ) -> Answer<Self> {
        let item = Listings::find(node, seller, viewer, name)?.item;
        let (id, now) = (&item.id, node.now().as_millis());
        let terms = queries::read(node, |db| queries::terms(db, seller.as_str(), id, now))?;
        Self::new(Owner::from_did(node, seller.clone())?, item, terms).ok_or_else(Self::no_offer)
    }

    /// Makes it of a listing and its terms; `None` if it can't be bought here.
    pub(crate) fn new(owner: Owner, item: Item, terms: Option<Terms>) -> Option<Self> {
        let is_sold =
            |terms: &Terms| item.kind == Kind::Listing && terms.offered.digest().is_some();
        let terms = terms.filter(is_sold)?;
        Some(Self { owner, id: ItemId::parse(&item.id)?, item, terms })
    }

    /// Returns the unit of time that it is lent for; `None` if it is sold.
    pub(crate) fn rent(&self) -> Option<Rent> {
        self.item.own.rent
    }

    /// Returns the deposit in minor units; 0 if there is none.
    pub(crate) fn deposit(&self) -> i64 {
        self.terms.deposit.filter(|_| self.rent().is_some()).unwrap_or_default()
    }

    pub(crate) fn is_sold_out(&self) -> bool {
        self.terms.left == Some(0)
    }
}

impl ForSale for OnSale {
    type App = Market;

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
        Ok(&self.terms.offered)
    }

    fn no_offer() -> Problem {
        Problem::not_found(TEXTS.say("no-offer", args![]))
    }
}
