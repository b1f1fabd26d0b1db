//! The graph of standing, from the tables (docs/standing.md).

use std::collections::HashMap;

use imajin_app::{Node, Problem};
use imajin_dfos::{Timestamp, VerifyingKey};
use imajin_identity::{NAME, people};
use imajin_log::rules::Owner;
use imajin_protocol::Did;
use imajin_protocol::attestation::{Kind, SignedAttestation, Status};
use imajin_protocol::standing::{AttestationRecord, Graph, Mode, Standing};

use super::lookup::{self, AttestationRow};

/// Somebody's standing by what this node knows now.
pub(crate) fn standing_of(node: &Node, subject: &Did, mode: Mode) -> Result<Standing, Problem> {
    let now = node.now();
    let rows = node.read(NAME, lookup::all)?;
    let own = match mode {
        Mode::CrossNode => ever_keys(node, node.did())?,
        Mode::Community => Vec::new(),
    };
    let mut evidence = Evidence::new(node);
    let attestations = rows
        .into_iter()
        .filter(|row| row.is_in_force(now) && evidence.counts(row))
        .filter_map(|row| {
            let portable = row.author_jws.is_some() || is_signed_by(&row, node.did(), &own);
            given(row, portable, node.did())
        })
        .collect();
    let owner = people::owner_of_node(node)?.and_then(|did| Did::parse(&did).ok());
    let roots: Vec<Did> = [Some(node.did().clone()), owner].into_iter().flatten().collect();
    Ok(Graph::new(attestations, &roots, now, mode).standing_of(subject))
}

/// Returns every key that an identity with a log on this node has ever signed with.
fn ever_keys(node: &Node, did: &Did) -> Result<Vec<VerifyingKey>, Problem> {
    let view = node.ledger().view(did)?;
    Ok(match view.map(|view| view.owner) {
        Some(Owner::Chain(chain)) => {
            let keys = chain.ever_keys().filter_map(|key| key.verifying());
            keys.map(|key| *key).collect()
        }
        _ => Vec::new(),
    })
}

/// Decides which attestations count on this node: those entered here, and imported ones that an issuer with a record
/// here verifiably signed. A log from another node may contain anything.
pub(super) struct Evidence<'a> {
    node: &'a Node,
    keys: HashMap<String, Vec<VerifyingKey>>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(node: &'a Node) -> Self {
        Self { node, keys: HashMap::new() }
    }

    pub(super) fn counts(&mut self, row: &AttestationRow) -> bool {
        if is_of(row, self.node.did()) {
            return true;
        }
        let node = self.node;
        let keys = self.keys.entry(row.issuer.clone()).or_insert_with(|| {
            let issuer = Did::parse(&row.issuer).ok();
            // An issuer whose keys cannot be read counts for nothing.
            let keys = issuer.map(|issuer| ever_keys(node, &issuer).unwrap_or_default());
            keys.unwrap_or_default()
        });
        Did::parse(&row.issuer).is_ok_and(|issuer| is_signed_by(row, &issuer, keys))
    }
}

/// Whether a row was entered while this node was the home of its log.
pub(super) fn is_of(row: &AttestationRow, node: &Did) -> bool {
    row.entered_by.as_deref() == Some(node.as_str())
}

/// Whether the subject's answer counts: it is in their own copy, or was entered here.
pub(super) fn is_bilateral(row: &AttestationRow, node: &Did) -> bool {
    row.status() == Status::Bilateral && (!row.issued || is_of(row, node))
}

/// Whether the node signed the attestation. A node's attestation has no separate signature over the CID: the signature
/// over the text proves it, by the node's chain, which is in every log that has such an attestation. An imported log
/// may come from anywhere, so the signature is checked.
fn is_signed_by(row: &AttestationRow, node: &Did, keys: &[VerifyingKey]) -> bool {
    if keys.is_empty() || row.issuer != node.as_str() {
        return false;
    }
    let cid = row.attestation().and_then(|said| said.cid().ok());
    cid.is_some_and(|cid| cid.to_string() == row.cid)
        && SignedAttestation::read(node, &row.text, &row.signature, keys).is_ok()
}

