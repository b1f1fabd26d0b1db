//! The owner's view of the enrolment, and changes to it.

use imajin_app::{Node, Problem, blocking};
use imajin_host::registries::read_address;
use imajin_protocol::Did;

use super::files;
use super::registration::Registration;
use crate::manifest::FOLDER;

/// Joins or leaves a registry. The node acts on the choice within seconds.
pub(crate) async fn join_or_leave(node: &Node, url: &str, is_wanted: bool) -> Result<(), Problem> {
    let (url, folder) = (parse(url)?, node.data().join(FOLDER));
    let saved = blocking::run(move || files::join_or_leave(&folder, &url, is_wanted)).await;
    saved?.map_err(Problem::internal)
}

/// Sets or unsets the registry whose name leads to the box at home.
pub(crate) async fn set_home(node: &Node, url: &str, is_wanted: bool) -> Result<(), Problem> {
    let (url, folder) = (parse(url)?, node.data().join(FOLDER));
    if is_wanted && !registrations(node)?.iter().any(|one| one.url == url) {
        return Err(Problem::field("url", "Join this registry first."));
    }
    let saved = blocking::run(move || files::set_home(&folder, &url, is_wanted)).await;
    saved?.map_err(Problem::internal)
}

fn parse(url: &str) -> Result<String, Problem> {
    read_address(url).map_err(|error| Problem::field("url", format!("{error}.")))
}

/// Refuses everyone but the node's owner.
pub(crate) fn require_owner(node: &Node, did: &Did) -> Result<(), Problem> {
    if node.is_owner(did)? {
        Ok(())
    } else {
        Err(Problem::forbidden("Only the owner of this box chooses its registries."))
    }
}

/// The registrations, including registries that the owner joined a moment ago.
pub(crate) fn registrations(node: &Node) -> Result<Vec<Registration>, Problem> {
    let folder = node.data().join(FOLDER);
    let choice = files::choice(&folder).map_err(Problem::internal)?;
    let mut all = files::registrations(&folder).map_err(Problem::internal)?;
    all.retain(|one| !choice.left.contains(&one.url));
    for url in &choice.joined {
        if !all.iter().any(|one| one.url == *url) {
            all.push(Registration::new(url));
        }
    }
    if let Some(home) = &choice.home {
        all.iter_mut().for_each(|one| one.home = one.url == *home);
    }
    Ok(all)
}

/// The line on the owner's first page.
pub(crate) fn notice(node: &Node) -> Option<String> {
    let registrations = registrations(node).ok()?;
    let well = registrations.iter().filter(|one| one.is_well()).count();
    Some(match (registrations.len(), well) {
        (0, _) => "Your box isn’t listed publicly.".to_owned(),
        (1, 1) => "Your box is known to a registry.".to_owned(),
        (all, well) if all == well => format!("Your box is known to {all} registries."),
        (1, _) => {
            "The registry of your box does not answer at the moment. Everything works without it."
                .to_owned()
        }
        (all, well) => format!(
            "Of the {all} registries of your box, {} not answered the last time. Everything works without them.",
            match all - well {
                1 => "one has".to_owned(),
                silent => format!("{silent} have"),
            }
        ),
    })
}
