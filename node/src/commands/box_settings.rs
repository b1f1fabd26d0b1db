//! `imajin box-settings`: what the owner put on the card's first partition, and the Wi-Fi that they chose on the box's page,
//! for the services of the image. Where both name a Wi-Fi, the card's counts.
//!
//! Always: nothing of a file with a mistake is applied, and the screen says what is wrong; the box starts without it.

use crate::cli::BoxSettingsArgs;
use crate::config::{self, FILE_NAME};
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::wifi as chosen;
use imajin_ledger::durable;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The owner's SSH keys, as sshd(8) has them.
const KEYS: &str = "authorized_keys";
const WIFI: &str = "wifi.conf";
/// Empty, and there where the Wi-Fi is the card's.
const WIFI_OF_CARD: &str = "wifi-of-card";
const PROBLEM: &str = "problem";
/// Maximum size of a file of settings or keys, ten times more than any real one.
const BYTES_MAX: u64 = 1 << 20;

/// Runs the command. It can be repeated.
pub(super) fn run(args: &BoxSettingsArgs) -> Outcome {
    if let (Some(wish), Some(to)) = (&args.take, &args.wifi) {
        chosen::take(wish, to)?;
    }
    std::fs::create_dir_all(&args.to).or_unusable(format!("cannot make {}", args.to.display()))?;
    let mut problems = Vec::new();
    let text = read(&args.from, FILE_NAME, &mut problems);
    let (text, wifi) = match config::check(Path::new(FILE_NAME), &text) {
        Ok(settings) => (text, settings.wifi.supplicant()),
        Err(error) => {
            problems.push(error.to_string());
            (String::new(), None)
        }
    };
    let kept = match (&wifi, &args.wifi) {
        (None, Some(path)) => chosen::kept(path).unwrap_or_else(|why| {
            problems.push(why);
            None
        }),
        _ => None,
    };
    put(&args.to, WIFI_OF_CARD, wifi.is_some().then_some(""))?;
    let wifi = wifi.or_else(|| kept.and_then(|kept| kept.supplicant()));
    let keys = read(&args.from, KEYS, &mut problems);
    // A file that contains only comments has no key, so SSH stays closed.
    let is_key = |line: &str| !(line.trim().is_empty() || line.trim_start().starts_with('#'));
    let keys = keys.lines().any(is_key).then_some(keys);
    let problem = (!problems.is_empty()).then(|| problems.join("\n") + "\n");
    put(&args.to, FILE_NAME, Some(&text))?;
    put(&args.to, WIFI, wifi.as_deref())?;
    put(&args.to, KEYS, keys.as_deref())?;
    put(&args.to, PROBLEM, problem.as_deref())?;
    problem.map_or(Ok(()), |problem| Err(Failure::no(problem.trim_end())))
}

/// Reads a file's text; returns an empty text if the file doesn't exist.
fn read(folder: &Path, name: &str, problems: &mut Vec<String>) -> String {
    let path = folder.join(name);
    let text = std::fs::metadata(&path).and_then(|file| {
        if file.len() > BYTES_MAX {
            Err(std::io::Error::other("it is too large"))
        } else {
            std::fs::read_to_string(&path)
        }
    });
    match text {
        // Editors of other systems put a mark at the beginning, and end lines their own way.
        Ok(text) => text.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => {
            problems.push(format!("{name}: {error}"));
            String::new()
        }
    }
}