fn given(row: AttestationRow, portable: bool, node: &Did) -> Option<AttestationRecord> {
    let bilateral = is_bilateral(&row, node);
    Some(AttestationRecord {
        issuer: Did::parse(&row.issuer).ok()?,
        subject: Did::parse(&row.subject).ok()?,
        kind: Kind::parse(&row.kind).ok()?,
        issued_at: Timestamp::from_millis(row.issued_at).ok()?,
        bilateral,
        portable,
        public: row.public && bilateral,
        context_id: row.context_id,
        cid: row.cid,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_app::Service;
    use imajin_dfos::PublicKey;
    use imajin_dfos::SigningKey;
    use imajin_edge::testing::{Person, TestNode};
    use imajin_host::Config;
    use imajin_identity::begin_node_identity;
    use imajin_protocol::attestation::Attestation;
    use std::sync::Arc;

    /// A log may have come from anywhere: what it says that this node attested counts by this node's signature alone.
    #[test]
    fn the_nodes_own_word_is_looked_at() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let node = Did::from_key(PublicKey::from(&key).as_bytes());
        let attestation = Attestation {
            issuer: node.clone(),
            subject: Did::from_key(&[1; 32]),
            kind: Kind::parse("transaction.settled").unwrap(),
            context_id: None,
            context_type: None,
            payload: None,
            issued_at: Timestamp::from_millis(1).unwrap(),
        };
        let cid = attestation.cid().unwrap().to_string();
        let signed = attestation.sign(&key).unwrap();
        let row = AttestationRow {
            cid,
            issuer: node.to_string(),
            subject: Did::from_key(&[1; 32]).to_string(),
            kind: "transaction.settled".to_owned(),
            context_id: None,
            issued_at: 1,
            expires_at: None,
            public: false,
            text: signed.text().to_owned(),
            signature: signed.signature(),
            author_jws: None,
            witness_jws: None,
            declined: false,
            revoked_at: None,
            issued: false,
            entered_by: None,
        };
        let own = [key.verifying_key()];
        assert!(is_signed_by(&row, &node, &own));
        assert!(!is_signed_by(&row, &node, &[]));
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert!(!is_signed_by(&row, &node, &[other]));
        let forged = AttestationRow { signature: "00".repeat(64), ..row.clone() };
        assert!(!is_signed_by(&forged, &node, &own));
        let renamed = AttestationRow { cid: "bafyreianother".to_owned(), ..row.clone() };
        assert!(!is_signed_by(&renamed, &node, &own));
        let foreign = AttestationRow { issuer: Did::from_key(&[9; 32]).to_string(), ..row };
        assert!(!is_signed_by(&foreign, &node, &own));
    }

    /// Returns an attestation that `key` issued about another person.
    fn said_by(key: &SigningKey, issuer: &Did) -> AttestationRow {
        let subject = Did::from_key(&[1; 32]);
        let attestation = Attestation {
            issuer: issuer.clone(),
            subject: subject.clone(),
            kind: Kind::parse("vouch").unwrap(),
            context_id: None,
            context_type: None,
            payload: None,
            issued_at: Timestamp::from_millis(1).unwrap(),
        };
        let cid = attestation.cid().unwrap().to_string();
        let signed = attestation.sign(key).unwrap();
        AttestationRow {
            cid,
            issuer: issuer.to_string(),
            subject: subject.to_string(),
            kind: "vouch".to_owned(),
            context_id: None,
            issued_at: 1,
            expires_at: None,
            public: false,
            text: signed.text().to_owned(),
            signature: signed.signature(),
            author_jws: None,
            witness_jws: None,
            declined: false,
            revoked_at: None,
            issued: false,
            entered_by: Some("did:imajin:elsewhere".to_owned()),
        }
    }

    #[tokio::test]
    async fn of_what_a_log_brought_along_only_what_its_issuer_signed_counts() {
        let services: Vec<Arc<dyn Service>> = vec![Arc::new(imajin_auth::Auth::new())];
        let node = TestNode::start(services, Config::default(), 200).await.unwrap();
        begin_node_identity(&node.node).await.unwrap();
        let mut issuer = Person::new(1);
        issuer.create(&node, None).await;
        let mut evidence = Evidence::new(&node.node);
        let signed = said_by(&issuer.key, &issuer.did);
        assert!(evidence.counts(&signed));
        let made_up = AttestationRow { signature: "00".repeat(64), ..signed };
        assert!(!evidence.counts(&made_up));
        let stranger = Person::new(2);
        assert!(
            !evidence.counts(&said_by(&stranger.key, &stranger.did)),
            "this node does not know a person without a record here"
        );
        let here = AttestationRow { entered_by: Some(node.node.did().to_string()), ..made_up };
        assert!(evidence.counts(&here), "it was verified when it was entered");
    }
}
