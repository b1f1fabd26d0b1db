//! The app's manifest and texts.

use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("events");

/// The kind of cards about sold tickets.
pub(crate) const SOLD: &str = "sold";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        PagePlacement::Bar.item("/events", "service", Icon::Calendar, 20),
        PagePlacement::Tile.item("/events/mine", "tickets", Icon::Ticket, 25),
    ],
    own_page: Some("/events/mine"),
    section: Some("events"),
    previews: Some("/api/pictures/"),
    before_deletion: Some("/assets/events/before-deletion.js"),
    notices: &[
        NoticeKind::of_cards("upcoming", "notice-upcoming"),
        NoticeKind::elsewhere(SOLD, "notice-sold"),
    ],
    agents: AgentAccess { reads: &["/api/mine", "/api/events", "/api/events/{id}"], writes: &[] },
    texts: Some(&TEXTS),
    ..Manifest::new("events", Ports::new(3006, 7006))
};
