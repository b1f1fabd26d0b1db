//! Division of a payment along the manifests that its payer agreed to.

use imajin_app::operation::{Reasons, Refused};
use imajin_app::refuse_if;
use imajin_dfos::Timestamp;
use imajin_protocol::fair::{Digest, FairError, Signed, follow, followed};
use imajin_protocol::settlement::{
    Division, Enclosed, FeeParties, Order, Receipt, SettlementError, divide, unasked,
};
use imajin_protocol::{Did, IdText, Minor};
use imajin_selling::Terms;

use super::world::{World, stored};
use crate::manifests::{self, FollowedManifests, Source, Unfair};
use crate::queries;

/// Validity of a quote, in milliseconds: an hour.
const QUOTE_MS: i64 = 3600 * 1000;
/// Maximum lead of an entry's time over the clock, in milliseconds: entries that a log makes within one
/// millisecond get the following ones.
const AHEAD_MS: i64 = 50;

#[derive(Debug, Reasons)]
pub(crate) enum DivisionRefusal {
    #[refused(all)]
    Unfair(Unfair),
    /// The seller is the one that signed the manifest: {}.
    #[refused(BadRequest, field = "seller")]
    NotSeller(Did),
    /// You cannot pay yourself.
    #[refused(BadRequest, field = "seller")]
    Oneself,
    /// This cannot be paid: {}.
    #[refused(Conflict, reason = "manifest", field = "manifest")]
    Indivisible(SettlementError),
    /// A work is sold once everybody who made it has signed, and {} has not: ask them to agree to the manifest.
    #[refused(Conflict, reason = "unsigned", field = "agreed")]
    Unasked(Did),
    /// The signatures next to the manifests are invalid.
    #[refused(BadRequest, field = "agreed", message = "agreed: {}.")]
    Disagreed(FairError),
    /// The manifest of a work that is sold names its file: it must have work, with the file's cid and bytes.
    #[refused(BadRequest, field = "manifest")]
    NoWork,
    /// You looked at this more than an hour ago: look again and agree to the new version.
    #[refused(Conflict, reason = "changed", field = "quoted")]
    Outdated,
    /// The shares have changed since you looked: look again and agree to the new version.
    #[refused(Conflict, reason = "changed", field = "follows")]
    Changed,
}

/// An order with its division and the manifests that it followed.
pub(crate) struct Divided {
    pub(crate) division: Division,
    pub(crate) receipt: Receipt,
    pub(crate) follows: Digest,
    /// The manifests that the money follows, the work's own first.
    pub(crate) followed: Vec<Digest>,
    /// All signers of the manifests that the money follows.
    pub(super) signers: Vec<Did>,
}

/// Divides a payment along the current manifests, and refuses if the payer agreed to others.
pub(super) fn divided(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
    payment: &IdText,
    rail: &str,
    source: Source,
) -> Result<Divided, Refused<DivisionRefusal>> {
    let (root, library) = gathered(world, terms, source)?;
    let division = divided_by(world, payer, terms, payment, rail, &root, &library)?;
    if terms.follows == division.follows {
        Ok(division)
    } else {
        Err(DivisionRefusal::Changed.into())
    }
}

/// Divides an order before it is signed. Returns the division with its receipt, and the seller.
pub(crate) fn division(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
    source: Source,
) -> Result<(Divided, Did), Refused<DivisionRefusal>> {
    let (root, library) = gathered(world, terms, source)?;
    let seller = root.signer().clone();
    let terms = Terms { seller: seller.clone(), ..terms.clone() };
    let preview = IdText::parse("pay_preview").map_err(stored)?;
    let rail = rail_of(&terms);
    let division = divided_by(world, payer, &terms, &preview, rail, &root, &library)?;
    Ok((division, seller))
}

/// Returns the rail as the books name it.
pub(super) fn rail_of(terms: &Terms) -> &'static str {
    if terms.amount.is_zero() { "free" } else { terms.rail.as_str() }
}

/// Returns the manifest of some terms, and all manifests that money can reach from it.
fn gathered(
    world: &World<'_>,
    terms: &Terms,
    source: Source,
) -> Result<(Signed, FollowedManifests), Refused<DivisionRefusal>> {
    let root = manifests::signed(world.db, world.logs, terms.manifest.clone(), source);
    let root = root.map_err(Refused::widen)?;
    let at_ms = quoted(world.now, terms.quoted)?;
    let library = FollowedManifests::gather(world.db, world.logs, root.manifest(), at_ms);
    Ok((root, library.map_err(Refused::widen)?))
}

