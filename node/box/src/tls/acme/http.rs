//! HTTP client for a directory.

use super::error::AcmeError;
use crate::failure::because;
use crate::settings::TlsConfig;
use axum::body::Bytes;
use axum::http::{Request, Response};
use imajin_host::outgoing::{Allowed, AnswerError, Outgoing, named_by};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use reqwest::{Body, Url};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);
/// Longest answer that is read: a chain of certificates has some kilobytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// The trusted authorities for a directory: those of this machine, and those in the file `root`, if set.
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
        .map_err(crate::tls::TlsError::from)?
        // rustls calls any custom verifier dangerous; this one uses the machine's trust store.
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

/// instant-acme's requests, by what the rest of the program speaks HTTP with. A directory names the addresses of its
/// orders and certificates: one on the open internet leads nowhere else.
#[derive(Clone)]
pub(super) struct Http(Outgoing);

impl Http {
    pub(super) fn new(config: &TlsConfig, allowed: Allowed) -> Result<Self, AcmeError> {
        let trust = trust(&config.root)?;
        Outgoing::within(allowed, named_by(&config.directory), |client| {
            client.timeout(TIMEOUT).tls_backend_preconfigured(trust)
        })
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
            let (parts, body) = request.into_parts();
            let refused = |error: &dyn std::fmt::Display| Error::Other(error.to_string().into());
            let url = Url::parse(&parts.uri.to_string()).map_err(|error| refused(&error))?;
            let outgoing = client.request(parts.method, url).map_err(|error| refused(&error))?;
            let outgoing = outgoing.headers(parts.headers).body(Body::wrap(body));
            let other = |error: AnswerError| Error::Other(because(&error).into());
            let answer = outgoing.send(ANSWER_BYTES_MAX).await.map_err(other)?;
            let mut response = Response::new(Body::from(answer.bytes));
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            Ok(BytesResponse::from(response))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_host::dns::Dns;

    fn http(directory: &str) -> Http {
        let config = TlsConfig {
            listen: String::new(),
            domains: Vec::new(),
            directory: directory.to_owned(),
            root: String::new(),
            contact: String::new(),
            resolver: Dns::default(),
            ct: String::new(),
            known_serials: Vec::new(),
            watch_s: 1,
            search_s: 1,
        };
        Http::new(&config, Allowed::default()).unwrap()
    }

    async fn ask(http: &Http, url: String) -> String {
        let request = Request::get(url).body(BodyWrapper::from(Vec::new()));
        match http.request(request.unwrap()).await {
            Ok(answer) => answer.parts.status.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        use imajin_edge::testing::{EndlessServer, Flood};
        for flood in [Flood::HTTP[0], Flood::HTTP[2]] {
            let server = EndlessServer::start(flood);
            assert_ne!(ask(&http(&server.url()), server.url()).await, "200 OK", "{flood:?}");
            let given_up = move || server.check_given_up(ANSWER_BYTES_MAX as u64);
            tokio::task::spawn_blocking(given_up).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_directory_on_the_open_internet_names_no_address_in_the_house() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let public = http("https://acme.example/directory");
        for inside in [format!("http://{at}/"), format!("http://localhost:{}/", at.port())] {
            let response = ask(&public, inside).await;
            assert!(response.contains("not an address on the open internet"), "{response}");
        }
        // One in the house names others there, and a redirect is followed nowhere.
        let private = http(&format!("http://{at}/directory"));
        let serving = async {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            let there = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(there.as_bytes()).await.unwrap();
        };
        let ((), response) = tokio::join!(serving, ask(&private, format!("http://{at}/")));
        assert!(response.starts_with("307"), "{response}");
    }
}
