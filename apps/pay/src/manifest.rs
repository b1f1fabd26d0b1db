use imajin_app::{
    AgentAccess, Catalogue, Icon, Manifest, NavItem, NewsSource, NoticeKind, PagePlacement, Ports,
};

/// Path of the page that shows people their money.
pub(crate) const PAGE: &str = "/pay";

/// Path of the page where people set their payment details.
pub(crate) const DETAILS_PAGE: &str = "/pay/details";

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("pay");

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        NavItem {
            href: PAGE,
            message: "service",
            icon: Icon::Money,
            shown: PagePlacement::Bar,
            rank: 30,
        },
        NavItem {
            href: "/pay/details",
            message: "details",
            icon: Icon::Money,
            shown: PagePlacement::Setting,
            rank: 35,
        },
        NavItem {
            href: "/pay/cards",
            message: "cards",
            icon: Icon::Money,
            shown: PagePlacement::BoxSetting,
            rank: 8,
        },
    ],
    own_page: Some(PAGE),
    section: Some("pay"),
    notices: &[
        NoticeKind {
            name: "transfer",
            message: "notice-transfer",
            source: NewsSource::Card,
        },
        NoticeKind {
            name: "stray",
            message: "notice-stray",
            source: NewsSource::Card,
        },
        NoticeKind {
            name: "payout",
            message: "notice-payout",
            source: NewsSource::Card,
        },
    ],
    agents: AgentAccess {
        reads: &["/api/balance/{did}", "/api/receipts/{id}"],
        writes: &[],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("pay", Ports::new(3004, 7004))
};
