use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("links");

/// The kind of cards about new links in followed collections.
pub(crate) const NEW_LINKS: &str = "new-links";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Tile.item("/links/edit", "home", Icon::Link, 60)],
    notices: &[NoticeKind::of_cards(NEW_LINKS, "notice-new-links")],
    own_page: Some("/links/edit"),
    section: Some("links"),
    agents: AgentAccess {
        reads: &["/api/items", "/api/items/{item}"],
        writes: &["put", "set", "attach", "sort"],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("links", Ports::new(3010, 7010))
};
