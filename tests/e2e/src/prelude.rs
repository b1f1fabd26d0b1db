//! The names that most tests use.

pub use std::collections::{BTreeMap, BTreeSet};
pub use std::fs;
pub use std::net::TcpStream;
pub use std::path::{Path, PathBuf};
pub use std::process::{Command, Stdio};
pub use std::time::{Duration, Instant};

pub use imajin_box::key::PersonKey;
pub use imajin_dfos::Timestamp;
pub use imajin_node::client::{ClientError, Draft, Receipt, Session};
pub use imajin_protocol::Did;
pub use reqwest::Method;
pub use reqwest::blocking::Client;
pub use serde_json::{Value as Json, json};

pub use crate::files::{files, files_with, newest_log, text};
pub use crate::house::Owner;
pub use crate::market_orders::merge;
pub use crate::record::log_of;
pub use crate::registry::{Registry, RegistryOptions};
pub use crate::{
    AnswerExt, Node, NodeOptions, Person, Uploader, binary, draft_of, http, imajin, imajin_as,
    imajin_with, python_verifier, require_tool, until, until_some,
};

/// Result of a client's request: a command's receipt, or another answer.
pub type Outcome<T = Receipt> = Result<T, ClientError>;
