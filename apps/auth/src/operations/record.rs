//! A record as a whole: its home, its settings, what of it is erased, its end.

use imajin_dfos::Cid;
use imajin_protocol::Did;
use imajin_service::operation::{Context, Decide, Decision, Int, Never, Operation, Reasons};

use crate::queries;

use super::fields::{All, BodyLink, Counts, EntryCid, Epoch, Home, Text};

/// Bodies in one `auth.body.erased`: some 400 kB of links, well below a body's limit.
const BODIES_PER_ENTRY: usize = 10_000;

/// Moves your record to a home.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.home",
    authority = Controller,
    erasable_by = Nobody,
    after_commit,
    kernel
)]
pub(crate) struct MoveHome {
    /// The node that writes the record from now on.
    pub(crate) node: Did,
    /// Its address.
    pub(crate) url: Text,
    /// One more than the epoch of the home before.
    pub(crate) epoch: Epoch,
    /// The head that the owner gives up, if entries after a backup are lost.
    pub(crate) abandons: Option<Text>,
}

impl MoveHome {
    pub(crate) fn to(home: Home) -> Self {
        let Home { node, url, epoch } = home;
        Self {
            node,
            url,
            epoch,
            abandons: None,
        }
    }
}

impl Decide for MoveHome {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Never> {
        Ok(())
    }
}

/// Says whether the home may enter something on the word of a session.
#[derive(Debug, Operation)]
#[operation(name = "auth.settings.update", authority = OwnKey, kernel)]
pub(crate) struct UpdateSettings {
    /// 1: every entry needs your own signature from now on. 0: a session is enough.
    #[fact]
    require_signed: Int<0, 1>,
}

impl Decide for UpdateSettings {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Never> {
        Ok(())
    }
}

/// Erases bodies: their headers stay, so that the record still verifies.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.body.erased",
    authority = OwnKey,
    undo = Ends,
    erasable_by = Nobody,
    kernel
)]
pub(crate) struct EraseBodies {
    /// Links to the bodies: your own everywhere, and others' in your record if they may be erased.
    bodies: All<BodyLink>,
}

impl Decide for EraseBodies {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Never> {
        Ok(())
    }
}

/// Deletes your record: the same operation erases every body that may be erased.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.delete",
    authority = Controller,
    erasable_by = Nobody,
    refusal = DeleteRefusal,
    prepared = BodiesToErase,
    after_submit,
    kernel
)]
pub(crate) struct DeleteRecord {
    /// How much of what goes, by service and kind, as the plan showed it.
    counts: Counts,
}

/// The data that a deletion erases.
#[derive(Debug)]
pub(crate) struct BodiesToErase {
    /// The bodies, without duplicates.
    pub(crate) bodies: Vec<Cid>,
    /// The newest entry when the bodies were listed; `None` for an empty log.
    pub(crate) seq: Option<u64>,
    /// The owner's e-mail address, noted here because the log's copy is erased before the address is needed.
    pub(crate) address: Option<String>,
}

/// Why a record cannot be deleted just now.
#[derive(Debug, Reasons)]
pub(crate) enum DeleteRefusal {
    /// The caller owns the node, and the deletion would leave it without an owner.
    #[refused(
        Conflict,
        reason = "owns-node",
        message = "You own this box. Name another owner or release it first; then you can delete your record."
    )]
    OwnsNode,
    /// The log has an entry that is not on the list.
    #[refused(
        Conflict,
        reason = "changed",
        message = "Something was written while this deletion was prepared. Look at the plan again and sign it again."
    )]
    Changed,
}

impl Decide for DeleteRecord {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<DeleteRefusal> {
        let owner = queries::owner_of(ctx.reader(), ctx.node())?;
        if owner.as_deref() == Some(ctx.owner().as_str()) {
            return Err(DeleteRefusal::OwnsNode.into());
        }
        let seq = ctx.log(ctx.owner()).map(|log| log.seq);
        if seq != ctx.prepared().seq {
            return Err(DeleteRefusal::Changed.into());
        }
        let links: Vec<BodyLink> = ctx
            .prepared()
            .bodies
            .iter()
            .copied()
            .map(BodyLink)
            .collect();
        let owner = ctx.owner().clone();
        for bodies in links.chunks(BODIES_PER_ENTRY) {
            let bodies = All(bodies.to_vec());
            ctx.derive(owner.clone(), &EraseBodies { bodies })?;
        }
        Ok(())
    }
}

/// Takes over the entries of a branch that was set aside.
#[derive(Debug, Operation)]
#[operation(name = "auth.side.adopt", authority = OwnKey, kernel)]
pub(crate) struct AdoptSide {
    /// The branch's last entry.
    #[reference]
    entry: EntryCid,
}

impl Decide for AdoptSide {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Never> {
        Ok(())
    }
}
