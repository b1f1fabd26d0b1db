//! Copies between nodes of the tests' world: exported and signed, checked, imported as a backup or as a new home.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses a part of it, and a helper that fails is a failed test"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_bundle::NoPage;
use imajin_bundle::export::{ExportOptions, Signatures, Source, Target, prepare};
use imajin_bundle::import::{
    Check, HomeWord, ImportError, Imported, VerifiedBundle, check, import,
};
use imajin_dfos::Value;
use imajin_ledger::{Ledger, Limits};
use imajin_log::OpTable;
use imajin_log::format::manifest::{Signer, SignerKind};
use imajin_log::format::shared::SharedLog;
use imajin_log::format::views::NoViews;
use imajin_log::verify::{Report, verify_bundle};
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, Proof};

use crate::support::export::bundle_options;
use crate::world::{Folder, Party, Say, World};

/// Opens a copy of a node's folder as that node.
pub fn again(folder: tempfile::TempDir, node: Party) -> World {
    let disk = Arc::new(imajin_ledger::RealDisk);
    World::of_node(Folder::Goes(folder), Limits::default(), disk, node)
}

/// Exports a copy of a person's log, signed by them.
pub fn export(world: &World, party: &Party, to: &Path) -> PathBuf {
    export_with(world, party, &[], to)
}

/// Exports with the logs of things that are theirs.
pub fn export_with(world: &World, party: &Party, things: &[Did], to: &Path) -> PathBuf {
    let source = Source::live(world.ledger(), &party.did).with_owned(things.to_vec());
    export_from(world, party, &source, to)
}

/// Exports with what they may see of others' logs.
pub fn export_sharing(world: &World, party: &Party, shared: Vec<SharedLog>, to: &Path) -> PathBuf {
    let source = Source::live(world.ledger(), &party.did).with_shared(shared);
    export_from(world, party, &source, to)
}

fn export_from(world: &World, party: &Party, source: &Source<'_>, to: &Path) -> PathBuf {
    use ed25519_dalek::Signer as _;
    let target = Target::Folder(to.to_owned());
    let ops = world.machine().ops();
    let prepared =
        prepare(source, &ops, &NoViews, &NoPage, &target.staging(), &ExportOptions::default())
            .unwrap();
    let signer = Signer { kind: SignerKind::Owner, kid: party.kid.to_string() };
    let texts = prepared.to_sign(&signer);
    let sign = |text: &str| party.key.sign(text.as_bytes()).to_bytes();
    let signatures = Signatures { bundle: sign(&texts.bundle), manifest: sign(&texts.manifest) };
    prepared.sign(signer, signatures).unwrap().write(&target, None, &mut |_| {}).unwrap();
    to.to_owned()
}

pub fn checked(world: &World, bundle: &Path) -> Result<VerifiedBundle, ImportError> {
    checked_by(world, world.machine().ops(), bundle)
}

/// Checks with a program with these operations.
pub fn checked_by(
    world: &World,
    ops: Arc<OpTable>,
    bundle: &Path,
) -> Result<VerifiedBundle, ImportError> {
    let data = world.data();
    let check_options = Check {
        data: &data,
        id: "one",
        ops: &ops,
        views: &NoViews,
        unlock: None,
        limits: Default::default(),
        did: None,
    };
    check(bundle, &check_options, &mut |_| {})
}

/// Signs the owner's word that the node is home now.
pub fn word(
    world: &World,
    party: &Party,
    checked: &VerifiedBundle,
    abandons: Option<&str>,
) -> HomeWord {
    let next = checked.next();
    let epoch = next.epoch as i64;
    word_with(
        world,
        party,
        EntryPosition { seq: next.seq, cid: next.cid },
        checked.after(&party.kid),
        epoch,
        abandons,
    )
}

pub fn word_with(
    world: &World,
    party: &Party,
    seen: EntryPosition,
    after: Option<imajin_dfos::Cid>,
    epoch: i64,
    abandons: Option<&str>,
) -> HomeWord {
    let mut members = vec![
        ("node", Value::from(world.node.did.as_str())),
        ("url", Value::from("https://new.example")),
        ("epoch", Value::Int(epoch)),
    ];
    members.extend(abandons.map(|head| ("abandons", Value::from(head))));
    let say = Say::op("auth.home").body(members);
    use imajin_log::Clock as _;
    let payload = ProofPayload {
        aud: world.node.did.clone(),
        did: party.did.clone(),
        service: "auth".into(),
        op: "auth.home".into(),
        reference: None,
        body: say.body_cid(),
        fact: None,
        to: Vec::new(),
        seen: Some(seen),
        after,
        chain: Some(party.chain),
        iat: world.clock.now().as_secs(),
        via: None,
    };
    let proof = Proof::sign(&party.key, party.kid.clone(), payload).unwrap();
    HomeWord { proof, body: say.body.unwrap() }
}

pub fn take(world: &World, bundle: &Path) -> Result<Imported, ImportError> {
    import(world.ledger(), checked(world, bundle)?, None)
}

pub fn move_home(world: &World, party: &Party, bundle: &Path) -> Result<Imported, ImportError> {
    let checked = checked(world, bundle)?;
    let word = word(world, party, &checked, None);
    import(world.ledger(), checked, Some(&word))
}

pub fn verify(world: &World, path: &Path) -> Report {
    let ops = world.machine().ops();
    verify_bundle(path, &ops, &NoViews, bundle_options(&mut |_| {})).unwrap()
}

pub fn last(ledger: &Ledger, did: &Did) -> u64 {
    ledger.status(did).unwrap().unwrap().seq
}
