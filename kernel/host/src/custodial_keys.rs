//! Keys that the node keeps for DIDs that have no keys on a device: those of events, and of people who came with an
//! address only (docs/design.md, "A soft identity" and docs/design.md, "Events, groups and other shared things").
//!
//! Always: a key is in `secrets.sqlite` only sealed under a key derived from the node's own, with its DID as
//! associated data: neither file alone gives it away, and a row moved to another DID opens to nothing. It signs what
//! its DID says and never leaves this module but as a [`KeptKey`]. This module does not know what a DID is for.

mod letting_go;
mod settings;

use std::sync::Arc;

use axum::http::StatusCode;
use imajin_app::bounded::Bounded;
use imajin_app::{CommandRequest, Node, Problem, extension};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::identity::{Key, Keys, Role, Service, Verified, sign_create, sign_update};
use imajin_dfos::{PublicKey, SigningKey, Value, cbor};
use imajin_ledger::{Receipt, SubmitError};
use imajin_log::ops;
use imajin_log::rules::{Chain, Owner};
use imajin_protocol::identity::verify_chain;
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, Kid, Proof, Scope, Subtype, naming};
use parking_lot::Mutex;
use ring::{aead, hkdf};
use rusqlite::params;
use serde_json::{Value as Json, json};

use crate::prelude::*;
use crate::random;

/// Maximum number of times that an operation of a kept DID is signed, since other writers may extend the DID's record
/// at the same time.
const TRIES: usize = 8;
/// The table in `secrets.sqlite`.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS kept_keys (
    did TEXT PRIMARY KEY,
    what TEXT NOT NULL,      -- event, soft, …: what its keeper said
    whose TEXT NOT NULL,     -- the DID that asked for it
    nonce BLOB NOT NULL,
    sealed BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept_keys_by_whose ON kept_keys (whose, what);
";

pub use letting_go::{kept_before, let_go_of_kept};
pub(crate) use settings::SCHEMA as SETTINGS_SCHEMA;
pub use settings::SealedSettings;

/// A cache of opened keys: an event that sells signs with the same one a thousand times.
const OPEN_KEYS_MAX: usize = 256;

/// The kind of a DID whose key the node keeps, as the first entry of its log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// An identity, of one of the usual kinds.
    Identity(Scope, Subtype),
    /// An app's thing, with the app's word for it. A thing is not an identity, so it has no scope or subtype.
    Thing(&'static str),
}

/// The beginning of the log of a DID whose key the node keeps.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The kind.
    pub nature: Nature,
    /// The keys that control the DID in addition to the kept one, so that its owner can carry it to another node or
    /// give it another key.
    pub controllers: Vec<Key>,
    /// The services that the chain names from its first operation on, in addition to the DID's location.
    pub services: Vec<Service>,
}

/// A key that the node keeps for a DID.
pub struct KeptKey {
    /// The key's id.
    pub kid: Kid,
    /// The key.
    pub key: SigningKey,
    /// The key's purpose, in the words of the app that made it.
    pub what: String,
    /// The DID that asked for it.
    pub whose: Did,
}

impl KeptKey {
    /// The keys of its DID, with others that control the DID as well.
    fn keys(&self, controllers: Vec<Key>) -> Keys {
        let own = Key::with_id(self.kid.key_id(), &PublicKey::from(&self.key));
        Keys {
            controller: std::iter::once(own.clone()).chain(controllers).collect(),
            ..Keys::single(own)
        }
    }
}

/// The box that the keys lie in.
pub(crate) struct KeyVault {
    seal: Option<aead::LessSafeKey>,
    open: Mutex<Bounded<Did, Arc<KeptKey>>>,
}

impl KeyVault {
    /// The box of a node, by the node's own key.
    pub(crate) fn new(node: &SigningKey) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"imajin kept keys");
        let seal = salt
            .extract(&node.to_bytes())
            .expand(&[b"v1"], &aead::CHACHA20_POLY1305)
            .ok()
            .map(|okm| aead::LessSafeKey::new(aead::UnboundKey::from(okm)));
        Self { seal, open: Mutex::new(Bounded::new(OPEN_KEYS_MAX)) }
    }

    fn seal(&self) -> Result<&aead::LessSafeKey, Problem> {
        self.seal
            .as_ref()
            .ok_or_else(|| Problem::internal("no key for the kept keys could be derived"))
    }
}

/// The purpose of a key, the DID that asked for it, the nonce, and the sealed key.
type Row = (String, String, Vec<u8>, Vec<u8>);

