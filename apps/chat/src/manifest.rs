use imajin_app::{
    Catalogue, Icon, Manifest, NavItem, NewsSource, NoticeKind, PagePlacement, Ports,
};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("chat");

/// A card about a conversation with something new.
pub(crate) const NEW_MESSAGES: &str = "message";
/// A card about a person who asks to write.
pub(crate) const REQUEST: &str = "request";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[NavItem {
        href: "/chat",
        message: "chats",
        icon: Icon::Chat,
        shown: PagePlacement::Bar,
        rank: 5,
    }],
    notices: &[
        NoticeKind {
            name: NEW_MESSAGES,
            message: "notice-message",
            source: NewsSource::Elsewhere,
        },
        NoticeKind {
            name: REQUEST,
            message: "notice-request",
            source: NewsSource::Elsewhere,
        },
    ],
    own_page: Some("/chat"),
    before_deletion: Some("/assets/chat/before-deletion.js"),
    device_secrets: Some("/assets/chat/handover.js"),
    section: Some("chat"),
    texts: Some(&TEXTS),
    ..Manifest::new("chat", Ports::new(3007, 7007))
};
