//! Making an anchor: which logs changed, their tree, its document, the operation, the entry.
//!
//! Always: an anchor is made only where something changed or its owner asks; two at the same time cannot both follow the
//! same one, since the writer refuses the second, which is then made again.

use imajin_app::{Node, Problem, blocking};
use imajin_dfos::content::{Author, Signed, sign_create, sign_update};
use imajin_dfos::credential::{self, Attenuation, Audience, Credential};
use imajin_dfos::order::Order as _;
use imajin_dfos::resolve::MemoryResolver;
use imajin_dfos::{Timestamp, Verifier};
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_identity::people;
use imajin_ledger::anchors::LogHead;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_log::anchors::AnchorBody;
use imajin_log::entry::decode_body;
use imajin_protocol::Did;
use imajin_protocol::anchor::{Document, NONCE_BYTES, Nonce, Path, Tree};

use super::newest::{self, Newest};
use crate::operations::PublishAnchor;

/// Maximum number of attempts when another anchor comes between.
const TRIES: u32 = 4;
/// Entries are dated a moment before they are readable, so the next anchor looks again at changes this shortly before one.
const SETTLING_MS: i64 = 60_000;
/// The first anchor of a chain opens it to everybody, and each hundredth opens it again, long before five years are over.
const GRANT_EVERY: u64 = 100;
const GRANT_S: i64 = 5 * 365 * 24 * 3_600;

/// An anchor in the node's log.
#[derive(Debug, Clone)]
pub(super) struct NewAnchor {
    pub(super) body: AnchorBody,
    pub(super) operation: String,
    pub(super) chain: String,
    pub(super) at: Timestamp,
    /// The path for the caller.
    pub(super) path: Option<(Nonce, Path)>,
    /// Whether it was made now.
    pub(super) is_new: bool,
}

