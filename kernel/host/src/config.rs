//! The owner's settings for a node's HTTP side. The node crate reads the file; these are its tables.
//!
//! Always: an unknown key is refused by name, an absent one has its documented default.

use std::path::PathBuf;
use std::time::Duration;

use imajin_app::Budgeted;
use serde::{Deserialize, Serialize};

use imajin_ledger::stick::Sticks;
use imajin_log::format::manifest::{SPLIT_DEFAULT, SPLIT_MAX};
use imajin_protocol::tier::Thresholds;

use crate::limits::Limits;
use crate::mail::MailConfig;
use crate::room::DiskConfig;

/// A day: what a node could still rewrite unseen.
const ANCHOR_HOURS: u64 = 24;

imajin_app::settings! {
    /// The part of the node's configuration that services see.
    #[derive(Debug, Clone, Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields)]
    pub struct Config {
        /// The node's name on its pages. Default: the first host name, else "Imajin node".
        pub name: Option<String>,
        /// The address that home entries name and that other nodes reach this one at, as `https://host[:port]`.
        /// Default: the address that the node listens on.
        pub url: Option<String>,
        /// Host names of this node besides `localhost` and addresses, with a port where that is neither the scheme's own nor one
        /// that the node listens on; each service also answers at `<service>.<host>`.
        pub hosts: Vec<String>,
        /// The names of this node that the settings have certificates obtained for. With any, the owner chooses none on a page.
        pub certified: Vec<String>,
        /// The names of this machine in its network.
        #[serde(skip)]
        pub machine_names: Vec<String>,
        /// Origins (`https://app.example`) whose pages may call the API with a token. None.
        pub cors: Vec<String>,
        /// The people who may begin an identity here. Default: open until the node is claimed, then by invite.
        pub registration: Option<Registration>,
        /// The address for reports about the node's security, in `/.well-known/security.txt`. Default: none.
        pub security_contact: Option<String>,
        /// The callers that may read `/metrics`. Default: the node's own machine.
        pub metrics: MetricsFrom,
        /// Hours between two anchors of the logs that changed; 0 makes them only when an owner asks. Default: 24.
        pub anchor_hours: u64 = ANCHOR_HOURS,
        /// Whether the node calls private addresses (in this house, at this provider, on this machine) that others name, or that a
        /// public name of the settings leads to. Default: no.
        pub private_addresses: bool,
        /// How letters are sent; not at all by default.
        pub mail: MailConfig,
        /// Limits.
        pub limits: Limits,
        /// The requirements for an established person.
        pub tiers: Thresholds,
        /// USB sticks.
        pub usb: UsbConfig,
        /// The part of the disk that stays free, and for whom.
        pub disk: DiskConfig,
        /// Budgets of the table of access that the owner changed; the rows decide all others.
        #[serde(skip)]
        pub budgets: Budgeted,
    }
}

/// The people that may begin an identity on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Everybody.
    Open,
    /// Only people with an invite from the owner.
    Invite,
    /// Nobody.
    Closed,
}

imajin_app::settings! {
    /// The location of USB sticks.
    #[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
    #[serde(default, deny_unknown_fields)]
    pub struct UsbConfig {
        /// The folder where the machine mounts them.
        pub folder: PathBuf = "/run/imajin".into(),
        /// The longest file that is written on one.
        pub file_bytes: u64 = SPLIT_DEFAULT,
    }
}

impl UsbConfig {
    /// The sticks.
    pub fn sticks(&self) -> Sticks {
        Sticks::new(&self.folder, self.file_bytes)
    }

    /// Checks the rules that types alone do not express.
    pub fn check(&self) -> Result<(), String> {
        if (1..=SPLIT_MAX).contains(&self.file_bytes) {
            Ok(())
        } else {
            Err(format!(
                "`usb.file_bytes` must be from 1 to {SPLIT_MAX}: FAT32 has no longer files"
            ))
        }
    }
}

/// The callers that may read `/metrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricsFrom {
    /// Programs on the node's own machine.
    #[default]
    Loopback,
    /// Every client that reaches the node.
    Everybody,
}

impl Config {
    /// The policy in force, which depends on whether the node has an owner.
    pub fn registration(&self, claimed: bool) -> Registration {
        self.registration.unwrap_or(if claimed { Registration::Invite } else { Registration::Open })
    }

    /// The time between two anchors; `None` if they are only made on request.
    pub fn anchor_interval(&self) -> Option<Duration> {
        let hours = self.anchor_hours;
        (hours > 0).then(|| Duration::from_secs(hours.saturating_mul(3600)))
    }
}
