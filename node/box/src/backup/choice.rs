//! The place of backups: from the settings, else from the owner's choice on the page.
//!
//! Always: the settings (`imajin.toml`, the environment) win. The page's choice is in `node/backups.json`. The key of a
//! storage is sealed and only in the node's secrets.

use super::friend::join;
use super::{BackupError, Result, friend_host};
use crate::folder::NODE_FOLDER;
use crate::settings::{BackupConfig, BoxConfig, is_friend};
use imajin_app::{Node, Problem};
use imajin_host::outgoing::Allowed;
use imajin_host::prelude::*;
use imajin_host::upkeep::{BackupPlan, BackupWish, SetBy};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

const NAME: &str = "backups.json";
/// The name of the sealed setting.
const KEY: &str = "backup storage";
/// Maximum interval between backups in hours: a year.
const EVERY_H_MAX: u64 = 24 * 366;

/// The owner's choice on the backup page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackupChoice {
    to: String,
    every_h: u64,
    s3_url: String,
    s3_region: String,
    paused: bool,
}

/// The key of a storage. It has no `Debug`: it is written nowhere in the clear.
#[derive(Serialize, Deserialize)]
struct Key {
    id: String,
    secret: String,
}

fn path(data: &Path) -> PathBuf {
    data.join(NODE_FOLDER).join(NAME)
}

fn read_choice(data: &Path) -> Option<BackupChoice> {
    imajin_app::choices::read(&path(data))
}

/// The current choice, without the key of a storage; whether it is paused, and where it comes from.
pub fn in_force(data: &Path, settings: &BackupConfig) -> (BackupConfig, SetBy, bool) {
    if !settings.to.is_empty() {
        return (settings.clone(), SetBy::Settings, false);
    }
    let Some(chosen) = read_choice(data) else {
        return (settings.clone(), SetBy::Nobody, false);
    };
    let paused = chosen.paused;
    (chosen.over(settings), SetBy::Page, paused)
}

/// The settings that a backup of this node is made with, and its key.
pub fn settings(node: &Node, config: &BoxConfig) -> Result<BoxConfig> {
    let (mut backup, set_by, _) = in_force(node.data(), &config.backup);
    if set_by == SetBy::Page
        && let Some(key) = key(node).map_err(BackupError::refused)?
    {
        backup.s3_key = key.id;
        backup.s3_secret = imajin_pay::Secret::new(key.secret);
    }
    Ok(BoxConfig { backup, ..config.clone() })
}

/// Returns the current place and the plan for the backup page.
pub fn plan(data: &Path, settings: &BackupConfig) -> (String, BackupPlan) {
    let (backup, set_by, is_paused) = in_force(data, settings);
    let is_bucket = backup.to.starts_with("s3://");
    let of_bucket = |text: String| if is_bucket { text } else { String::new() };
    let plan = BackupPlan {
        set_by,
        is_paused,
        every_h: backup.every_h,
        s3_url: of_bucket(backup.s3_url),
        s3_region: of_bucket(backup.s3_region),
        friend: friend_host(&backup.to),
    };
    (backup.to, plan)
}

impl BackupChoice {
    /// The page's choice where the settings name no place; how many are kept stays theirs.
    fn over(self, settings: &BackupConfig) -> BackupConfig {
        BackupConfig {
            to: self.to,
            every_h: self.every_h,
            s3_url: self.s3_url,
            s3_region: self.s3_region,
            // The S3 key in the settings is for commands without the node's key, which cannot decrypt the stored one.
            ..settings.clone()
        }
    }
}

fn key(node: &Node) -> Result<Option<Key>, Problem> {
    let kept = node.kept_setting(KEY)?;
    kept.map(|bytes| serde_json::from_slice(&bytes).map_err(Problem::internal)).transpose()
}

