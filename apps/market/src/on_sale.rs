//! A listing that can be bought here, as its viewer sees it.

use imajin_app::operation::ItemId;
use imajin_app::{Answer, Node, Problem, args};
use imajin_items::Owner;
use imajin_protocol::Did;
use imajin_selling::{ForSale, Offered};

use crate::Market;
use crate::listings::{Item, Rent, is_for_sale};
use crate::manifest::{MANIFEST, TEXTS};
use crate::queries::{self, Terms};

/// A listing that can be bought here.
#[derive(Debug)]
pub(crate) struct OnSale {
    pub(crate) seller: Did,
    pub(crate) id: ItemId,
    pub(crate) terms: Terms,
    /// The unit of time that it is lent for; `None` if it is sold.
    pub(crate) rent: Option<Rent>,
    title: String,
    path: String,
}

impl OnSale {
    /// Returns the listing that a viewer names by its id or slug.
    ///
    /// # Errors
    /// 404 if it isn't shown to them, or can't be bought here; 410 if it was removed.
    pub(crate) fn find(
        node: &Node,
        seller: &Did,
        viewer: Option<&Did>,
        name: &str,
    ) -> Answer<Self> {
        let item = queries::find(node, seller, viewer, name)?;
        let now = node.now().as_millis();
        let terms = queries::read(node, |db| {
            queries::terms(db, seller.as_str(), &item.id, now)
        })?;
        let owner = Owner::from_did(node, seller.clone())?;
        Self::new(&owner, &item, terms).ok_or_else(Self::no_offer)
    }

    /// Makes it of a listing and its terms; `None` if it can't be bought here.
    pub(crate) fn new(owner: &Owner, item: &Item, terms: Option<Terms>) -> Option<Self> {
        let is_sold = |terms: &Terms| is_for_sale(item) && terms.offered.digest().is_some();
        let terms = terms.filter(is_sold)?;
        Some(Self {
            seller: owner.did.clone(),
            id: ItemId::parse(&item.id)?,
            terms,
            rent: item.own.rent,
            title: item.title.clone(),
            path: format!("{}/{}", owner.path(MANIFEST.name), item.address()),
        })
    }

    /// Returns the deposit in minor units; 0 if there is none.
    pub(crate) fn deposit(&self) -> i64 {
        let deposit = self.terms.deposit.filter(|_| self.rent.is_some());
        deposit.unwrap_or_default()
    }

    /// Returns whether no piece is left.
    pub(crate) fn is_sold_out(&self) -> bool {
        self.terms.left == Some(0)
    }
}

impl ForSale for OnSale {
    type App = Market;

    fn seller(&self) -> &Did {
        &self.seller
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn path(&self) -> String {
        self.path.clone()
    }

    fn offered(&self) -> Answer<&Offered> {
        Ok(&self.terms.offered)
    }

    fn no_offer() -> Problem {
        Problem::not_found(TEXTS.say("no-offer", args![]))
    }
}
