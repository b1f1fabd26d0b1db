//! Who made an essay, and in which shares.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, ItemId, Operation, Reasons, Request,
};
use imajin_app::{Answer, Problem, refuse_if};
use imajin_items::store;
use imajin_protocol::Currency;
use imajin_protocol::fair::Digest;
use imajin_selling::check_terms;

use crate::Essays;
use crate::items::Kind;
use crate::manifest::MANIFEST;

/// The kind of work, as the cashier checks its manifest.
const WORK: &str = "essay";

/// Says who made an essay, and in which shares.
#[derive(Debug, Operation)]
#[operation(name = "essays.fair", authority = OwnKey, facts, refusal = MakersRefusal, prepared = ())]
pub(crate) struct NameMakers {
    /// The essay's id.
    #[reference]
    pub(crate) essay: ItemId,
    /// The digest of a .fair manifest that the owner signed and published.
    pub(crate) fair: Digest,
}

#[derive(Debug, Reasons)]
pub(crate) enum MakersRefusal {
    /// You have no essay with this id: write it first.
    #[refused(NotFound, field = "ref")]
    NoEssay,
}

impl BeforeSubmit for NameMakers {
    fn before_submit(&self, request: &Request<'_>) -> Answer<()> {
        // An essay has no price, so that any currency will do.
        let currency = Currency::parse("CHF").map_err(Problem::internal)?;
        check_terms(request, (MANIFEST.name, WORK), (0, currency, &self.fair)).map(drop)
    }
}

impl Decide for NameMakers {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<MakersRefusal> {
        let owner = ctx.owner().as_str();
        let item = store::item::<Essays>(ctx.reader(), owner, self.essay.as_str())?;
        refuse_if!(item.is_none_or(|item| item.kind != Kind::Essay), MakersRefusal::NoEssay);
        Ok(())
    }
}
