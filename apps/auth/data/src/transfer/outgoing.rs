//! One move: freeze the record, send all of it, pass the owner's proof to the new home, verify its head.
//!
//! Always: once the signed statement has left this node, only the new home's head or its signed refusal ends the move.

use std::fs::File;

use imajin_app::{Lang, Node, Problem, Right, ranged};
use imajin_bundle::export::Target;
use imajin_dfos::cbor;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_host::prelude::*;
use imajin_host::{account, random};
use imajin_log::ops;
use imajin_protocol::{Did, EntryPosition, Head, Proof};

use super::super::moves::Move;
use super::super::peer::{Peer, PeerError, PeerKeys};
use super::super::{Shared, download, errors, ledger, refusal_receipt, space};
use super::{Transfer, Transferred, movable};

/// Maximum number of attempts of an upload.
const SENDINGS: usize = 5;

/// A move that a person asked for.
pub(super) struct OutgoingTransfer {
    node: Node,
    shared: Shared,
    peer: Peer,
    proof: Proof,
    seen: EntryPosition,
    wish: Transfer,
    /// The new home that the body names.
    target: Did,
    url: String,
    epoch: u64,
}

impl OutgoingTransfer {
    /// Reads and checks what was asked; the proof's signature by a key of the owner's that is in force.
    pub(super) fn new(node: &Node, shared: &Shared, wish: Transfer) -> Result<Self, Problem> {
        let wrong = |text: String| Problem::field("proof", text);
        let proof = Proof::parse(&wish.proof).map_err(|error| wrong(errors::sentence(&error)))?;
        let payload = &proof.payload;
        let body = cbor::from_dag_json(&wish.body)
            .map_err(|error| Problem::field("body", errors::sentence(&error)))?;
        if payload.op != ops::HOME || payload.body != Some(dag_cbor_cid(&cbor::encode(&body))) {
            return Err(wrong(
                "The proof must be of auth.home, and of exactly this body.".to_owned(),
            ));
        }
        let named = body.get_str("node").and_then(|text| Did::parse(text).ok());
        let (Some(target), Some(url), Some(epoch)) =
            (named, body.get_str("url"), body.get("epoch").and_then(|epoch| epoch.as_u64()))
        else {
            return Err(Problem::field(
                "body",
                "The body must have node, url and epoch: see GET /auth/api/transfer.",
            ));
        };
        if payload.aud != target || target == *node.did() {
            return Err(wrong("The proof must be addressed to the node that the body names, and that is another one than this.".to_owned()));
        }
        let seen = payload
            .seen
            .ok_or_else(|| wrong("The proof must name the newest entry as seen.".to_owned()))?;
        let key = node
            .ledger()
            .key_for(&proof)
            .map_err(|error| Problem::unauthorized(errors::sentence(&error)))?;
        proof.verify(&key).map_err(|error| Problem::unauthorized(errors::sentence(&error)))?;
        let (url, peer) = (url.trim_end_matches('/').to_owned(), shared.peers.at(node, &wish.to)?);
        Ok(Self {
            node: node.clone(),
            shared: shared.clone(),
            peer,
            seen,
            target,
            url,
            epoch,
            proof,
            wish,
        })
    }

    pub(super) fn did(&self) -> &Did {
        &self.proof.payload.did
    }

    pub(super) async fn run(mut self) -> Result<Transferred, Problem> {
        let before = self.shared.moves.get(self.did());
        if let Some(done) = before
            .as_ref()
            .filter(|before| before.proof == self.wish.proof)
            .and_then(|before| before.head.clone())
        {
            return Ok(self.done(done));
        }
        if before.is_some_and(|before| before.head.is_none() && before.proof != self.wish.proof) {
            return Err(Problem::conflict(
                "A move of this record is on its way already: send that one again to end it.",
            )
            .slug("frozen"));
        }
        let status = movable(&self.node, self.did())?;
        if self.epoch != status.home.epoch + 1 {
            return Err(Problem::field(
                "epoch",
                format!("The epoch of the next home is {}.", status.home.epoch + 1),
            ));
        }
        self.peer = self.peer.pinned(&self.node, &self.target).await;
        let about = self.peer.fetch_about().await?;
        if about.did != self.target {
            return Err(Problem::field(
                "to",
                format!("At this address is {}, and the proof is for {}.", about.did, self.target),
            ));
        }
        let keys = self.peer.keys(&self.target).await?;
        self.freeze().await?;
        match self.send().await {
            Ok(id) => self.enter(&id, &keys).await,
            Err(problem) => {
                // The owner's word did not leave this node, so it cannot have had an effect there.
                self.thaw()?;
                Err(problem)
            }
        }
    }

    /// Freezes the record: the entry that the proof names is its last.
    async fn freeze(&self) -> Result<(), Problem> {
        let moved = Move {
            did: self.did().clone(),
            url: self.url.clone(),
            node: self.target.clone(),
            epoch: self.epoch,
            proof: self.wish.proof.clone(),
            head: None,
        };
        self.shared.moves.put(moved)?;
        let frozen = ledger::freeze(&self.node, self.did(), &self.url).await.and_then(|()| {
            let status = movable(&self.node, self.did())?;
            let is_end = status.seq == self.seen.seq && status.cid == self.seen.cid;
            let changed = || {
                Problem::conflict(
                    "Something was written since you signed: ask again what is to be signed.",
                )
                .slug("seen")
            };
            if is_end { Ok(()) } else { Err(changed()) }
        });
        frozen.or_else(|problem| self.thaw().and(Err(problem)))
    }