/// The keys that a node keeps for DIDs.
#[extension(pub trait CustodialKeys)]
impl Node {
    /// Makes and keeps a key, and returns its DID, which has no log yet.
    async fn keep_new_key(&self, what: &str, whose: &Did) -> Result<Did, Problem> {
        let seed: [u8; 32] = random::bytes()?;
        let public = PublicKey::from(&SigningKey::from_bytes(&seed));
        let did = Did::from_key(public.as_bytes());
        let nonce: [u8; 12] = random::bytes()?;
        let mut sealed = seed.to_vec();
        key_vault(self)
            .seal()?
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(did.as_str().as_bytes()),
                &mut sealed,
            )
            .map_err(|_| Problem::internal("a key could not be sealed"))?;
        let (text, what, whose) = (did.to_string(), what.to_owned(), whose.to_string());
        let at = self.now().as_millis();
        let sql = "INSERT INTO kept_keys (did, what, whose, nonce, sealed, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.secrets()
            .write(move |db| db.execute(sql, params![text, what, whose, nonce, sealed, at]))
            .await?;
        Ok(did)
    }

    /// The DIDs of the keys that a person asked for, oldest first.
    fn kept_for(&self, what: &str, whose: &Did) -> Result<Vec<Did>, Problem> {
        let sql = "SELECT did FROM kept_keys WHERE what = ?1 AND whose = ?2 ORDER BY at, did";
        let secrets = self.secrets();
        let rows: Vec<String> = secrets.rows(sql, [what, whose.as_str()], |row| row.get(0))?;
        Ok(rows.iter().filter_map(|did| Did::parse(did).ok()).collect())
    }

    /// The person that asked for the key that the node keeps for this DID, and answers for that event or group.
    fn kept_whose(&self, did: &Did) -> Result<Option<Did>, Problem> {
        let sql = "SELECT whose FROM kept_keys WHERE did = ?1";
        let whose: Option<String> = self.secrets().row(sql, [did.as_str()], |row| row.get(0))?;
        Ok(whose.and_then(|whose| Did::parse(&whose).ok()))
    }

    /// A person's things that have a kept key and a separate record, oldest first.
    fn things_of(&self, whose: &Did) -> Result<Vec<Did>, Problem> {
        let sql = "SELECT did FROM kept_keys WHERE whose = ?1 AND did <> ?1 ORDER BY at, did";
        let rows: Vec<String> = self.secrets().rows(sql, [whose.as_str()], |row| row.get(0))?;
        let mut things = Vec::new();
        for did in rows.iter().filter_map(|did| Did::parse(did).ok()) {
            // A key exists before its first entry does.
            if self.status(&did)?.is_some() {
                things.push(did);
            }
        }
        Ok(things)
    }

    /// Whether the node keeps the key of this DID for a thing, such as an event. People without an own key aren't things.
    fn is_kept_thing(&self, did: &Did) -> Result<bool, Problem> {
        let sql = "SELECT 1 FROM kept_keys WHERE did = ?1 AND whose <> ?1 AND whose NOT LIKE 'did:email:%'";
        self.secrets().exists(sql, [did.as_str()])
    }

    /// The key of a DID, if the node keeps it.
    fn kept_key(&self, did: &Did) -> Result<Option<Arc<KeptKey>>, Problem> {
        let vault = key_vault(self);
        let open = || vault.open.lock();
        if let Some(key) = open().get(did) {
            return Ok(Some(Arc::clone(key)));
        }
        let sql = "SELECT what, whose, nonce, sealed FROM kept_keys WHERE did = ?1";
        let row: Option<Row> = self.secrets().row(sql, [did.as_str()], |row| row.try_into())?;
        let Some(row) = row else { return Ok(None) };
        let key = Arc::new(unseal(vault.seal()?, did, row)?);
        open().insert(did.clone(), Arc::clone(&key));
        Ok(Some(key))
    }

    /// The DIDs of all keys of a sort, each with the person it is for.
    fn kept_all(&self, what: &str) -> Result<Vec<(Did, Did)>, Problem> {
        let sql = "SELECT did, whose FROM kept_keys WHERE what = ?1";
        let rows: Vec<(String, String)> = self.secrets().rows(sql, [what], |row| row.try_into())?;
        Ok(pairs(&rows))
    }

    /// Transfers control of a DID whose key the node keeps: the keys of `whose` join the kept one in its chain and
    /// replace those of the previous controller. May be repeated after an interruption.
    async fn hand_over_kept(&self, did: &Did, whose: &Did) -> Result<(), Problem> {
        let kept = own_kept(self, did)?;
        let controllers = match self.ledger().view(whose)?.map(|view| view.owner) {
            Some(Owner::Chain(chain)) => controllers_of(&chain),
            _ => Vec::new(),
        };
        let keys = kept.keys(controllers);
        update_kept(self, did, |chain| {
            let is_so = chain.state().keys == keys;
            Ok((!is_so).then(|| (keys.clone(), chain.state().services.clone())))
        })
        .await?;
        self.transfer_custody(did, whose)
    }

    /// Names this node as home, and its relay, in every chain with a kept key that does not name them yet.
    async fn tell_where_kept(&self) -> Result<(), Problem> {
        let Some(endpoints) = self.endpoints() else {
            return Ok(());
        };
        let sql = "SELECT did FROM kept_keys";
        let all: Vec<String> = self.secrets().rows(sql, [], |row| row.get(0))?;
        for did in all.iter().filter_map(|did| Did::parse(did).ok()) {
            let status = self.status(&did)?;
            if status.is_none_or(|status| status.deleted || status.read_only.is_some()) {
                continue;
            }
            update_kept(self, &did, |chain| {
                let state = chain.state();
                let services = endpoints.among(&state.services).map_err(Problem::internal)?;
                Ok(services.map(|services| (state.keys.clone(), services)))
            })
            .await?;
        }
        Ok(())
    }

    /// Notes that a key belongs to another person from now on.
    fn transfer_custody(&self, did: &Did, whose: &Did) -> Result<(), Problem> {
        change_kept(self, did, "UPDATE kept_keys SET whose = ?2 WHERE did = ?1", whose)
    }

    /// Destroys a key: its DID has others now, or is gone. Waits for the disk on this thread: it is rare.
    fn forget_kept(&self, did: &Did) -> Result<(), Problem> {
        change_kept(self, did, "DELETE FROM kept_keys WHERE did = ?1 AND ?2 = ?1", did)
    }

    /// Begins the log of a DID whose key the node keeps.
    async fn begin_kept(&self, did: &Did, beginning: Beginning) -> Result<Receipt, Problem> {
        let Beginning { nature, controllers, mut services } = beginning;
        let kept = own_kept(self, did)?;
        let keys = kept.keys(controllers);
        if let Some(endpoints) = self.endpoints() {
            services.extend(endpoints.services().map_err(Problem::internal)?);
        }
        let genesis = sign_create(keys, services, self.now(), kept.kid.key_id(), &kept.key)
            .map_err(Problem::internal)?;
        let home = Value::map([
            ("node", Value::from(self.did().as_str())),
            ("url", Value::from(self.url())),
            ("epoch", Value::Int(1)),
        ]);
        let (scope, subtype) = match nature {
            Nature::Identity(scope, subtype) => (scope.as_str(), Some(subtype.as_str())),
            Nature::Thing(word) => (word, None),
        };
        let subtype = subtype.map(|word| ("subtype", Value::from(word)));
        let members =
            [("token", Value::from(genesis.token)), ("home", home), ("scope", Value::from(scope))];
        let body = Value::map(members.into_iter().chain(subtype));
        let wish = CommandRequest::new(did.clone(), ops::IDENTITY_CREATE).body(body);
        sign_kept(self, &kept, wish, Vec::new(), Some(genesis.cid)).await
    }

    /// Enters what a DID wills whose key the node keeps, signed with that key.
    async fn perform_kept(&self, wish: CommandRequest, to: Vec<Did>) -> Result<Receipt, Problem> {
        let kept = own_kept(self, &wish.did)?;
        let chain = self.status(&wish.did)?.and_then(|status| status.chain);
        sign_kept(self, &kept, wish, to, chain).await
    }
}

