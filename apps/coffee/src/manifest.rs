use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("coffee");

/// The kind of cards about new tips.
pub(crate) const TIPS: &str = "tip";
/// The kind of cards about words with a tip.
pub(crate) const WORDS: &str = "tip-words";
/// The kind of cards that remind of a jar.
pub(crate) const REMINDER: &str = "tip-reminder";

/// Path of the page where people see their tips, and change their jars.
pub(crate) const OWN_PAGE: &str = "/coffee/edit";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Tile.item(OWN_PAGE, "home", Icon::Cup, 70)],
    notices: &[
        NoticeKind::of_cards(TIPS, "notice-tip"),
        NoticeKind::of_cards(WORDS, "notice-words"),
        NoticeKind::of_cards(REMINDER, "notice-reminder"),
    ],
    own_page: Some(OWN_PAGE),
    section: Some("coffee"),
    before_deletion: Some("/assets/coffee/before-deletion.js"),
    agents: AgentAccess {
        reads: &["/api/items", "/api/items/{item}"],
        writes: &["put", "set", "attach", "sort"],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("coffee", Ports::new(3008, 7008))
};
