//! This app's manifest.

use imajin_service::{Catalogue, Icon, Manifest, NavItem, Ports, Shown};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_service::catalogue!("links");

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[NavItem {
        href: "/links/edit",
        message: "home",
        icon: Icon::Link,
        shown: Shown::Tile,
        rank: 60,
    }],
    own_page: Some("/links/edit"),
    section: Some("links"),
    texts: Some(&TEXTS),
    ..Manifest::new(
        "links",
        Ports {
            dev: 3010,
            prod: 7010,
        },
    )
};
