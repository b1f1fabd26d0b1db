use imajin_app::{Catalogue, Icon, Manifest, PagePlacement, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("notify");

/// The page where people choose what reaches them.
pub(crate) const SETTINGS: &str = "/notify/settings";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Setting.item(SETTINGS, "home", Icon::Bell, 10)],
    own_page: Some(SETTINGS),
    section: Some("notify"),
    texts: Some(&TEXTS),
    ..Manifest::new("notify", Ports::new(3014, 7014))
};
