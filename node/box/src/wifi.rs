//! The Wi-Fi of a box that runs the image, as its owner chooses it on the page `/wifi`.
//!
//! Always: the node leaves its wish in a folder that root empties (the image's `imajin-wifi-wish.path`), and reads what root
//! did with it. Root checks the wish by the same rules before it keeps it: it takes three short texts from the node,
//! and nothing else.

use crate::failure::{Failure, OrFail, Outcome};
use crate::settings::WifiConfig;
use imajin_app::Problem;
use imajin_host::upkeep::{WifiChoice, WifiState};
use imajin_ledger::durable;
use rustix::fs::{Mode, OFlags};
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

/// Address of the box in its own Wi-Fi; also in the image's `25-hotspot.network`.
pub const POINT_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 77, 77, 1));

/// Folder in the one that the machine shares with the node: for the node's request, and the outcome of the last one.
const REQUESTS: &str = "wifi";
const WISH: &str = "wish";
const STATE: &str = "wifi-state";
/// Three texts of 32, 63 and 2 bytes, each byte written as six at most.
const WISH_BYTES_MAX: u64 = 1024;

/// The state; `None` if the machine accepts no choices. `run` is the folder that the machine shares with the node.
pub fn standing(run: &Path) -> Option<WifiState> {
    if !run.join(REQUESTS).is_dir() {
        return None;
    }
    if run.join(REQUESTS).join(WISH).exists() {
        return Some(WifiState::Joining);
    }
    let text = fs::read_to_string(run.join(STATE)).unwrap_or_default();
    Some(match text.trim() {
        "card" => WifiState::Card,
        "own" => WifiState::Own,
        "joining" => WifiState::Joining,
        "joined" => WifiState::Joined,
        "failed" => WifiState::Failed,
        _ => WifiState::Off,
    })
}

/// Leaves the wish for root.
///
/// # Errors
/// The choice breaks a rule (400), the card's settings win or a wish waits already (409), or the file could not be written.
pub fn choose(run: &Path, choice: WifiChoice) -> Result<(), Problem> {
    let hindrance = match standing(run) {
        None => Some("This node does not look after the Wi-Fi of its machine."),
        Some(WifiState::Card) => Some(
            "imajin.toml on the card names the Wi-Fi and wins over this page: change it there.",
        ),
        Some(WifiState::Joining) => Some("The box is trying a Wi-Fi at the moment: wait a minute."),
        Some(_) => None,
    };
    if let Some(text) = hindrance {
        return Err(Problem::conflict(text));
    }
    let wish =
        WifiConfig { network: choice.network, password: choice.password, country: choice.country };
    check(&wish).map_err(Problem::bad_request)?;
    durable::replace_json(&run.join(REQUESTS).join(WISH), &wish).map_err(Problem::internal)
}

/// Takes a wish for root: reads it, removes it, checks it, and keeps it in `to`.
///
/// # Errors
/// The wish is missing or invalid, or could not be kept; `to` is then unchanged.
pub fn take(wish: &Path, to: &Path) -> Outcome {
    let read = read(wish);
    // The old content must not be found again.
    fs::remove_file(wish).or_unusable(format!("cannot remove {}", wish.display()))?;
    let text = serde_json::to_vec(&read.map_err(Failure::unusable)?).map_err(Failure::unusable)?;
    durable::replace(to, &text).or_unusable(format!("cannot write {}", to.display()))
}

/// Reads the kept Wi-Fi; `None` if the file does not exist.
///
/// # Errors
/// The file is not a choice of a Wi-Fi.
pub fn kept(path: &Path) -> Result<Option<WifiConfig>, String> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        _ => read(path).map(Some),
    }
}

fn check(wish: &WifiConfig) -> Result<(), String> {
    wish.check()?;
    if wish.network.is_empty() { Err("`wifi.network` must be named".to_owned()) } else { Ok(()) }
}