/// The settings that a wish comes to, with the key that it brings or that is kept for the same storage.
pub fn wished(node: &Node, config: &BoxConfig, wish: &BackupWish) -> Result<BoxConfig, Problem> {
    let to = if wish.friend.trim().is_empty() {
        wish.to.trim().trim_end_matches('/').to_owned()
    } else {
        place_at_friend(node, config, wish)?
    };
    let region = match wish.s3_region.trim() {
        "" => "us-east-1",
        region => region,
    };
    let mut backup = BackupChoice {
        to,
        every_h: wish.every_h,
        s3_url: wish.s3_url.trim().to_owned(),
        s3_region: region.to_owned(),
        paused: false,
    }
    .over(&config.backup);
    check(node.data(), &backup)?;
    if backup.to.starts_with("s3://") {
        let key = match (wish.s3_key.trim(), wish.s3_secret.trim()) {
            ("", "") => kept_for(node, &backup.s3_url)?,
            (id, secret) if !id.is_empty() && !secret.is_empty() => {
                Key { id: id.to_owned(), secret: secret.to_owned() }
            }
            _ => {
                return Err(Problem::field("s3_secret", "Give the key's id and its secret, both."));
            }
        };
        backup.s3_key = key.id;
        backup.s3_secret = imajin_pay::Secret::new(key.secret);
    }
    Ok(BoxConfig { backup, ..config.clone() })
}

/// Returns the place that a friend's code gives, or the one that is kept at that box already.
fn place_at_friend(node: &Node, config: &BoxConfig, wish: &BackupWish) -> Result<String, Problem> {
    let address = wish.friend.trim();
    let current = read_choice(node.data()).map(|chosen| chosen.to);
    let current = current.filter(|to| friend_host(to).as_deref() == Some(address));
    if let Some(current) = current.filter(|_| wish.code.trim().is_empty()) {
        return Ok(current);
    }
    let allowed = Allowed { private: config.private_addresses };
    let place = join(address, &wish.code, &node.key().key, allowed);
    let place = place.map_err(|error| match error {
        BackupError::Place { why, .. } => Problem::field("code", why),
        other => Problem::field("friend", format!("{other}.")),
    });
    place?.ok_or_else(|| Problem::field("code", "Type the code that your friend gave you."))
}

/// A key is for the storage that it was given for.
fn kept_for(node: &Node, s3_url: &str) -> Result<Key, Problem> {
    let is_same = read_choice(node.data()).is_some_and(|chosen| chosen.s3_url == s3_url);
    let kept = if is_same { key(node)? } else { None };
    kept.ok_or_else(|| Problem::field("s3_key", "Give the storage's key: its id and its secret."))
}

fn check(data: &Path, backup: &BackupConfig) -> Result<(), Problem> {
    if backup.every_h > EVERY_H_MAX {
        let message = format!("Backups may be at most {EVERY_H_MAX} hours apart.");
        return Err(Problem::field("every_h", message));
    }
    if let Some(bucket) = backup.to.strip_prefix("s3://") {
        let url = reqwest::Url::parse(&backup.s3_url).ok();
        let is_web =
            url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        return match (bucket.is_empty() || bucket.starts_with('/'), is_web) {
            (true, _) => Err(Problem::field("to", "Name the bucket.")),
            (_, false) => Err(Problem::field(
                "s3_url",
                "Give the storage's address, like https://s3.eu-central-1.amazonaws.com.",
            )),
            (false, true) => Ok(()),
        };
    }
    if is_friend(&backup.to) {
        return Ok(());
    }
    let folder = Path::new(&backup.to);
    if !folder.is_absolute() {
        return Err(Problem::field("to", "Name a folder beginning with /, or a bucket."));
    }
    if !folder.is_dir() {
        let to = &backup.to;
        let text = format!(
            "There is no folder {to} on this box. Put the stick in, or make the folder first."
        );
        return Err(Problem::field("to", text));
    }
    // A copy in the folder that it copies is none, and would be in the next copy.
    let whole = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if whole(folder).starts_with(whole(data)) {
        Err(Problem::field(
            "to",
            "This folder is among the box's own data: choose one on a stick, another disk or a share.",
        ))
    } else {
        Ok(())
    }
}

fn not_by_settings(config: &BoxConfig) -> Result<(), Problem> {
    if config.backup.to.is_empty() {
        Ok(())
    } else {
        Err(Problem::conflict(
            "The box's settings (imajin.toml or its environment) name where backups go, and they win over this page: change it there.",
        ))
    }
}

