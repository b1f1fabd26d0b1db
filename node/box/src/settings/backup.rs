use serde::Deserialize;
use std::time::Duration;

/// Place and schedule of backups.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupConfig {
    /// The place; empty for none.
    pub to: String,
    /// Hours between two; 0 for none but on request.
    pub every_h: u64,
    /// Backups that are kept.
    pub keep: usize,
    /// Whether the node can read the backups that it makes, to mend from them and to try them out; else the owner's key alone.
    pub box_reads: bool,
    /// The storage's address, for a place `s3://…`.
    pub s3_url: String,
    /// Its region.
    pub s3_region: String,
    /// The id of the key there.
    pub s3_key: String,
    /// The key.
    pub s3_secret: imajin_pay::Secret,
}

/// Whether a place is at a friend's box: its address, or that of a contract there.
pub fn is_friend(to: &str) -> bool {
    to.starts_with("https://") || to.starts_with("http://")
}

/// Whether a place is not a path of this machine.
pub fn is_remote(to: &str) -> bool {
    to.starts_with("s3://") || is_friend(to)
}

impl BackupConfig {
    /// The time between two backups, if they are made by the clock.
    pub fn interval(&self) -> Option<Duration> {
        let is_on = !self.to.is_empty() && self.every_h > 0;
        is_on.then(|| Duration::from_secs(self.every_h.saturating_mul(3600)))
    }

    /// Checks the rules that the types alone do not express.
    pub fn check(&self) -> Result<(), String> {
        if self.keep == 0 {
            return Err("`backup.keep` must be at least 1".to_owned());
        }
        let is_web = self.s3_url.starts_with("https://") || self.s3_url.starts_with("http://");
        if !self.s3_url.is_empty() && !is_web {
            return Err("`backup.s3_url` must begin with https:// or http://".to_owned());
        }
        if !(self.to.is_empty() || is_remote(&self.to) || self.to.starts_with('/')) {
            return Err(
                "`backup.to` must be a folder beginning with /, s3://BUCKET/PREFIX, or the address of a place at a friend's box".to_owned(),
            );
        }
        Ok(())
    }
}
