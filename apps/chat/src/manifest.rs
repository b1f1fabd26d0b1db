//! This app's manifest.

use imajin_service::{Catalogue, Manifest, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_service::catalogue!("chat");

pub(crate) const MANIFEST: Manifest = Manifest {
    section: Some("chat"),
    texts: Some(&TEXTS),
    ..Manifest::new(
        "chat",
        Ports {
            dev: 3007,
            prod: 7007,
        },
    )
};
