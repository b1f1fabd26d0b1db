use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("media");

/// A card with pictures of this day in earlier years.
pub(crate) const ON_THIS_DAY: &str = "on-this-day";

/// A card that asks a person to agree to another's manifest that names them.
pub(crate) const AGREE: &str = "agree";

/// A card that says how many files have been in the trash for a month.
pub(crate) const TRASH: &str = "trash";

/// The `context` of a file that its owner kept from another person.
pub(crate) const KEPT: &str = "kept";

/// The timeline.
pub(crate) const OWN_PAGE: &str = "/media";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Bar.item(OWN_PAGE, "home", Icon::Picture, 12)],
    notices: &[
        NoticeKind::of_cards(ON_THIS_DAY, "notice-on-this-day"),
        NoticeKind::of_cards(AGREE, "notice-agree"),
        NoticeKind::of_cards(TRASH, "notice-trash"),
    ],
    own_page: Some(OWN_PAGE),
    section: Some("media"),
    previews: Some("/api/assets/"),
    share_page: Some("/media/upload"),
    agents: AgentAccess {
        reads: &[
            "/api/assets",
            "/api/assets/{id}/meta",
            "/api/albums",
            "/api/albums/{id}",
            "/api/folders",
        ],
        writes: &["change", "move", "folder"],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("media", Ports::new(3012, 7012))
};
