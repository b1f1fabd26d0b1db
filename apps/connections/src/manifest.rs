use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("connections");

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        PagePlacement::Bar.item("/connections", "service", Icon::People, 10),
        PagePlacement::Tile.item("/connections/groups", "groups", Icon::People, 15),
    ],
    own_page: Some("/connections"),
    section: Some("connections"),
    notices: &[
        NoticeKind::elsewhere("accepted", "notice-accepted"),
        NoticeKind::elsewhere("connected", "notice-connected"),
    ],
    agents: AgentAccess {
        reads: &["/api/connections", "/api/groups", "/api/groups/{id}", "/api/groups/{id}/members"],
        writes: &[],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("connections", Ports::new(3003, 7003))
};
