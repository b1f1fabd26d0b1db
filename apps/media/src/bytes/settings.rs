//! The `[media]` table of the settings: the owner's decisions about people's files.

use std::path::PathBuf;

use imajin_app::capabilities::Quota;
use imajin_app::{Node, Problem, Role, refuse_if};
use imajin_host::account::{self, Reserved};
use imajin_log::format::tar::FILE_BYTES_MAX;
use imajin_protocol::Did;
use imajin_protocol::identity::Tier;
use serde::Deserialize;

use super::{own_quotas, too_large};

/// The owner's decisions about people's files. A quota of 0 means that only the disk limits it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The most bytes of one file. 8 GiB less one: a longer one could not leave in the tar of a copy.
    pub file_bytes: u64,
    /// The most bytes of the files of one person who is established here. 50 GiB: the photos of a life. The box's owner has
    /// no such limit.
    pub established_bytes: u64,
    /// The limit for a person who is not established yet. 1 GiB.
    pub preliminary_bytes: u64,
    /// The limit for guests, also those who have their own key. 100 MB.
    pub soft_bytes: u64,
    /// The mount point of a disk of the administrator's that files can move to; empty for none. Empty.
    pub folder: PathBuf,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            file_bytes: FILE_BYTES_MAX,
            established_bytes: 50 << 30,
            preliminary_bytes: 1 << 30,
            soft_bytes: 100_000_000,
            folder: PathBuf::new(),
        }
    }
}

impl Settings {
    /// Checks the rules that the types do not express.
    ///
    /// # Errors
    /// The setting that is wrong, and what it may be.
    pub fn check(&self) -> Result<(), String> {
        if !(self.folder.as_os_str().is_empty() || self.folder.is_absolute()) {
            return Err(
                "`media.folder` must be a whole path that begins with /, or empty".to_owned()
            );
        }
        if (1..=FILE_BYTES_MAX).contains(&self.file_bytes) {
            Ok(())
        } else {
            Err(format!(
                "`media.file_bytes` must be from 1 to {FILE_BYTES_MAX}: the tar of a copy has no longer files"
            ))
        }
    }

    /// The most bytes of this person's files; `None` without a limit.
    pub(crate) fn quota(&self, node: &Node, did: &Did) -> Result<Option<Quota>, Problem> {
        if node.is_owner(did)? {
            return Ok(None);
        }
        if let Some(bytes) = own_quotas::read_quota(node, did)? {
            return Ok((bytes > 0).then_some(Quota { bytes, setting: None }));
        }
        let (bytes, setting) = match node.tier(did)? {
            // A guest who has made their own key was still not invited. Strangers bring no files.
            _ if node.role(did)? == Role::Guest => (self.soft_bytes, "media.soft_bytes"),
            Tier::Soft => (self.soft_bytes, "media.soft_bytes"),
            Tier::Preliminary => (self.preliminary_bytes, "media.preliminary_bytes"),
            Tier::Established => (self.established_bytes, "media.established_bytes"),
        };
        Ok((bytes > 0).then_some(Quota { bytes, setting: Some(setting) }))
    }
}

/// The most bytes of one file.
pub(crate) fn file_bytes_max(node: &Node) -> Result<u64, Problem> {
    let settings = node.get::<Settings>();
    let settings = settings.ok_or_else(|| Problem::internal("media runs without its settings"))?;
    Ok(settings.file_bytes.min(node.ledger().media().file_bytes_max()))
}

/// Reserves room for a file, as [`account::reserve`] does. Blocks.
/// Errors: 413 for a file that is longer than any may be, 507 if it does not fit, and whatever `begin` says.
pub(crate) fn reserve<T>(
    node: &Node,
    did: &Did,
    bytes: u64,
    begin: impl FnOnce() -> Result<T, Problem>,
) -> Result<(Reserved, T), Problem> {
    let most = file_bytes_max(node)?;
    refuse_if!(bytes > most, too_large(most));
    account::reserve(node, did, bytes, begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_fits_in_a_tar() {
        assert_eq!(Settings::default().check(), Ok(()));
        for file_bytes in [0, FILE_BYTES_MAX + 1] {
            let settings = Settings { file_bytes, ..Settings::default() };
            let message = settings.check().unwrap_err();
            assert!(message.contains("`media.file_bytes`"), "{message}");
        }
    }
}
