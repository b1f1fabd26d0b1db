//! Names below the data folder, and how to tell that it is one. Knows no other module, so that settings and data can both ask.

use std::path::Path;

/// The folder of the node's own files.
pub const NODE_FOLDER: &str = "node";
/// The node's key in that folder, not sealed.
pub(crate) const IDENTITY_FILE: &str = "identity.key";
/// The node's key in that folder, sealed.
pub(crate) const SEALED_FILE: &str = "identity.key.age";

/// Whether the folder is the data folder of a node.
pub fn is_data_folder(data: &Path) -> bool {
    let node = data.join(NODE_FOLDER);
    [IDENTITY_FILE, SEALED_FILE].map(|name| node.join(name).exists()) != [false; 2]
}

/// Whether the key in the node's folder (`<data>/node`) is sealed.
pub fn is_sealed(node: &Path) -> bool {
    node.join(SEALED_FILE).exists() && !node.join(IDENTITY_FILE).exists()
}
