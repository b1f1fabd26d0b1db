//! Listings and wishes: their words, their place and their contact; and the terms on which a listing is sold or lent.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, ItemId, Operation, Paragraphs,
    Reasons, Record, Request, Title,
};
use imajin_app::{Answer, Problem, args, refuse_if};
use imajin_items::{Placed, PutRefusal, Showing, check_put, store};
use imajin_protocol::fair::Digest;
use imajin_protocol::{Currency, Did};
use imajin_selling::check_offer;

use crate::listings::{Category, Kind, Listings, Rent};
use crate::manifest::TEXTS;
use crate::orders::{QUANTITY_MAX, RETURNS_MAX};
use crate::{Market, groups};

/// The largest price in minor units, as for any payment.
const PRICE_MAX: i64 = 99_999_900;

/// Adds a listing or a wish, or replaces it: everything that is left out is empty from then on.
#[derive(Debug, Operation)]
#[operation(
    name = "market.put",
    authority = Any,
    erasable_by = Author,
    refusal = PutRefusal,
    prepared = (),
    check
)]
pub(crate) struct PutListing {
    /// The listing's id: `itm_` and 24 of 0-9 a-f, drawn by the client. Only its owner and the id together name a listing.
    #[reference]
    pub(crate) listing: ItemId,
    /// The title, in at most 200 characters.
    pub(crate) title: Title<200>,
    /// A description, in at most 10 000 characters.
    pub(crate) note: Option<Paragraphs<10_000>>,
    /// The ways to reach its owner. Members ask for them; they are in no list.
    pub(crate) contact: Option<ContactWords>,
    /// Degrees north, in hundredths: about a kilometre. With `lon`.
    pub(crate) lat: Option<Int<-9_000, 9_000>>,
    /// Degrees east, in hundredths. With `lat`.
    pub(crate) lon: Option<Int<-18_000, 18_000>>,
    /// The area in words, in at most 80 characters.
    pub(crate) area: Option<Title<80>>,
    #[group]
    pub(crate) placed: Placed,
    #[group]
    pub(crate) showing: Showing,
    /// `listing`, or `wanted` for something that its owner looks for. It can't change.
    #[fact]
    pub(crate) kind: Kind,
    /// The category.
    #[fact]
    pub(crate) category: Category,
    /// The time that the price of something lent is for: `hour`, `day` or `week`.
    #[fact]
    pub(crate) rent: Option<Rent>,
    /// The group that its owner speaks for, as the owner of the group or one of its admins.
    #[fact]
    #[field(name = "for")]
    pub(crate) group: Option<Did>,
}

/// The ways to reach the owner of a listing.
#[derive(Debug, Clone, Record)]
pub(crate) struct ContactWords {
    /// A telephone number.
    pub(crate) phone: Option<Title<40>>,
    /// An email address.
    pub(crate) email: Option<Title<254>>,
    /// A telephone number at WhatsApp.
    pub(crate) whatsapp: Option<Title<40>>,
}

impl PutListing {
    fn check(&self) -> Result<(), FieldError> {
        let refuse = |field: &str, message: &str| Err(FieldError::new(field, message));
        if self.title.trim().is_empty() {
            return refuse("title", "title must not be empty.");
        }
        if self.placed.parent.is_some() {
            return refuse("in", "A listing is in nothing else: leave in out.");
        }
        if self.lat.is_some() != self.lon.is_some() {
            return refuse("lon", "lat and lon go together: give both or neither.");
        }
        if self.kind == Kind::Wanted && self.rent.is_some() {
            return refuse("rent", "rent is for listings: leave it out.");
        }
        self.showing.check()
    }
}

impl BeforeSubmit for PutListing {
    fn before_submit(&self, request: &Request<'_>) -> Answer<()> {
        match &self.group {
            Some(group) if !groups::speaks_for(request.node, request.owner, group)? => {
                Err(Problem::field("for", TEXTS.say("not-your-group", args![])))
            }
            _ => Ok(()),
        }
    }
}

impl Decide for PutListing {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PutRefusal> {
        let owner = ctx.owner().clone();
        let item = (&self.listing, self.kind);
        check_put::<Listings>(ctx.reader(), &owner, item, &self.placed).map(drop)
    }
}

/// Says what a listing costs, how many pieces there are, and how long they can be given back. A listing without an offer is
/// sold elsewhere: people ask for its contact.
#[derive(Debug, Operation)]
#[operation(name = "market.offer", authority = OwnKey, facts, refusal = OfferRefusal, prepared = (), check)]
pub(crate) struct OfferListing {
    /// The listing's id.
    #[reference]
    pub(crate) listing: ItemId,
    /// The price of a piece, in minor units; of something lent, for the time that the listing's `rent` says.
    pub(crate) price: Int<0, PRICE_MAX>,
    /// The currency.
    pub(crate) currency: Currency,
    /// The digest of a .fair manifest that the owner signed and published, by which the price is shared.
    pub(crate) fair: Digest,
    /// The number of pieces in all, with those that were sold; -1 without a limit.
    pub(crate) quantity: Int<-1, QUANTITY_MAX>,
    /// For how many days after the payment it can be given back; 0 is like cash.
    pub(crate) returns: Int<0, RETURNS_MAX>,
    /// A deposit for something lent, in minor units.
    pub(crate) deposit: Option<Int<1, PRICE_MAX>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum OfferRefusal {
    /// You have no listing with this id: make it first.
    #[refused(NotFound, field = "ref")]
    NoListing,
    /// A deposit is for something that you lend: say in the listing what its price is for.
    #[refused(BadRequest, field = "deposit")]
    Deposit,
}

impl OfferListing {
    fn check(&self) -> Result<(), FieldError> {
        if self.quantity.0 == 0 {
            let text = "quantity must be at least 1, or -1 without a limit.";
            Err(FieldError::new("quantity", text))
        } else {
            Ok(())
        }
    }
}

impl BeforeSubmit for OfferListing {
    fn before_submit(&self, request: &Request<'_>) -> Answer<()> {
        check_offer::<Market>(request, (self.price.0, self.currency, &self.fair)).map(drop)
    }
}

impl Decide for OfferListing {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OfferRefusal> {
        let owner = ctx.owner().as_str();
        let item = store::item::<Listings>(ctx.reader(), owner, self.listing.as_str())?;
        let listing = item.filter(|item| item.kind == Kind::Listing);
        let listing = listing.ok_or(OfferRefusal::NoListing)?;
        refuse_if!(self.deposit.is_some() && listing.own.rent.is_none(), OfferRefusal::Deposit);
        Ok(())
    }
}
