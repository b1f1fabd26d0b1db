//! Tests of the version that runs, through any history of updates, packages, failures and power cuts.

use super::state::{KeptVersion, Pair, Role, State, Trial};
use super::store::{Store, StoreError};
use super::{after, before, stopped};
use imajin_dfos::hex;
use imajin_registry::version::Version;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn kept(text: &str) -> KeptVersion {
    KeptVersion {
        version: text.to_owned(),
        hash: hex::encode(&Sha256::digest(text.as_bytes())),
        date: "2026-11-21".to_owned(),
        minimum: None,
        rolls_back: true,
    }
}

/// Makes an update that works.
fn updated(state: &mut State, to: &str, packaged: &Version) {
    state.try_out(Some(kept(to)), packaged);
    assert!(state.starting(packaged));
    state.confirm(packaged);
}

fn names(state: &State) -> Vec<(String, Role)> {
    let kept = state.kept().into_iter();
    kept.map(|(kept, role)| (kept.version.clone(), role)).collect()
}

#[test]
fn two_versions_are_kept_beside_the_packaged_one() {
    let packaged = version("0.1.0");
    let mut state = State::default();
    assert_eq!(state.version(&packaged), "0.1.0");
    assert!(!state.go_back(&packaged));
    updated(&mut state, "0.2.0", &packaged);
    assert_eq!(names(&state), [("0.2.0".to_owned(), Role::Current)]);
    updated(&mut state, "0.3.0", &packaged);
    updated(&mut state, "0.4.0", &packaged);
    let expected = [("0.4.0".to_owned(), Role::Current), ("0.3.0".to_owned(), Role::Previous)];
    assert_eq!(names(&state), expected);
    // While one is tried out, what could be gone back to is all still there.
    state.try_out(Some(kept("0.5.0")), &packaged);
    let expected = ["0.5.0", "0.4.0", "0.3.0"].map(str::to_owned);
    assert_eq!(names(&state).into_iter().map(|one| one.0).collect::<Vec<_>>(), expected);
}

#[test]
fn a_trial_has_two_starts_and_leaves_no_trace_when_it_is_given_up() {
    let packaged = version("0.1.0");
    let mut state = State::default();
    updated(&mut state, "0.2.0", &packaged);
    let good = state.pair.clone();
    state.try_out(Some(kept("0.3.0")), &packaged);
    for _ in 0..2 {
        assert!(state.starting(&packaged));
        assert_eq!(state.version(&packaged), "0.3.0");
    }
    assert!(state.starting(&packaged));
    assert_eq!((&state.pair, &state.trial), (&good, &None));
    let last = state.last.clone().unwrap();
    assert!(last.version == "0.3.0" && last.why.unwrap().contains("2 times"));
    // From then on nothing is counted.
    assert!(!state.starting(&packaged));
}

#[test]
fn going_back_is_a_trial_too_and_goes_both_ways() {
    let packaged = version("0.1.0");
    let mut state = State::default();
    updated(&mut state, "0.2.0", &packaged);
    assert!(state.go_back(&packaged));
    assert_eq!(state.version(&packaged), "0.1.0");
    state.starting(&packaged);
    state.confirm(&packaged);
    assert_eq!(names(&state), [("0.2.0".to_owned(), Role::Previous)]);
    assert!(state.go_back(&packaged));
    assert_eq!(state.version(&packaged), "0.2.0");
    state.give_up(&packaged, "no");
    assert_eq!(state.version(&packaged), "0.1.0");
}

#[test]
fn a_newer_package_wins_and_an_older_or_equal_one_does_not_bring_back() {
    let mut state = State::default();
    updated(&mut state, "0.3.0", &version("0.1.0"));
    assert_eq!(state.version(&version("0.2.0")), "0.3.0");
    for newer in ["0.3.0", "0.4.0"] {
        assert_eq!(state.chosen(&version(newer)), None);
    }
    // The way back from the package is the update that it superseded.
    let newer = version("0.4.0");
    let mut back = state.clone();
    assert!(back.go_back(&newer));
    assert_eq!(back.version(&newer), "0.3.0");
    // An update over the package drops the superseded update: the package is the way back now.
    updated(&mut state, "0.5.0", &newer);
    assert_eq!(names(&state), [("0.5.0".to_owned(), Role::Current)]);
    // One that was chosen although it is older stays, until the package is another.
    let mut older = State::default();
    updated(&mut older, "0.1.0", &newer);
    assert_eq!(older.version(&newer), "0.1.0");
    assert_eq!(older.version(&version("0.4.1")), "0.4.1");
}

