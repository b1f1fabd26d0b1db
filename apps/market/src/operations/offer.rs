//! The terms on which a listing is sold or lent.

use imajin_app::Answer;
use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, ItemId, Operation, Reasons, Request,
};
use imajin_items::store;
use imajin_protocol::Currency;
use imajin_protocol::fair::Digest;
use imajin_selling::check_offer;

use crate::Market;
use crate::listings::{Kind, Listings};

/// The largest price in minor units, as for any payment.
const PRICE_MAX: i64 = 99_999_900;
/// The largest number of pieces.
pub(crate) const QUANTITY_MAX: i64 = 1_000_000;
/// The longest time for which a seller takes things back, in days.
pub(crate) const RETURNS_MAX: i64 = 30;

/// Says what a listing costs, how many pieces there are, and how long they can be given back. A listing without an offer is
/// sold elsewhere: people ask for its contact.
#[derive(Debug, Operation)]
#[operation(name = "market.offer", authority = OwnKey, refusal = OfferRefusal, prepared = (), check)]
pub(crate) struct OfferListing {
    /// The listing's id.
    #[reference]
    pub(crate) listing: ItemId,
    /// The price of a piece, in minor units; of something lent, for the time that the listing's `rent` says.
    #[fact]
    pub(crate) price: Int<0, PRICE_MAX>,
    /// The currency.
    #[fact]
    pub(crate) currency: Currency,
    /// The digest of a .fair manifest that the owner signed and published, by which the price is shared.
    #[fact]
    pub(crate) fair: Digest,
    /// The number of pieces in all, with those that were sold; -1 without a limit.
    #[fact]
    pub(crate) quantity: Int<-1, QUANTITY_MAX>,
    /// For how many days after the payment it can be given back; 0 is like cash.
    #[fact]
    pub(crate) returns: Int<0, RETURNS_MAX>,
    /// A deposit for something lent, in minor units.
    #[fact]
    pub(crate) deposit: Option<Int<1, PRICE_MAX>>,
}

/// Reasons that an offer is refused.
#[derive(Debug, Reasons)]
pub(crate) enum OfferRefusal {
    /// The listing doesn't exist, or is a wish.
    #[refused(
        NotFound,
        field = "ref",
        message = "You have no listing with this id: make it first."
    )]
    NoListing,
    /// The listing isn't for rent.
    #[refused(
        BadRequest,
        field = "deposit",
        message = "A deposit is for something that you lend: say in the listing what its price is for."
    )]
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
        let terms = (self.price.0, self.currency, &self.fair);
        check_offer::<Market>(request, terms).map(drop)
    }
}

impl Decide for OfferListing {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OfferRefusal> {
        let owner = ctx.owner().as_str();
        let item = store::item::<Listings>(ctx.reader(), owner, self.listing.as_str())?;
        let listing = item.filter(|item| item.kind == Kind::Listing);
        let listing = listing.ok_or(OfferRefusal::NoListing)?;
        if self.deposit.is_some() && listing.own.rent.is_none() {
            Err(OfferRefusal::Deposit.into())
        } else {
            Ok(())
        }
    }
}
