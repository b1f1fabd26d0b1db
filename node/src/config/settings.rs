//! The settings as types. `imajin.toml` explains each of them to people.

use super::budgets::BudgetsConfig;
use super::claim::ClaimConfig;
use super::registries::RegistriesConfig;
use super::registry::RegistryConfig;
use imajin_app::Zone;
use imajin_box::names::machine_names;
use imajin_box::settings::{BackupConfig, BoxConfig, ClockTrust, LanConfig, TlsConfig, WifiConfig};
use imajin_host::config::{MetricsFrom, UsbConfig};
use imajin_host::mail::MailConfig;
use imajin_host::room::DiskConfig;
use imajin_host::{Limits, Registration};
use imajin_ledger::media::DiskPlaces;
use imajin_protocol::tier::Thresholds;
use serde::Deserialize;
use std::net::SocketAddr;
use std::num::NonZeroUsize;

/// All settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address to listen at.
    pub listen: SocketAddr,
    /// The services that run; empty for all.
    pub services: Vec<String>,
    /// Conventional ports.
    pub ports: Ports,
    /// The node's name; empty for its host name.
    pub name: String,
    /// The public address; empty for the listening one.
    pub url: String,
    /// Host names besides addresses, localhost and the machine's name.
    pub hosts: Vec<String>,
    /// Origins that may call the API.
    pub cors: Vec<String>,
    /// The people who may begin an identity.
    pub registration: RegistrationSetting,
    /// The address for reports about the node's security; empty for none.
    pub security_contact: String,
    /// The box's time zone; empty for the machine's.
    pub timezone: String,
    /// The people who may read `/metrics`.
    pub metrics: MetricsFrom,
    /// Hours between two anchors; 0 for none but on request.
    pub anchor_hours: u64,
    /// Whether sellers may be told at private addresses.
    pub private_addresses: bool,
    /// Whether the node believes the machine's clock.
    pub clock: ClockTrust,
    /// Settings of a new node's claim.
    pub claim: ClaimConfig,
    /// Logging.
    pub log: LogConfig,
    /// The listener.
    pub http: HttpConfig,
    /// HTTPS.
    pub tls: TlsConfig,
    /// The local network.
    pub lan: LanConfig,
    /// Wi-Fi, which the image sets up.
    pub wifi: WifiConfig,
    /// The registry's relay and directory.
    pub registry: RegistryConfig,
    /// The registries that this node registers with.
    pub registries: RegistriesConfig,
    /// Payments from outside.
    pub pay: imajin_pay::Settings,
    /// Backups.
    pub backup: BackupConfig,
    /// Limits on requests.
    pub limits: Limits,
    /// Settings for sending letters.
    pub mail: MailConfig,
    /// The conditions of the tier "established".
    pub tiers: Thresholds,
    /// USB sticks.
    pub usb: UsbConfig,
    /// Room on the disk.
    pub disk: DiskConfig,
    /// People's files.
    pub media: imajin_media::Settings,
    /// Entries that a person may add to other people's records in a day, if the owner changed the defaults.
    pub budgets: BudgetsConfig,
}

/// Conventional ports besides the one origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ports {
    /// No conventional ports.
    None,
    /// 3000 and up.
    Dev,
    /// 7000 and up.
    Prod,
}

/// The people who may begin an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationSetting {
    /// Open until there is an owner, then by invitation.
    Auto,
    /// Everyone.
    Open,
    /// People with an invitation.
    Invite,
    /// No one.
    Closed,
}

/// Logging.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// A level, or levels by part.
    pub level: String,
    /// Format of the log.
    pub format: LogFormat,
}

/// The format of log lines.
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
    /// Threads of the runtime; 0 for a number that suits the machine.
    pub workers: usize,
}

impl HttpConfig {
    /// Returns the number of the runtime's threads. One core is left to the ledger's writer: further threads would compete
    /// with it, and each request pays for waking them.
    pub fn threads(&self) -> usize {
        match self.workers {
            0 => {
                let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
                cores.saturating_sub(1).max(1)
            }
            workers => workers,
        }
    }
}

/// Whether a text is an address that `security.txt` may have (RFC 9116 §2.5.3): URIs are in ASCII (RFC 3986).
fn is_contact(text: &str) -> bool {
    let has_scheme = ["mailto:", "https://", "tel:"].iter().any(|scheme| text.starts_with(scheme));
    has_scheme && text.chars().all(|letter| letter.is_ascii_graphic())
}

