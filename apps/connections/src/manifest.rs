use imajin_app::{
    AgentAccess, Catalogue, Icon, Manifest, NavItem, NewsSource, NoticeKind, PagePlacement, Ports,
};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("connections");

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        NavItem {
            href: "/connections",
            message: "service",
            icon: Icon::People,
            shown: PagePlacement::Bar,
            rank: 10,
        },
        NavItem {
            href: "/connections/groups",
            message: "groups",
            icon: Icon::People,
            shown: PagePlacement::Tile,
            rank: 15,
        },
    ],
    own_page: Some("/connections"),
    section: Some("connections"),
    notices: &[
        NoticeKind {
            name: "accepted",
            message: "notice-accepted",
            source: NewsSource::Elsewhere,
        },
        NoticeKind {
            name: "connected",
            message: "notice-connected",
            source: NewsSource::Elsewhere,
        },
    ],
    agents: AgentAccess {
        reads: &[
            "/api/connections",
            "/api/groups",
            "/api/groups/{id}",
            "/api/groups/{id}/members",
        ],
        writes: &[],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("connections", Ports::new(3003, 7003))
};
