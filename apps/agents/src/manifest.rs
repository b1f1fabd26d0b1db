use imajin_app::{Catalogue, Icon, Manifest, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("agents");

/// Path of the page where people connect their helpers.
pub(crate) const OWN_PAGE: &str = "/agents";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Setting.item(OWN_PAGE, "home", Icon::Apps, 31)],
    own_page: Some(OWN_PAGE),
    section: Some("agents"),
    texts: Some(&TEXTS),
    ..Manifest::new("agents", Ports::new(3017, 7017))
};
