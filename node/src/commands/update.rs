//! `imajin update`: another version of the program, by a signed release, with the way back.
//!
//! Always: until the release is verified and its program has said its version, nothing changes; from then on the service
//! manager's own steps decide (`versions`), so that it does not matter whether this command lives to see it.

mod take;
mod trial;

use crate::cli::UpdateArgs;
use crate::output::Out;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::versions::update_request::{self, RUN};
use imajin_box::versions::{self, FOLDER, KEYS, Role, State, Store};
use imajin_ledger::stick::Sticks;
use imajin_registry::release::Release;
use serde_json::json;
use std::fmt::Display;
use std::fs::File;
use std::path::Path;

/// Folder that exists if systemd runs (sd_booted(3)).
const SYSTEMD: &str = "/run/systemd/system";
/// The programs of a release are named as Rust names their machines.
const ARCH: &str = std::env::consts::ARCH;

pub(super) fn run(args: &UpdateArgs) -> Outcome {
    match &args.file {
        Some(file) if args.check => check(args, file),
        Some(file) => {
            take::run(args, File::open(file).or_unusable(file.display())?, &file.display())
        }
        None if args.requested => requested(args),
        None if args.rollback => go_back(args),
        None => list(args),
    }
}

/// The release in a file, if a key of this machine signed it.
fn open(args: &UpdateArgs, file: File, name: &dyn Display) -> Outcome<Release<File>> {
    Release::open(file, &versions::trusted(Path::new(KEYS), &args.release_key)?).or_no(name)
}

/// Takes the release on a stick that the owner requested on the update page.
fn requested(args: &UpdateArgs) -> Outcome {
    let folder = Path::new(RUN);
    let announce =
        |refused: Option<&str>| update_request::tell(folder, refused).or_unusable(folder.display());
    let Some((stick, name)) = update_request::take(folder).or_unusable(folder.display())? else {
        return Ok(());
    };
    announce(None)?;
    // Nothing is written to sticks here.
    let file = Sticks::new(RUN, 0).find(&stick).and_then(|stick| stick.open(&name));
    let outcome = file.map_err(Failure::unusable).and_then(|file| take::run(args, file, &name));
    if let Err(failure) = &outcome {
        announce(Some(&failure.text()))?;
    }
    outcome
}

fn check(args: &UpdateArgs, file: &Path) -> Outcome {
    let release = open(args, File::open(file).or_unusable(file.display())?, &file.display())?;
    let statement = release.statement.clone();
    release.unpack("", &mut std::io::sink(), &mut |_, _| {}).or_no(file.display())?;
    let runs_here = statement.program(ARCH).is_some();
    let architectures: Vec<&str> = statement.architectures().collect();
    let answer = json!({
        "version": statement.version.to_string(), "date": statement.date, "signer": statement.signer,
        "minimum": statement.minimum.as_ref().map(ToString::to_string), "notes": statement.notes,
        "rollsBack": statement.rolls_back, "architectures": architectures, "runsHere": runs_here,
    });
    Out::answer(args.json, &answer, |out| {
        out.line(format_args!(
            "version {} of {}, whole, signed by {}",
            statement.version, statement.date, statement.signer
        ))?;
        let here = if runs_here { "" } else { ", and not for this machine" };
        out.line(format_args!("for {}{here}", architectures.join(", ")))?;
        if let Some(minimum) = &statement.minimum {
            out.line(format_args!("versions before {minimum} should run nowhere any more"))?;
        }
        if !statement.rolls_back {
            out.line("there is no way back from it to the version before")?;
        }
        if let Some(notes) = &statement.notes {
            out.line(notes)?;
        }
        Ok(())
    })
}

/// Refuses users other than root, and machines without a service manager that starts the node.
fn require_machine() -> Outcome {
    if !rustix::process::geteuid().is_root() {
        return Err(Failure::unusable("this needs root: run it with sudo"));
    }
    if Path::new(SYSTEMD).is_dir() {
        Ok(())
    } else {
        Err(Failure::unusable(
            "systemd does not run here, and it is what starts the node and goes back to the version before: put the new \
             program in the place of the old one yourself",
        ))
    }
}

