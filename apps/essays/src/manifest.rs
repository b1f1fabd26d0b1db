use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("essays");

/// The kind of cards about new essays in followed series.
pub(crate) const NEW_ESSAYS: &str = "new-essays";

/// Path of the page where people write.
pub(crate) const OWN_PAGE: &str = "/essays/edit";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Tile.item(OWN_PAGE, "home", Icon::Record, 63)],
    notices: &[NoticeKind::of_cards(NEW_ESSAYS, "notice-new-essays")],
    own_page: Some(OWN_PAGE),
    section: Some("essays"),
    agents: AgentAccess {
        reads: &["/api/items", "/api/items/{item}"],
        writes: &["put", "set", "attach", "sort"],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("essays", Ports::new(3016, 7016))
};
