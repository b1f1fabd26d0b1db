//! Contracts: the boxes whose backups this box keeps, the room that each has, and the keys that may read and write.
//!
//! Always: a key counts by the chains that a contract knows, which only grow: of its node (auth keys, which read and write) and of the owners that
//! the node ever named (controller keys, which read). So a stolen box shuts no owner out.

use imajin_app::{Answer, Node, Problem, args, refuse_if};
use imajin_dfos::cid::sha256;
use imajin_dfos::hex;
use imajin_dfos::identity::Role;
use imajin_host::codes::{self, canonical};
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_log::home::PROOF_BYTES_MAX;
use imajin_protocol::Did;
use imajin_protocol::identity::verify_chain;
use rusqlite::{Connection, Params, Row, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::REMAINS_MS;
use crate::manifest::TEXTS;

/// Milliseconds for which a code can be used: seven days.
const OFFER_MS: i64 = 7 * 86_400_000;
const CONTRACTS_MAX: i64 = 100;
/// Owners of one box: when a box changes hands, its next owner is added.
const OWNERS_MAX: usize = 8;
/// Characters of the name that the owner of this box gives a contract.
pub(super) const NAME_CHARS_MAX: usize = 60;

const COLUMNS: &str =
    "contract, code, name, bytes, made_at, key, chains, refused_at, ended_at FROM away_contracts";

/// The public key that signed a request.
pub(super) type PublicKey = [u8; 32];

/// An agreement to keep the backups of a friend's box.
#[derive(Debug, Clone)]
pub(super) struct Contract {
    pub(super) id: String,
    pub(super) code: String,
    /// The name that the owner of this box gave it.
    pub(super) name: String,
    /// The room in bytes.
    pub(super) bytes: u64,
    pub(super) made_ms: i64,
    /// The key that used the code, in hexadecimal.
    key: Option<String>,
    chains: Chains,
    /// Time at which a file was refused for want of room, if none was taken since.
    pub(super) refused_ms: Option<i64>,
    pub(super) ended_ms: Option<i64>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Chains {
    node: Option<PinnedChain>,
    owners: Vec<PinnedChain>,
}

/// A chain that was verified, and its keys in force that count here, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PinnedChain {
    did: String,
    /// The SHA-256 of each operation, oldest first, in hexadecimal.
    chain: Vec<String>,
    keys: Vec<String>,
}

/// An identity chain as a box sends it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ChainClaim {
    /// The DID.
    did: String,
    /// The operations, oldest first.
    chain: Vec<String>,
}

/// The rights of a key to the files of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    /// Read, write and remove.
    Write,
}

impl Contract {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let key: Option<Vec<u8>> = row.get(5)?;
        let chains: String = row.get(6)?;
        Ok(Self {
            id: row.get(0)?,
            code: row.get(1)?,
            name: row.get(2)?,
            bytes: row.get::<_, i64>(3)?.unsigned_abs(),
            made_ms: row.get(4)?,
            key: key.map(|key| hex::encode(&key)),
            chains: serde_json::from_str(&chains).unwrap_or_default(),
            refused_ms: row.get(7)?,
            ended_ms: row.get(8)?,
        })
    }

    /// Returns the rights of a key; `None` for a stranger's.
    pub(super) fn access(&self, key: &PublicKey) -> Option<Access> {
        let key = hex::encode(key);
        let is_nodes = match &self.chains.node {
            Some(node) => node.keys.contains(&key),
            None => self.key.as_ref() == Some(&key),
        };
        let mut owners = self.chains.owners.iter();
        match (is_nodes, owners.any(|owner| owner.keys.contains(&key))) {
            (true, _) => Some(Access::Write),
            (false, true) => Some(Access::Read),
            (false, false) => None,
        }
    }

    /// Whether a box uses it, or did.
    pub(super) fn is_taken(&self) -> bool {
        self.key.is_some()
    }

    /// The DID of the box.
    pub(super) fn source(&self) -> Option<&str> {
        self.chains.node.as_ref().map(|node| node.did.as_str())
    }

    /// The last owner of the box.
    pub(super) fn owner(&self) -> Option<&str> {
        self.chains.owners.last().map(|owner| owner.did.as_str())
    }

    /// Time at which the code ends.
    pub(super) fn offer_end_ms(&self) -> i64 {
        self.made_ms.saturating_add(OFFER_MS)
    }

    /// Time at which everything goes, of a contract that was ended.
    pub(super) fn end_ms(&self) -> Option<i64> {
        self.ended_ms.map(|ended| ended.saturating_add(REMAINS_MS))
    }

    /// Whether nothing of it is needed any more.
    pub(super) fn is_over(&self, now_ms: i64) -> bool {
        match self.end_ms() {
            Some(end_ms) => !self.is_taken() || now_ms >= end_ms,
            None => !self.is_taken() && now_ms >= self.offer_end_ms(),
        }
    }
}