fn go_back(args: &UpdateArgs) -> Outcome {
    require_machine()?;
    let packaged = versions::packaged().map_err(Failure::unusable)?;
    let store = Store::new(FOLDER);
    if !store.folder().is_dir() {
        return Err(nothing_before());
    }
    let held = store.hold().map_err(Failure::unusable)?;
    let mut state = store.load().map_err(Failure::unusable)?;
    let from = state.version(&packaged);
    if let Some(trial) = &state.trial {
        let was_started = trial.starts > 0;
        state.give_up(&packaged, "the previous version was requested");
        store.save(&state).map_err(Failure::unusable)?;
        drop(held);
        if was_started {
            trial::restart()?;
        }
        return print_outcome(args, &from, &state.version(&packaged));
    }
    if state.chosen(&packaged).is_some_and(|kept| !kept.rolls_back) && !args.one_way {
        return Err(Failure::no(format!(
            "the version before does not open what version {from} wrote in; if it never wrote there, say --one-way"
        )));
    }
    if !state.go_back(&packaged) {
        return Err(nothing_before());
    }
    if let Some(kept) = state.chosen(&packaged).filter(|kept| !store.is_whole(kept)) {
        return Err(Failure::no(format!(
            "{} is damaged or gone: bring a release instead",
            store.path(kept).display()
        )));
    }
    store.save(&state).map_err(Failure::unusable)?;
    drop(held);
    let to = state.version(&packaged);
    trial::see_through(&store, &packaged, &to)?;
    print_outcome(args, &from, &to)
}

fn nothing_before() -> Failure {
    Failure::no("there is no version before: the packaged one is the only one here")
}

fn print_outcome(args: &UpdateArgs, from: &str, to: &str) -> Outcome {
    let answer = json!({ "version": to, "before": from, "changed": from != to });
    Out::answer(args.json, &answer, |out| {
        out.line(if from == to {
            format!("version {to} runs already: nothing changed")
        } else {
            format!("version {to} runs now, in the place of {from}")
        })
    })
}

fn list(args: &UpdateArgs) -> Outcome {
    let packaged = versions::packaged().map_err(Failure::unusable)?;
    let state = Store::new(FOLDER).load().map_err(Failure::unusable)?;
    let mut out = Out::new();
    if args.json {
        let kept: Vec<_> = state
            .kept()
            .into_iter()
            .map(|(kept, role)| {
                json!({ "version": kept.version, "hash": kept.hash, "date": kept.date, "role": role_now(&state, role, &packaged) })
            })
            .collect();
        out.json(&json!({
            "packaged": packaged.to_string(), "version": state.version(&packaged), "isOnTrial": state.trial.is_some(),
            "kept": kept, "last": state.last,
        }))?;
        return out.done();
    }
    let runs = match state.chosen(&packaged) {
        None if state.trial.is_some() => "on trial",
        None => "runs",
        Some(_) => "packaged",
    };
    out.line(format_args!("{packaged:<12} {runs:<10} {}", versions::PACKAGED))?;
    for (kept, role) in state.kept() {
        let role = match role_now(&state, role, &packaged) {
            Role::Current => "runs",
            Role::Trial => "on trial",
            Role::Previous => "way back",
            Role::Kept => "kept",
        };
        let version = &kept.version;
        out.line(format_args!("{version:<12} {role:<10} of {}", kept.date))?;
    }
    if let Some(last) = &state.last {
        let version = &last.version;
        match &last.why {
            None => out.line(format_args!("the last update, to {version}, was well"))?,
            Some(why) => {
                out.line(format_args!("the last update, to {version}, was given up: {why}"))?
            }
        }
    }
    out.done()
}

/// A newer package has replaced these versions; they don't run any more.
fn role_now(state: &State, role: Role, packaged: &imajin_registry::version::Version) -> Role {
    match (role, state.chosen(packaged)) {
        (Role::Current | Role::Trial, None) => Role::Previous,
        (role, _) => role,
    }
}
