use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

/// Path of the page that shows people their money.
pub(crate) const PAGE: &str = "/pay";

/// Path of the page where people set their payment details.
pub(crate) const DETAILS_PAGE: &str = "/pay/details";

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("pay");

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        PagePlacement::Bar.item(PAGE, "service", Icon::Money, 30),
        PagePlacement::Setting.item("/pay/details", "details", Icon::Money, 35),
        PagePlacement::BoxSetting.item("/pay/cards", "cards", Icon::Money, 8),
    ],
    own_page: Some(PAGE),
    section: Some("pay"),
    notices: &[
        NoticeKind::of_cards("transfer", "notice-transfer"),
        NoticeKind::of_cards("stray", "notice-stray"),
        NoticeKind::of_cards("payout", "notice-payout"),
    ],
    agents: AgentAccess { reads: &["/api/balance/{did}", "/api/receipts/{id}"], writes: &[] },
    texts: Some(&TEXTS),
    ..Manifest::new("pay", Ports::new(3004, 7004))
};
