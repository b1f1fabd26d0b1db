use imajin_app::{Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("chat");

/// A card about a conversation with something new.
pub(crate) const NEW_MESSAGES: &str = "message";
/// A card about a person who asks to write.
pub(crate) const REQUEST: &str = "request";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Bar.item("/chat", "chats", Icon::Chat, 5)],
    notices: &[
        NoticeKind::elsewhere(NEW_MESSAGES, "notice-message"),
        NoticeKind::elsewhere(REQUEST, "notice-request"),
    ],
    own_page: Some("/chat"),
    before_deletion: Some("/assets/chat/before-deletion.js"),
    device_secrets: Some("/assets/chat/handover.js"),
    section: Some("chat"),
    texts: Some(&TEXTS),
    ..Manifest::new("chat", Ports::new(3007, 7007))
};
