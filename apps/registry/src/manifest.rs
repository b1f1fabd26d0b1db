//! The manifest of this app.

use imajin_service::{Manifest, Ports};

/// The folder below the data folder that holds the node's own files, such as the relay's store and key.
pub(crate) const FOLDER: &str = "node";

pub(crate) const MANIFEST: Manifest = Manifest {
    ..Manifest::new(
        "registry",
        Ports {
            dev: 3002,
            prod: 7002,
        },
    )
};
