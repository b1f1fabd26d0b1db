//! The contents of an archive: for each file, the form that its viewer gets, under a unique name.
//!
//! Always: a name is a plain file name and never a path to another folder, no matter who chose it.

use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::HeaderMap;
use imajin_app::{Answer, Node, Right};
use imajin_fair::Derived;
use imajin_pictures::Size;

use super::archive::Archive;
use super::entry::Entry;
use crate::files::{self, Previews};
use crate::ids::AssetId;
use crate::leaving_name::leaving_name;
use crate::queries::{self, Asset, numbered, split_name};
use crate::routes::asker::Asker;
use crate::routes::download::{Download, FileVersion, choose_version, for_others};
use crate::sight::{self, Sight, Viewer};
use crate::train;

/// The form of a file that a viewer gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartForm {
    /// The file as it is.
    Original,
    /// The file without the place and the device.
    Shared,
    /// A picture of it.
    Preview,
}

/// A file in an archive, opened when its turn comes.
#[derive(Debug)]
struct Part {
    id: AssetId,
    /// The viewer's sight of it when the archive was begun.
    sight: Sight,
    owner: String,
    cid: String,
    what: PartForm,
}

impl Part {
    fn open(&self, node: &Node) -> Answer<Box<dyn Read + Send>> {
        let (owner, cid) = (self.owner.as_str(), self.cid.as_str());
        if self.what == PartForm::Preview {
            // The preview was made when the archive was measured.
            let made = Previews::default();
            let picture = files::preview(node, &made, (owner, cid), Size::W800)?;
            return Ok(Box::new(io::Cursor::new(picture)));
        }
        let (mut file, _) = files::open(node, owner, cid)?;
        if self.what == PartForm::Original {
            return Ok(Box::new(file));
        }
        match for_others(node, cid, &mut file)? {
            FileVersion::Cleaned(recipe) => Ok(Box::new(Derived::new(recipe, file))),
            FileVersion::Whole | FileVersion::Preview => Err(sight::none()),
        }
    }
}

/// The entries of an archive, and the bytes behind them.
#[derive(Default)]
pub(super) struct Contents {
    entries: Vec<Entry>,
    parts: Vec<Part>,
    names: Names,
    /// Files of which the viewer gets nothing: only a picture, which can't be made.
    pub(super) left_out: Vec<String>,
    /// The answer's header about training.
    pub(super) reserved: HeaderMap,
}

impl Contents {
    /// Adds a file as its viewer gets it.
    /// Errors: the file is reserved and a robot asks, or it is not on the disk.
    pub(super) fn add(
        &mut self,
        (node, previews): (&Node, &Previews),
        (viewer, headers): (&Viewer, &HeaderMap),
        (asset, sight): (Asset, Sight),
    ) -> Answer<()> {
        if !viewer.is(&asset.owner) {
            let mark = queries::read(node, |db| queries::fair_mark(db, &asset.owner, &asset.id))?;
            train::check(node, (viewer, &asset), (mark.as_ref(), headers))?;
            train::reserve(node, &asset, (mark.as_ref(), &mut self.reserved))?;
        }
        match measured((node, previews), &asset, sight)? {
            Some((part, name, bytes)) => {
                let name = self.names.unique(&name);
                self.entries.push(Entry::new(name, &asset.day, bytes));
                self.parts.push(part);
            }
            None => self.left_out.push(asset.id),
        }
        Ok(())
    }

    pub(super) fn files(&self) -> usize {
        self.parts.len()
    }

    /// Bytes of the archive.
    pub(super) fn length(&self) -> u64 {
        let unopened = Box::new(|_| Err(io::ErrorKind::Unsupported.into()));
        Archive::new(self.entries.clone(), unopened).length()
    }