impl Config {
    /// Checks the rules that the types alone do not express. The error names the setting and its valid values.
    pub(super) fn check(&self) -> Result<(), String> {
        let limits = &self.limits;
        let at_least_one = [
            ("limits.body_bytes", limits.body_bytes),
            ("limits.connections", limits.connections),
            ("limits.page_default", limits.page_default),
            ("limits.page_max", limits.page_max),
            ("limits.log_page_max", limits.log_page_max),
        ];
        if let Some((name, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(format!("`{name}` must be at least 1"));
        }
        self.registry.check()?;
        self.registries.check()?;
        self.tls.check()?;
        self.lan.check()?;
        self.wifi.check()?;
        self.claim.check()?;
        self.pay.check()?;
        self.backup.check()?;
        self.mail.check()?;
        self.usb.check()?;
        self.disk.check()?;
        self.media.check()?;
        self.budgets.read()?;
        if !(self.timezone.is_empty() || Zone::find(&self.timezone).is_some()) {
            return Err(
                "`timezone` must be the name of a time zone, such as \"Europe/Zurich\", or be empty"
                    .to_owned(),
            );
        }
        if !(self.security_contact.is_empty() || is_contact(&self.security_contact)) {
            return Err(
                "`security_contact` must begin with mailto:, https:// or tel: and have neither spaces nor letters with accents, or be empty"
                    .to_owned(),
            );
        }
        let is_web = ["http://", "https://"].iter().any(|scheme| self.url.starts_with(scheme));
        if !(self.url.is_empty() || is_web) {
            return Err("`url` must begin with http:// or https://, or be empty".to_owned());
        }
        Ok(())
    }

    /// Returns the places where disks with people's files are searched for.
    pub fn disk_places(&self) -> DiskPlaces {
        let folder = self.media.folder.clone();
        DiskPlaces {
            folder: (!folder.as_os_str().is_empty()).then_some(folder),
            sticks: Some(self.usb.sticks()),
        }
    }

    /// The box's time zone.
    pub fn zone(&self) -> Zone {
        let zone = Zone::find(&self.timezone).or_else(Zone::of_machine);
        zone.unwrap_or_else(|| {
            tracing::warn!(
                "the time zone of this machine is not known: times are told in UTC. Set `timezone`"
            );
            Zone::UTC
        })
    }

    /// The part that the machine is looked after by.
    pub fn for_box(&self) -> BoxConfig {
        BoxConfig {
            name: self.name.clone(),
            private_addresses: self.private_addresses,
            clock: self.clock,
            tls: self.tls.clone(),
            lan: self.lan.clone(),
            backup: self.backup.clone(),
            usb: self.usb.clone(),
            disk: self.disk.clone(),
            disk_places: self.disk_places(),
            registries: self.registries.urls(),
            home_registry: self.registries.home.clone(),
            tunnels: self.registries.tunnels(),
        }
    }

    /// The part that services see.
    pub fn for_services(&self) -> imajin_host::Config {
        let non_empty = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        imajin_host::Config {
            name: non_empty(&self.name),
            url: non_empty(self.url.trim_end_matches('/')),
            hosts: self.hosts.iter().chain(&self.tls.domains).cloned().collect(),
            certified: self.tls.domains.clone(),
            machine_names: machine_names(),
            cors: self.cors.clone(),
            registration: match self.registration {
                RegistrationSetting::Auto => None,
                RegistrationSetting::Open => Some(Registration::Open),
                RegistrationSetting::Invite => Some(Registration::Invite),
                RegistrationSetting::Closed => Some(Registration::Closed),
            },
            security_contact: non_empty(&self.security_contact),
            metrics: self.metrics,
            anchor_hours: self.anchor_hours,
            private_addresses: self.private_addresses,
            mail: self.mail.clone(),
            limits: self.limits.clone(),
            tiers: self.tiers,
            usb: self.usb.clone(),
            disk: self.disk.clone(),
            // `check` read them.
            budgets: self.budgets.read().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_security_contact_is_one_uri() {
        for contact in
            ["mailto:ada@example.org", "https://example.org/report", "tel:+41-44-668-18-00"]
        {
            assert!(is_contact(contact), "{contact}");
        }
        let cases = "ada@example.org|http://example.org|mailto:ada@example.org\nExpires: never|\
            mailto:ada@bäckerei.example";
        for text in cases.split('|') {
            assert!(!is_contact(text), "{text}");
        }
    }
}