/// Returns the time as of which manifests count: a quote holds for an hour, so that no one blocks a sale by publishing
/// meanwhile.
fn quoted(now: Timestamp, quoted: Option<Timestamp>) -> Result<i64, DivisionRefusal> {
    let now = now.as_millis();
    let at = quoted.map_or(now, |at| at.as_millis());
    if (now - QUOTE_MS..=now).contains(&at) {
        Ok(at + AHEAD_MS)
    } else {
        Err(DivisionRefusal::Outdated)
    }
}

/// Divides a payment along these manifests.
pub(super) fn divided_by(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
    payment: &IdText,
    rail: &str,
    root: &Signed,
    library: &FollowedManifests,
) -> Result<Divided, Refused<DivisionRefusal>> {
    refuse_if!(*root.signer() != terms.seller, DivisionRefusal::NotSeller(root.signer().clone()));
    if *payer == terms.seller {
        return Err(DivisionRefusal::Oneself.into());
    }
    let (schedule, network) = queries::fee_schedule(world.db, world.node)?;
    let profile = schedule.at(world.now);
    let parties = FeeParties { protocol: network, node: world.node.clone() };
    let order = Order {
        id: payment.clone(),
        payer: payer.clone(),
        seller: terms.seller.clone(),
        gross: terms.amount,
        currency: terms.currency,
        service: terms.service.clone(),
        kind: terms.kind.clone(),
        rail: IdText::parse(rail).map_err(stored)?,
    };
    // The pinned manifests do not depend on the amount, so that a free ticket names the same ones as an expensive one.
    let whole = follow(Minor::MAX, root, library).map_err(|error| cannot(error.into()))?;
    // Keep all of them, even where the amount is too small for some recipients to get a share.
    let used = followed(root, &whole);
    let mut manifests = vec![root];
    manifests.extend(used[1..].iter().filter_map(|digest| library.of_digest(digest)));
    check_agreed(world, terms, &manifests)?;
    // Money follows pinned manifests only; otherwise the holder of a receipt could not repeat the calculation: a small
    // amount might follow manifests that a larger one cannot.
    let gone = gone(world, &manifests);
    let follows = Digest::of_division(&used, &gone);
    let pinned = Enclosed::new(manifests.iter().copied()).without(&gone);
    let division = divide(&order, root, &profile, &parties, &pinned).map_err(cannot)?;
    let signers = manifests.iter().map(|signed| signed.signer().clone()).collect();
    let receipt = Receipt::new(world.now, order, profile, parties, &manifests, division.clone());
    Ok(Divided {
        division,
        receipt: receipt.with_agreed(terms.agreed.clone()).with_gone(gone),
        follows,
        followed: used,
        signers,
    })
}

/// Returns the people named in manifests who deleted their records here: their shares go to the others.
fn gone(world: &World<'_>, manifests: &[&Signed]) -> Vec<Did> {
    let mut gone = Vec::new();
    for signed in manifests {
        let manifest = signed.manifest();
        let people = manifest.contributors().iter().map(|one| one.did.clone());
        let sources = manifest.sources().iter().filter_map(|one| Did::parse(&one.id).ok());
        for did in people.chain(sources) {
            if world.has_left(&did) && !gone.contains(&did) {
                gone.push(did);
            }
        }
    }
    gone
}

/// Refuses to sell a work unless all its makers signed, and those of the works that it derives from, with any key that
/// was ever theirs.
fn check_agreed(
    world: &World<'_>,
    terms: &Terms,
    manifests: &[&Signed],
) -> Result<(), DivisionRefusal> {
    let Some(agreed) = &terms.agreed else {
        return Ok(());
    };
    refuse_if!(!matches!(terms.manifest.work(), Ok(Some(_))), DivisionRefusal::NoWork);
    let keys = manifests::PeopleKeys::EverNamed(world.logs);
    match unasked(agreed, manifests.iter().copied(), &keys) {
        Ok(None) => Ok(()),
        Ok(Some(who)) => Err(DivisionRefusal::Unasked(who)),
        Err(error) => Err(DivisionRefusal::Disagreed(error)),
    }
}

fn cannot(error: SettlementError) -> Refused<DivisionRefusal> {
    DivisionRefusal::Indivisible(error).into()
}
