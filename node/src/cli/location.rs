//! Where a command works: a data folder on this machine, or a node that is reached with a key. Never both.

use clap::Args;
use std::path::PathBuf;

/// The data folder.
#[derive(Debug, Clone, Default, Args)]
pub struct DataArgs {
    /// The data folder [default: $STATE_DIRECTORY, else $XDG_DATA_HOME/imajin, else that of the installed node].
    #[arg(long, value_name = "DIR", env = "IMAJIN_DATA")]
    pub data: Option<PathBuf>,
}

/// The reaction if another node answers than before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct TrustArgs {
    /// Accept that another node answers at this address than before, and remember the new one.
    #[arg(long)]
    pub accept_new_node: bool,
}

/// A node and the key for its requests.
#[derive(Debug, Clone, Args)]
pub struct NodeAndKey {
    /// The node's address, for example http://127.0.0.1:7000.
    #[arg(long, value_name = "URL", env = "IMAJIN_NODE")]
    pub node: String,
    /// Your key file.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: PathBuf,
    #[command(flatten)]
    /// Whether another node may answer at a known address.
    pub trust: TrustArgs,
}

/// A data folder, or a node and a key.
#[derive(Debug, Clone, Args)]
pub struct PlaceArgs {
    #[command(flatten)]
    /// The folder.
    pub data: DataArgs,
    /// A node's address instead of a folder.
    #[arg(long, value_name = "URL", env = "IMAJIN_NODE")]
    pub node: Option<String>,
    /// Your key file.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    /// Whether another node may answer at a known address.
    pub trust: TrustArgs,
}

/// The place that [`PlaceArgs`] name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataLocation {
    /// A data folder, by default the usual one; a key may sign for its owner.
    Folder {
        /// `--data`, if given.
        data: Option<PathBuf>,
        /// `--key`, if given.
        key: Option<PathBuf>,
    },
    /// A node.
    Node {
        /// Its address.
        url: String,
        /// The key file.
        key: PathBuf,
        /// Whether another node may answer at a known address.
        trust: TrustArgs,
    },
}

/// Flags that exclude each other.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// A node without a key.
    #[error("--node needs --key FILE as well: a node answers only to the owner of the data")]
    KeyMissing,
}

impl PlaceArgs {
    /// Decides between the two. `--node` wins over `IMAJIN_DATA` in the environment.
    pub fn place(&self) -> Result<DataLocation, PlaceError> {
        match (&self.node, &self.key) {
            (Some(url), Some(key)) => {
                Ok(DataLocation::Node { url: url.clone(), key: key.clone(), trust: self.trust })
            }
            (Some(_), None) => Err(PlaceError::KeyMissing),
            (None, key) => {
                Ok(DataLocation::Folder { data: self.data.data.clone(), key: key.clone() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_needs_a_key() {
        let args = PlaceArgs {
            data: DataArgs::default(),
            node: Some("http://n".into()),
            key: None,
            trust: TrustArgs::default(),
        };
        assert_eq!(args.place(), Err(PlaceError::KeyMissing));
    }
}