    fn thaw(&self) -> Result<(), Problem> {
        self.node.ledger().unfreeze(self.did())?;
        Ok(self.shared.moves.forget(self.did())?)
    }

    /// Sends the whole record; gives the import's id there.
    async fn send(&self) -> Result<String, Problem> {
        let folder = self.shared.exports.folder.join(format!(
            "{}.move-{}",
            self.did().folder_name(),
            random::hex::<8>()?
        ));
        let _cleanup = Remove(folder.clone());
        let (node, shared, did, path) =
            (self.node.clone(), self.shared.clone(), self.did().clone(), folder.join("bundle.tar"));
        let turn = download::turn_soon(&self.node, self.did()).await?;
        let (file, _room) = download::long(move || {
            let _turn = turn;
            // A person without room here can still move to a box where they have some.
            let log = space::of_logs(&node, &did)?;
            let bytes = space::of_record(&node, &did)?.saturating_add(log);
            let room = account::count(&node, &did, bytes);
            std::fs::create_dir_all(&folder)?;
            // The receiving node ignores the copy's page, so that its language does not matter.
            let (staging, lang) = (folder.join("staging"), Lang::default());
            let prepared = download::prepare(&node, &shared, &did, &staging, lang)?;
            let ready = prepared.sign_with_node(node.key()).map_err(errors::export)?;
            ready.write(&Target::Tar(path.clone()), None, &mut |_| {}).map_err(errors::export)?;
            Ok((File::open(&path)?, room))
        })
        .await?;
        let bytes = file.metadata()?.len();
        let id = self.peer.begin(bytes, self.wish.invite_code.as_deref()).await?;
        if let Err(error) = self.upload(&id, &file, bytes).await {
            self.peer.give_up(&id).await;
            return Err(error);
        }
        Ok(id)
    }

    async fn upload(&self, id: &str, file: &File, bytes: u64) -> Result<(), Problem> {
        let mut sent = 0;
        for attempt in 1.. {
            // The owner signed the move, and the record is frozen for it.
            let right = Right::unending();
            let piece = ranged::part(file.try_clone()?, sent, bytes - sent, right)?;
            match self.peer.send(id, sent, piece).await {
                Ok(()) => return Ok(()),
                Err(error @ (PeerError::Refused(..) | PeerError::NotReached(_))) => {
                    return Err(error.into());
                }
                Err(error) if attempt >= SENDINGS => return Err(error.into()),
                Err(_) => sent = self.peer.received(id).await?.min(bytes),
            }
        }
        Ok(())
    }

    /// Gives the owner's word to the new home, and believes what it signs.
    async fn enter(&self, id: &str, keys: &PeerKeys) -> Result<Transferred, Problem> {
        match self.peer.home(id, &self.wish.proof, &self.wish.body).await {
            Ok(head) => self.accepted(head, keys),
            Err(PeerError::Refused(status, says, answer)) => {
                let token = answer["refused"].as_str().unwrap_or_default();
                if refusal_receipt::is_refusal(
                    token,
                    &self.target,
                    |id| keys.get(id),
                    self.did(),
                    &self.seen,
                ) {
                    self.peer.give_up(id).await;
                    self.thaw()?;
                    return Err(Problem::conflict(format!("The other node did not accept: {says} Nothing was moved; your record stays here.")).slug("refused"));
                }
                Err(open(&format!(
                    "it said {} ({says}), and did not sign that it refused",
                    status.as_u16()
                )))
            }
            Err(PeerError::NoAnswer(text) | PeerError::NotReached(text)) => Err(open(&text)),
        }
    }

    fn accepted(&self, token: String, keys: &PeerKeys) -> Result<Transferred, Problem> {
        let head = Head::parse(&token).map_err(|error| open(&error.to_string()))?;
        let payload = &head.payload;
        let is_right = payload.did == *self.did()
            && payload.epoch == self.epoch
            && payload.seq > self.seen.seq
            && *head.node() == self.target;
        let key = keys
            .get(head.kid.key_id())
            .filter(|_| is_right)
            .ok_or_else(|| open("its head is not of this move"))?;
        head.verify(&key).map_err(|error| open(&error.to_string()))?;
        ledger::moved(&self.node, self.did(), &self.url, &token)?;
        if let Some(moved) = self.shared.moves.get(self.did()) {
            self.shared.moves.put(Move { head: Some(token.clone()), ..moved })?;
        }
        self.node.use_reserve();
        if let Err(problem) = self.node.sessions().end_all(self.did()) {
            tracing::warn!(
                "the sessions of {}, who moved, could not be ended: {problem}",
                self.did()
            );
        }
        Ok(self.done(token))
    }

    fn done(&self, head: String) -> Transferred {
        Transferred {
            did: self.did().clone(),
            node: self.target.clone(),
            url: self.url.clone(),
            epoch: self.epoch,
            head,
        }
    }
}

/// Makes the answer for an unknown outcome at the other node.
fn open(what: &str) -> Problem {
    Problem::unavailable(format!(
        "The other node has your signed request, but its outcome is not known yet: {what}. Your record stays frozen here until then; send the same request again."
    ))
    .slug("frozen")
    .with_member("frozen", true)
}

struct Remove(std::path::PathBuf);

impl Drop for Remove {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
