use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("market");

/// Path of the page with the listings of this box.
pub(crate) const NEAR_PAGE: &str = "/market";
/// Path of the page where people change their own listings.
pub(crate) const OWN_PAGE: &str = "/market/edit";
/// Path of the page with a person's orders; the page of one is below it.
pub(crate) const ORDERS_PAGE: &str = "/market/orders";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Tile.item(NEAR_PAGE, "home", Icon::Tag, 65)],
    own_page: Some(OWN_PAGE),
    section: Some("market"),
    before_deletion: Some("/assets/market/before-deletion.js"),
    agents: AgentAccess {
        reads: &["/api/items", "/api/listings", "/api/listings/{owner}/{item}", "/api/orders"],
        writes: &["put", "set", "attach", "sort"],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("market", Ports::new(3013, 7013))
};
