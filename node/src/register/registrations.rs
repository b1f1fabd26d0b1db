//! The registrations of a node, read from its files without the running node.

use crate::config;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::folder::NODE_FOLDER;
use imajin_registry::enrolment::{self, Registration};
use std::path::Path;

/// The registries that the node at `data` registers with, each with the state of its registration.
pub fn registrations(data: &Path) -> Outcome<Vec<Registration>> {
    let folder = data.join(NODE_FOLDER);
    let settings = config::of_node(data).map_err(Failure::unusable)?;
    let choice = enrolment::choice(&folder).or_no("reading the choice of registries")?;
    let current = enrolment::registrations(&folder).or_no("reading the registrations")?;
    let urls = enrolment::selected(&settings.registries.urls(), &choice);
    let registration = |url: &String| {
        let existing = current.iter().find(|one| one.url == *url);
        existing.cloned().unwrap_or_else(|| Registration::new(url))
    };
    Ok(urls.iter().map(registration).collect())
}
