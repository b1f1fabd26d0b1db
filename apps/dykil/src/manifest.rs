use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("dykil");

/// The kind of cards about a survey opened by someone whom the viewer follows.
pub(crate) const OPEN: &str = "survey-open";
/// The kind of cards about new answers.
pub(crate) const ANSWERS: &str = "survey-answers";

/// The page where people create and edit their surveys.
pub(crate) const OWN_PAGE: &str = "/dykil/edit";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Tile.item(OWN_PAGE, "home", Icon::Chart, 75)],
    notices: &[
        NoticeKind::of_cards(OPEN, "notice-open"),
        NoticeKind::of_cards(ANSWERS, "notice-answers"),
    ],
    own_page: Some(OWN_PAGE),
    section: Some("dykil"),
    before_deletion: Some("/assets/dykil/before-deletion.js"),
    agents: AgentAccess {
        reads: &["/api/items", "/api/items/{item}", "/api/surveys/{owner}/{survey}/results"],
        writes: &["put", "set", "attach", "sort"],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("dykil", Ports::new(3009, 7009))
};
