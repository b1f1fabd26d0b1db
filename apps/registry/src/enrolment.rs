//! Which registries a node tells of itself: what its owner chose, and how each of them stands.
//!
//! Always: two small files in the node's folder, each replaced as a whole, and each written by one side: the choice by
//! the owner's page and the command line, the standings by the node while it runs. Whoever reads finds one state or the
//! next. Nothing else of a node depends on them.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use imajin_dfos::Timestamp;
use serde::{Deserialize, Serialize};

const CHOICE: &str = "registries.json";
const STANDINGS: &str = "registrations.json";
/// Registries of one node, at most.
pub const REGISTRIES_MAX: usize = 16;
/// Characters of an address, at most.
const URL_CHARS_MAX: usize = 200;

/// What the owner chose beside the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// These too.
    pub joined: Vec<String>,
    /// These not, although the settings name them.
    pub left: Vec<String>,
    /// The one whose name leads to the box at home, with a certificate; empty for none, and nothing where the settings count.
    pub home: Option<String>,
}

/// How a node stands with a registry. Times are milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Standing {
    /// The registry's address.
    pub url: String,
    /// When it first took the node in.
    pub since_ms: Option<i64>,
    /// When the registration ends unless it is renewed.
    pub expires_ms: Option<i64>,
    /// When it was made or renewed last.
    pub renewed_ms: Option<i64>,
    /// The name that the registry gave it.
    pub subdomain: Option<String>,
    /// Whether the registry verified the node's identity chain.
    pub chain_verified: bool,
    /// Digest of what was attested: something else is attested anew.
    pub attested: String,
    /// The last sign of life that was heard.
    pub heard_ms: Option<i64>,
    /// When the next attempt is due.
    pub next_ms: i64,
    /// Attempts in a row that came to nothing.
    pub failures: u32,
    /// Since when.
    pub failing_since_ms: Option<i64>,
    /// Why the last one did.
    pub failure: Option<String>,
    /// Whether its name is the one that leads to the box at home, with a certificate.
    pub home: bool,
    /// The registry asks for a newer program.
    pub upgrade: bool,
}

impl Standing {
    /// Nothing is known of this one yet.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            ..Self::default()
        }
    }

    /// Whether the registry answered the last time, as it should.
    pub fn is_well(&self) -> bool {
        self.since_ms.is_some() && self.failure.is_none()
    }

    /// How it stands, for people.
    pub fn says(&self) -> String {
        let date = |ms: Option<i64>| {
            let at = ms.and_then(|ms| Timestamp::from_millis(ms).ok());
            at.map(|at| at.to_string().chars().take(16).collect::<String>())
                .map(|text| text.replace('T', " ") + " UTC")
                .unwrap_or_default()
        };
        let mut text = match (&self.failure, self.since_ms) {
            (Some(why), _) => format!(
                "not reached since {}: {why}. Everything here works without it, and it is tried again",
                date(self.failing_since_ms)
            ),
            (None, None) => "about to be told of this node".to_owned(),
            (None, Some(_)) => {
                let name = self.subdomain.as_ref();
                let home = if self.home { " (your box at home)" } else { "" };
                let name = name
                    .map(|name| format!(" as {name}{home}"))
                    .unwrap_or_default();
                let heard = match self.heard_ms {
                    Some(_) => format!(", last heard {}", date(self.heard_ms)),
                    None => String::new(),
                };
                format!("registered{name} until {}{heard}", date(self.expires_ms))
            }
        };
        if self.upgrade {
            text.push_str("; it asks for a newer version of this program");
        }
        text
    }
}

/// An address as it is kept: `http` or `https`, with a host, without a slash at its end.
pub fn address(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    let parsed = reqwest::Url::parse(text).ok();
    let is_fine = text.len() <= URL_CHARS_MAX
        && parsed.is_some_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
    match is_fine {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "{text:?} is no address of a registry: it must be like https://registry.example"
        )),
    }
}

/// The registries that are wanted: those of the settings and those that were joined, without those that were left.
pub fn wanted(configured: &[String], choice: &Choice) -> Vec<String> {
    let mut urls: Vec<String> = Vec::new();
    for url in configured.iter().chain(&choice.joined) {
        if !choice.left.contains(url) && !urls.contains(url) && urls.len() < REGISTRIES_MAX {
            urls.push(url.clone());
        }
    }
    urls
}

/// The registry whose name leads to the box at home, if it is wanted and one of these; `configured` is what the settings say.
pub fn home(configured: &str, urls: &[String], choice: &Choice) -> Option<String> {
    let url = choice.home.as_deref().unwrap_or(configured);
    let url = address(url).ok()?;
    wanted(urls, choice).contains(&url).then_some(url)
}

