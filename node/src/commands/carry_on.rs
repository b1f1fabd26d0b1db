//! `imajin init --carry-on`: a new box becomes a node whose key is lost, with the key of its owner.
//!
//! Always: the new key is on the disk before the owner's entry for it is in the node's log, and moves to its place
//! after that. An interrupted run can be repeated.

use crate::config::Config;
use crate::open::OpenFolder;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::folder::is_data_folder;
use imajin_box::identity::NodeIdentity;
use imajin_box::key::PersonKey;
use imajin_protocol::Did;
use std::path::Path;

/// Makes the folder that of the node.
pub(super) fn run(data: &Path, config: &Config, did: &str, key: &Path) -> Outcome {
    let did = Did::parse(did).map_err(Failure::unusable)?;
    let owner = PersonKey::read(key).map_err(Failure::unusable)?;
    if is_data_folder(data) {
        return Err(Failure::unusable(format!(
            "{} has a node's key already; carrying on is for a box without one",
            data.display()
        )));
    }
    let log = data.join("users").join(did.folder_name()).join("log.sqlite");
    if !log.exists() {
        return Err(Failure::unusable(format!(
            "{} is not there: bring the folder users/ of the old box first",
            log.display()
        )));
    }
    let identity = NodeIdentity::succeed(data, did).map_err(Failure::unusable)?;
    let opened = OpenFolder::with_identity(data, config, identity.clone())?;
    let carried = carry_on(&opened, config, &owner);
    opened.close()?;
    carried?;
    identity.settle(data).map_err(Failure::unusable)
}

fn carry_on(opened: &OpenFolder, config: &Config, owner: &PersonKey) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .or_unusable("cannot start")?;
    let node = opened.node(config, format!("http://{}", config.listen))?;
    runtime
        .block_on(imajin_identity::carry_on_node(&node, &owner.signing_key()))
        .or_no("the node cannot be carried on")
}
