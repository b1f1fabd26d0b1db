//! How the ACME client speaks HTTP: with what the rest of the program speaks it.

use axum::body::Bytes;
use axum::http::{Request, Response};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use reqwest::{Body, Certificate, Client};
use std::pin::Pin;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

/// Connections to a directory.
pub(super) struct Http(Client);

impl Http {
    /// `root` is a file with the certificate of the authority that the directory itself is certified by, where that is
    /// none that this machine knows.
    pub(super) fn new(root: &str) -> Result<Self, String> {
        // Where another part of the program installed a provider already, that one is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("imajin/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT);
        if !root.is_empty() {
            let pem = std::fs::read(root).map_err(|error| format!("`tls.root` {root}: {error}"))?;
            let certificates = Certificate::from_pem_bundle(&pem);
            let certificates =
                certificates.map_err(|error| format!("`tls.root` {root}: {error}"))?;
            builder = builder.tls_certs_merge(certificates);
        }
        builder.build().map(Self).map_err(|error| error.to_string())
    }
}

impl HttpClient for Http {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move {
            let asked = request.map(Body::wrap).try_into().map_err(other)?;
            let answer = client.execute(asked).await.map_err(other)?;
            Ok(BytesResponse::from(Response::<Body>::from(answer)))
        })
    }
}

fn other(error: reqwest::Error) -> Error {
    // What went wrong stands below: "error sending request" alone helps nobody.
    let mut text = error.to_string();
    let mut below = std::error::Error::source(&error);
    while let Some(error) = below {
        text = format!("{text}: {error}");
        below = error.source();
    }
    Error::Other(text.into())
}
