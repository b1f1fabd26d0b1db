//! The file that a manifest is about: an asset's, without a .fair that it came with.

use imajin_app::{Answer, Node, Problem};
use imajin_dfos::cid::parse_cid;
use imajin_fair::{Derived, Error, Recipe};
use imajin_host::derived;
use imajin_protocol::Did;
use imajin_protocol::fair::Work;
use std::fs::File;

use crate::files;
use crate::queries::Asset;

/// An asset's file: it is the work itself, or has a .fair in it.
enum Carrier {
    Bare(Work),
    With(File, Recipe),
}

fn open(node: &Node, asset: &Asset) -> Answer<Carrier> {
    let (mut file, bytes) = files::open(node, &asset.owner, &asset.cid)?;
    match imajin_fair::strip(&mut file) {
        Ok(Some(bare)) => Ok(Carrier::With(file, bare.recipe)),
        // A file that cannot carry a .fair, or that is damaged, is itself the work.
        Ok(None) | Err(Error::Obstacle(_)) => {
            Ok(Carrier::Bare(Work { cid: asset.cid.clone(), bytes }))
        }
        Err(Error::Io(error)) => Err(Problem::internal(error)),
    }
}

/// Returns the cache name of the hash of a file without its .fair.
fn name(asset: &Asset) -> String {
    format!("{}-work", asset.cid)
}

fn owner(asset: &Asset) -> Answer<Did> {
    Did::parse(&asset.owner).map_err(Problem::internal)
}

fn kept(node: &Node, asset: &Asset) -> Answer<Option<Work>> {
    let text = derived::read(node, &owner(asset)?, &name(asset));
    let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((cid, bytes)) = text.as_deref().and_then(|text| text.split_once(' ')) else {
        return Ok(None);
    };
    let work = bytes.parse().ok().map(|bytes| Work { cid: cid.to_owned(), bytes });
    Ok(work.filter(|work| parse_cid(&work.cid).is_ok()))
}

/// The work that an asset's file is. Where a .fair is in it, it may be hashed, once: not for the threads that answer.
pub(crate) fn work(node: &Node, asset: &Asset) -> Answer<Work> {
    let (file, recipe) = match open(node, asset)? {
        Carrier::Bare(work) => return Ok(work),
        Carrier::With(file, recipe) => (file, recipe),
    };
    if let Some(work) = kept(node, asset)? {
        return Ok(work);
    }
    let work = imajin_fair::work(&mut Derived::new(recipe, file)).map_err(Problem::internal)?;
    let text = format!("{} {}", work.cid, work.bytes);
    derived::keep(node, &owner(asset)?, &name(asset), text.as_bytes());
    Ok(work)
}

/// The work, if it is known without hashing the file.
pub(crate) fn known_work(node: &Node, asset: &Asset) -> Answer<Option<Work>> {
    match open(node, asset)? {
        Carrier::Bare(work) => Ok(Some(work)),
        Carrier::With(..) => kept(node, asset),
    }
}
