//! `imajin register-node`: to which registries this node makes itself known. The running node does it; the command notes
//! the choice in its folder and says what came of it.

use crate::cli::RegisterNodeArgs;
use crate::config;
use crate::failure::{Failure, OrFail, Outcome};
use crate::open::{FolderError, NODE_FOLDER, is_data_folder};
use crate::output::Out;
use crate::serve::address;
use imajin_registry::enrolment::{self, Standing};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Looks at what a running node has come to, and how long between two.
const LOOKS: u32 = 90;
const NAP: Duration = Duration::from_millis(500);

/// Runs it.
pub(super) fn run(args: &RegisterNodeArgs) -> Outcome {
    let data = config::node_folder(args.data.data.as_deref()).map_err(Failure::unusable)?;
    if !is_data_folder(&data) {
        return Err(FolderError::Missing(data).into());
    }
    let folder = data.join(NODE_FOLDER);
    let Some(url) = &args.url else {
        return print(args, &all(&data)?);
    };
    let url = enrolment::address(url).map_err(Failure::unusable)?;
    let before = standing(&folder, &url)?;
    enrolment::choose(&folder, &url, !args.leave).or_no("noting the choice")?;
    if let Some(home) = &args.home {
        enrolment::choose_home(&folder, &url, home == "yes").or_no("noting the choice")?;
    }
    let after = match args.leave || address::running(&data).is_none() {
        true => None,
        false => Some(wait(&folder, &url, before.as_ref())?),
    };
    let said = match &after {
        Some(standing) => standing.says(),
        None if args.leave => "left: it is told nothing any more".to_owned(),
        None => "chosen: it is told when the node starts".to_owned(),
    };
    let mut out = Out::new();
    match args.json {
        true => out
            .json(&json!({ "url": url, "wanted": !args.leave, "says": said, "standing": after }))?,
        false => out.line(format_args!("{url}\n  {said}"))?,
    }
    out.done()?;
    match after.is_none_or(|standing| standing.is_well()) {
        true => Ok(()),
        false => Err(Failure::no(
            "the registry was not reached; the node tries again by itself",
        )),
    }
}

fn standing(folder: &Path, url: &str) -> Outcome<Option<Standing>> {
    let all = enrolment::standings(folder).or_no("reading how the registries stand")?;
    Ok(all.into_iter().find(|one| one.url == url))
}

/// Until the running node has tried, or was done before.
fn wait(folder: &Path, url: &str, before: Option<&Standing>) -> Outcome<Standing> {
    for _ in 0..LOOKS {
        if let Some(standing) = standing(folder, url)? {
            let has_tried = standing.since_ms.is_some() || standing.failure.is_some();
            if has_tried && (standing.is_well() || before != Some(&standing)) {
                return Ok(standing);
            }
        }
        std::thread::sleep(NAP);
    }
    Ok(Standing::new(url))
}

/// Those that are wanted, with how each stood the last time.
pub(super) fn all(data: &Path) -> Outcome<Vec<Standing>> {
    let folder = data.join(NODE_FOLDER);
    let settings = config::of_node(data).map_err(Failure::unusable)?;
    let choice = enrolment::choice(&folder).or_no("reading the choice of registries")?;
    let known = enrolment::standings(&folder).or_no("reading how the registries stand")?;
    let wanted = enrolment::wanted(&settings.registries.urls(), &choice);
    let standing = |url: &String| {
        let found = known.iter().find(|one| one.url == *url);
        found.cloned().unwrap_or_else(|| Standing::new(url))
    };
    Ok(wanted.iter().map(standing).collect())
}

fn print(args: &RegisterNodeArgs, all: &[Standing]) -> Outcome {
    let mut out = Out::new();
    if args.json {
        out.json(&json!({ "registries": all }))?;
        return out.done();
    }
    if all.is_empty() {
        out.line("this node makes itself known to no registry, and needs none")?;
    }
    for one in all {
        out.line(format_args!("{}\n  {}", one.url, one.says()))?;
    }
    out.done()
}