#[test]
fn a_newer_package_ends_a_trial() {
    let mut state = State::default();
    state.try_out(Some(kept("0.2.0")), &version("0.1.0"));
    assert!(state.starting(&version("0.3.0")));
    assert_eq!(state.trial, None);
    assert_eq!(state.version(&version("0.3.0")), "0.3.0");
}

#[test]
fn the_highest_minimum_of_what_is_kept_counts() {
    let packaged = version("0.1.0");
    let mut state = State::default();
    for (version, minimum) in [("0.3.0", "0.2.0"), ("0.4.0", "0.1.5")] {
        let minimum = Some(minimum.to_owned());
        state.try_out(Some(KeptVersion { minimum, ..kept(version) }), &packaged);
        state.confirm(&packaged);
    }
    assert_eq!(state.minimum(), Some(version("0.2.0")));
}

/// A folder with programs, each of which holds its own version.
fn folder(of: &[&str]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("versions"));
    store.make().unwrap();
    for version in of {
        let mut file = store.partial().unwrap();
        file.write_all(version.as_bytes()).unwrap();
        let file = store.runnable(file).unwrap();
        store.keep(file, &kept(version)).unwrap();
    }
    (folder, store)
}

#[test]
fn before_a_start_the_file_of_what_runs_is_looked_at() {
    let packaged = version("0.1.0");
    let (_folder, store) = folder(&["0.2.0", "0.3.0"]);
    let mut state = State::default();
    updated(&mut state, "0.2.0", &packaged);
    updated(&mut state, "0.3.0", &packaged);
    store.save(&state).unwrap();
    assert_eq!(store.load().unwrap().pair, state.pair);
    let now = || store.load().unwrap().version(&packaged);
    before(&store, &packaged).unwrap();
    assert_eq!(now(), "0.3.0");
    // A bit flips on the card; then the file is gone.
    fs::write(store.path(&kept("0.3.0")), "0.3.1").unwrap();
    before(&store, &packaged).unwrap();
    assert_eq!(now(), "0.2.0");
    fs::remove_file(store.path(&kept("0.2.0"))).unwrap();
    before(&store, &packaged).unwrap();
    assert_eq!(now(), "0.1.0");
    // The choice itself is damaged, or says more than it may.
    for text in ["{", "{}", "{\"v\":2,\"pair\":{\"packaged\":\"\"}}"] {
        fs::write(store.folder().join("state.json"), text).unwrap();
        assert!(matches!(store.load(), Err(StoreError::State { .. })), "{text}");
        before(&store, &packaged).unwrap();
        assert_eq!(now(), "0.1.0");
    }
    let mut sly = State::default();
    sly.try_out(Some(KeptVersion { hash: "../".repeat(22), ..kept("0.2.0") }), &packaged);
    store.save(&sly).unwrap();
    assert!(matches!(store.load(), Err(StoreError::State { .. })));
}

#[test]
fn a_machine_without_updates_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("versions"));
    before(&store, &version("0.1.0")).unwrap();
    after(&store, &version("0.1.0"), |_| Err("no node runs there".to_owned())).unwrap();
    assert!(!store.folder().exists());
}

#[test]
fn a_version_that_hung_has_no_second_start_and_a_pulled_plug_has() {
    let packaged = version("0.1.0");
    let (_folder, store) = folder(&["0.2.0"]);
    let mut state = State::default();
    state.try_out(Some(kept("0.2.0")), &packaged);
    store.save(&state).unwrap();
    // A service that ended before the version's first start does not count against the version.
    stopped(&store, &packaged, "timeout").unwrap();
    before(&store, &packaged).unwrap();
    for result in ["success", "exit-code", "signal", ""] {
        stopped(&store, &packaged, result).unwrap();
        assert_eq!(store.load().unwrap().trial.unwrap().starts, 1, "{result}");
    }
    stopped(&store, &packaged, "timeout").unwrap();
    let state = store.load().unwrap();
    assert_eq!((state.version(&packaged), state.trial), ("0.1.0".to_owned(), None));
    assert!(state.last.unwrap().why.unwrap().contains("hung"));
}