/// The owner's choice; none where there is no file.
pub fn choice(folder: &Path) -> io::Result<Choice> {
    read(&folder.join(CHOICE))
}

/// How each registry stands, as of the last change.
pub fn standings(folder: &Path) -> io::Result<Vec<Standing>> {
    read(&folder.join(STANDINGS))
}

/// Joins or leaves a registry.
pub fn choose(folder: &Path, url: &str, is_wanted: bool) -> io::Result<()> {
    let mut choice = choice(folder)?;
    choice.joined.retain(|other| other != url);
    choice.left.retain(|other| other != url);
    let list = match is_wanted {
        true => &mut choice.joined,
        false => &mut choice.left,
    };
    if list.len() >= REGISTRIES_MAX {
        let full = format!("a node has at most {REGISTRIES_MAX} registries");
        return Err(io::Error::other(full));
    }
    list.push(url.to_owned());
    replace(folder, CHOICE, &serde_json::to_vec(&choice)?)
}

/// Lets a registry's name lead to the box at home, or not any more. At most one does.
pub fn choose_home(folder: &Path, url: &str, is_wanted: bool) -> io::Result<()> {
    let mut choice = choice(folder)?;
    if !is_wanted {
        let standings = standings(folder)?;
        let known = || standings.iter().find(|one| one.home);
        let now = choice.home.as_deref();
        if now.or_else(|| known().map(|one| one.url.as_str())) != Some(url) {
            return Ok(());
        }
    }
    choice.home = Some(if is_wanted {
        url.to_owned()
    } else {
        String::new()
    });
    replace(folder, CHOICE, &serde_json::to_vec(&choice)?)
}

/// Writes how each registry stands.
pub fn note(folder: &Path, standings: &[Standing]) -> io::Result<()> {
    replace(folder, STANDINGS, &serde_json::to_vec(standings)?)
}

fn read<T: Default + serde::de::DeserializeOwned>(path: &Path) -> io::Result<T> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(error),
    }
}

fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let beside = folder.join(format!("{name}.new"));
    let mut file = fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, folder.join(name))?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_stands_above_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (
            "https://a.example".to_owned(),
            "https://b.example".to_owned(),
        );
        let configured = [a.clone()];
        let now = || wanted(&configured, &choice(folder.path()).unwrap());
        assert_eq!(now(), configured);
        choose(folder.path(), &b, true).unwrap();
        assert_eq!(now(), [a.clone(), b.clone()]);
        choose(folder.path(), &a, false).unwrap();
        assert_eq!(now(), vec![b.clone()]);
        choose(folder.path(), &a, true).unwrap();
        choose(folder.path(), &b, false).unwrap();
        assert_eq!(now(), [a]);
        fs::write(folder.path().join(CHOICE), "{").unwrap();
        assert!(choice(folder.path()).is_err(), "damage is no empty choice");
    }

    #[test]
    fn one_registry_names_the_box_at_home() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = ("https://a.example".to_owned(), "https://b.example");
        let urls = [a.clone()];
        let now = |set: &str| home(set, &urls, &choice(folder.path()).unwrap());
        assert_eq!((now(""), now(&a)), (None, Some(a.clone())));
        let mut standing = Standing::new(&a);
        standing.home = true;
        note(folder.path(), &[standing]).unwrap();
        choose_home(folder.path(), b, false).unwrap();
        assert_eq!(now(&a), Some(a.clone()), "what is not so cannot end");
        choose_home(folder.path(), &a, false).unwrap();
        assert_eq!(
            now(&a),
            None,
            "the owner's choice stands above the settings"
        );
        choose_home(folder.path(), b, true).unwrap();
        assert_eq!(now(&a), None, "one that is told nothing gives no name");
        choose(folder.path(), b, true).unwrap();
        assert_eq!(now(&a).as_deref(), Some(b));
        choose(folder.path(), b, false).unwrap();
        assert_eq!(now(&a), None);
    }

    #[test]
    fn addresses() {
        assert_eq!(
            address(" https://a.example/x/ "),
            Ok("https://a.example/x".to_owned())
        );
        for wrong in [
            "",
            "a.example",
            "ftp://a.example",
            "https://u:p@a.example",
            "https://a.example/?x",
        ] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn words_are_calm() {
        let mut standing = Standing::new("https://a.example");
        assert_eq!(standing.says(), "about to be told of this node");
        standing.since_ms = Some(0);
        standing.expires_ms = Some(86_400_000);
        standing.subdomain = Some("box.example".to_owned());
        assert_eq!(
            standing.says(),
            "registered as box.example until 1970-01-02 00:00 UTC"
        );
        standing.failure = Some("it does not answer".to_owned());
        standing.failing_since_ms = Some(0);
        assert!(!standing.is_well() && standing.says().contains("works without it"));
    }
}