/// The pairs of DIDs in these texts.
fn pairs(rows: &[(String, String)]) -> Vec<(Did, Did)> {
    let read =
        |(did, whose): &(String, String)| Some((Did::parse(did).ok()?, Did::parse(whose).ok()?));
    rows.iter().filter_map(read).collect()
}

fn key_vault(node: &Node) -> &KeyVault {
    node.part()
}

/// Extends the chain of a DID whose key the node keeps, where `wanted` finds something to change.
async fn update_kept(
    node: &Node,
    did: &Did,
    wanted: impl Fn(&Verified) -> Result<Option<(Keys, Vec<Service>)>, Problem>,
) -> Result<(), Problem> {
    let kept = own_kept(node, did)?;
    for attempt in 1.. {
        let Some(Owner::Chain(chain)) = node.ledger().view(did)?.map(|view| view.owner) else {
            return Err(Problem::internal(format!("{did} has no chain")));
        };
        let chain = verify_chain(did, &chain.tokens()).map_err(Problem::internal)?;
        let Some((keys, services)) = wanted(&chain)? else {
            break;
        };
        let earliest = chain.updated_at().checked_add_millis(1);
        let at = node.now().max(earliest.unwrap_or(chain.updated_at()));
        let (name, key) = (kept.kid.key_id(), &kept.key);
        let update =
            sign_update(&chain, keys, services, at, name, key).map_err(Problem::internal)?;
        let wish = CommandRequest::new(did.clone(), ops::IDENTITY_UPDATE)
            .body(Value::map([("token", Value::from(update.token))]));
        let head = Some(*chain.head_cid());
        match sign_kept(node, &kept, wish, Vec::new(), head).await {
            Ok(_) => break,
            // Another writer changed the record in between.
            Err(problem) if problem.status() == StatusCode::CONFLICT && attempt < TRIES => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(())
}

fn change_kept(node: &Node, did: &Did, sql: &str, whose: &Did) -> Result<(), Problem> {
    let changed = node
        .secrets()
        .write_blocking(|db| db.execute(sql, params![did.as_str(), whose.as_str()]).map(drop));
    // Done even if the write failed, since the cache has the old state.
    let vault = key_vault(node);
    vault.open.lock().remove(did);
    changed
}

fn own_kept(node: &Node, did: &Did) -> Result<Arc<KeptKey>, Problem> {
    node.kept_key(did)?
        .ok_or_else(|| Problem::not_found(format!("This node keeps no key of {did}.")))
}

async fn sign_kept(
    node: &Node,
    kept: &KeptKey,
    wish: CommandRequest,
    to: Vec<Did>,
    chain: Option<imajin_dfos::Cid>,
) -> Result<Receipt, Problem> {
    let args = match wish.args {
        Json::Null => json!({}),
        args => args,
    };
    let wish = CommandRequest { args, ..wish };
    Ok(submit_signed(node, (&kept.key, &kept.kid), wish, chain, to).await??)
}

/// Signs a command with a key that the node has, and enters it. `chain` is the newest operation of the signer's chain, `to` the
/// DIDs in whose logs it has consequences.
///
/// # Errors
/// The outer error is the service's refusal before the writer; the inner result is the writer's answer.
pub async fn submit_signed(
    node: &Node,
    (key, kid): (&SigningKey, &Kid),
    wish: CommandRequest,
    chain: Option<imajin_dfos::Cid>,
    to: Vec<Did>,
) -> Result<Result<Receipt, SubmitError>, Problem> {
    let body = wish.body.map(salted).transpose()?;
    let status = node.status(&wish.did)?;
    let after = node.ledger().after(&wish.did, &kid.to_string())?;
    let payload = ProofPayload {
        aud: node.did().clone(),
        service: naming::service_of(wish.op).to_owned(),
        op: wish.op.to_owned(),
        reference: wish.reference,
        body: body.as_ref().map(|body| dag_cbor_cid(&cbor::encode(body))),
        fact: wish.fact,
        to,
        seen: status.map(|status| EntryPosition { seq: status.seq, cid: status.cid }),
        after,
        chain,
        iat: node.now().as_secs(),
        via: None,
        did: wish.did,
    };
    let proof = Proof::sign(key, kid.clone(), payload).map_err(Problem::internal)?;
    node.submit_prepared(proof, body, wish.args, wish.prepared).await
}

fn salted(mut body: Value) -> Result<Value, Problem> {
    let salt = Value::Bytes(random::bytes::<16>()?.to_vec());
    if let Some(members) = body.as_map_mut() {
        members.insert("salt".to_owned(), salt);
    }
    Ok(body)
}

fn unseal(seal: &aead::LessSafeKey, did: &Did, row: Row) -> Result<KeptKey, Problem> {
    let (what, whose, nonce, mut sealed) = row;
    let wrong =
        || Problem::internal(format!("the kept key of {did} does not open with this node's key"));
    let nonce = aead::Nonce::try_assume_unique_for_key(&nonce).map_err(|_| wrong())?;
    let aad = aead::Aad::from(did.as_str().as_bytes());
    let seed = seal.open_in_place(nonce, aad, &mut sealed).map_err(|_| wrong())?;
    let seed: [u8; 32] = (&*seed).try_into().map_err(|_| wrong())?;
    Ok(KeptKey {
        kid: Kid::of_bare_key(did).ok_or_else(wrong)?,
        key: SigningKey::from_bytes(&seed),
        what,
        whose: Did::parse(&whose).map_err(Problem::internal)?,
    })
}

/// The controller keys that are in force in a person's chain, renamed by the convention: in another chain a name must
/// mean one key for ever.
pub fn controllers_of(chain: &Chain) -> Vec<Key> {
    let keys = chain.keys().iter();
    let controllers = keys.filter(|key| key.roles().any(|role| role == Role::Controller));
    controllers.filter_map(|key| key.public().map(Key::new)).collect()
}