fn verify(claim: &ChainClaim, role: Role) -> Answer<PinnedChain> {
    let invalid = || Problem::unprocessable(TEXTS.say("contract-chain", args![]));
    let bytes: usize = claim.chain.iter().map(String::len).sum();
    let did = Did::parse(&claim.did).map_err(|_| invalid())?;
    refuse_if!(bytes > PROOF_BYTES_MAX, invalid());
    let verified = verify_chain(&did, &claim.chain).map_err(|error| invalid().with_log(error))?;
    refuse_if!(verified.state().is_deleted, invalid());
    let keys = verified.state().keys.for_role(role).iter();
    let keys = keys.filter_map(|key| Some(hex::encode(key.public_key().ok()?.as_bytes())));
    let digests = claim.chain.iter().map(|operation| hex::encode(&sha256(operation.as_bytes())));
    Ok(PinnedChain { did: did.to_string(), keys: keys.collect(), chain: digests.collect() })
}

impl PinnedChain {
    /// Returns the longer of two chains, of which one must continue the other.
    fn join(&self, other: Self) -> Answer<Self> {
        if other.chain.starts_with(&self.chain) {
            Ok(other)
        } else if self.chain.starts_with(&other.chain) {
            Ok(self.clone())
        } else {
            Err(Problem::conflict(TEXTS.say("contract-fork", args![])))
        }
    }
}

impl Chains {
    fn pin(&mut self, signer: &PublicKey, node: PinnedChain, owner: PinnedChain) -> Answer<()> {
        self.node = Some(match &self.node {
            Some(known) => known.join(node)?,
            None if node.keys.contains(&hex::encode(signer)) => node,
            None => return Err(Problem::unprocessable(TEXTS.say("contract-chain", args![]))),
        });
        let is_full = self.owners.len() >= OWNERS_MAX;
        let mut owners = self.owners.iter_mut();
        match owners.find(|known| known.did == owner.did) {
            Some(known) => *known = known.join(owner)?,
            None if is_full => {
                return Err(Problem::conflict(TEXTS.say("contract-owners", args![])));
            }
            None => self.owners.push(owner),
        }
        Ok(())
    }
}

fn select(
    db: &Connection,
    condition: &str,
    params: impl Params,
) -> rusqlite::Result<Vec<Contract>> {
    let sql = format!("SELECT {COLUMNS} WHERE {condition} ORDER BY made_at, contract");
    db.prepare_cached(&sql)?.query_map(params, Contract::read)?.collect()
}

/// Returns all contracts, the oldest first.
pub(super) fn all(node: &Node) -> Answer<Vec<Contract>> {
    node.secrets().read(|db| select(db, "1", []))
}

/// Returns a contract that is not over.
pub(super) fn find(node: &Node, id: &str) -> Answer<Option<Contract>> {
    let mut contracts = node.secrets().read(|db| select(db, "contract = ?1", [id]))?;
    let now_ms = node.now().as_millis();
    Ok(contracts.pop().filter(|contract| !contract.is_over(now_ms)))
}

/// Makes an offer: a contract that the first box to bring its code gets.
pub(super) async fn offer(node: &Node, name: &str, bytes: u64) -> Answer<()> {
    let (id, code) = (random::hex::<16>()?, codes::fresh()?);
    let (name, now_ms) = (name.to_owned(), node.now().as_millis());
    let bytes = i64::try_from(bytes).map_err(Problem::internal)?;
    let made = node.secrets().write(move |db| {
        db.execute(
            "INSERT INTO away_contracts SELECT ?1, ?2, ?3, ?4, ?5, NULL, '{\"node\":null,\"owners\":[]}', NULL, NULL
             WHERE (SELECT count(*) FROM away_contracts) < ?6",
            params![id, code, name, bytes, now_ms, CONTRACTS_MAX],
        )
    });
    refuse_if!(made.await? == 0, Problem::conflict(TEXTS.say("contract-many", args![])));
    Ok(())
}

/// Uses a code, once. The same key gets the same contract again, since answers get lost. `None` for a code that is not valid.
pub(super) async fn take(node: &Node, code: &str, key: PublicKey) -> Answer<Option<Contract>> {
    let (code, now_ms) = (canonical(code), node.now().as_millis());
    let taken = node.secrets().write(move |db| {
        let sql = "UPDATE away_contracts SET key = ?2 WHERE code = ?1 AND key IS NULL AND ended_at IS NULL AND made_at > ?3";
        db.execute(sql, params![code, key.as_slice(), now_ms - OFFER_MS])?;
        let theirs = "code = ?1 AND key = ?2 AND ended_at IS NULL";
        select(db, theirs, params![code, key.as_slice()])
    });
    Ok(taken.await?.pop())
}

pub(super) async fn pin(
    node: &Node,
    id: String,
    signer: PublicKey,
    (box_chain, owner_chain): (&ChainClaim, &ChainClaim),
) -> Answer<()> {
    let box_chain = verify(box_chain, Role::Auth)?;
    let owner_chain = verify(owner_chain, Role::Controller)?;
    // Read and written in one transaction: of two at once, neither forgets the other's owner.
    let write = node.secrets().write(move |db| {
        let Some(mut contract) = select(db, "contract = ?1", [&id])?.pop() else {
            return Ok(Ok(()));
        };
        let pinned = contract.chains.pin(&signer, box_chain, owner_chain);
        let chains = pinned
            .and_then(|()| serde_json::to_string(&contract.chains).map_err(Problem::internal));
        if let Ok(chains) = &chains {
            let sql = "UPDATE away_contracts SET chains = ?2 WHERE contract = ?1 AND chains <> ?2";
            db.execute(sql, params![id, chains])?;
        }
        Ok(chains.map(drop))
    });
    write.await?
}

