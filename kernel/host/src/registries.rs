//! Addresses of registries, and the owner's choice of those that carry connections from anywhere to the box (tunnels).
//!
//! Always: the choice is one small file in the node's folder, replaced as a whole. The owner's page and the command line write it,
//! and the running node follows it. Until the owner chooses, the settings decide.

use std::io;
use std::path::Path;

use imajin_app::refuse_if;
use imajin_ledger::durable;
use serde::{Deserialize, Serialize};

/// Tunnels of one box, at most: each is a connection that never ends.
pub const TUNNELS_MAX: usize = 2;
const FILE_NAME: &str = "tunnels.json";
/// Characters of an address, at most.
const URL_CHARS_MAX: usize = 200;

/// Parses an address: `http` or `https` with a host; no query, no fragment, no user. Returns it in the one form in which
/// it is kept: the host as the DNS has it, without a usual port and a slash at the end.
pub fn parse_address(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    let parsed = reqwest::Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    let address = parsed.map(|url| url.as_str().trim_end_matches('/').to_owned());
    address.filter(|address| address.len() <= URL_CHARS_MAX).ok_or_else(|| {
        format!(
            "{text:?} is not an address of a registry; it must look like https://registry.example"
        )
    })
}

/// An address from a file, in the form of [`parse_address`]: earlier versions kept it as it was typed.
pub fn kept_address(text: String) -> String {
    parse_address(&text).unwrap_or(text)
}

/// Parses an address as people type it, who leave out `https://`.
pub fn read_address(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    if typed.contains("://") {
        parse_address(typed)
    } else {
        parse_address(&format!("https://{typed}"))
    }
}

/// The owner's choice.
#[derive(Default, Serialize, Deserialize)]
struct Choice {
    /// `None` while the settings decide.
    tunnels: Option<Vec<String>>,
}

/// The registries with a tunnel: those that the owner chose, else those of the settings. `folder` is the node's.
pub fn tunnels(folder: &Path, configured: &[String]) -> io::Result<Vec<String>> {
    let choice: Choice = durable::read_json(&folder.join(FILE_NAME))?;
    let tunnels = choice.tunnels.unwrap_or_else(|| configured.to_vec());
    let mut urls: Vec<String> = tunnels.into_iter().map(kept_address).collect();
    urls.dedup();
    urls.truncate(TUNNELS_MAX);
    Ok(urls)
}

/// Why a tunnel was not turned on or off.
#[derive(Debug)]
pub enum TunnelChoiceError {
    /// The box has as many tunnels as it may have.
    Full,
    /// The choice cannot be written.
    Unwritable(io::Error),
}

/// Turns the tunnel to a registry on or off, among those that are wanted now.
///
/// # Errors
/// The file cannot be written, or the box has as many tunnels as it may have.
pub fn turn_tunnel(
    mut tunnels: Vec<String>,
    folder: &Path,
    url: &str,
    on: bool,
) -> Result<(), TunnelChoiceError> {
    tunnels.retain(|other| other != url);
    if on {
        refuse_if!(tunnels.len() >= TUNNELS_MAX, TunnelChoiceError::Full);
        tunnels.push(url.to_owned());
    }
    save(folder, tunnels).map_err(TunnelChoiceError::Unwritable)
}

fn save(folder: &Path, tunnels: Vec<String>) -> io::Result<()> {
    let choice = Choice { tunnels: Some(tunnels) };
    durable::replace_json(&folder.join(FILE_NAME), &choice)
}

/// Ends the tunnel that the owner chose to a registry, if they did.
pub fn drop_tunnel(folder: &Path, url: &str) -> io::Result<()> {
    let mut chosen = tunnels(folder, &[])?;
    if let Some(place) = chosen.iter().position(|other| other == url) {
        chosen.remove(place);
        save(folder, chosen)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(parse_address(" https://a.example/x/ "), Ok("https://a.example/x".to_owned()));
        for wrong in
            ["", "a.example", "ftp://a.example", "https://u:p@a.example", "https://a.example/?x"]
        {
            assert!(parse_address(wrong).is_err(), "{wrong}");
        }
        for (typed, url) in [
            (" registry.example ", "https://registry.example"),
            ("https://registry.example", "https://registry.example"),
            ("http://localhost:7002", "http://localhost:7002"),
            ("Registry.Example", "https://registry.example"),
            ("HTTPS://Büro.example:443/", "https://xn--bro-hoa.example"),
        ] {
            assert_eq!(read_address(typed).as_deref(), Ok(url));
        }
        assert!(read_address("").is_err() && read_address("a b").is_err());
        assert_eq!(kept_address("https://A.example".to_owned()), "https://a.example");
        assert_eq!(kept_address("a b".to_owned()), "a b");
    }

    #[test]
    fn the_owners_choice_of_tunnels_outweighs_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let [a, b, c] = ["a", "b", "c"].map(|name| format!("https://{name}.example"));
        let configured = [a.clone()];
        let current = || tunnels(folder, &configured).unwrap();
        assert_eq!(current(), [a.as_str()]);
        turn_tunnel(current(), folder, &b, true).unwrap();
        assert_eq!(current(), [a.clone(), b.clone()]);
        assert!(matches!(turn_tunnel(current(), folder, &c, true), Err(TunnelChoiceError::Full)));
        turn_tunnel(current(), folder, &a, false).unwrap();
        assert_eq!(current(), [b.as_str()]);
        drop_tunnel(folder, &a).unwrap();
        drop_tunnel(folder, &b).unwrap();
        assert!(current().is_empty(), "off stays off");
        std::fs::write(folder.join(FILE_NAME), "{").unwrap();
        assert!(tunnels(folder, &configured).is_err());
    }
}