/// Makes an anchor of what changed, with the log of the person who asks; none where nothing changed.
pub(super) async fn make(node: &Node, asks: Option<&Did>) -> Result<Option<NewAnchor>, Problem> {
    for _ in 0..TRIES {
        let (here, did) = (node.clone(), asks.cloned());
        let prepared = blocking::run(move || prepare(&here, did.as_ref())).await??;
        let Some(made) = prepared.filter(|made| made.is_new) else {
            return existing(node, asks).await;
        };
        let anchor = PublishAnchor::from_body(&made.body);
        let anchor = anchor.ok_or_else(|| Problem::internal("an anchor without a root"))?;
        match node.record(node.did().clone(), &anchor).await {
            Ok(_) => return Ok(Some(made)),
            Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::Conflict => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::unavailable("Other anchors came between; try again in a moment."))
}

async fn existing(node: &Node, asks: Option<&Did>) -> Result<Option<NewAnchor>, Problem> {
    let (Some(did), here) = (asks.cloned(), node.clone()) else {
        return Ok(None);
    };
    blocking::run(move || prepare(&here, Some(&did))).await?
}

/// Returns the number of logs that changed since the newest anchor, apart from the node's own.
pub(super) fn changed_count(node: &Node) -> Result<usize, Problem> {
    let before = Before::read(node)?;
    Ok(changed(node, &before)?.len())
}

/// Returns the time of the newest anchor.
pub(super) fn newest_at(node: &Node) -> Result<Option<Timestamp>, Problem> {
    Ok(Before::read(node)?.newest.map(|newest| newest.at))
}

/// The newest anchor.
pub(super) struct Before {
    newest: Option<Newest>,
    pub(super) body: Option<AnchorBody>,
}

impl Before {
    pub(super) fn read(node: &Node) -> Result<Self, Problem> {
        let chain = people::chain(node, node.did())?
            .ok_or_else(|| Problem::internal("the node has no identity chain yet"))?;
        let newest =
            node.read(imajin_identity::NAME, |db| newest::newest(db, node.did(), chain.did()))?;
        let body = match &newest {
            Some(newest) => body_at(node, newest.seq)?,
            None => None,
        };
        Ok(Self { newest, body })
    }

    /// Whether the newest anchor says just this of a log.
    fn says(&self, head: &LogHead) -> bool {
        self.body.as_ref().is_some_and(|body| {
            let leaf = head.leaf(&body.document.nonce);
            body.tree.leaves().binary_search(&leaf).is_ok()
        })
    }
}

fn body_at(node: &Node, seq: u64) -> Result<Option<AnchorBody>, Problem> {
    let entries = node.ledger().entries(node.did(), seq.checked_sub(1), 1)?;
    let bytes = entries.first().and_then(|entry| entry.body.as_deref());
    let body = bytes.and_then(|bytes| decode_body(bytes).ok());
    Ok(body.and_then(|body| AnchorBody::read(&body).ok()))
}

/// Logs that are not as the newest anchor left them, the node's own aside: that one grows by every anchor.
fn changed(node: &Node, before: &Before) -> Result<Vec<LogHead>, Problem> {
    let since = before.newest.as_ref().map(|newest| {
        let at = newest.at.checked_add_millis(-SETTLING_MS);
        at.unwrap_or(Timestamp::MIN)
    });
    let mut heads = Vec::new();
    for did in node.ledger().dids()? {
        if did == *node.did() {
            continue;
        }
        // A log that is set aside holds up no other.
        let Ok(Some(head)) = node.ledger().log_head(&did) else {
            continue;
        };
        if since.is_none_or(|since| head.at > since) && !before.says(&head) {
            heads.push(head);
        }
    }
    // The longest-waiting logs come first: an anchor may have no room for all of them.
    heads.order_by_key(|head| head.at);
    Ok(heads)
}

/// Prepares an anchor without entering it. Returns `None` if no log changed since the newest anchor.
fn prepare(node: &Node, asks: Option<&Did>) -> Result<Option<NewAnchor>, Problem> {
    let before = Before::read(node)?;
    let mut heads = changed(node, &before)?;
    let own_head = match asks {
        Some(did) => Some(node.ledger().log_head(did)?.ok_or_else(|| {
            Problem::conflict(
                "This node anchors only the logs whose home it is, and yours has another home.",
            )
        })?),
        None => None,
    };
    if let (Some(asked), Some(newest), Some(body)) = (&own_head, &before.newest, &before.body)
        && before.says(asked)
    {
        let path = (body.document.nonce, path(body, asked));
        return Ok(Some(NewAnchor {
            operation: newest.state.head_cid().to_string(),
            chain: newest.state.content_id().to_string(),
            at: newest.at,
            path: Some(path),
            is_new: false,
            body: body.clone(),
        }));
    }
    if let Some(asked) = &own_head {
        heads.retain(|head| head.did != asked.did);
        heads.insert(0, asked.clone());
    }
    if heads.is_empty() {
        return Ok(None);
    }
    heads.truncate(AnchorBody::LEAVES_MAX - 1);
    heads.retain(|head| head.did != *node.did());
    heads.extend(node.ledger().log_head(node.did())?);
    let nonce: Nonce = random::bytes::<NONCE_BYTES>()?;
    let leaves = heads.iter().map(|head| head.leaf(&nonce)).collect();
    let tree = Tree::new(leaves).map_err(Problem::internal)?;
    let document = Document { nonce, root: tree.root() };
    let signed = sign(node, before.newest.as_ref(), &document)?;
    let grant =
        if signed.state.length() % GRANT_EVERY == 1 { Some(grant(node, &signed)?) } else { None };
    let body = AnchorBody { token: signed.token, document, tree, grant };
    let path = own_head.map(|asked| (nonce, path(&body, &asked)));
    Ok(Some(NewAnchor {
        operation: signed.cid.to_string(),
        chain: signed.state.content_id().to_string(),
        at: signed.state.updated_at(),
        path,
        is_new: true,
        body,
    }))
}

fn path(body: &AnchorBody, head: &LogHead) -> Path {
    body.tree.path(&head.leaf(&body.document.nonce).subject)
}

/// The next operation of the node's content chain, or its first.
fn sign(node: &Node, newest: Option<&Newest>, document: &Document) -> Result<Signed, Problem> {
    let chain = people::chain(node, node.did())?
        .ok_or_else(|| Problem::internal("the node has no identity chain yet"))?;
    let chains = MemoryResolver::from_iter([chain.clone()]);
    let verifier = Verifier::of_new(&chains);
    let author = Author {
        did: chain.did(),
        key_id: node.key().kid.key_id(),
        key: &node.key().key,
        authorization: None,
    };
    let document = document.cid().to_string();
    let signed = match newest {
        None => sign_create(&document, None, node.now(), &author, &verifier),
        Some(newest) => {
            // An operation's time is later than that of the one before, whatever the clock says.
            let earliest = newest.at.checked_add_millis(1).unwrap_or(newest.at);
            let at = node.now().max(earliest);
            sign_update(&newest.state, Some(&document), None, at, &author, &verifier)
        }
    };
    signed.map_err(Problem::internal)
}

/// Lets everybody read the newest document of the chain: relays give out nothing that its author did not open.
fn grant(node: &Node, signed: &Signed) -> Result<String, Problem> {
    let issued_at_secs = signed.state.updated_at().as_secs();
    let grant = Credential {
        issuer: signed.state.creator().clone(),
        audience: Audience::Anyone,
        scope: vec![Attenuation::new(signed.state.content_id().resource(), "read")],
        parent: None,
        issued_at_secs,
        expires_at_secs: issued_at_secs + GRANT_S,
    };
    let signed = credential::sign(&grant, node.key().kid.key_id(), &node.key().key);
    Ok(signed.map_err(Problem::internal)?.token)
}
