//! The two files of the enrolment in the node's folder.
//!
//! Always: each file is replaced as a whole and has one writer. The owner's page and the command line write the choice; the
//! running node writes the registrations. A reader sees the old or the new state.

use std::io;
use std::path::Path;

use imajin_host::registries::{drop_tunnel, kept_address, parse_address};
use imajin_ledger::durable;
use serde::{Deserialize, Serialize};

use super::registration::Registration;

const CHOICE: &str = "registries.json";
const REGISTRATIONS: &str = "registrations.json";
/// Registries of one node, at most.
pub const REGISTRIES_MAX: usize = 16;

/// The owner's choice of registries, in addition to the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// Registries that the owner joined.
    pub joined: Vec<String>,
    /// Registries that the owner left, even if the settings name them.
    pub left: Vec<String>,
    /// The registry whose name leads to the box at home, with a certificate. Empty: no registry. `None`: the settings decide.
    pub home: Option<String>,
}

/// The registries that the node registers with: those of the settings and those joined, without those left.
pub fn selected(configured: &[String], choice: &Choice) -> Vec<String> {
    let mut urls: Vec<String> = Vec::new();
    for url in configured.iter().chain(&choice.joined) {
        if !choice.left.contains(url) && !urls.contains(url) && urls.len() < REGISTRIES_MAX {
            urls.push(url.clone());
        }
    }
    urls
}

/// The registry whose name leads to the box at home, if the node registers with it. `configured` is the value of the settings.
pub fn home_registry(configured: &str, urls: &[String], choice: &Choice) -> Option<String> {
    let url = choice.home.as_deref().unwrap_or(configured);
    let url = parse_address(url).ok()?;
    selected(urls, choice).contains(&url).then_some(url)
}

/// Reads the owner's choice; returns the default if the file does not exist.
pub fn choice(folder: &Path) -> io::Result<Choice> {
    let Choice { joined, left, home } = durable::read_json(&folder.join(CHOICE))?;
    let kept = |urls: Vec<String>| urls.into_iter().map(kept_address).collect();
    Ok(Choice { joined: kept(joined), left: kept(left), home: home.map(kept_address) })
}

/// Reads the registrations, as of the last change.
pub fn registrations(folder: &Path) -> io::Result<Vec<Registration>> {
    let read: Vec<Registration> = durable::read_json(&folder.join(REGISTRATIONS))?;
    let mut registrations: Vec<Registration> = Vec::with_capacity(read.len());
    for mut one in read {
        one.url = kept_address(one.url);
        if registrations.iter().all(|other| other.url != one.url) {
            registrations.push(one);
        }
    }
    Ok(registrations)
}

/// Joins or leaves a registry. Leaving one ends the tunnel to it.
pub fn join_or_leave(folder: &Path, url: &str, is_wanted: bool) -> io::Result<()> {
    if !is_wanted {
        drop_tunnel(folder, url)?;
    }
    let mut choice = choice(folder)?;
    choice.joined.retain(|other| other != url);
    choice.left.retain(|other| other != url);
    let list = if is_wanted { &mut choice.joined } else { &mut choice.left };
    if list.len() >= REGISTRIES_MAX {
        let full = format!("a node has at most {REGISTRIES_MAX} registries");
        return Err(io::Error::other(full));
    }
    list.push(url.to_owned());
    durable::replace_json(&folder.join(CHOICE), &choice)
}

/// Sets or unsets the registry whose name leads to the box at home. At most one name does.
pub fn set_home(folder: &Path, url: &str, is_wanted: bool) -> io::Result<()> {
    let mut choice = choice(folder)?;
    if !is_wanted {
        let registrations = registrations(folder)?;
        let current_home = || registrations.iter().find(|one| one.home);
        let now = choice.home.as_deref();
        if now.or_else(|| current_home().map(|one| one.url.as_str())) != Some(url) {
            return Ok(());
        }
    }
    choice.home = Some(if is_wanted { url.to_owned() } else { String::new() });
    durable::replace_json(&folder.join(CHOICE), &choice)
}

/// Replaces the registrations.
pub fn save_registrations(folder: &Path, registrations: &[Registration]) -> io::Result<()> {
    durable::replace_json(&folder.join(REGISTRATIONS), registrations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_overrides_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = ("https://a.example".to_owned(), "https://b.example".to_owned());
        let configured = [a.clone()];
        let now = || selected(&configured, &choice(folder.path()).unwrap());
        assert_eq!(now(), configured);
        join_or_leave(folder.path(), &b, true).unwrap();
        assert_eq!(now(), [a.clone(), b.clone()]);
        join_or_leave(folder.path(), &a, false).unwrap();
        assert_eq!(now(), vec![b.clone()]);
        join_or_leave(folder.path(), &a, true).unwrap();
        join_or_leave(folder.path(), &b, false).unwrap();
        assert_eq!(now(), [a]);
        std::fs::write(folder.path().join(CHOICE), "{").unwrap();
        assert!(choice(folder.path()).is_err(), "a damaged file is not an empty choice");
    }

    #[test]
    fn a_registry_is_one_however_it_was_typed() {
        let folder = tempfile::tempdir().unwrap();
        let url = "https://a.example";
        std::fs::write(folder.path().join(CHOICE), r#"{"joined":["https://A.example"]}"#).unwrap();
        assert_eq!(selected(&[url.to_owned()], &choice(folder.path()).unwrap()), [url]);
        join_or_leave(folder.path(), url, false).unwrap();
        assert!(selected(&[], &choice(folder.path()).unwrap()).is_empty());
        let twice = [Registration::new(url), Registration::new("https://A.example")];
        save_registrations(folder.path(), &twice).unwrap();
        assert_eq!(registrations(folder.path()).unwrap().len(), 1);
    }

    #[test]
    fn one_registry_names_the_box_at_home() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = ("https://a.example".to_owned(), "https://b.example");
        let urls = [a.clone()];
        let now = |set: &str| home_registry(set, &urls, &choice(folder.path()).unwrap());
        assert_eq!((now(""), now(&a)), (None, Some(a.clone())));
        let mut registration = Registration::new(&a);
        registration.home = true;
        save_registrations(folder.path(), &[registration]).unwrap();
        set_home(folder.path(), b, false).unwrap();
        assert_eq!(now(&a), Some(a.clone()), "only the current home registry can be unset");
        set_home(folder.path(), &a, false).unwrap();
        assert_eq!(now(&a), None, "the owner's choice overrides the settings");
        set_home(folder.path(), b, true).unwrap();
        assert_eq!(now(&a), None, "a registry that the node does not use gives no name");
        join_or_leave(folder.path(), b, true).unwrap();
        assert_eq!(now(&a).as_deref(), Some(b));
        join_or_leave(folder.path(), b, false).unwrap();
        assert_eq!(now(&a), None);
    }
}
