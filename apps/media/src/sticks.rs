//! Photos and videos that come from a USB stick in the box: which sticks and folders there are, and the import of a folder.
//!
//! Always: nothing on a stick is written, and no link there is followed. The node reads, checks and stores a file; its owner's
//! page signs that it is theirs. So the node reads no more ahead than a page signs in a few minutes, and an unsigned file is
//! deleted after a day, like every file that no entry names.

mod contents;
mod import;
mod imports;
mod reading;
mod rules;
mod taking;
mod walk;

pub(crate) use contents::{MediaCounts, called, check_folder, contents, plugged_in, stick};
pub(crate) use import::{Import, Ready, StickMark, Waits};
pub(crate) use imports::Imports;
pub(crate) use reading::Reading;
pub(crate) use rules::Why;