    /// The archive, and the asker's right to what is being sent of it: to each file as it is opened, and for as long as it is sent.
    pub(super) fn archive(self, node: &Node, asker: Asker) -> (Archive, Right) {
        let parts = Arc::new(self.parts);
        let begun = Arc::new(AtomicUsize::new(0));
        let (opener, here) = (asker.clone(), node.clone());
        let (all, newest) = (Arc::clone(&parts), Arc::clone(&begun));
        let open = move |n: usize| {
            let part = all.get(n).ok_or(io::ErrorKind::NotFound)?;
            newest.store(n, Ordering::SeqCst);
            let opened =
                opener.check(&here, (&part.id, part.sight)).and_then(|()| part.open(&here));
            opened.map_err(|problem| io::Error::other(problem.to_string()))
        };
        // One piece of an answer may have several small files.
        let cursor = AtomicUsize::new(0);
        let right = Right::new(node, move |node| {
            let newest = begun.load(Ordering::SeqCst);
            let oldest = cursor.load(Ordering::SeqCst);
            for part in parts.iter().take(newest + 1).skip(oldest) {
                asker.check(node, (&part.id, part.sight))?;
            }
            cursor.store(newest, Ordering::SeqCst);
            Ok(())
        });
        (Archive::new(self.entries, Box::new(open)), right)
    }
}

/// Returns the form of a file that a viewer gets, its name and its length in bytes; `None` if they get nothing.
fn measured(
    (node, previews): (&Node, &Previews),
    asset: &Asset,
    sight: Sight,
) -> Answer<Option<(Part, String, u64)>> {
    let id = AssetId::parse(&asset.id).ok_or_else(sight::none)?;
    let part = |cid: &str, what: PartForm| Part {
        id: id.clone(),
        sight,
        owner: asset.owner.clone(),
        cid: cid.to_owned(),
        what,
    };
    let (mut file, bytes) = files::open(node, &asset.owner, &asset.cid)?;
    let version = if sight.has_file() {
        choose_version(node, (asset, sight), &mut file)?
    } else {
        FileVersion::Preview
    };
    let file = |form, bytes| Ok(Some((part(&asset.cid, form), asset.name.clone(), bytes)));
    match version {
        FileVersion::Whole => return file(PartForm::Original, bytes),
        FileVersion::Cleaned(recipe) => return file(PartForm::Shared, recipe.bytes()),
        FileVersion::Preview => {}
    }
    let shown = Download::from_asset(asset).shown;
    match files::preview(node, previews, (&asset.owner, shown), Size::W800) {
        Ok(picture) => {
            let name = format!("{}.jpg", stem(&asset.name));
            let part = part(shown, PartForm::Preview);
            Ok(Some((part, name, picture.len() as u64)))
        }
        Err(problem) if problem.status() == 404 => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn stem(name: &str) -> &str {
    split_name(name).0
}

/// The names in an archive, in lower case: many computers hold those for equal that differ in case alone.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// This name, or `name (2).ext`.
    fn unique(&mut self, name: &str) -> String {
        let safe = leaving_name(name);
        let (mut unique, mut number) = (safe.clone(), 1);
        while !self.0.insert(unique.to_lowercase()) {
            number += 1;
            unique = numbered(&safe, number);
        }
        unique
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_there_once_and_leads_nowhere_else() {
        let mut names = Names::default();
        let unique = [
            "a.jpg",
            "A.jpg",
            "a (2).jpg",
            "a.jpg",
            "..",
            ".",
            "../../b",
            "c:\\d",
            "x.",
            "x",
            "x. ",
        ]
        .map(|name| names.unique(name));
        let expected = [
            "a.jpg",
            "A (2).jpg",
            "a (2) (2).jpg",
            "a (3).jpg",
            "_",
            "_ (2)",
            ".._.._b",
            "c__d",
            "x",
            "x (2)",
            "x (3)",
        ];
        assert_eq!(unique, expected);
        assert_eq!((stem("a.b.heic"), stem(".x"), stem("y")), ("a.b", ".x", "y"));
    }
}
