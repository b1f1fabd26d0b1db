//! This app's manifest.

use imajin_service::{Catalogue, Icon, Manifest, NavItem, NewsSource, NoticeKind, Ports, Shown};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_service::catalogue!("dykil");

/// A card about a survey that somebody opened whom a person follows.
pub(crate) const OPEN: &str = "survey-open";
/// A card about answers that came.
pub(crate) const ANSWERS: &str = "survey-answers";

/// The page where people make their surveys.
pub(crate) const OWN_PAGE: &str = "/dykil/edit";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[NavItem {
        href: OWN_PAGE,
        message: "home",
        icon: Icon::Chart,
        shown: Shown::Tile,
        rank: 75,
    }],
    notices: &[
        NoticeKind {
            name: OPEN,
            message: "notice-open",
            source: NewsSource::Card,
        },
        NoticeKind {
            name: ANSWERS,
            message: "notice-answers",
            source: NewsSource::Card,
        },
    ],
    own_page: Some(OWN_PAGE),
    section: Some("dykil"),
    before_deletion: Some("/assets/dykil/before-deletion.js"),
    texts: Some(&TEXTS),
    ..Manifest::new(
        "dykil",
        Ports {
            dev: 3009,
            prod: 7009,
        },
    )
};
