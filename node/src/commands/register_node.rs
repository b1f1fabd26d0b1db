//! `imajin register-node`: chooses the registries of this node. The running node registers; the command saves the
//! choice in its folder and prints the result.

use crate::cli::RegisterNodeArgs;
use crate::config;
use crate::output::Out;
use crate::register;
use imajin_box::address;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::folder::NODE_FOLDER;
use imajin_host::registries::{self, TUNNELS_MAX, TunnelChoiceError};
use imajin_registry::enrolment::{self, Registration};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Checks of the running node's result, at most, and the pause between two.
const LOOKS: u32 = 90;
const NAP: Duration = Duration::from_millis(500);

pub(super) fn run(args: &RegisterNodeArgs) -> Outcome {
    let data = super::existing_node(&args.data)?;
    let folder = data.join(NODE_FOLDER);
    let Some(url) = &args.url else {
        return print(args, &register::registrations(&data)?);
    };
    let url = registries::parse_address(url).map_err(Failure::unusable)?;
    let before = standing(&folder, &url)?;
    enrolment::join_or_leave(&folder, &url, !args.leave).or_no("saving the choice")?;
    if let Some(home) = &args.home {
        enrolment::set_home(&folder, &url, home == "yes").or_no("saving the choice")?;
    }
    if let Some(tunnel) = &args.tunnel {
        let settings = config::of_node(&data).map_err(Failure::unusable)?;
        let tunnels = registries::tunnels(&folder, &settings.registries.tunnels());
        let tunnels = tunnels.or_no("reading the choice of tunnels")?;
        turn_tunnel(tunnels, &folder, &url, tunnel == "yes")?;
    }
    let after = if args.leave || address::running(&data).is_none() {
        None
    } else {
        Some(wait(&folder, &url, before.as_ref())?)
    };
    let summary = match &after {
        Some(standing) => standing.summary(),
        None if args.leave => "left: the node sends it nothing any more".to_owned(),
        None => "chosen: the node registers when it starts".to_owned(),
    };
    let answer = json!({ "url": url, "wanted": !args.leave, "says": summary, "standing": after });
    Out::answer(args.json, &answer, |out| out.line(format_args!("{url}\n  {summary}")))?;
    if after.is_none_or(|standing| standing.is_well()) {
        Ok(())
    } else {
        Err(Failure::no("the registry was not reached; the node tries again automatically"))
    }
}

fn turn_tunnel(tunnels: Vec<String>, folder: &Path, url: &str, on: bool) -> Outcome {
    match registries::turn_tunnel(tunnels, folder, url, on) {
        Ok(()) => Ok(()),
        Err(TunnelChoiceError::Full) => Err(Failure::unusable(format!(
            "a box has at most {TUNNELS_MAX} tunnels: turn one off first, with --tunnel no"
        ))),
        Err(TunnelChoiceError::Unwritable(error)) => Err(error).or_no("saving the choice"),
    }
}

fn standing(folder: &Path, url: &str) -> Outcome<Option<Registration>> {
    let all = enrolment::registrations(folder).or_no("reading the registrations")?;
    Ok(all.into_iter().find(|one| one.url == url))
}

/// Waits until the running node has tried, or the state was good before.
fn wait(folder: &Path, url: &str, before: Option<&Registration>) -> Outcome<Registration> {
    for _ in 0..LOOKS {
        if let Some(standing) = standing(folder, url)? {
            let has_tried = standing.since_ms.is_some() || standing.failure.is_some();
            if has_tried && (standing.is_well() || before != Some(&standing)) {
                return Ok(standing);
            }
        }
        std::thread::sleep(NAP);
    }
    Ok(Registration::new(url))
}

fn print(args: &RegisterNodeArgs, all: &[Registration]) -> Outcome {
    Out::answer(args.json, &json!({ "registries": all }), |out| {
        if all.is_empty() {
            out.line("this node makes itself known to no registry, and needs none")?;
        }
        for one in all {
            out.line(format_args!("{}\n  {}", one.url, one.summary()))?;
        }
        Ok(())
    })
}
