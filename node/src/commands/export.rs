//! `imajin export`: someone's whole record as a bundle, signed by its owner where their key is given, else by the node.

use super::Person;
use crate::cli::{DataLocation, Encrypt, ExportArgs};
use crate::client::Export;
use crate::open::{OpenFolder, bundle_views, op_table};
use crate::output::{Out, Progress};
use ed25519_dalek::Signer as _;
use imajin_app::Lang;
use imajin_box::failure::{Failure, Outcome};
use imajin_box::key::{PersonKey, passphrase};
use imajin_box::size::bytes;
use imajin_bundle::export::{
    self, ExportOptions, Prepared, Ready, Signatures, Source, Target, default_name, prepare,
};
use imajin_data::IndexPagesIn;
use imajin_log::format::age::Recipient;
use imajin_log::format::manifest::{Signer, SignerKind};
use imajin_protocol::{Did, EncryptionKey};
use serde_json::json;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &ExportArgs) -> Outcome {
    let (did, path) = match args.user.place.place().map_err(Failure::unusable)? {
        DataLocation::Node { url, key, trust } => {
            from_node(args, &Person::connect(&url, &key, trust)?)?
        }
        DataLocation::Folder { data, key } => from_folder(args, data.as_deref(), key.as_deref())?,
    };
    let answer = json!({ "did": did.as_str(), "path": path });
    Out::answer(args.user.json, &answer, |out| {
        out.line(format_args!("the copy is in {}", path.display()))
    })
}

fn asked_for(args: &ExportArgs, did: &Did) -> PathBuf {
    args.to.clone().unwrap_or_else(|| match args.encrypt {
        None => PathBuf::from(default_name(did)),
        Some(_) => PathBuf::from(format!("{}.tar.age", default_name(did))),
    })
}

fn from_node(args: &ExportArgs, person: &Person) -> Outcome<(Did, PathBuf)> {
    let did = person.key.did().clone();
    if args.user.did.as_deref().is_some_and(|named| named != did.as_str()) {
        let problem =
            format!("this key is {}, and a node gives a record to its owner only", did.as_str());
        return Err(Failure::unusable(problem));
    }
    let owner = match args.encrypt {
        Some(Encrypt::Owner) => person.client.owner_keys(&person.key)?,
        _ => Vec::new(),
    };
    let recipient = recipient(args.encrypt, &owner)?;
    // Checks the target before any request to the node.
    let path = asked_for(args, &did);
    let target = export::resolve(&path, &did, recipient.is_some() || is_tar(&path));
    target.check(&did).map_err(Failure::unusable)?;
    let mut progress = Progress::new("the node writes the copy");
    let tar = match Export::begin(&person.client, &person.key) {
        Err(error) if error.status() == Some(507) => {
            eprintln!(
                "the node's disk has no room for a copy that you sign, so this one is signed by the node"
            );
            Export::at_once(&person.client, &person.key)
        }
        begun => begun?.finish(|done, all| progress.set(done, all)),
    };
    progress.finish();
    export::receive(tar?, &target, &did, recipient.as_ref()).map_err(Failure::unusable)?;
    Ok((did, target.path().to_path_buf()))
}

fn from_folder(
    args: &ExportArgs,
    data: Option<&Path>,
    key: Option<&Path>,
) -> Outcome<(Did, PathBuf)> {
    let key = key.map(PersonKey::read).transpose().map_err(Failure::unusable)?;
    let did = match (&args.user.did, &key) {
        (Some(text), _) => Did::parse(text).map_err(Failure::unusable)?,
        (None, Some(key)) => key.did().clone(),
        (None, None) => {
            return Err(Failure::unusable("whose data? Name the DID, or give --key FILE"));
        }
    };
    let (data, config) = super::node_with_settings(data)?;
    let opened = OpenFolder::existing(&data, &config)?;
    let path = asked_for(args, &did);
    let target = export::resolve(&path, &did, args.encrypt.is_some() || is_tar(&path));
    let way = ExportPlan {
        staging: target.staging(),
        target,
        encrypt: args.encrypt,
        options: ExportOptions::default(),
    };
    let written = write(&way, &opened, &did, key.as_ref().filter(|key| *key.did() == did));
    opened.close()?;
    Ok((did, written?))
}

/// Target and options of an export.
pub(super) struct ExportPlan {
    pub(super) staging: PathBuf,
    pub(super) target: Target,
    pub(super) encrypt: Option<Encrypt>,
    pub(super) options: ExportOptions,
}

/// Writes the export, signed by the given key, else by the node's.
pub(super) fn write(
    way: &ExportPlan,
    opened: &OpenFolder,
    did: &Did,
    key: Option<&PersonKey>,
) -> Outcome<PathBuf> {
    let node = opened.identity.key();
    let source = Source::live(&opened.ledger, did);
    let (ops, views) = (op_table(&opened.services), bundle_views(&opened.services));
    let pages = IndexPagesIn(opened.services.words().with_lang(lang()));
    let prepared = prepare(&source, &ops, &views, &pages, &way.staging, &way.options);
    let prepared = prepared.map_err(Failure::unusable)?;
    let recipient = recipient(way.encrypt, prepared.encryption_keys())?;
    let ready = match key {
        Some(key) => sign(prepared, key)?,
        None => prepared.sign_with_node(&node).map_err(Failure::unusable)?,
    };
    let mut progress = Progress::new("writing the copy");
    let written = ready.write(&way.target, recipient.as_ref(), &mut |done| {
        progress.set(done.bytes, done.bytes_total)
    });
    progress.finish();
    let written = written.map_err(Failure::unusable)?;
    eprintln!("{} files, {}", written.files, bytes(written.bytes));
    Ok(written.path)
}

/// The language of the command's caller, as their system says it: `de_CH.UTF-8`.
fn lang() -> Lang {
    let mut names = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let locale = names.find_map(|name| std::env::var(name).ok().filter(|text| !text.is_empty()));
    let tag = locale.as_deref().and_then(|text| text.split(['_', '.']).next());
    tag.and_then(Lang::parse).unwrap_or_default()
}

fn sign(prepared: Prepared, key: &PersonKey) -> Outcome<Ready> {
    let signer = Signer { kind: SignerKind::Owner, kid: key.kid() };
    let texts = prepared.to_sign(&signer);
    let sign = |text: &str| key.signing_key().sign(text.as_bytes()).to_bytes();
    let signatures = Signatures { bundle: sign(&texts.bundle), manifest: sign(&texts.manifest) };
    prepared.sign(signer, signatures).map_err(Failure::no)
}

/// Whether a name asks for one file.
fn is_tar(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "tar")
}

fn recipient(encrypt: Option<Encrypt>, owner: &[EncryptionKey]) -> Outcome<Option<Recipient>> {
    Ok(match encrypt {
        None => None,
        Some(Encrypt::Passphrase) => {
            Some(Recipient::passphrase(passphrase::choose("A passphrase for the copy: ")?))
        }
        Some(Encrypt::Owner) => {
            if owner.is_empty() {
                return Err(Failure::unusable(
                    "this record names no encryption key: use --encrypt passphrase",
                ));
            }
            Some(Recipient::Keys(owner.to_vec()))
        }
    })
}
