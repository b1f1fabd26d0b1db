//! The operations by which people erase what they wrote: bodies, and a whole record.

use imajin_app::operation::{Context, Decide, Decision, Operation, Reasons};
use imajin_app::refuse_if;
use imajin_dfos::Cid;
use imajin_identity::operations::{All, BodyLink, Counts};
use imajin_identity::queries;

/// Bodies in one `auth.body.erased`: some 400 kB of links, well below a body's limit.
const BODIES_PER_ENTRY: usize = 10_000;

/// Erases bodies: their headers stay, so that the record still verifies.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.body.erased",
    authority = OwnKey,
    undo = Ends,
    erasable_by = Nobody,
    kernel
)]
pub struct EraseBodies {
    /// Links to the bodies: your own everywhere, and others' in your record if they may be erased.
    bodies: All<BodyLink>,
}

impl Decide for EraseBodies {}

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
pub struct DeleteRecord {
    /// How much of what goes, by service and kind, as the plan showed it.
    counts: Counts,
}

/// The data that a deletion erases.
#[derive(Debug)]
pub struct BodiesToErase {
    /// The bodies, without duplicates.
    pub bodies: Vec<Cid>,
    /// The newest entry when the bodies were listed; `None` for an empty log.
    pub seq: Option<u64>,
    /// The owner's e-mail address, noted here because the log's copy is erased before the address is needed.
    pub address: Option<String>,
}

/// Why a record cannot be deleted just now.
#[derive(Debug, Reasons)]
pub enum DeleteRefusal {
    /// You own this box. Name another owner or release it first; then you can delete your record.
    #[refused(Conflict, reason = "owns-node")]
    OwnsNode,
    // The log has an entry that is not on the list.
    /// Something was written while this deletion was prepared. Look at the plan again and sign it again.
    #[refused(Conflict, reason = "changed")]
    Changed,
}

impl Decide for DeleteRecord {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<DeleteRefusal> {
        let owner = queries::owner_of(ctx.reader(), ctx.node())?;
        refuse_if!(owner.as_deref() == Some(ctx.owner().as_str()), DeleteRefusal::OwnsNode);
        let seq = ctx.log(ctx.owner()).map(|log| log.seq);
        refuse_if!(seq != ctx.prepared().seq, DeleteRefusal::Changed);
        let links: Vec<BodyLink> = ctx.prepared().bodies.iter().copied().map(BodyLink).collect();
        let owner = ctx.owner().clone();
        for bodies in links.chunks(BODIES_PER_ENTRY) {
            let bodies = All(bodies.to_vec());
            ctx.derive(owner.clone(), &EraseBodies { bodies })?;
        }
        Ok(())
    }
}
