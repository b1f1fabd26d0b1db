//! `imajin init`: keys and folders, before anything is served.

use crate::cli::InitArgs;
use crate::config::{self, FILE_NAME};
use crate::open::OpenFolder;
use crate::output::Out;
use crate::serve::claim;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::folder::{NODE_FOLDER, is_data_folder, is_sealed};
use imajin_box::identity::NodeIdentity;
use imajin_box::key::passphrase;
use imajin_box::seal::{self, Secret};
use imajin_host::secrets::{self, Vault};
use std::io::ErrorKind;

/// Runs it. Doing it again changes nothing.
pub(super) fn run(args: &InitArgs) -> Outcome {
    let data = config::data_folder(args.data.data.as_deref()).map_err(Failure::unusable)?;
    let settings = config::load(&data, None).map_err(Failure::unusable)?;
    if let (Some(did), Some(key)) = (&args.carry_on, &args.key) {
        super::carry_on::run(&data, &settings, did, key)?;
    }
    let folder = data.join(NODE_FOLDER);
    if args.unseal {
        seal::unseal(&folder).map_err(Failure::unusable)?;
    }
    if args.reseal {
        let old = Secret::at_hand().map_err(Failure::unusable)?;
        seal::change(&folder, &old, &next(args)?).map_err(Failure::unusable)?;
        let mut out = Out::new();
        out.line(
            "key       sealed with the new passphrase or key file; the old one does not open it any more",
        )?;
        return out.done();
    }
    let secret = secret(args)?;
    let opened = match secret.as_ref().filter(|_| !is_data_folder(&data)) {
        None => OpenFolder::new(&data, &settings)?,
        Some(secret) => {
            let identity = NodeIdentity::begin_sealed(&data, secret);
            OpenFolder::with_identity(&data, &settings, identity.map_err(Failure::unusable)?)?
        }
    };
    let is_new = is_sealed(&folder);
    let url = match settings.url.as_str() {
        "" => format!("http://{}", settings.listen),
        url => url.to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .or_unusable("cannot start")?;
    let site = runtime.block_on(opened.site(&settings, url))?;
    let did = opened.identity.did().clone();
    let claim = claim::code(site.node(), settings.claim.chosen())?;
    drop(site);
    let key = opened.identity.key();
    opened.close()?;
    if let Some(secret) = secret.filter(|_| !is_new) {
        // The secrets first: a plug that is pulled in between leaves a node that starts as before.
        let secrets = data.join("secrets.sqlite");
        secrets::settle(&secrets, &Vault::from_node_key(&key.key), true)
            .map_err(Failure::unusable)?;
        seal::seal(&folder, &secret).map_err(Failure::unusable)?;
    }

    let path = data.join(FILE_NAME);
    match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => {
            std::io::Write::write_all(&mut file, config::commented_defaults().as_bytes())
                .or_unusable(format!("cannot write {}", path.display()))?
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).or_unusable(format!("cannot write {}", path.display())),
    }
    let mut out = Out::new();
    out.line(format_args!("node      {}", did.as_str()))?;
    out.line(format_args!("data      {}", data.display()))?;
    out.line(format_args!("settings  {}", path.display()))?;
    if is_sealed(&folder) {
        out.line("key       sealed: each start needs what opens it")?;
    }
    match claim {
        Some(code) => out.line(format_args!("claim     {code}"))?,
        None => out.line("claim     (the node has an owner)")?,
    }
    out.done()
}

/// Returns the secret that seals the key, if any.
fn secret(args: &InitArgs) -> Outcome<Option<Secret>> {
    match (&args.seal_key_file, args.seal) {
        (_, false) => Ok(None),
        (Some(path), true) => Secret::key_file(path).map(Some).map_err(Failure::unusable),
        (None, true) => {
            let text = passphrase::choose("A passphrase for the node's key: ")?;
            Secret::choose(text).map(Some).map_err(Failure::unusable)
        }
    }
}

/// Returns the new secret that seals the key.
fn next(args: &InitArgs) -> Outcome<Secret> {
    match &args.seal_key_file {
        Some(path) => Secret::key_file(path).map_err(Failure::unusable),
        None => {
            let text = passphrase::choose_next("The new passphrase of the node's key: ")?;
            Secret::choose(text).map_err(Failure::unusable)
        }
    }
}
