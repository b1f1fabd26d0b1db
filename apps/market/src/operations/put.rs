//! Listings and wishes: their words, their place and their contact.

use imajin_app::Answer;
use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, ItemId, Operation, Paragraphs,
    Record, Request, Title,
};
use imajin_items::{Placed, PutRefusal, Showing, check_put};
use imajin_protocol::Did;

use crate::categories::Category;
use crate::groups;
use crate::listings::{Kind, Listings, Rent};

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
            Some(group) => groups::check(request.node, request.owner, group),
            None => Ok(()),
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