/// Sets it. The key first: a place without one would only fail.
pub fn choose(node: &Node, config: &BoxConfig, wish: &BackupWish) -> Result<(), Problem> {
    not_by_settings(config)?;
    let backup = wished(node, config, wish)?.backup;
    if backup.to.starts_with("s3://") {
        let key = Key { id: backup.s3_key.clone(), secret: backup.s3_secret.reveal().to_owned() };
        node.keep_setting(KEY, &serde_json::to_vec(&key).map_err(Problem::internal)?)?;
    } else {
        node.forget_setting(KEY)?
    }
    let chosen = BackupChoice {
        to: backup.to,
        every_h: backup.every_h,
        s3_url: backup.s3_url,
        s3_region: backup.s3_region,
        paused: false,
    };
    imajin_app::choices::write(&path(node.data()), &chosen)?;
    node.choice_is_made(imajin_app::choices::BACKUPS);
    Ok(())
}

/// Pauses or resumes scheduled backups.
pub fn pause(node: &Node, config: &BoxConfig, is_paused: bool) -> Result<(), Problem> {
    not_by_settings(config)?;
    let mut chosen = read_choice(node.data()).ok_or_else(none_is_set)?;
    chosen.paused = is_paused;
    imajin_app::choices::write(&path(node.data()), &chosen)
}

/// Forgets it, the key after the place.
pub fn forget(node: &Node, config: &BoxConfig) -> Result<(), Problem> {
    not_by_settings(config)?;
    imajin_app::choices::forget(&path(node.data()))?;
    node.forget_setting(KEY)
}

/// Returns the problem of a missing place for backups.
pub fn none_is_set() -> Problem {
    Problem::conflict(
        "No place for backups is set: choose one on the page /backups, or name one under [backup] in the settings.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> BackupConfig {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/config/imajin.toml");
        let mut all: toml::Table = fs::read_to_string(file).unwrap().parse().unwrap();
        let over: toml::Table = text.parse().unwrap();
        let table = all["backup"].as_table_mut().unwrap();
        table
            .extend(over.get("backup").and_then(|own| own.as_table()).cloned().unwrap_or_default());
        all["backup"].clone().try_into().unwrap()
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(NODE_FOLDER)).unwrap();
        folder
    }

    #[test]
    fn the_settings_win_over_the_page_and_the_page_over_nothing() {
        let folder = folder();
        let (data, none) = (folder.path(), settings(""));
        assert_eq!(in_force(data, &none), (none.clone(), SetBy::Nobody, false));
        let chosen = BackupChoice {
            to: "/stick".to_owned(),
            every_h: 6,
            paused: true,
            ..BackupChoice::default()
        };
        imajin_app::choices::write(&path(data), &chosen).unwrap();
        let (backup, set_by, paused) = in_force(data, &none);
        assert_eq!((backup.to.as_str(), backup.every_h, backup.keep), ("/stick", 6, 14));
        assert_eq!((set_by, paused), (SetBy::Page, true));
        let named = settings("[backup]\nto = \"/share\"");
        assert_eq!(in_force(data, &named), (named.clone(), SetBy::Settings, false));
    }

    #[test]
    fn a_place_is_an_absolute_folder_elsewhere_or_a_bucket_with_its_address() {
        let folder = folder();
        let data = folder.path();
        let wrong = |to: &str, s3_url: &str| {
            let backup =
                BackupConfig { to: to.to_owned(), s3_url: s3_url.to_owned(), ..settings("") };
            check(data, &backup).err().map(|problem| problem.detail().to_owned())
        };
        let stick = tempfile::tempdir().unwrap();
        assert_eq!(wrong(stick.path().to_str().unwrap(), ""), None);
        let gone = stick.path().join("gone");
        assert!(wrong(gone.to_str().unwrap(), "").is_some_and(|said| said.contains("no folder")));
        assert_eq!(wrong("s3://boxes/ada", "https://s3.example"), None);
        assert!(wrong("stick", "").is_some());
        assert!(wrong("", "").is_some());
        assert!(wrong("s3://", "https://s3.example").is_some());
        assert!(wrong("s3://boxes", "s3.example").is_some());
        let inside = data.join(NODE_FOLDER);
        let message = wrong(inside.to_str().unwrap(), "").unwrap();
        assert!(message.contains("among the box's own data"), "{message}");
    }
}
