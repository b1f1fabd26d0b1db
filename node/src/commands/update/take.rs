//! A release becomes the version that is tried next.

use super::{ARCH, open, print_outcome, require_machine, trial};
use crate::cli::UpdateArgs;
use crate::output::Progress;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::size::bytes;
use imajin_box::versions::{self, FOLDER, KeptVersion, State, Store};
use imajin_log::Space;
use imajin_registry::release::{Release, Statement};
use imajin_registry::version::Version;
use std::fmt::Display;
use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempPath;

/// Bytes that stay free besides the new program: the node still writes, often on the same card.
const RESERVE_BYTES: u64 = 32 << 20;
/// A program says its version at once; under load, on a Pi, it takes a moment.
const SAYS_WITHIN: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

pub(super) fn run(args: &UpdateArgs, file: File, name: &dyn Display) -> Outcome {
    require_machine()?;
    let release = open(args, file, name)?;
    let statement = release.statement.clone();
    let packaged = versions::packaged().map_err(Failure::unusable)?;
    let store = Store::new(FOLDER);
    store.make().map_err(Failure::unusable)?;
    let held = store.hold().map_err(Failure::unusable)?;
    let mut state = store.load().map_err(Failure::unusable)?;
    let (from, to) = (state.version(&packaged), statement.version.to_string());
    match &state.trial {
        // This very command broke off before the restart, or was called twice.
        Some(_) if from == to => {}
        Some(_) => {
            return Err(Failure::no(format!(
                "version {from} is on trial: wait until it is confirmed (imajin update --list), or give it up with \
                 imajin update --rollback"
            )));
        }
        None if from == to => return print_outcome(args, &from, &to),
        None => {
            admit(args, &statement, &state, &packaged)?;
            let kept = bring(&store, &state, release, name)?;
            state.try_out(Some(kept), &packaged);
            store.save(&state).map_err(Failure::unusable)?;
        }
    }
    drop(held);
    trial::see_through(&store, &packaged, &to)?;
    let from = state.trial.map_or(from, |trial| {
        trial.before.current.map_or_else(|| packaged.to_string(), |kept| kept.version)
    });
    print_outcome(args, &from, &to)
}

/// Whether it may take the place of what runs.
fn admit(args: &UpdateArgs, new: &Statement, state: &State, packaged: &Version) -> Outcome {
    let refuse = |why: String| Err(Failure::no(why));
    let version = &new.version;
    let running = state.version(packaged);
    let is_older = running.parse().is_ok_and(|running: Version| version.is_before(&running));
    if is_older && !args.allow_older {
        return refuse(format!(
            "version {version} is older than {running}, which runs: --allow-older takes it nevertheless"
        ));
    }
    if let Some(minimum) = state.minimum().filter(|minimum| version.is_before(minimum))
        && !args.allow_older
    {
        return refuse(format!(
            "a release that was here said that nothing before version {minimum} should run any more: --allow-older takes \
             {version} nevertheless"
        ));
    }
    if !new.rolls_back && !args.one_way {
        return refuse(format!(
            "there is no way back from version {version}: {running} does not open any more what it wrote in. Make a backup \
             (imajin backup), then say --one-way"
        ));
    }
    match new.program(ARCH) {
        Some(_) => Ok(()),
        None => {
            let architectures: Vec<&str> = new.architectures().collect();
            refuse(format!(
                "the release has no program for this machine ({ARCH}), only for {}",
                architectures.join(", ")
            ))
        }
    }
}

/// Stores the program in the folder; under its final name only if it is the released one and runs on this machine.
fn bring(
    store: &Store,
    state: &State,
    release: Release<File>,
    name: &dyn Display,
) -> Outcome<KeptVersion> {
    let statement = release.statement.clone();
    let program = statement.program(ARCH);
    let program =
        program.ok_or_else(|| Failure::no("the release has no program for this machine"))?;
    store.sweep(state).map_err(Failure::unusable)?;
    let folder = store.folder().display();
    let free = Space::measure(store.folder()).or_unusable(&folder)?.free;
    let needed = program.bytes + RESERVE_BYTES;
    if free < needed {
        return Err(Failure::unusable(format!(
            "{folder} has {} free, and {} are needed: make room first",
            bytes(free),
            bytes(needed)
        )));
    }
    let mut partial = store.partial().map_err(Failure::unusable)?;
    Progress::over("verifying the release", |progress| {
        release.unpack(ARCH, partial.as_file_mut(), progress)
    })
    .or_no(name)?;
    let runnable = store.runnable(partial).map_err(Failure::unusable)?;
    let output = first_words(&runnable).or_no("the program of the release does not run here")?;
    let expected = format!("imajin {}", statement.version);
    if output.trim() != expected {
        return Err(Failure::no(format!(
            "the program of the release says that it is {:?}, and not {expected:?}",
            output.trim()
        )));
    }
    let version = KeptVersion::new(&statement, program);
    store.keep(runnable, &version).map_err(Failure::unusable)?;
    Ok(version)
}

/// Returns the program's output for `--version`.
fn first_words(program: &TempPath) -> Result<String, String> {
    let mut child = Command::new(program)
        .arg("--version")
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let attempts = SAYS_WITHIN.as_millis() / POLL.as_millis();
    for _ in 0..attempts {
        let Some(status) = child.try_wait().map_err(|error| error.to_string())? else {
            std::thread::sleep(POLL);
            continue;
        };
        let text = |from: Option<&mut dyn Read>| {
            let mut text = String::new();
            // The output is short; an error or invalid UTF-8 leaves an empty text.
            let _ = from.map(|from| from.take(4_096).read_to_string(&mut text));
            text
        };
        let output = text(child.stdout.as_mut().map(|out| out as &mut dyn Read));
        return if status.success() {
            Ok(output)
        } else {
            let why = text(child.stderr.as_mut().map(|out| out as &mut dyn Read));
            Err(format!("{status}: {}", why.trim()))
        };
    }
    // The program did not exit in time.
    let _ = child.kill();
    let _ = child.wait();
    Err(format!("it does not say its version within {} s", SAYS_WITHIN.as_secs()))
}