/// Writes a file for this user alone, or takes it away.
fn put(folder: &Path, name: &str, text: Option<&str>) -> Outcome {
    let path = folder.join(name);
    let doing = || format!("cannot write {}", path.display());
    durable::remove_if_there(&path).or_unusable(doing())?;
    let Some(text) = text else { return Ok(()) };
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .or_unusable(doing())?;
    file.write_all(text.as_bytes()).or_unusable(doing())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn boxed(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf, Outcome) {
        wished(files, None)
    }

    fn wished(files: &[(&str, &str)], wish: Option<&str>) -> (tempfile::TempDir, PathBuf, Outcome) {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("card"), folder.path().join("run"));
        std::fs::create_dir(&from).unwrap();
        if let Some(wish) = wish {
            std::fs::write(folder.path().join("wish"), wish).unwrap();
        }
        for (name, text) in files {
            std::fs::write(from.join(name), text).unwrap();
        }
        let outcome = run(&BoxSettingsArgs {
            from,
            to: to.clone(),
            wifi: Some(folder.path().join("wifi.json")),
            take: Some(folder.path().join("wish")).filter(|wish| wish.exists()),
        });
        (folder, to, outcome)
    }

    #[test]
    fn what_stands_on_the_card_is_taken_over() {
        let text = "\u{feff}[lan]\r\nname = \"ada\"\r\n[wifi]\r\nnetwork = \"n\"\r\npassword = \"12345678\"\r\n";
        let (_folder, to, outcome) = boxed(&[(FILE_NAME, text), (KEYS, "ssh-ed25519 AAAA ada\n")]);
        assert!(outcome.is_ok());
        let settings = std::fs::read_to_string(to.join(FILE_NAME)).unwrap();
        assert_eq!(config::check(Path::new("f"), &settings).unwrap().lan.name, "ada");
        assert!(to.join(WIFI).exists() && to.join(KEYS).exists() && !to.join(PROBLEM).exists());
    }

    #[test]
    fn without_files_it_starts_as_it_is() {
        let (_folder, to, outcome) = boxed(&[(KEYS, "# put your key here\n")]);
        assert!(outcome.is_ok() && to.join(FILE_NAME).exists());
        assert!(!to.join(WIFI).exists() && !to.join(KEYS).exists());
    }

    #[test]
    fn a_mistake_is_named_and_nothing_of_that_file_is_taken_over() {
        let text = "[wifi]\nnetwork = \"n\"\n[lan]\nnmae = \"ada\"\n";
        let (_folder, to, outcome) = boxed(&[(FILE_NAME, text), (KEYS, "ssh-ed25519 AAAA ada\n")]);
        assert!(outcome.unwrap_err().text().contains("`lan.nmae`"));
        assert!(std::fs::read_to_string(to.join(PROBLEM)).unwrap().contains("imajin.toml"));
        assert_eq!(std::fs::read_to_string(to.join(FILE_NAME)).unwrap(), "");
        assert!(!to.join(WIFI).exists() && to.join(KEYS).exists());
    }

    const WISH: &str = r#"{"network":"house","password":"a long password","country":"CA"}"#;

    #[test]
    fn the_wifi_of_the_page_is_joined_where_the_card_names_none() {
        let (folder, to, outcome) = wished(&[(FILE_NAME, "[lan]\nname = \"ada\"\n")], Some(WISH));
        outcome.unwrap();
        let wifi = std::fs::read_to_string(to.join(WIFI)).unwrap();
        assert!(wifi.contains("ssid=686f757365") && wifi.contains("country=CA"));
        assert!(!folder.path().join("wish").exists() && !to.join(WIFI_OF_CARD).exists());
        // The password must not appear in a file that the node reads.
        assert!(!std::fs::read_to_string(to.join(FILE_NAME)).unwrap().contains("password"));
    }

    #[test]
    fn the_wifi_of_the_card_wins_over_that_of_the_page() {
        let card = "[wifi]\nnetwork = \"card\"\n";
        let (_folder, to, outcome) = wished(&[(FILE_NAME, card)], Some(WISH));
        outcome.unwrap();
        let wifi = std::fs::read_to_string(to.join(WIFI)).unwrap();
        assert!(wifi.contains("ssid=63617264") && to.join(WIFI_OF_CARD).exists());
    }

    #[test]
    fn a_wish_that_breaks_a_rule_changes_nothing() {
        let wish = WISH.replace("a long password", "short");
        let (folder, to, outcome) = wished(&[], Some(&wish));
        assert!(matches!(outcome, Err(Failure::Unusable(why)) if why.contains("wifi.password")));
        assert!(!to.exists() && !folder.path().join("wifi.json").exists());
    }
}
