//! How logs resume after a data folder was restored from a backup, or turned out to be an old copy that is the only one left:
//! each with a home entry of the next epoch, so that what was signed after the copy was made and is lost here (an entry, a
//! head, an anchor) never has a twin.
//!
//! Always: only the holder of a controller key resumes a log. The node does for its own and for those whose keys it keeps;
//! everybody else with their own key, when they come by. In an old copy the node waits for its owner: it resumes once the
//! owner's own record has resumed.

use imajin_app::operation::{AfterCommit, Int};
use imajin_app::task::boxed;
use imajin_app::{CommandRequest, Node, Problem};
use imajin_dfos::Cid;
use imajin_host::prelude::*;
use imajin_ledger::Receipt;
use imajin_protocol::{Did, Head};

use crate::node_log::{self, NodeIdentityError};
use crate::operations::{MoveHome, home};
use crate::signed::Signer;

/// Resumes the logs that this node controls. To be called at every start, before the first request.
pub(crate) async fn go_on(node: &Node) -> Result<(), NodeIdentityError> {
    by_owner(node).await?;
    let mut held = node.ledger().frozen_since_restore();
    if held.iter().any(|did| did == node.did()) {
        own(node).await?;
        held.retain(|did| did != node.did());
    }
    all_kept(node, held).await;
    Ok(())
}

async fn all_kept(node: &Node, held: Vec<Did>) {
    for did in held {
        match kept(node, &did).await {
            Ok(true) => tracing::info!(%did, "its log has resumed here"),
            Ok(false) => {}
            // A log that cannot resume now is tried at the next start, and holds up no other.
            Err(problem) => tracing::error!(%did, "its log cannot resume here: {problem:?}"),
        }
    }
}

/// Resumes the node's own log and those whose keys it keeps, in an old copy whose owner has resumed.
async fn by_owner(node: &Node) -> Result<(), NodeIdentityError> {
    if !node.ledger().is_old_copy().map_err(Problem::from)? || !owner_went_on(node)? {
        return Ok(());
    }
    own(node).await?;
    all_kept(node, node.ledger().frozen_as_old_copy()).await;
    Ok(())
}

/// Whether the record of the node's owner is at home here and written to.
fn owner_went_on(node: &Node) -> Result<bool, Problem> {
    let owner = crate::people::owner_of_node(node)?.and_then(|owner| Did::parse(&owner).ok());
    let Some(status) = owner.map(|owner| node.status(&owner)).transpose()?.flatten() else {
        return Ok(false);
    };
    Ok(status.home.node == *node.did() && status.read_only.is_none())
}

async fn own(node: &Node) -> Result<(), NodeIdentityError> {
    let did = node.did();
    if let Some((next, Some(chain))) = next(node, did)? {
        let signer = Signer::node(node);
        node_log::enter(node, signer, &next, chain, Vec::new()).await?;
        tracing::info!("the node's own log has resumed here");
    }
    Ok(node.ledger().tidy_freeze(did).map_err(Problem::from)?)
}

async fn kept(node: &Node, did: &Did) -> Result<bool, Problem> {
    if node.kept_key(did)?.is_none() {
        return Ok(false);
    }
    let entered = match next(node, did)? {
        Some((next, _)) => {
            let command = CommandRequest::from_operation(did.clone(), &next)?;
            node.perform_kept(command, Vec::new()).await?;
            true
        }
        None => false,
    };
    node.ledger().tidy_freeze(did)?;
    Ok(entered)
}

/// The home entry that resumes a log here; none if it was resumed already, or must never be written to again.
fn next(node: &Node, did: &Did) -> Result<Option<(MoveHome, Option<Cid>)>, Problem> {
    let Some(status) = node.status(did)? else {
        return Ok(None);
    };
    if status.read_only.is_none() || status.deleted || status.home.node != *node.did() {
        return Ok(None);
    }
    let given_up = status.newer.as_deref();
    let given_up = given_up.and_then(|jws| Some((jws, Head::parse(jws).ok()?.payload.epoch)));
    let newest = given_up.map_or(status.home.epoch, |(_, epoch)| epoch.max(status.home.epoch));
    let epoch = i64::try_from(newest + 1).map_err(Problem::internal)?;
    let next = MoveHome {
        abandons: given_up.map(|(jws, _)| jws.into()),
        epoch: Int(epoch),
        ..MoveHome::to(home(node))
    };
    Ok(Some((next, status.chain)))
}

impl AfterCommit for MoveHome {
    fn after_commit(&self, node: &Node, owner: &Did, _: &Receipt) {
        moved(node, owner);
    }
}

/// A home entry was entered: what froze the log until then is over.
fn moved(node: &Node, did: &Did) {
    // The freeze is over even if its file cannot be removed now.
    if let Err(error) = node.ledger().tidy_freeze(did) {
        tracing::warn!(%did, %error, "a hold that is over could not be removed");
    }
    let is_owners = match crate::people::owner_of_node(node) {
        Ok(owner) => owner.as_deref() == Some(did.as_str()),
        Err(problem) => {
            tracing::error!("the owner of this node cannot be read: {problem}");
            false
        }
    };
    // Without a runtime, as in some commands, the next start does it.
    if let (true, Ok(runtime)) = (is_owners, tokio::runtime::Handle::try_current()) {
        let node = node.clone();
        runtime.spawn(boxed(async move {
            if let Err(error) = by_owner(&node).await {
                tracing::error!(
                    "the node's own log cannot resume; the next start tries again: {error}"
                );
            }
            node.alarms().look_again();
        }));
    }
}
