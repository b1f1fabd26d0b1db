use imajin_app::{Catalogue, Manifest, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("away");

/// The page on which people search.
pub(crate) const FIND: &str = "/away/find";

pub(crate) const MANIFEST: Manifest = Manifest {
    own_page: Some(FIND),
    texts: Some(&TEXTS),
    ..Manifest::new("away", Ports::new(3015, 7015))
};
