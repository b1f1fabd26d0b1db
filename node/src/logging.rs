//! `tracing` to standard error, plain or as JSON. Secrets are never logged: no type that holds one has `Debug`.

use crate::config::{LogConfig, LogFormat};
use imajin_box::failure::{OrFail, Outcome};
use std::io::IsTerminal;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Begins to log for a running node.
pub fn start(config: &LogConfig) -> Outcome {
    let filter: Targets = config.level.parse().or_unusable("log.level")?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match config.format {
        LogFormat::Plain => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().with_ansi(false).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .try_init()
        .or_unusable("cannot begin to log")
}
