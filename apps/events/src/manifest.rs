//! The app's manifest and texts.

use imajin_app::{
    AgentAccess, Catalogue, Icon, Manifest, NavItem, NewsSource, NoticeKind, PagePlacement, Ports,
};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("events");

/// The kind of cards about sold tickets.
pub(crate) const SOLD: &str = "sold";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        NavItem {
            href: "/events",
            message: "service",
            icon: Icon::Calendar,
            shown: PagePlacement::Bar,
            rank: 20,
        },
        NavItem {
            href: "/events/mine",
            message: "tickets",
            icon: Icon::Ticket,
            shown: PagePlacement::Tile,
            rank: 25,
        },
    ],
    own_page: Some("/events/mine"),
    section: Some("events"),
    previews: Some("/api/pictures/"),
    before_deletion: Some("/assets/events/before-deletion.js"),
    notices: &[
        NoticeKind::of_cards("upcoming", "notice-upcoming"),
        NoticeKind {
            name: SOLD,
            message: "notice-sold",
            source: NewsSource::Elsewhere,
        },
    ],
    agents: AgentAccess {
        reads: &["/api/mine", "/api/events", "/api/events/{id}"],
        writes: &[],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("events", Ports::new(3006, 7006))
};
