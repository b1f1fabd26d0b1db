use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NavItem, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("profile");

/// Path of the page where people change their profile.
pub(crate) const EDIT: &str = "/profile/edit";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        NavItem {
            href: EDIT,
            message: "navigation",
            icon: Icon::Person,
            shown: PagePlacement::Setting,
            rank: 10,
        },
        NavItem {
            href: "/profile/edit#audience",
            message: "navigation-privacy",
            icon: Icon::Shield,
            shown: PagePlacement::Setting,
            rank: 15,
        },
    ],
    own_page: Some(EDIT),
    section: Some("profile"),
    previews: Some("/api/media/"),
    agents: AgentAccess {
        reads: &["/api/profile/{id}"],
        writes: &["update"],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("profile", Ports::new(3005, 7005))
};
