//! The program around the relay in these tests: a disk with room, and a network without rules.

use std::sync::Arc;
use std::time::Duration;

use imajin_relay::{BoxFuture, Config, Host, PeerAnswer};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;

struct OpenHost(reqwest::Client);

/// Makes the host of a relay with these settings.
pub(crate) fn open(config: &Config) -> Arc<dyn Host> {
    let client = reqwest::Client::builder().timeout(config.limits.peer_timeout());
    Arc::new(OpenHost(client.build().unwrap()))
}

impl Host for OpenHost {
    fn has_room(&self, _: Duration, _: u64) -> bool {
        true
    }

    fn disk_bytes(&self, _: Duration) -> Option<u64> {
        None
    }

    fn spawn(&self, work: Box<dyn FnOnce() + Send>) {
        drop(tokio::task::spawn_blocking(work));
    }

    fn next_line(&self, _: &str) -> Option<u64> {
        Some(0)
    }

    fn ask(
        &self,
        url: Url,
        body: Option<String>,
        bytes_max: usize,
    ) -> BoxFuture<'_, Result<PeerAnswer, String>> {
        Box::pin(async move {
            let request = match body {
                Some(body) => self.0.post(url).header(CONTENT_TYPE, "application/json").body(body),
                None => self.0.get(url),
            };
            let answer = request.send().await.map_err(|error| error.to_string())?;
            let status = answer.status();
            let bytes = answer.bytes().await.map_err(|error| error.to_string())?;
            if bytes.len() > bytes_max {
                return Err("too long".to_owned());
            }
            Ok(PeerAnswer { status, bytes: bytes.to_vec() })
        })
    }

    fn admit(&self, _: &str) -> Result<(), Duration> {
        Ok(())
    }

    fn note(&self, _: &str, _: bool) {}
}
