//! This app's manifest.

use imajin_service::{Catalogue, Icon, Manifest, NavItem, NewsSource, NoticeKind, Ports, Shown};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_service::catalogue!("media");

/// A card with pictures of this day in earlier years.
pub(crate) const ON_THIS_DAY: &str = "on-this-day";

/// A card of somebody who is asked to agree to what others say that they made.
pub(crate) const AGREE: &str = "agree";

/// A card that says how many files have been in the trash for a month.
pub(crate) const TRASH: &str = "trash";

/// What a file is for, as its `context` says, that its owner kept of somebody else's.
pub(crate) const KEPT: &str = "kept";

/// The timeline.
pub(crate) const OWN_PAGE: &str = "/media";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[NavItem {
        href: OWN_PAGE,
        message: "home",
        icon: Icon::Picture,
        shown: Shown::Bar,
        rank: 12,
    }],
    notices: &[
        NoticeKind {
            name: ON_THIS_DAY,
            message: "notice-on-this-day",
            source: NewsSource::Card,
        },
        NoticeKind {
            name: AGREE,
            message: "notice-agree",
            source: NewsSource::Card,
        },
        NoticeKind {
            name: TRASH,
            message: "notice-trash",
            source: NewsSource::Card,
        },
    ],
    own_page: Some(OWN_PAGE),
    section: Some("media"),
    previews: Some("/api/assets/"),
    texts: Some(&TEXTS),
    ..Manifest::new(
        "media",
        Ports {
            dev: 3012,
            prod: 7012,
        },
    )
};
