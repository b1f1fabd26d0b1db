//! A soft identity becomes its person's own: the chain that their client made names their keys; the node begins the log's
//! chain with the key that it keeps, hands every role to the person's keys with the next operation, and destroys its own.
//! Same DID, same log; the node can will nothing in it from there on (docs/format.md §4).
//!
//! Always: may be asked again after a stop in the middle, until the node's key is gone.

use std::collections::BTreeMap;

use imajin_app::operation::Int;
use imajin_app::{CommandRequest, Node, Problem};
use imajin_dfos::identity::{
    IdentityError, Key, Keys, Service, Verified, sign_create, sign_update,
};
use imajin_dfos::{Cid, PublicKey, SigningKey};
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::identity::{did_of_genesis, verify_chain};
use imajin_protocol::{Did, Kid, encryption, presence};
use tokio::sync::Mutex;

use super::{codes, keys};
use crate::admission::invites;
use crate::node_identity::next_time;
use crate::operations::{Admission, CreateIdentity, Home, KeyBytes, Text, UpdateIdentity};
use crate::people::{self, Identity};
use crate::signed::{self, Signer};

/// Serializes upgrades: the second one finds the key gone.
#[derive(Default)]
struct Turn(Mutex<()>);

/// Other writes may come between the look and the entry; then it is signed again, at most this often.
const TRIES: usize = 8;

/// The keys that a person brings.
pub(crate) struct Own {
    keys: Keys,
    /// The keys to which messages for the person are encrypted.
    encryption: Vec<Service>,
    /// The newest operation of the chain that names the keys.
    head: Cid,
    /// The signatures that prove possession, by multikey.
    pub(crate) signatures: BTreeMap<String, String>,
    /// The X25519 key to which copies are encrypted.
    pub(crate) encryption_key: Option<[u8; 32]>,
    pub(crate) invite: Option<String>,
}

impl Own {
    /// The keys of a chain that the person's client made: their genesis is signed by one of them.
    pub(crate) fn read(log: &[String]) -> Result<Self, Problem> {
        let wrong = |error: &dyn std::fmt::Display| {
            Problem::unprocessable(format!("{error}.")).slug("chain")
        };
        let first = log.first().ok_or_else(|| {
            Problem::field("log", "log must be the identity chain that your client made: its operations, oldest first.")
        })?;
        let (did, _) = did_of_genesis(first).map_err(|error| wrong(&error))?;
        let chain = verify_chain(&did, log).map_err(|error| wrong(&error))?;
        let state = chain.state();
        if state.is_deleted || state.keys.auth.is_empty() || state.keys.controller.is_empty() {
            return Err(Problem::unprocessable(
                "The chain must have a controller key and an auth key in force: yours to sign with from now on.",
            )
            .slug("chain"));
        }
        // Named by the convention, whatever their chain calls them: in one chain a name means one key for ever.
        let own = |keys: &[Key]| -> Result<Vec<Key>, Problem> {
            keys.iter()
                .map(|key| key.public_key().map(|key| Key::new(&key)))
                .collect::<Result<_, _>>()
                .map_err(|error| wrong(&error))
        };
        let services = encryption::among(&state.services).into_iter();
        let services: BTreeMap<String, Service> = services
            .map(|entry| Ok((entry.of.clone(), entry.service()?)))
            .collect::<Result<_, IdentityError>>()
            .map_err(|error| wrong(&error))?;
        Ok(Self {
            keys: Keys {
                auth: own(&state.keys.auth)?,
                assert: own(&state.keys.assert)?,
                controller: own(&state.keys.controller)?,
            },
            encryption: services.into_values().collect(),
            head: *chain.head_cid(),
            signatures: BTreeMap::new(),
            encryption_key: None,
            invite: None,
        })
    }

    /// Checks that every key signed for this identity at this node. Chains are public, so anyone could bring one
    /// without having its keys.
    fn check_possession(&self, node: &Node, did: &Did) -> Result<(), Problem> {
        let text = presence::upgrade(node.did(), did, &self.head);
        for key in self.keys.iter() {
            let public = key.public_key().map_err(Problem::internal)?;
            let name = public.to_multikey();
            let signature = self.signatures.get(&name).ok_or_else(|| {
                Problem::field(
                    "signatures",
                    format!("signatures needs the signature of {name} over {text}: it shows that you have this key."),
                )
            })?;
            if !imajin_protocol::verify(&public, text.as_bytes(), signature) {
                return Err(Problem::unauthorized(format!(
                    "The signature of {name} over {text} does not verify."
                )));
            }
        }
        Ok(())
    }
}

