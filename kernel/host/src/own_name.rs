//! A name of the box's own on the internet, as its owner chose it on a page: the node gets a certificate for it that every
//! browser trusts.
//!
//! Always: the choice is one small file in the node's folder, replaced as a whole. The owner's page writes it, and the running
//! node follows it. Where the settings name names, they count instead.

use std::io;
use std::path::Path;

use imajin_ledger::durable;
use serde::{Deserialize, Serialize};

use crate::outgoing::is_public_url;

const FILE_NAME: &str = "own-name.json";

/// A name in the public DNS, in lower case, without a dot at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct OwnName(String);

#[derive(Default, Serialize, Deserialize)]
struct Choice {
    name: Option<OwnName>,
}

impl OwnName {
    /// Reads a name that a person typed or pasted, with `https://` or without; letters beyond ASCII are written as the
    /// DNS has them (RFC 5891). `None` for an address, a name at home, or one with a port.
    pub fn read(text: &str) -> Option<Self> {
        let name = text.trim();
        let name = name.strip_prefix("https://").unwrap_or(name);
        let name = name.strip_suffix('/').unwrap_or(name);
        let url = reqwest::Url::parse(&format!("https://{name}/")).ok()?;
        let is_name_alone = url.path() == "/"
            && url.port().is_none()
            && url.username().is_empty()
            && url.query().is_none()
            && url.fragment().is_none();
        let name = url.domain()?.trim_end_matches('.');
        let is_good = name.contains('.')
            && imajin_protocol::did::is_host_name(name)
            && is_public_url(&format!("https://{name}/"));
        (is_name_alone && is_good).then(|| Self(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OwnName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or("this is no name in the public DNS")
    }
}

/// The name that the owner chose, if they chose one. `folder` is the node's.
pub fn chosen(folder: &Path) -> io::Result<Option<OwnName>> {
    let choice: Choice = durable::read_json(&folder.join(FILE_NAME))?;
    Ok(choice.name)
}

/// The box's own names: those of the settings, else the one that the owner chose. `folder` is the node's.
pub fn names(settings: &[String], folder: &Path) -> io::Result<Vec<String>> {
    if !settings.is_empty() {
        return Ok(settings.to_vec());
    }
    let chosen = chosen(folder)?;
    Ok(chosen.into_iter().map(|name| name.0).collect())
}

/// Enters the owner's choice.
pub fn choose(folder: &Path, name: Option<OwnName>) -> io::Result<()> {
    durable::replace_json(&folder.join(FILE_NAME), &Choice { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_people_type_it() {
        for (typed, name) in [
            ("ada.example", "ada.example"),
            ("  https://Box.Ada.example/ ", "box.ada.example"),
            ("ada.example.", "ada.example"),
            ("büro.example", "xn--bro-hoa.example"),
        ] {
            assert_eq!(OwnName::read(typed).unwrap().as_str(), name, "{typed}");
        }
        let long = format!("{}.example", "a".repeat(64));
        let cases = "|ada|imajin.local|localhost|192.168.1.9|[::1]|ada.example:8443|\
            ada@ada.example|ada.example/page|ada.example?x|ada_1.example|*.ada.example|\
            http://ada.example";
        for wrong in cases.split('|').chain([long.as_str()]) {
            assert_eq!(OwnName::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_choice_stays_until_another_is_made() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(chosen(folder.path()).unwrap(), None);
        let name = OwnName::read("ada.example");
        choose(folder.path(), name.clone()).unwrap();
        assert_eq!(chosen(folder.path()).unwrap(), name);
        assert_eq!(names(&[], folder.path()).unwrap(), ["ada.example"]);
        let settings = ["box.example".to_owned()];
        assert_eq!(names(&settings, folder.path()).unwrap(), settings);
        choose(folder.path(), None).unwrap();
        assert_eq!(chosen(folder.path()).unwrap(), None);
        std::fs::write(folder.path().join(FILE_NAME), r#"{"name":"*"}"#).unwrap();
        assert!(chosen(folder.path()).is_err());
    }
}
