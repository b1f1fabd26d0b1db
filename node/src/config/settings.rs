//! The settings as types. What each means stands in `imajin.toml`, which is what people read.

use serde::Deserialize;
use std::net::SocketAddr;

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Host names besides the address, localhost and the machine's name.
    pub names: Vec<String>,
    /// The public address; empty for the listening one.
    pub url: String,
    /// The services that run.
    pub services: Vec<String>,
    /// Conventional ports.
    pub ports: Ports,
    /// Who may register.
    pub registration: RegistrationConfig,
    /// Logging.
    pub log: LogConfig,
    /// The listener.
    pub http: HttpConfig,
    /// What a client may ask for.
    pub limits: LimitsConfig,
    /// Storage.
    pub ledger: LedgerConfig,
}

/// Conventional ports besides the one origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ports {
    /// None.
    None,
    /// 3000 and up.
    Dev,
    /// 7000 and up.
    Prod,
}

/// Who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationConfig {
    /// Open until there is an owner, then by invitation.
    Auto,
    /// Everybody.
    Open,
    /// By invitation.
    Invite,
    /// Nobody.
    Closed,
}

/// Logging.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// A level, or levels by part.
    pub level: String,
    /// For whom.
    pub format: LogFormat,
}

/// For whom log lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// People.
    Plain,
    /// Programs: one JSON object a line.
    Json,
}

/// The listener.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Threads of the runtime.
    pub workers: usize,
    /// Connections at once.
    pub connections_max: usize,
    /// For a request's head.
    pub header_seconds_max: u64,
    /// For a whole request, and an idle connection.
    pub request_seconds_max: u64,
    /// For running requests at a stop.
    pub drain_seconds_max: u64,
    /// Origins that may read answers.
    pub cors_origins: Vec<String>,
}

/// What a client may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// A command's body.
    pub body_bytes_max: usize,
    /// A bundle for import.
    pub import_bytes_max: u64,
    /// A media file.
    pub media_bytes_max: u64,
    /// From one address; 0 is none.
    pub reads_per_minute_max: u32,
    /// By one DID; 0 is none.
    pub writes_per_minute_max: u32,
    /// From one address; 0 is none.
    pub attempts_per_minute_max: u32,
    /// Unproved registrations.
    pub pending_registrations_max: usize,
}

/// Storage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerConfig {
    /// The journal's limit.
    pub journal_bytes_max: u64,
    /// Logs open at once.
    pub open_logs_max: usize,
    /// When to speak of a disk that is getting full.
    pub free_bytes_warn: u64,
}

/// A stop has to end within five seconds in all; the last one is for draining the journal.
const DRAIN_SECONDS_LIMIT: u64 = 4;

impl Config {
    /// What types alone do not say. The message names the setting and what it may be.
    pub(super) fn check(&self) -> Result<(), String> {
        let at_least_one = [
            ("http.workers", self.http.workers as u64),
            ("http.connections_max", self.http.connections_max as u64),
            ("http.header_seconds_max", self.http.header_seconds_max),
            ("http.request_seconds_max", self.http.request_seconds_max),
            ("limits.body_bytes_max", self.limits.body_bytes_max as u64),
            ("ledger.open_logs_max", self.ledger.open_logs_max as u64),
            ("ledger.journal_bytes_max", self.ledger.journal_bytes_max),
        ];
        if let Some((name, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(format!("`{name}` must be at least 1"));
        }
        if self.http.drain_seconds_max > DRAIN_SECONDS_LIMIT {
            return Err(format!("`http.drain_seconds_max` may be at most {DRAIN_SECONDS_LIMIT}"));
        }
        if self.services.is_empty() {
            return Err("`services` must name at least one service".to_owned());
        }
        if !(self.url.is_empty() || self.url.starts_with("http://") || self.url.starts_with("https://")) {
            return Err("`url` must begin with http:// or https://, or be empty".to_owned());
        }
        Ok(())
    }
}
