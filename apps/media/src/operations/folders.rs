//! Folders: a tree of names in which files are.

use imajin_app::operation::{Change, Context, Decide, Decision, Line, Operation, Reasons};
use imajin_app::refuse_if;

use crate::fields::Name;
use crate::ids::FolderId;
use crate::queries;

/// The depth limit of nested folders.
pub(crate) const DEPTH_MAX: usize = 32;
/// Folders of one person.
pub(crate) const FOLDERS_MAX: i64 = 10_000;

/// Makes a folder, renames it, or moves it into another.
#[derive(Debug, Operation)]
#[operation(
    name = "media.folder",
    authority = Any,
    erasable_by = Author,
    refusal = FolderRefusal
)]
pub(crate) struct PutFolder {
    /// The folder's id: `fld_` and 24 of 0-9 a-f, drawn by the client.
    #[reference]
    pub(crate) folder: FolderId,
    /// Its name.
    pub(crate) name: Name,
    /// The notes of programs on the folder, as a JSON text of at most 4 096 characters. Left out: as before; null clears.
    pub(crate) props: Change<Line<4_096>>,
    /// The folder that it is in. Default: in none.
    #[fact]
    pub(crate) parent: Option<FolderId>,
}

#[derive(Debug, Reasons)]
pub(crate) enum FolderRefusal {
    /// You have no folder with this id that it could be in.
    #[refused(NotFound, field = "parent")]
    NoParent,
    /// A folder can’t be in itself, or in a folder within it.
    #[refused(Conflict, reason = "in-itself", field = "parent")]
    InItself,
    /// Folders can be nested 32 deep, and this would be deeper.
    #[refused(Conflict, reason = "depth", field = "parent")]
    Depth,
    /// You have 10 000 folders, and more don’t fit: remove one first.
    #[refused(Conflict, reason = "full")]
    Full,
    /// You have no folder with this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

impl Decide for PutFolder {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<FolderRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        let id = self.folder.as_str();
        let is_new = !queries::has_folder(db, owner, id)?;
        if is_new && queries::count_folders(db, owner)? >= FOLDERS_MAX {
            return Err(FolderRefusal::Full.into());
        }
        let Some(parent) = &self.parent else {
            return Ok(());
        };
        let around = queries::folders_around(db, owner, parent.as_str())?;
        let around = around.ok_or(FolderRefusal::NoParent)?;
        refuse_if!(around.iter().any(|outer| outer == id), FolderRefusal::InItself);
        let depth = around.len() + queries::folder_height(db, owner, id)?;
        if depth > DEPTH_MAX { Err(FolderRefusal::Depth.into()) } else { Ok(()) }
    }
}

/// Removes a folder and those in it. The files in them go to the trash.
#[derive(Debug, Operation)]
#[operation(name = "media.folder.remove", authority = Any, refusal = FolderRefusal)]
pub(crate) struct RemoveFolder {
    /// The folder's id.
    #[reference]
    pub(crate) folder: FolderId,
}

impl Decide for RemoveFolder {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<FolderRefusal> {
        let owner = ctx.owner().as_str();
        let is_there = queries::has_folder(ctx.reader(), owner, self.folder.as_str())?;
        if is_there { Ok(()) } else { Err(FolderRefusal::Unknown.into()) }
    }
}
