//! `imajin rebuild`: projections from logs.

use crate::cli::RebuildArgs;
use crate::config;
use crate::failure::{Failure, Outcome};
use crate::output::Out;
use crate::rebuild;
use serde_json::json;

/// Runs it.
pub fn run(args: &RebuildArgs) -> Outcome {
    let data = config::data_folder(args.data.data.as_deref()).map_err(Failure::unusable)?;
    let config = config::load(&data, None).map_err(Failure::unusable)?;
    if !args.check {
        rebuild::replace(&data, &config)?;
        return say(args, true, &[], "the projections are made anew");
    }
    let different = rebuild::check(&data, &config)?;
    say(args, different.is_empty(), &different, "identical")?;
    match different.is_empty() {
        true => Ok(()),
        false => Err(Failure::no(
            "the projections are not what the logs say; imajin rebuild makes them anew",
        )),
    }
}

fn say(args: &RebuildArgs, identical: bool, different: &[String], good: &str) -> Outcome {
    let mut out = Out::new();
    if args.json {
        out.json(&json!({ "identical": identical, "different": different }))?;
        return out.done();
    }
    for line in different {
        out.line(line)?;
    }
    if identical {
        out.line(good)?;
    }
    out.done()
}
