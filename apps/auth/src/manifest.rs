use imajin_app::{Catalogue, Manifest, NoticeKind, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("auth");

/// A card about an attestation of the person.
pub(crate) const SAID: &str = "said";
/// A card about people who joined the box.
pub(crate) const JOINED: &str = "joined";
/// A card about an app that waits for the owner.
pub(crate) const ASKING: &str = "app-asks";

pub(crate) const MANIFEST: Manifest = Manifest {
    section: Some("identity"),
    sign_in: &["api/challenge", "api/authenticate", "api/login/challenge", "api/login/verify"],
    notices: &[
        NoticeKind::of_cards(SAID, "notice-said"),
        NoticeKind::of_cards(JOINED, "notice-joined"),
        NoticeKind::of_cards(ASKING, "notice-app-asks"),
    ],
    texts: Some(&TEXTS),
    ..Manifest::new(imajin_identity::NAME, Ports::new(3001, 7001))
};
