use imajin_app::{Catalogue, Manifest, Ports};

/// Texts of the page, and translations of the sentences in the code.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("registry");

/// The folder below the data folder that holds the node's own files, such as the relay's store and key.
pub(crate) const FOLDER: &str = "node";

pub(crate) const MANIFEST: Manifest =
    Manifest { texts: Some(&TEXTS), ..Manifest::new("registry", Ports::new(3002, 7002)) };
