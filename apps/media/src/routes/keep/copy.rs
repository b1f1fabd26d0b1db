//! A copy of another person's file in its keeper's folder: located first, and copied once the keeper has signed.
//!
//! Always: the copy has the bytes that its keeper can download as well. The route checks first whether the keeper may
//! have them.

use std::sync::Arc;

use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Cid;
use imajin_dfos::cid::parse_cid;
use imajin_fair::{Derived, Recipe};
use imajin_host::derived;
use imajin_ledger::media::MediaError;
use imajin_pictures::Kind;
use imajin_protocol::Did;

use crate::bytes;
use crate::files;
use crate::queries::Asset;
use crate::routes::download::{FileVersion, for_others};

/// The cache name of the CID of a file's shared copy: of the one probably kept, as another version may make another copy.
fn note_name(cid: &str) -> String {
    format!("{cid}-kept")
}

/// Returns the CID of an asset's shared copy, as of the last time that a person kept one.
pub(super) fn noted(node: &Node, asset: &Asset) -> Option<String> {
    let owner = Did::parse(&asset.owner).ok()?;
    let text = derived::read(node, &owner, &note_name(&asset.cid))?;
    String::from_utf8(text).ok()
}

/// A file to keep.
#[derive(Debug)]
pub(super) struct Copy {
    owner: Did,
    of: Cid,
    /// The recipe that makes this file from that one; `None` if they are the same.
    recipe: Option<Arc<Recipe>>,
    pub(super) cid: Cid,
    pub(super) bytes: u64,
    pub(super) kind: Kind,
}

impl Copy {
    /// A file as it is.
    pub(super) fn whole(node: &Node, owner: &Did, cid: &str) -> Answer<Self> {
        let (mut file, bytes) = files::open(node, owner.as_str(), cid)?;
        let kind = files::first_kind(&mut file).map_err(Problem::internal)?;
        let cid = parse_cid(cid).map_err(Problem::internal)?;
        Ok(Self { owner: owner.clone(), of: cid, recipe: None, cid, bytes, kind })
    }

    /// A file as others get it; `None` if they get a preview at most. Reads all of one that is cleaned.
    pub(super) fn shared(node: &Node, owner: &Did, cid: &str) -> Answer<Option<Self>> {
        let (mut file, _) = files::open(node, owner.as_str(), cid)?;
        let recipe = match for_others(node, cid, &mut file)? {
            FileVersion::Whole => return Self::whole(node, owner, cid).map(Some),
            FileVersion::Preview => return Ok(None),
            FileVersion::Cleaned(recipe) => recipe,
        };
        let kind = files::first_kind(&mut file).map_err(Problem::internal)?;
        let work = imajin_fair::work(&mut Derived::new(Arc::clone(&recipe), file));
        let work = work.map_err(Problem::internal)?;
        derived::keep(node, owner, &note_name(cid), work.cid.as_bytes());
        Ok(Some(Self {
            owner: owner.clone(),
            of: parse_cid(cid).map_err(Problem::internal)?,
            recipe: Some(recipe),
            cid: parse_cid(&work.cid).map_err(Problem::internal)?,
            bytes: work.bytes,
            kind,
        }))
    }

    /// Puts it into its keeper's folder; true if it was not there. Blocks: what isn't a second name of the same file is copied.
    /// Errors: 507 without room, 409 while an order brings the same file, 503 if it isn't there any more.
    pub(super) fn bring(&self, node: &Node, keeper: &Did) -> Answer<bool> {
        let there = node.ledger().media().size(keeper, &self.cid);
        if there.map_err(bytes::problem)?.is_some() {
            return Ok(false);
        }
        let (_room, ()) = bytes::reserve(node, keeper, self.bytes, || Ok(()))?;
        match &self.recipe {
            None => self.deliver(node, keeper)?,
            Some(recipe) => self.make(node, keeper, recipe)?,
        }
        bytes::stored(node, keeper, self.bytes);
        Ok(true)
    }

    fn deliver(&self, node: &Node, keeper: &Did) -> Answer<()> {
        let media = node.ledger().media();
        match media.deliver((&self.owner, keeper), &self.cid) {
            Ok(Some(delivery)) => {
                delivery.end();
                Ok(())
            }
            Ok(None) => Err(Problem::conflict(
                "This file is on its way to you by another order: look again in a moment.",
            )),
            Err(MediaError::NotFound { .. }) => Err(files::missing()),
            Err(other) => Err(bytes::problem(other)),
        }
    }

    fn make(&self, node: &Node, keeper: &Did, recipe: &Arc<Recipe>) -> Answer<()> {
        let (file, _) = files::open(node, self.owner.as_str(), &self.of.to_string())?;
        let copy = Derived::new(Arc::clone(recipe), file);
        let stored = node.ledger().media().put(keeper, copy).map_err(bytes::problem)?;
        if stored.cid == self.cid {
            Ok(())
        } else {
            // The sweep takes what it made.
            Err(bytes::problem(MediaError::Damaged { cid: self.of }))
        }
    }
}