/// Makes the identity the person's own.
pub(crate) async fn upgrade(node: &Node, did: &Did, own: Own) -> Result<(), Problem> {
    let upgrading = node.state::<Turn>();
    let _turn = upgrading.0.lock().await;
    let identity = people::get(node, did)?;
    let kept = keys::find(node, did)?.ok_or_else(|| no_key(&identity))?;
    let key = &kept.key;
    let public = PublicKey::from(key);
    let names_ours = |key: &Key| key.public_key().is_ok_and(|key| key == public);
    if own.keys.iter().any(names_ours) {
        return Err(Problem::field(
            "log",
            "The chain names the key that this node keeps: bring keys of your own.",
        ));
    }
    own.check_possession(node, did)?;
    admit(node, did, own.invite.as_deref()).await?;
    if identity.bare {
        create(node, &identity, key, own.encryption_key).await?;
    }
    hand_over(node, did, key, own).await?;
    // The log records the change permanently: the node's key is worthless from here on, and is destroyed.
    keys::destroy(node, did)?;
    codes::forget(node, did)?;
    node.use_reserve();
    node.sessions().end_all(did)
}

fn no_key(identity: &Identity) -> Problem {
    let text = if identity.bare {
        "This node keeps no key for you: your client has it. Give your record its chain with a signed auth.identity.create."
    } else {
        "Your keys are your own already. Change them with a signed auth.identity.update."
    };
    Problem::conflict(text).slug("own-key")
}

/// docs/api.md, "Identity and sign-in": a key without an invite has soft rights. Noted before the chain begins, so that it never has more.
async fn admit(node: &Node, did: &Did, invite: Option<&str>) -> Result<(), Problem> {
    let is_needed = node.registration() != Registration::Open;
    // Asked again after a stop in the middle, it comes with the invite that it used before.
    let is_in = invites::is_admitted(node, did)? && invites::is_invited(node, did)?;
    match invite.filter(|_| !is_in).map(|code| invites::take(node, code)) {
        Some(Ok(())) => {
            invites::note_invited(node, did)?;
            return invites::admit(node, did);
        }
        Some(Err(refused)) if is_needed => return Err(refused),
        _ => {}
    }
    if node.registration() == Registration::Open || invites::is_admitted(node, did)? {
        invites::admit(node, did)
    } else {
        invites::leave_uninvited(node, did)
    }
}

/// The log's chain begins with the key that its DID names: the node's.
async fn create(
    node: &Node,
    identity: &Identity,
    key: &SigningKey,
    encryption_key: Option<[u8; 32]>,
) -> Result<(), Problem> {
    let did = &identity.did;
    let ours = Key::new(&PublicKey::from(key));
    let name = ours.id().to_owned();
    let genesis = sign_create(Keys::single(ours), Vec::new(), node.now(), &name, key)
        .map_err(Problem::internal)?;
    let create = CreateIdentity {
        token: Text(genesis.token),
        home: Home {
            node: Did::parse(&identity.home.node).map_err(Problem::internal)?,
            url: identity.home.url.as_str().into(),
            epoch: Int(identity.home.epoch),
        },
        scope: identity.scope.as_str().into(),
        subtype: identity.subtype.map(|subtype| subtype.as_str().into()),
        encryption_key: encryption_key.map(KeyBytes),
    };
    let chain = genesis.cid;
    enter(node, did, key, chain, || {
        CommandRequest::prepared(did.clone(), create.clone(), Admission::Admitted)
    })
    .await
}

/// Every role goes to the person's keys.
async fn hand_over(node: &Node, did: &Did, key: &SigningKey, own: Own) -> Result<(), Problem> {
    let chain = people::chain(node, did)?;
    let chain: Verified =
        chain.ok_or_else(|| Problem::internal("a chain was begun and is missing"))?;
    let name = Key::new(&PublicKey::from(key));
    if chain.state().keys.controller.iter().all(|key| key.id() != name.id()) {
        // The node stopped after this was entered.
        return Ok(());
    }
    let at = next_time(node, &chain);
    let services = [chain.state().services.clone(), own.encryption].concat();
    let update =
        sign_update(&chain, own.keys, services, at, name.id(), key).map_err(Problem::internal)?;
    let update = UpdateIdentity { token: Text(update.token) };
    enter(node, did, key, *chain.head_cid(), || {
        CommandRequest::from_operation(did.clone(), &update)
    })
    .await
}

/// Enters an operation into the person's log, signed with the key that the node keeps.
async fn enter(
    node: &Node,
    did: &Did,
    key: &SigningKey,
    chain: Cid,
    command: impl Fn() -> Result<CommandRequest, Problem>,
) -> Result<(), Problem> {
    let kid =
        Kid::of_bare_key(did).ok_or_else(|| Problem::internal("a soft identity without a key"))?;
    for _ in 0..TRIES {
        let signer = Signer { kid: &kid, key };
        match signed::enter(node, signer, command()?, Some(chain), Vec::new()).await? {
            Ok(_) => return Ok(()),
            Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::Conflict => {}
            Err(error) => return Err(Problem::from(error)),
        }
    }
    Err(Problem::unavailable(
        "Your record is being written to at the same time. Try again in a moment.",
    ))
}
