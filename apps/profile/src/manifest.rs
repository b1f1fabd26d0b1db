use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("profile");

/// Path of the page where people change their profile.
pub(crate) const EDIT: &str = "/profile/edit";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        PagePlacement::Setting.item(EDIT, "navigation", Icon::Person, 10),
        PagePlacement::Setting.item(
            "/profile/edit#audience",
            "navigation-privacy",
            Icon::Shield,
            15,
        ),
    ],
    own_page: Some(EDIT),
    section: Some("profile"),
    previews: Some("/api/media/"),
    agents: AgentAccess { reads: &["/api/profile/{id}"], writes: &["update"] },
    texts: Some(&TEXTS),
    ..Manifest::new("profile", Ports::new(3005, 7005))
};
