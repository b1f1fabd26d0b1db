//! The recipes of shared copies that were asked for lately: finding one reads the whole file.
//!
//! Always: a recipe is of bytes, by their CID, so that it never becomes wrong; who may have the file is asked before. It is in
//! memory alone, so that a new version of the program finds its own.

use std::collections::VecDeque;
use std::io::{self, Read, Seek};
use std::sync::Arc;

use imajin_app::Node;
use imajin_fair::{Piece, Recipe};
use parking_lot::Mutex;

/// A page of an album.
const KEPT_MAX: usize = 64;
/// Pieces and bytes of a recipe that is kept: pictures have few. Those of films, and those with a .fair, are made each time.
const PIECES_MAX: usize = 32;
const LITERAL_BYTES_MAX: usize = 256;

/// The recipes by their files' CIDs, those used last first.
#[derive(Default)]
struct Recipes(Mutex<VecDeque<(String, Arc<Recipe>)>>);

/// The recipe of a file's shared copy; `None` where none fits.
pub(super) fn shared_copy<R: Read + Seek>(
    node: &Node,
    cid: &str,
    file: &mut R,
) -> io::Result<Option<Arc<Recipe>>> {
    let recipes = node.state::<Recipes>();
    if let Some(known) = recipes.find(cid) {
        return Ok(Some(known));
    }
    let made = imajin_pictures::shared_copy(file)?.map(Arc::new);
    if let Some(recipe) = made.as_ref().filter(|recipe| is_short(recipe)) {
        recipes.keep(cid, recipe);
    }
    Ok(made)
}

fn is_short(recipe: &Recipe) -> bool {
    let literal = |piece: &Piece| match piece {
        Piece::Literal(bytes) => bytes.len(),
        Piece::Original(_) | Piece::Zeros(_) => 0,
    };
    let pieces = recipe.pieces();
    pieces.len() <= PIECES_MAX && pieces.iter().map(literal).sum::<usize>() <= LITERAL_BYTES_MAX
}

impl Recipes {
    fn find(&self, cid: &str) -> Option<Arc<Recipe>> {
        let mut all = self.0.lock();
        let at = all.iter().position(|(of, _)| of == cid)?;
        let entry = all.remove(at)?;
        let recipe = Arc::clone(&entry.1);
        all.push_front(entry);
        Some(recipe)
    }

    fn keep(&self, cid: &str, recipe: &Arc<Recipe>) {
        let mut all = self.0.lock();
        if all.iter().all(|(of, _)| of != cid) {
            all.truncate(KEPT_MAX - 1);
            all.push_front((cid.to_owned(), Arc::clone(recipe)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_fair::Edit;

    #[test]
    fn those_used_last_are_kept() {
        let recipes = Recipes::default();
        let recipe = Arc::new(Recipe::of_edits(10, vec![Edit::remove(2..4)]));
        for n in 0..KEPT_MAX {
            recipes.keep(&n.to_string(), &recipe);
        }
        assert_eq!(recipes.find("0"), Some(Arc::clone(&recipe)));
        recipes.keep("another", &recipe);
        assert!(recipes.find("0").is_some());
        assert_eq!(recipes.find("1"), None, "it was used longest ago");
        let long = Recipe::of_edits(10, vec![Edit::insert(2, vec![0; LITERAL_BYTES_MAX + 1])]);
        assert!(is_short(&recipe) && !is_short(&long));
    }
}
