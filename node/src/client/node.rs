//! A node's description of itself, and the place where a new log begins.

use super::ClientError;
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_protocol::endpoints::Endpoints;
use reqwest::blocking::Response;
use serde_json::Value as Json;
use std::time::UNIX_EPOCH;

/// A node.
#[derive(Debug, Clone)]
pub struct NodeInfo {
    /// Its DID.
    pub did: Did,
    /// Its address as in home entries.
    pub url: String,
    /// Where chains say that its people are found; none where others cannot reach it.
    pub endpoints: Option<Endpoints>,
    /// Its time: what is signed for it is dated in it.
    pub time: Timestamp,
}

impl NodeInfo {
    pub(super) fn new(response: Response) -> Result<Self, ClientError> {
        let time = date(&response).ok_or(ClientError::Form("Date"))?;
        let answer = super::answer::json(response, super::ANSWER_BYTES_MAX)?;
        let did = answer["did"]
            .as_str()
            .and_then(|did| Did::parse(did).ok())
            .ok_or(ClientError::Form("did"))?;
        let url = answer["url"].as_str().ok_or(ClientError::Form("url"))?.to_owned();
        Ok(Self { endpoints: endpoints(&answer, &did, &url), did, url, time })
    }
}

/// The only address that a chain may name: the one in home entries.
fn endpoints(answer: &Json, node: &Did, url: &str) -> Option<Endpoints> {
    let at = |name: &str| answer[name].as_str();
    let home = at("home").filter(|home| *home == url)?;
    let relay = at("relay").map(str::to_owned);
    let is_own = relay.as_ref().is_none_or(|relay| relay == url);
    is_own.then(|| Endpoints { home: home.to_owned(), node: node.clone(), relay })
}

/// The `Date` of an answer, in whole seconds, which is as exact as a proof's time is.
fn date(response: &Response) -> Option<Timestamp> {
    let text = response.headers().get("date")?.to_str().ok()?;
    let since = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?).ok()
}
