//! How logs go on after a data folder was restored from a backup: each with a home entry of the next epoch, so that what
//! was signed after the backup was made and is lost here (an entry, a head, an anchor) never has a twin.
//!
//! Always: only whoever controls a log says that it goes on. The node does for its own and for those whose keys it keeps;
//! everybody else with their own key, when they come by.

use imajin_dfos::Value;
use imajin_ledger::ops;
use imajin_protocol::Did;
use imajin_service::commands::Wish;
use imajin_service::{Done, Node, Problem};

use crate::node_identity::{self, NodeIdentityError};

/// Lets the logs go on that this node controls. To be called at every start, before the first request.
pub(crate) async fn go_on(node: &Node) -> Result<(), NodeIdentityError> {
    let mut held = node.ledger().held_since_restore();
    if held.iter().any(|did| did == node.did()) {
        own(node).await?;
        held.retain(|did| did != node.did());
    }
    for did in held {
        match kept(node, &did).await {
            Ok(true) => tracing::info!(%did, "its log goes on after the restore"),
            Ok(false) => {}
            // One that cannot go on now is tried at the next start, and holds up no other.
            Err(problem) => {
                tracing::error!(%did, "its log cannot go on after the restore: {problem:?}")
            }
        }
    }
    Ok(())
}

async fn own(node: &Node) -> Result<(), NodeIdentityError> {
    let did = node.did();
    if let Some((body, Some(chain))) = next(node, did)? {
        node_identity::enter(node, ops::HOME, salted(body)?, chain).await?;
        tracing::info!("the node's own log goes on after the restore");
    }
    Ok(node.ledger().tidy_hold(did).map_err(Problem::from)?)
}

async fn kept(node: &Node, did: &Did) -> Result<bool, Problem> {
    if node.kept_key(did)?.is_none() {
        return Ok(false);
    }
    let entered = match next(node, did)? {
        Some((body, _)) => {
            let wish = Wish::new(did.clone(), ops::HOME).body(Value::map(body));
            node.perform_kept(wish, Vec::new()).await?;
            true
        }
        None => false,
    };
    node.ledger().tidy_hold(did)?;
    Ok(entered)
}

type HomeBody = [(&'static str, Value); 3];

/// The home entry that lets a log go on here; none where it goes on already, or is not to be written to for good.
fn next(node: &Node, did: &Did) -> Result<Option<(HomeBody, Option<imajin_dfos::Cid>)>, Problem> {
    let Some(status) = node.status(did)? else {
        return Ok(None);
    };
    if status.read_only.is_none() || status.deleted || status.home.node != *node.did() {
        return Ok(None);
    }
    let epoch = i64::try_from(status.home.epoch + 1).map_err(Problem::internal)?;
    let body = [
        ("node", Value::from(node.did().as_str())),
        ("url", Value::from(node.url())),
        ("epoch", Value::Int(epoch)),
    ];
    Ok(Some((body, status.chain)))
}

fn salted(body: HomeBody) -> Result<Value, Problem> {
    let salt = imajin_service::random::bytes::<16>()?;
    let salt = [("salt", Value::Bytes(salt.to_vec()))];
    Ok(Value::map(body.into_iter().chain(salt)))
}

/// A home entry was entered: what held the log until then is over.
pub(crate) fn settled(node: &Node, done: &Done<'_>) {
    if done.op != ops::HOME || done.outcome.is_err() {
        return;
    }
    // It is over whether or not its file goes now.
    if let Err(error) = node.ledger().tidy_hold(done.did) {
        tracing::warn!(did = %done.did, %error, "a hold that is over could not be removed");
    }
}
