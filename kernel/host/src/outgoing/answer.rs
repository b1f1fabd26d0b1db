//! Requests that are answered within bounds.
//!
//! Always: an answer is read with a bound on its bytes, which the caller names, and one on its time. hyper bounds a head itself:
//! 100 headers in 400 KiB.

use std::fmt::Display;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Body, RequestBuilder, Response, StatusCode, Upgraded};
use serde::Serialize;

use super::NotReached;
use super::certificate::{is_untrusted, key_digest};

/// How long a body may take after its head, where a client sets no other bound on the whole: the longest, a page of 32 MiB, at two
/// megabits a second.
pub(super) const BODY_TIMEOUT: Duration = Duration::from_secs(120);

/// A request to another machine, with a limit on the size of the answer.
#[derive(Debug)]
pub struct OutgoingRequest {
    pub(super) builder: RequestBuilder,
    pub(super) body_timeout: Duration,
}

/// An answer that was read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
    /// The SHA-256 of the other side's public key, where the client asked for it (`tls_info`) and spoke TLS.
    pub tls_key: Option<[u8; 32]>,
}

/// The answer to a request for another protocol.
#[derive(Debug)]
pub enum UpgradeAnswer {
    /// 101: the connection speaks the other protocol. With the headers of the answer.
    Upgraded(HeaderMap, Upgraded),
    /// Any other answer.
    Refused(Answer),
}

/// The reason that an answer is missing.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum AnswerError {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("its answer has more than {0} bytes")]
    Long(usize),
    /// The body took longer than it may, counted from the head.
    #[error("its answer did not end within {} seconds", .0.as_secs())]
    Slow(Duration),
}

impl AnswerError {
    /// The refusal to connect, where what a name resolves to may not be reached.
    pub fn not_reached(&self) -> Option<&NotReached> {
        match self {
            Self::Http(error) => NotReached::find_in(error),
            _ => None,
        }
    }

    /// Whether the other side's certificate is not trusted.
    pub fn is_untrusted(&self) -> bool {
        matches!(self, Self::Http(error) if is_untrusted(error))
    }

    /// Whether the body is longer than it may be.
    pub fn is_long(&self) -> bool {
        matches!(self, Self::Long(_))
    }

    /// The reason without the address, which may hold a secret.
    pub fn without_url(self) -> String {
        if let Some(why) = self.not_reached() {
            return why.to_string();
        }
        match self {
            Self::Http(error) => error.without_url().to_string(),
            other => other.to_string(),
        }
    }
}

impl OutgoingRequest {
    fn change(self, apply: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        Self { builder: apply(self.builder), ..self }
    }

    /// Adds a header.
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        self.change(|builder| builder.header(name.as_ref(), value.as_ref()))
    }

    /// Adds headers.
    pub fn headers(self, headers: HeaderMap) -> Self {
        self.change(|builder| builder.headers(headers))
    }

    /// Adds a token.
    pub fn bearer_auth(self, token: impl Display) -> Self {
        self.change(|builder| builder.bearer_auth(token))
    }

    /// Sets the body.
    pub fn body(self, body: impl Into<Body>) -> Self {
        self.change(|builder| builder.body(body))
    }

    /// Sets the body to JSON.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.change(|builder| builder.json(body))
    }

    /// Sends it, and reads an answer of at most `bytes_max`.
    pub async fn send(self, bytes_max: usize) -> Result<Answer, AnswerError> {
        let response = self.builder.send().await?;
        read_within(response, bytes_max, self.body_timeout).await
    }

    /// Sends a request that asks for another protocol (RFC 9110 §7.8). Another answer than 101 is read up to `bytes_max`.
    pub async fn upgrade(self, bytes_max: usize) -> Result<UpgradeAnswer, AnswerError> {
        let response = self.builder.send().await?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let headers = response.headers().clone();
            return Ok(UpgradeAnswer::Upgraded(headers, response.upgrade().await?));
        }
        let answer = read_within(response, bytes_max, self.body_timeout);
        Ok(UpgradeAnswer::Refused(answer.await?))
    }

    /// Sends it, and reads nothing of the answer's body.
    pub async fn send_unread(self) -> Result<Answer, AnswerError> {
        let response = self.builder.send().await?;
        Ok(Answer {
            status: response.status(),
            headers: response.headers().clone(),
            tls_key: key_digest(&response),
            bytes: Vec::new(),
        })
    }
}

async fn read_within(
    response: Response,
    bytes_max: usize,
    patience: Duration,
) -> Result<Answer, AnswerError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let tls_key = key_digest(&response);
    let bytes = tokio::time::timeout(patience, read(response, bytes_max));
    let bytes = bytes.await.map_err(|_| AnswerError::Slow(patience))??;
    Ok(Answer { status, headers, bytes, tls_key })
}

async fn read(mut response: Response, bytes_max: usize) -> Result<Vec<u8>, AnswerError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > bytes_max {
            return Err(AnswerError::Long(bytes_max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
