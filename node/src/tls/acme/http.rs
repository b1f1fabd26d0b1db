//! How a directory is spoken to.

use super::AcmeError;
use axum::body::Bytes;
use axum::http::{Request, Response};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use reqwest::{Body, Client};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

/// Who certifies a directory: whom this machine trusts, and the authorities in the file `root`, if it is named.
pub(super) fn trust(root: &str) -> Result<ClientConfig, AcmeError> {
    let failed = |error: &dyn std::fmt::Display| AcmeError::Root(format!("{root}: {error}"));
    let mut more = Vec::new();
    if !root.is_empty() {
        let pem = std::fs::read(root).map_err(|error| failed(&error))?;
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        more = read.map_err(|error| failed(&error))?;
    }
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(more, Arc::clone(&provider));
    let verifier = Arc::new(verifier.map_err(|error| failed(&error))?);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(super::TlsError::from)?
        // What the machine trusts is not known to this library by itself, and therefore called dangerous.
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

/// instant-acme's requests, by what the rest of the program speaks HTTP with.
pub(super) struct Http(Client);

impl Http {
    pub(super) fn new(root: &str) -> Result<Self, AcmeError> {
        Client::builder()
            .user_agent(concat!("imajin/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .tls_backend_preconfigured(trust(root)?)
            .build()
            .map(Self)
            .map_err(|error| AcmeError::Directory(error.to_string()))
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
