//! A node that publishes anchors: its content chain and its own log, made by hand.

use imajin_dfos::content::{Author, State, sign_create, sign_update};
use imajin_dfos::countersign::{self, Countersign};
use imajin_dfos::resolve::MemoryResolver;
use imajin_dfos::{Cid, Value, Verifier};
use imajin_log::anchors::AnchorBody;
use imajin_log::entry::decode_body;
use imajin_protocol::anchor::{
    AnchoredHead, ChainFile, Document, Leaf, NONCE_BYTES, Nonce, Path, Tree, subject,
};

use crate::support::{Log, Make, Party, at};

/// A node, its own log, and its published chain file.
#[derive(Clone)]
pub struct Publisher {
    pub node: Party,
    pub log: Log,
    pub file: ChainFile,
    state: Option<State>,
}

/// A published anchor: its operation in the content chain, its document and its tree.
pub struct PublishedAnchor {
    pub operation: Cid,
    pub nonce: Nonce,
    pub tree: Tree,
    pub state: State,
}

/// Returns the salt of entry 0.
pub fn salt(log: &Log) -> [u8; NONCE_BYTES] {
    let body = decode_body(&log.bodies[&0]).unwrap();
    body.get("salt").unwrap().as_bytes().unwrap().try_into().unwrap()
}

/// Returns the leaf of a log in a tree, with its entry `seq`.
pub fn leaf(log: &Log, seq: u64, nonce: &Nonce) -> Leaf {
    Leaf {
        subject: subject(nonce, &salt(log), &log.owner.did),
        head: AnchoredHead { epoch: log.epoch, seq, cid: log.entries[seq as usize].cid },
    }
}

impl PublishedAnchor {
    /// Returns the tree's path for a log, to be kept by its owner.
    pub fn path(&self, log: &Log) -> (Nonce, Path) {
        let subject = subject(&self.nonce, &salt(log), &log.owner.did);
        (self.nonce, self.tree.path(&subject))
    }
}

impl Publisher {
    pub fn new(node: &Party) -> Self {
        Self {
            node: node.clone(),
            log: Log::begin(node, node),
            file: ChainFile {
                node: node.did.clone(),
                identity: vec![node.genesis.token.clone()],
                operations: Vec::new(),
                countersignatures: Vec::new(),
                paths: Vec::new(),
            },
            state: None,
        }
    }

    /// Publishes an anchor of these logs' heads, and enters it.
    pub fn anchor(&mut self, second: i64, heads: &[(&Log, u64)]) -> PublishedAnchor {
        let parent = self.state.clone();
        let (made, body) = self.publish(parent.as_ref(), second, heads);
        self.state = Some(made.state.clone());
        self.log.later = second - self.log.seq().cast_signed();
        let body = body.to_value();
        let members = body.as_map().unwrap().iter();
        let members: Vec<(&str, Value)> =
            members.map(|(name, value)| (name.as_str(), value.clone())).collect();
        self.log.by_node(Make::op("auth.anchor").body(members));
        made
    }

    /// Publishes an anchor after any operation, and enters nothing.
    pub fn publish(
        &mut self,
        parent: Option<&State>,
        second: i64,
        heads: &[(&Log, u64)],
    ) -> (PublishedAnchor, AnchorBody) {
        let mut nonce = [0; NONCE_BYTES];
        nonce[..8].copy_from_slice(&second.to_be_bytes());
        nonce[8] = u8::try_from(self.file.operations.len()).unwrap();
        let leaves = heads.iter().map(|(log, seq)| leaf(log, *seq, &nonce));
        let tree = Tree::new(leaves.collect()).unwrap();
        let document = Document { nonce, root: tree.root() };
        let text = document.cid().to_string();
        let resolver = MemoryResolver::from_iter([self.node.genesis.verified.clone()]);
        let verifier = Verifier::of_new(&resolver);
        let author = Author {
            did: self.node.genesis.verified.did(),
            key_id: &self.node.key_id,
            key: &self.node.key,
            authorization: None,
        };
        let signed = match parent {
            None => sign_create(&text, None, at(second), &author, &verifier),
            Some(parent) => sign_update(parent, Some(&text), None, at(second), &author, &verifier),
        };
        let signed = signed.unwrap();
        self.file.operations.push(signed.token.clone());
        let body = AnchorBody { token: signed.token, document, tree: tree.clone(), grant: None };
        let anchor = PublishedAnchor { operation: signed.cid, nonce, tree, state: signed.state };
        (anchor, body)
    }

    pub fn countersign(&mut self, owner: &Party, made: &PublishedAnchor) {
        let statement = Countersign {
            did: owner.genesis.verified.did().clone(),
            target: made.operation.to_string(),
            relation: Some("anchor".into()),
            created_at: at(9),
        };
        let signed = countersign::sign(&statement, &owner.key_id, &owner.key).unwrap();
        self.file.countersignatures.push(signed.token);
    }
}