/// A regular file, never through a link: the folder of wishes is the node's.
fn read(path: &Path) -> Result<WifiConfig, String> {
    let wrong = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| wrong(&error))?;
    let file = File::from(file);
    let metadata = file.metadata().map_err(|error| wrong(&error))?;
    if !metadata.is_file() || metadata.len() > WISH_BYTES_MAX {
        return Err(wrong(&"it does not have a Wi-Fi's name, password and country"));
    }
    let mut text = Vec::new();
    file.take(WISH_BYTES_MAX).read_to_end(&mut text).map_err(|error| wrong(&error))?;
    let wish: WifiConfig = serde_json::from_slice(&text).map_err(|error| wrong(&error))?;
    check(&wish).map_err(|why| wrong(&why))?;
    Ok(wish)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn machine() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        fs::create_dir_all(run.join(REQUESTS)).unwrap();
        let to = folder.path().join("wifi.json");
        (folder, run, to)
    }

    #[test]
    fn the_image_gives_its_own_wifi_this_address() {
        let path = "../../image/root/etc/systemd/network/25-hotspot.network";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let network = fs::read_to_string(path).unwrap();
        let line = format!("Address={POINT_ADDRESS}/24");
        assert!(network.lines().any(|written| written == line));
    }

    fn choice(network: &str, password: &str) -> WifiChoice {
        WifiChoice {
            network: network.to_owned(),
            password: password.to_owned(),
            country: "CA".to_owned(),
        }
    }

    #[test]
    fn a_wish_is_left_taken_once_and_kept() {
        let (_folder, run, to) = machine();
        assert_eq!(standing(&run), Some(WifiState::Off));
        let (network, password) = ("ü".repeat(16), "\"\\".repeat(31));
        choose(&run, choice(&network, &password)).unwrap();
        assert_eq!(standing(&run), Some(WifiState::Joining));
        assert!(choose(&run, choice("another", "12345678")).is_err());
        let wish = run.join(REQUESTS).join(WISH);
        take(&wish, &to).unwrap();
        let chosen = kept(&to).unwrap().unwrap();
        assert_eq!((chosen.network, chosen.password), (network, password));
        assert!(!wish.exists() && take(&wish, &to).is_err());
        assert!(kept(&to).unwrap().is_some());
    }

    #[test]
    fn root_takes_no_wish_that_breaks_a_rule_and_follows_no_link() {
        let (folder, run, to) = machine();
        let wish = run.join(REQUESTS).join(WISH);
        let secret = folder.path().join("secret");
        let good = r#"{"network":"n","password":"12345678","country":""}"#;
        fs::write(&secret, good).unwrap();
        for text in [
            r#"{"network":"n","password":"short","country":""}"#,
            r#"{"network":"n","password":"1234567\n","country":""}"#,
            r#"{"network":"","password":"","country":""}"#,
            r#"{"network":"n","password":"","country":"","more":1}"#,
            "network=n",
            &format!("{good}{}", " ".repeat(1024)),
        ] {
            fs::write(&wish, text).unwrap();
            assert!(take(&wish, &to).is_err(), "{text}");
            assert!(!wish.exists() && !to.exists(), "{text}");
        }
        std::os::unix::fs::symlink(&secret, &wish).unwrap();
        assert!(take(&wish, &to).is_err() && secret.exists() && !to.exists());
        fs::write(&wish, good).unwrap();
        take(&wish, &to).unwrap();
    }

    #[test]
    fn where_the_card_names_a_network_or_no_machine_listens_nothing_is_chosen() {
        let (folder, run, _) = machine();
        fs::write(run.join(STATE), "card\n").unwrap();
        let refused = choose(&run, choice("n", "12345678")).unwrap_err();
        assert!(refused.detail().contains("imajin.toml"));
        assert_eq!(standing(folder.path()), None);
        assert!(choose(folder.path(), choice("n", "12345678")).is_err());
        fs::write(run.join(STATE), "failed\n").unwrap();
        assert!(choose(&run, choice("n", "short")).unwrap_err().detail().contains("8 to 63"));
    }
}
