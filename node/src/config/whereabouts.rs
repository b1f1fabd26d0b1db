//! Lookup of the node that a command is for, and of the settings that it runs with: one small file in the data folder names
//! them.

use std::path::{Path, PathBuf};

use imajin_ledger::durable;

use imajin_box::folder::{NODE_FOLDER, is_data_folder};

/// File in the node's folder with the path of the node's settings, if they are not the folder's own.
const FILE_NAME: &str = "settings";

fn path(data: &Path) -> PathBuf {
    data.join(NODE_FOLDER).join(FILE_NAME)
}

/// The folder of the node: the usual one, or that of the node that is installed where the usual one has none.
pub(super) fn of_node(usual: PathBuf, installed: &Path) -> PathBuf {
    if !is_data_folder(&usual) && is_data_folder(installed) {
        installed.to_path_buf()
    } else {
        usual
    }
}

/// The path of the settings file in use.
pub(super) fn settings(data: &Path) -> Option<PathBuf> {
    std::fs::read_to_string(path(data)).ok().map(PathBuf::from)
}

/// Notes a file, or that there is none but the folder's own.
pub(super) fn note_settings(data: &Path, file: Option<&Path>) {
    let path = path(data);
    let noted = match file.map(std::path::absolute) {
        Some(Ok(file)) => durable::replace_unsynced(&path, file.as_os_str().as_encoded_bytes()),
        Some(Err(error)) => Err(error),
        None => durable::remove_if_there(&path),
    };
    if let Err(error) = noted {
        tracing::warn!(
            "cannot save in {} which settings the node uses, so commands use the folder's own: {error}",
            path.display()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_finds_the_installed_node_where_the_usual_folder_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let (usual, installed) = (folder.path().join("usual"), folder.path().join("installed"));
        let find_node = || of_node(usual.clone(), &installed);
        assert_eq!(find_node(), usual, "nothing anywhere");
        let begin = |data: &Path| {
            std::fs::create_dir_all(data.join(NODE_FOLDER)).unwrap();
            imajin_box::identity::NodeIdentity::open(data).unwrap();
        };
        begin(&installed);
        assert_eq!(find_node(), installed);
        begin(&usual);
        assert_eq!(find_node(), usual, "your own comes first");
    }
}
