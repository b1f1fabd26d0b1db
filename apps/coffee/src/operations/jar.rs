//! Jars: their purpose, and the terms on which they take tips.

use imajin_app::Answer;
use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, ItemId, List, Operation, Paragraphs,
    Reasons, Request, Title,
};
use imajin_items::{Accent, Placed, PutRefusal, Showing, check_put, store};
use imajin_protocol::fair::Digest;
use imajin_protocol::{Currency, Minor};
use imajin_selling::check_offer;

use crate::Coffee;
use crate::jars::{Jars, Kind};

/// The largest tip in minor units, as for any payment.
pub(crate) const AMOUNT_MAX: i64 = 99_999_900;
/// Maximum number of amounts that a jar suggests.
pub(crate) const AMOUNTS_MAX: usize = 3;

/// An amount of a tip, in minor units.
type Amount = Int<1, AMOUNT_MAX>;

/// Adds a jar for tips, or replaces it: everything that is left out is empty from then on.
#[derive(Debug, Operation)]
#[operation(
    name = "coffee.put",
    authority = Any,
    erasable_by = Author,
    refusal = PutRefusal,
    check
)]
pub(crate) struct PutJar {
    /// The jar's id: `itm_` and 24 of 0-9 a-f, drawn by the client. Only its owner and the id together name a jar.
    #[reference]
    pub(crate) jar: ItemId,
    /// The purpose of the tips, in at most 200 characters.
    pub(crate) title: Title<200>,
    /// More about it, in at most 10 000 characters.
    pub(crate) note: Option<Paragraphs<10_000>>,
    /// The text that people read once they have given something, in at most 500 characters.
    pub(crate) thanks: Option<Paragraphs<500>>,
    #[group]
    pub(crate) placed: Placed,
    #[group]
    pub(crate) showing: Showing,
    /// `jar`, which is the default.
    #[fact]
    pub(crate) kind: Option<Kind>,
    /// Up to three amounts to choose from, in minor units of the jar's currency.
    #[fact]
    pub(crate) amounts: Option<List<Amount, 1, AMOUNTS_MAX>>,
    /// How much it is to come to, in minor units of the jar's currency.
    #[fact]
    pub(crate) goal: Option<Minor>,
    /// The colour of its page: `ember`, `moss`, `sea`, `plum`, `rose`, `gold` or `slate`.
    #[fact]
    pub(crate) accent: Option<Accent>,
}

impl PutJar {
    fn check(&self) -> Result<(), FieldError> {
        if self.title.trim().is_empty() {
            return Err(FieldError::new("title", "title must not be empty."));
        }
        if self.placed.parent.is_some() {
            let text = "A jar is in nothing else: leave in out.";
            return Err(FieldError::new("in", text));
        }
        if self.goal.is_some_and(|goal| goal.get() <= 0) {
            return Err(FieldError::new("goal", "goal must be more than 0."));
        }
        self.showing.check()
    }
}

impl Decide for PutJar {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PutRefusal> {
        let owner = ctx.owner().clone();
        check_put::<Jars>(ctx.reader(), &owner, (&self.jar, Kind::Jar), &self.placed).map(drop)
    }
}

/// Says on which terms a jar takes tips: from how much, in which currency, and who gets what of them. A jar without an offer
/// takes none.
#[derive(Debug, Operation)]
#[operation(name = "coffee.offer", authority = OwnKey, facts, refusal = OfferRefusal, prepared = ())]
pub(crate) struct OfferJar {
    /// The jar's id.
    #[reference]
    pub(crate) jar: ItemId,
    /// The smallest tip, in minor units.
    pub(crate) price: Amount,
    /// In which currency tips are given.
    pub(crate) currency: Currency,
    /// The digest of a .fair manifest that the owner signed and published, by which tips are shared.
    pub(crate) fair: Digest,
}

#[derive(Debug, Reasons)]
pub(crate) enum OfferRefusal {
    /// You have no jar with this id: make it first.
    #[refused(NotFound, field = "ref")]
    NoJar,
}

impl BeforeSubmit for OfferJar {
    fn before_submit(&self, request: &Request<'_>) -> Answer<()> {
        let terms = (self.price.0, self.currency, &self.fair);
        check_offer::<Coffee>(request, terms).map(drop)
    }
}

impl Decide for OfferJar {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OfferRefusal> {
        let owner = ctx.owner().as_str();
        let item = store::item::<Jars>(ctx.reader(), owner, self.jar.as_str())?;
        item.ok_or(OfferRefusal::NoJar)?;
        Ok(())
    }
}
