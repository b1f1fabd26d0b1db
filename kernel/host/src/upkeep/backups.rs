//! The destination of backups, as the owner sets it on their page.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The source of the place that backups go to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SetBy {
    /// Nobody: none are made by the clock.
    #[default]
    Nobody,
    /// The settings (`imajin.toml` or the environment), which win over the page.
    Settings,
    /// The owner's page.
    Page,
}

/// The owner's plan for backups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackupPlan {
    /// The source of the plan.
    pub set_by: SetBy,
    /// Whether the page paused it.
    pub is_paused: bool,
    /// Hours between two; 0 for none but on request.
    pub every_h: u64,
    /// The storage's address, for a place `s3://…`.
    pub s3_url: String,
    /// The storage's region.
    pub s3_region: String,
    /// The host of the friend's box, for a place there.
    pub friend: Option<String>,
}

/// Where the owner wants backups to go. It has no `Debug`: the storage's key is written nowhere in the clear.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupWish {
    /// An existing folder, beginning with /, or `s3://BUCKET/PREFIX`. Empty for a friend's box.
    #[serde(default)]
    pub to: String,
    /// Hours between two; 0 for only on request. Default: 24.
    #[serde(default = "a_day")]
    pub every_h: u64,
    /// The address of a storage of S3's protocol.
    #[serde(default)]
    pub s3_url: String,
    /// Its region. Default: `us-east-1`.
    #[serde(default)]
    pub s3_region: String,
    /// The id of the key there. Empty with an empty secret: the key that is kept for this storage already.
    #[serde(default)]
    pub s3_key: String,
    /// The key. It is kept sealed, and never shown again.
    #[serde(default)]
    pub s3_secret: String,
    /// The address of a friend's box, or the link that has the code as well.
    #[serde(default)]
    pub friend: String,
    /// The friend's code. Empty: the place that is kept at this box already.
    #[serde(default)]
    pub code: String,
}

fn a_day() -> u64 {
    24
}
