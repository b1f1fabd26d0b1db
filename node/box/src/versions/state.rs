//! The current and the previous version, and whether the current one is still on trial. Pure: reads no clock and no disk.
//!
//! Always: giving up a trial brings back exactly what was before it. The file's members are only added to, since an older
//! packaged program reads what a newer one wrote.

use imajin_registry::release::{Program, Statement};
use imajin_registry::version::Version;
use serde::{Deserialize, Serialize};

/// The form of the file. A program that does not know it leaves it alone and runs itself.
pub(super) const FORM: u32 = 1;
/// Maximum number of starts of a version on trial: one, and another after a power cut.
const STARTS_MAX: u32 = 2;
/// Digits of the hash that tell two programs of one version apart.
const HASH_DIGITS: usize = 12;

/// The stored decisions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// [`FORM`].
    #[serde(rename = "v")]
    pub(super) form: u32,
    /// The current and the previous version.
    pub pair: Pair,
    /// The trial of the current version, until it has shown that it works.
    pub trial: Option<Trial>,
    /// Result of the last trial.
    pub last: Option<Last>,
}

/// Two versions; `None` is the packaged program.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The current version.
    pub current: Option<KeptVersion>,
    /// The version that can be brought back.
    pub previous: Option<KeptVersion>,
    /// The packaged program's version when this was chosen.
    pub packaged: String,
}

/// A version that an update brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptVersion {
    /// Its version.
    pub version: String,
    /// SHA-256 of the program, 64 hexadecimal digits.
    pub hash: String,
    /// Release date.
    pub date: String,
    /// Below which version nothing should run any more.
    pub minimum: Option<String>,
    /// Whether the version before it opens what it wrote in.
    pub rolls_back: bool,
}

/// A version that is still to show that it works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Number of starts.
    pub starts: u32,
    /// The versions to restore if the trial fails.
    pub before: Pair,
}

/// Result of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Last {
    /// The version.
    pub version: String,
    /// Reason for giving it up; `None` if it works.
    pub why: Option<String>,
}

/// Role of a kept version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The current version.
    Current,
    /// The current version, still on trial.
    Trial,
    /// The version that can be brought back.
    Previous,
    /// Any other version.
    Kept,
}

impl KeptVersion {
    /// A program of a release.
    pub fn new(statement: &Statement, program: &Program) -> Self {
        Self {
            version: statement.version.to_string(),
            hash: program.hash.clone(),
            date: statement.date.clone(),
            minimum: statement.minimum.as_ref().map(Version::to_string),
            rolls_back: statement.rolls_back,
        }
    }

    /// The name of its file.
    pub fn file_name(&self) -> String {
        let digits = self.hash.get(..HASH_DIGITS).unwrap_or(&self.hash);
        format!("imajin-{}-{digits}", self.version)
    }

    /// Whether it names a file of the folder and nothing else.
    pub(super) fn is_sound(&self) -> bool {
        let is_digit = |byte: u8| byte.is_ascii_hexdigit();
        self.version.parse::<Version>().is_ok()
            && self.hash.len() == 64
            && self.hash.bytes().all(is_digit)
    }
}

impl Pair {
    fn kept(&self) -> impl Iterator<Item = &KeptVersion> {
        self.current.iter().chain(&self.previous)
    }
}

impl State {
    /// Returns the version that runs; `None` is the packaged program. A package that is not older than the update wins, unless
    /// it is the one that was installed when the update was made.
    pub fn chosen(&self, packaged: &Version) -> Option<&KeptVersion> {
        let kept = self.pair.current.as_ref()?;
        let is_newer =
            kept.version.parse::<Version>().is_ok_and(|version| packaged.is_before(&version));
        (is_newer || self.pair.packaged == packaged.to_string()).then_some(kept)
    }

    /// The version of what runs.
    pub fn version(&self, packaged: &Version) -> String {
        self.chosen(packaged).map_or_else(|| packaged.to_string(), |kept| kept.version.clone())
    }