/// Notes whether there was room for the last file, for the owner of this box.
pub(super) fn note_room(node: &Node, contract: &Contract, is_full: bool) -> Answer<()> {
    if contract.refused_ms.is_some() == is_full {
        return Ok(());
    }
    let refused_ms = is_full.then(|| node.now().as_millis());
    let sql = "UPDATE away_contracts SET refused_at = ?2 WHERE contract = ?1";
    let noted = node.secrets().execute(sql, params![contract.id, refused_ms]);
    node.alarms().look_again();
    noted.map(drop)
}

/// Ends a contract: its box is told, and its files stay for thirty days.
pub(super) async fn end(node: &Node, id: &str) -> Answer<()> {
    let (id, now_ms) = (id.to_owned(), node.now().as_millis());
    let ended = node.secrets().write(move |db| {
        let sql =
            "UPDATE away_contracts SET ended_at = ?2 WHERE contract = ?1 AND ended_at IS NULL";
        db.execute(sql, params![id, now_ms])
    });
    ended.await.map(drop)
}

/// Forgets a contract that is over.
pub(super) fn forget(node: &Node, id: &str) -> Answer<()> {
    node.secrets().execute("DELETE FROM away_contracts WHERE contract = ?1", [id]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(did: &str, tokens: &[&str], keys: &[PublicKey]) -> PinnedChain {
        PinnedChain {
            did: did.to_owned(),
            chain: tokens.iter().map(|token| (*token).to_owned()).collect(),
            keys: keys.iter().map(|key| hex::encode(key)).collect(),
        }
    }

    fn contract() -> Contract {
        Contract {
            id: "00".to_owned(),
            code: "7KQ2-M9XT-04RB".to_owned(),
            name: "Ada".to_owned(),
            bytes: 1,
            made_ms: 0,
            key: Some(hex::encode(&[1; 32])),
            chains: Chains::default(),
            refused_ms: None,
            ended_ms: None,
        }
    }

    #[test]
    fn the_key_of_the_code_writes_until_a_chain_says_more_and_owners_read() {
        let mut contract = contract();
        assert_eq!(contract.access(&[1; 32]), Some(Access::Write));
        assert_eq!(contract.access(&[2; 32]), None);
        let foreign = chain("node", &["a"], &[[2; 32]]);
        let ada = chain("ada", &["x"], &[[3; 32]]);
        let chains = &mut contract.chains;
        assert!(chains.pin(&[1; 32], foreign, ada.clone()).is_err());
        let node = chain("node", &["a"], &[[1; 32]]);
        chains.pin(&[1; 32], node, ada.clone()).unwrap();
        let next = chain("node", &["a", "b"], &[[2; 32]]);
        chains.pin(&[1; 32], next, ada).unwrap();
        assert_eq!(contract.source(), Some("node"));
        assert_eq!(contract.access(&[1; 32]), None, "its key was replaced");
        assert_eq!(contract.access(&[2; 32]), Some(Access::Write));
        assert_eq!(contract.access(&[3; 32]), Some(Access::Read));
    }

    #[test]
    fn chains_only_grow_and_no_owner_is_shut_out() {
        let mut chains = Chains::default();
        let node = || chain("node", &["a", "b"], &[[1; 32]]);
        let mut pin = |node, owner| chains.pin(&[1; 32], node, owner);
        pin(node(), chain("ada", &["x", "y"], &[[3; 32]])).unwrap();
        // A box that came back from a backup shows shorter chains.
        let short = chain("node", &["a"], &[[9; 32]]);
        pin(short, chain("ada", &["x"], &[[9; 32]])).unwrap();
        assert!(pin(node(), chain("ada", &["x", "z"], &[[9; 32]])).is_err());
        for thief in 1..OWNERS_MAX {
            let did = format!("thief {thief}");
            pin(node(), chain(&did, &["t"], &[[9; 32]])).unwrap();
        }
        assert!(pin(node(), chain("one more", &["t"], &[])).is_err());
        assert_eq!(chains.node.unwrap(), node());
        assert_eq!(chains.owners[0], chain("ada", &["x", "y"], &[[3; 32]]));
    }

    #[test]
    fn an_offer_ends_after_a_week_and_a_contract_thirty_days_after_its_end() {
        let mut contract = contract();
        assert!(!contract.is_over(i64::MAX));
        contract.ended_ms = Some(5);
        assert!(!contract.is_over(5 + REMAINS_MS - 1) && contract.is_over(5 + REMAINS_MS));
        contract.key = None;
        assert!(contract.is_over(5), "nobody used it");
        contract.ended_ms = None;
        assert!(!contract.is_over(OFFER_MS - 1) && contract.is_over(OFFER_MS));
    }
}