#[test]
fn one_update_at_a_time_and_a_start_never_waits_for_it() {
    let packaged = version("0.1.0");
    let (_folder, store) = folder(&["0.2.0"]);
    let mut state = State::default();
    state.try_out(Some(kept("0.2.0")), &packaged);
    store.save(&state).unwrap();
    let held = store.hold().unwrap();
    assert!(matches!(store.hold(), Err(StoreError::Busy)));
    before(&store, &packaged).unwrap();
    assert_eq!(store.load().unwrap().trial.unwrap().starts, 0);
    drop(held);
    before(&store, &packaged).unwrap();
    assert_eq!(store.load().unwrap().trial.unwrap().starts, 1);
}

#[test]
fn what_nobody_names_is_swept_away() {
    let packaged = version("0.1.0");
    let (_folder, store) = folder(&["0.2.0", "0.3.0"]);
    let mut state = State::default();
    updated(&mut state, "0.3.0", &packaged);
    fs::write(store.folder().join(".new-abc"), "half").unwrap();
    fs::write(store.folder().join("notes of an admin"), "").unwrap();
    store.save(&state).unwrap();
    store.sweep(&state).unwrap();
    let mut left: Vec<String> = fs::read_dir(store.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let program = kept("0.3.0").file_name();
    assert_eq!(left, [program.as_str(), "notes of an admin", "state.json"]);
}

#[derive(Debug, Clone)]
enum Action {
    Update(u8),
    GoBack,
    Start,
    Well,
    GiveUp,
    Damaged,
    Package(u8),
}

fn step() -> impl Strategy<Value = Action> {
    prop_oneof![
        (1u8..9).prop_map(Action::Update),
        Just(Action::GoBack),
        Just(Action::Start),
        Just(Action::Start),
        Just(Action::Well),
        Just(Action::GiveUp),
        Just(Action::Damaged),
        (1u8..9).prop_map(Action::Package),
    ]
}

proptest! {
    /// A version can always run; at most two versions are kept outside of trials, and three within; a trial that never becomes
    /// healthy ends with the versions before it.
    #[test]
    fn any_history(steps in proptest::collection::vec(step(), 0..60)) {
        let mut packaged = version("0.1.0");
        let mut state = State::default();
        for step in steps {
            let is_free = state.trial.is_none();
            match step {
                Action::Update(minor) if is_free => state.try_out(Some(kept(&format!("0.{minor}.0"))), &packaged),
                Action::GoBack if is_free => { state.go_back(&packaged); }
                Action::Update(_) | Action::GoBack => {}
                Action::Start => { state.starting(&packaged); }
                Action::Well => state.confirm(&packaged),
                Action::GiveUp => state.give_up(&packaged, "asked"),
                Action::Damaged if state.chosen(&packaged).is_some() => state.set_aside(&packaged),
                Action::Damaged => {}
                Action::Package(minor) => packaged = version(&format!("0.{minor}.0")),
            }
            let most = if state.trial.is_some() { 3 } else { 2 };
            prop_assert!(state.kept().len() <= most);
            let text = serde_json::to_string(&state).unwrap();
            prop_assert_eq!(&serde_json::from_str::<State>(&text).unwrap(), &state);
            let mut lost = state.clone();
            let before: Option<Pair> = state.trial.clone().map(|trial: Trial| trial.before);
            let superseded = state.pair.current.is_some() && state.chosen(&packaged).is_none();
            for _ in 0..4 {
                lost.starting(&packaged);
            }
            prop_assert!(lost.trial.is_none());
            if let Some(before) = before.filter(|_| !superseded) {
                prop_assert_eq!(lost.pair, before);
            }
        }
    }
}