    /// The current two, with the packaged program in its place if it won.
    fn pair(&self, packaged: &Version) -> Pair {
        let mut pair = self.pair.clone();
        if pair.current.is_some() && self.chosen(packaged).is_none() {
            pair.previous = pair.current.take();
        }
        pair.packaged = packaged.to_string();
        pair
    }

    /// Puts a version on trial; what runs now becomes the way back.
    pub fn try_out(&mut self, new: Option<KeptVersion>, packaged: &Version) {
        let before = self.pair(packaged);
        self.pair =
            Pair { current: new, previous: before.current.clone(), packaged: packaged.to_string() };
        self.trial = Some(Trial { starts: 0, before });
    }

    /// Puts the way back on trial, if there is one: the version before, or the packaged one.
    pub fn go_back(&mut self, packaged: &Version) -> bool {
        let now = self.pair(packaged);
        if now.current.is_none() && now.previous.is_none() {
            return false;
        }
        self.try_out(now.previous, packaged);
        true
    }

    /// Ends the trial: the current version works.
    pub fn confirm(&mut self, packaged: &Version) {
        if self.trial.take().is_some() {
            self.last = Some(Last { version: self.version(packaged), why: None });
        }
    }

    /// Ends the trial: restores the versions before it.
    pub fn give_up(&mut self, packaged: &Version, why: &str) {
        let version = self.version(packaged);
        if let Some(trial) = self.trial.take() {
            self.pair = trial.before;
            self.last = Some(Last { version, why: Some(why.to_owned()) });
        }
    }

    /// A start is about to be made. Says whether anything changed.
    pub fn starting(&mut self, packaged: &Version) -> bool {
        let is_superseded = self.pair.current.is_some() && self.chosen(packaged).is_none();
        let Some(trial) = &mut self.trial else {
            return false;
        };
        if is_superseded {
            // The package is newer than what was on trial.
            self.trial = None;
        } else if trial.starts >= STARTS_MAX {
            let why = format!("it was started {STARTS_MAX} times and never became healthy");
            self.give_up(packaged, &why);
        } else {
            trial.starts += 1;
        }
        true
    }

    /// The service manager gave up waiting for it: no plug was pulled, so that it has no second start. Says whether anything
    /// changed.
    pub fn hung(&mut self, packaged: &Version) -> bool {
        let was_started = self.trial.as_ref().is_some_and(|trial| trial.starts > 0);
        if was_started {
            self.give_up(packaged, "it hung, and never became healthy");
        }
        was_started
    }

    /// The file of what runs is damaged or gone: what was before it is next.
    pub fn set_aside(&mut self, packaged: &Version) {
        if self.trial.is_some() {
            self.give_up(packaged, "its file is damaged");
            return;
        }
        let previous = self.pair.previous.take();
        self.last = Some(Last {
            version: self.version(packaged),
            why: Some("its file is damaged".to_owned()),
        });
        self.pair.current = previous;
    }

    /// Every version that is still needed.
    pub fn kept(&self) -> Vec<(&KeptVersion, Role)> {
        let role = |kept: &KeptVersion| match (&self.pair, &self.trial) {
            (pair, Some(_)) if pair.current.as_ref() == Some(kept) => Role::Trial,
            (pair, None) if pair.current.as_ref() == Some(kept) => Role::Current,
            (pair, _) if pair.previous.as_ref() == Some(kept) => Role::Previous,
            _ => Role::Kept,
        };
        let before = self.trial.iter().flat_map(|trial| trial.before.kept());
        let mut all: Vec<(&KeptVersion, Role)> = Vec::new();
        for kept in self.pair.kept().chain(before) {
            if all.iter().all(|(other, _)| *other != kept) {
                all.push((kept, role(kept)));
            }
        }
        all
    }

    /// The highest version below which a release said that nothing should run.
    pub fn minimum(&self) -> Option<Version> {
        let minimums = self
            .kept()
            .into_iter()
            .filter_map(|(kept, _)| kept.minimum.as_deref()?.parse::<Version>().ok());
        minimums.reduce(|one, other| if one.is_before(&other) { other } else { one })
    }
}
