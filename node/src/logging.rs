//! `tracing` to standard error, plain or as JSON. Secrets are never logged: no type that holds one has `Debug`.

use crate::config::{LogConfig, LogFormat};
use crate::failure::{OrFail, Outcome};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Begins to log for a running node.
pub fn start(config: &LogConfig) -> Outcome {
    let filter = EnvFilter::try_new(&config.level).or_unusable("log.level")?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(true);
    let started = match config.format {
        LogFormat::Plain => builder
            .with_ansi(std::io::stderr().is_terminal())
            .try_init(),
        LogFormat::Json => builder.json().with_ansi(false).try_init(),
    };
    started.or_unusable("cannot begin to log")
}
