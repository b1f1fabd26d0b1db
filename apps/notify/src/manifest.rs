use imajin_app::{Catalogue, Icon, Manifest, NavItem, PagePlacement, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("notify");

/// The page where people choose what reaches them.
pub(crate) const SETTINGS: &str = "/notify/settings";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[NavItem {
        href: SETTINGS,
        message: "home",
        icon: Icon::Bell,
        shown: PagePlacement::Setting,
        rank: 10,
    }],
    own_page: Some(SETTINGS),
    section: Some("notify"),
    texts: Some(&TEXTS),
    ..Manifest::new("notify", Ports::new(3014, 7014))
};
