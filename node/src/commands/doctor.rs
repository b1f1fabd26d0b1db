//! `imajin doctor`: runs every check, and says for each failed one what it means and what to do.

use crate::cli::ReportArgs;
use crate::config::{self, Config};
use crate::doctor;
use crate::output::Out;
use crate::register::registrations;
use imajin_app::check::Check;
use imajin_box::doctor::around;
use imajin_box::failure::{Failure, Outcome};
use imajin_box::usage;
use std::path::Path;

pub(super) fn run(args: &ReportArgs) -> Outcome {
    let data = super::existing_node(&args.data)?;
    let loaded = config::of_node(&data);
    let settings = loaded.as_ref().ok().map(Config::for_box);
    let mut checks = around(&data, settings.as_ref(), registrations);
    match loaded {
        Ok(config) => checks.extend(doctor::inside(&data, &config)),
        Err(error) => checks.push(Check::bad(
            "settings",
            error.to_string(),
            "mend the named setting, or remove the file to have all defaults",
        )),
    }
    let wrong = checks.iter().filter(|check| is_wrong(check)).count();
    print(args, &data, &checks)?;
    match wrong {
        0 => Ok(()),
        count => {
            Err(Failure::no(format!("{count} of {} checks found something wrong", checks.len())))
        }
    }
}

/// Whether something is broken, which is more than a warning.
fn is_wrong(check: &Check) -> bool {
    !check.ok && !check.warning
}

fn print(args: &ReportArgs, data: &Path, checks: &[Check]) -> Outcome {
    let mut out = Out::new();
    if args.json {
        let healthy = !checks.iter().any(is_wrong);
        let settings = config::of_node(data).ok().as_ref().map(Config::for_box);
        let usage = usage::measure(data, settings.as_ref());
        out.json(&serde_json::json!({ "healthy": healthy, "checks": checks, "usage": usage }))?;
        return out.done();
    }
    for check in checks {
        let mark = match check {
            check if check.ok => "ok",
            check if check.warning => "warn",
            _ => "BAD",
        };
        for (n, line) in check.says.lines().enumerate() {
            match n {
                0 => out.line(format_args!("{mark:<4} {:<12} {line}", check.name))?,
                _ => out.line(format_args!("{:17} {line}", ""))?,
            }
        }
        if let Some(todo) = &check.todo {
            match &check.command {
                Some(command) => out.line(format_args!("{:17} to do: {todo} ({command})", ""))?,
                None => out.line(format_args!("{:17} to do: {todo}", ""))?,
            }
        }
    }
    out.done()
}
