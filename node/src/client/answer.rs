//! A node's answers: receipts, and refusals as errors that a person can act on.

use super::DraftError;
use imajin_dfos::identity::IdentityError;
use imajin_protocol::presence::ChallengeError;
use imajin_protocol::{Did, ProofError};
use reqwest::blocking::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::io::Read;
use std::path::PathBuf;

/// A refusal's text is short; more is not read.
const PROBLEM_BYTES_MAX: u64 = 64 * 1024;

/// An entry was made, now or by the same proof before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The owner's DID.
    pub did: String,
    /// Its place there.
    pub seq: u64,
    /// The CID of its header.
    pub cid: String,
    /// Its time.
    pub at: String,
    /// Every entry of the operation.
    #[serde(default)]
    pub entries: Vec<ReceiptEntry>,
}

/// One entry of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptEntry {
    /// The owner's DID.
    pub did: String,
    /// Its place there; none in a log of other people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The CID of its header.
    pub cid: String,
}

/// Why a node did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ClientError {
    #[error("{0:?} is not a node's address: it begins with http:// or https://")]
    Address(String),
    /// Nobody knows whether it arrived.
    #[error("the node does not answer: {0}")]
    NoAnswer(String),
    #[error("{message}")]
    Refused { status: u16, message: String, problem: Json },
    #[error("the answer is not one of an Imajin node: its {0:?} is missing or malformed")]
    Form(&'static str),
    /// The node took it on and could not do it.
    #[error("{0}")]
    Failed(String),
    #[error(
        "the node asks you to sign something that is not a list of your own bundle: nothing was signed"
    )]
    Signature,
    #[error(transparent)]
    Challenge(#[from] ChallengeError),
    #[error(
        "{0} is plain HTTP to another machine, so others on the way can read your session: nothing was signed. Use the node's https:// address, or run this on its own machine"
    )]
    PlainHttp(String),
    #[error("the node {node} asks for a signature for another node, {said}: nothing was signed")]
    NamesAnother { node: Did, said: Did },
    #[error(
        "the record of {did} lives at another node, and {node} only has a copy: nothing was signed.\n  home: {home} at {url}\nUse --node with the address of its home."
    )]
    LivesElsewhere {
        did: Did,
        node: Did,
        home: Did,
        /// Where that one answers, by the word of the node that was asked.
        url: String,
    },
    #[error(
        "another node answers at {address} than before. Nothing was signed.\n  before: {known}\n  now:    {found}\nWas the node set up again, or is somebody else at its address? If you are sure that this is the right one, say --accept-new-node. (remembered in {})",
        file.display()
    )]
    AnotherNode { address: String, known: Did, found: Did, file: PathBuf },
    #[error("cannot remember the addresses of nodes: {}: {error}", file.display())]
    KnownNodes { file: PathBuf, error: String },
    #[error(
        "cannot remember the addresses of nodes: neither HOME nor XDG_CONFIG_HOME is set. Name a file in IMAJIN_KNOWN_NODES"
    )]
    NoPlaceForNodes,
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Proof(#[from] ProofError),
    #[error("the identity: {0}")]
    Identity(#[from] IdentityError),
}

impl ClientError {
    pub(super) fn no_answer(error: reqwest::Error) -> Self {
        // The outer text only says that something went wrong; the innermost says what.
        let mut cause: &dyn std::error::Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        let text = cause.to_string();
        match error.url() {
            Some(url) => Self::NoAnswer(format!("{text} ({})", url.origin().ascii_serialization())),
            None => Self::NoAnswer(text),
        }
    }

    /// Another proof of this key came between: a 409 that says where the log is now.
    pub fn wants_new_signature(&self) -> bool {
        matches!(self, Self::Refused { status: 409, problem, .. } if problem.get("after").is_some())
    }

    /// Whether the command may have taken effect although the client got no definite answer.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::NoAnswer(_) | Self::Refused { status: 502..=504, .. })
    }

    /// The id and the text of the challenge whose signature a refusal asks for.
    pub fn challenge(&self) -> Option<(&str, &str)> {
        let Self::Refused { problem, .. } = self else {
            return None;
        };
        Some((problem["challengeId"].as_str()?, problem["challenge"].as_str()?))
    }

    /// The HTTP status of a refusal.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            // The node tried the command and failed, as if it had answered 500 at once.
            Self::Failed(_) => Some(500),
            _ => None,
        }
    }
}

impl Receipt {
    pub(super) fn from_json(answer: &Json) -> Result<Self, ClientError> {
        serde_json::from_value(answer.clone()).map_err(|_| ClientError::Form("receipt"))
    }
}

/// Reads a JSON answer of bounded length.
pub(super) fn json(response: Response, bytes_max: u64) -> Result<Json, ClientError> {
    let mut bytes = Vec::new();
    response
        .take(bytes_max)
        .read_to_end(&mut bytes)
        .map_err(|error| ClientError::NoAnswer(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|_| ClientError::Form("body"))
}

/// A refusal as an error.
pub(super) fn refusal(response: Response) -> ClientError {
    let status = response.status();
    let problem = json(response, PROBLEM_BYTES_MAX).unwrap_or(Json::Null);
    let reason = ["detail", "error", "title"]
        .iter()
        .find_map(|name| problem.get(name).and_then(Json::as_str));
    let message = reason.map_or_else(|| format!("the node answered {status}"), str::to_owned);
    ClientError::Refused { status: status.as_u16(), message, problem }
}
