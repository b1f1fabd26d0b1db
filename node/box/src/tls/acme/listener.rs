//! An order (RFC 8555 §7.4) for names that lead to this very listener: the directory connects to each of them, and is
//! shown a certificate with its answer (TLS-ALPN-01, RFC 8737). rustls-acme speaks with the directory.

use super::csr::request;
use super::error::{AcmeError, BAD_NONCE};
use super::http;
use super::plain;
use crate::settings::TlsConfig;
use crate::tls::certificates::Certificates;
use crate::tls::store::Pair;
use imajin_host::outgoing::{AddressSource, Allowed, check, named_by};
use rcgen::KeyPair;
use rustls::ClientConfig;
use rustls_acme::acme::{
    self, Account, Auth, AuthStatus, Directory, Identifier, OrderStatus, Problem,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A directory looks at us from several places, and takes its time.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks at what a directory works on.
const NAP: Duration = Duration::from_secs(1);
/// Attempts of a request whose nonce the directory refuses.
const NONCES_MAX: usize = 10;

impl From<acme::AcmeError> for AcmeError {
    fn from(error: acme::AcmeError) -> Self {
        let text = error.to_string();
        let detail = problem(&text).and_then(|problem| problem.detail);
        Self::Directory(detail.unwrap_or_else(|| plain::sentence(&text)))
    }
}

/// Checks each address that a directory leads to. The library connects itself, so the check comes before. A name could
/// resolve differently afterwards, but the certificate there must be for that name.
struct AddressGuard {
    allowed: Allowed,
    named: AddressSource,
}

impl AddressGuard {
    async fn check(&self, url: &str) -> Result<(), AcmeError> {
        Ok(check(self.allowed, self.named, url).await?)
    }
}

/// A directory that knows us.
pub(super) struct DirectoryClient<'a> {
    reach: AddressGuard,
    trust: Arc<ClientConfig>,
    account: Account,
    certificates: &'a Certificates,
}

impl<'a> DirectoryClient<'a> {
    /// Starts with the account of this key, which the directory makes if it has none yet.
    pub(super) async fn begin(
        config: &TlsConfig,
        allowed: Allowed,
        account_key: &KeyPair,
        certificates: &'a Certificates,
    ) -> Result<Self, AcmeError> {
        let beginning = Self::discover(config, allowed, account_key, certificates);
        timeout(PATIENCE, beginning).await.unwrap_or(Err(AcmeError::Late(PATIENCE)))
    }

    pub(super) fn account_url(&self) -> &str {
        &self.account.kid
    }

    /// Orders a certificate with its key. Removes the challenge certificates afterwards, whatever the outcome.
    pub(super) async fn order(&self, names: &[String]) -> Result<Pair, AcmeError> {
        let outcome = timeout(PATIENCE, self.obtain(names)).await;
        self.certificates.end_challenges();
        outcome.unwrap_or(Err(AcmeError::Late(PATIENCE)))
    }

    async fn discover(
        config: &TlsConfig,
        allowed: Allowed,
        account_key: &KeyPair,
        certificates: &'a Certificates,
    ) -> Result<Self, AcmeError> {
        let trust = Arc::new(http::trust(&config.root)?);
        let (key, contact) = (account_key.serialize_der(), config.contact_url());
        let reach = AddressGuard { allowed, named: named_by(&config.directory) };
        reach.check(&config.directory).await?;
        let directory = Directory::discover(&trust, &config.directory).await?;
        for url in [&directory.new_nonce, &directory.new_account, &directory.new_order] {
            reach.check(url).await?;
        }
        let account =
            again(|| Account::create_with_keypair(&trust, directory.clone(), &contact, &key));
        Ok(Self { account: account.await?, reach, trust, certificates })
    }

    async fn obtain(&self, names: &[String]) -> Result<Pair, AcmeError> {
        let (account, trust) = (&self.account, &self.trust);
        let (url, mut order) = again(|| account.new_order(trust, names.to_vec())).await?;
        self.reach.check(&url).await?;
        for authorization in &order.authorizations {
            self.prove(authorization).await?;
        }
        for authorization in &order.authorizations {
            self.wait(authorization).await?;
        }
        let (csr, key) = request(names)?;
        loop {
            order = match order.status {
                OrderStatus::Ready => {
                    self.reach.check(&order.finalize).await?;
                    again(|| account.finalize(trust, &order.finalize, csr.der())).await?
                }
                OrderStatus::Valid { certificate } => {
                    self.reach.check(&certificate).await?;
                    let chain = again(|| account.certificate(trust, &certificate));
                    return Ok(Pair { certificate: chain.await?, key: key.serialize_pem() });
                }
                OrderStatus::Invalid => {
                    let why = order.error.and_then(|problem| problem.detail);
                    return Err(AcmeError::Order(why.unwrap_or("not accepted".to_owned())));
                }
                // The authorizations are there; the directory needs a moment to see it, or to sign.
                OrderStatus::Pending | OrderStatus::Processing => {
                    sleep(NAP).await;
                    again(|| account.order(trust, &url)).await?
                }
            };
        }
    }

    async fn authorization(&self, url: &str) -> Result<(Auth, String), AcmeError> {
        self.reach.check(url).await?;
        let auth = again(|| self.account.auth(&self.trust, url)).await?;
        let Identifier::Dns(name) = auth.identifier.clone();
        Ok((auth, name))
    }

    /// Shows what the directory asked for, and tells it to look.
    async fn prove(&self, authorization: &str) -> Result<(), AcmeError> {
        let (auth, name) = self.authorization(authorization).await?;
        if !matches!(auth.status, AuthStatus::Pending) {
            return Ok(());
        }
        let answer = self.account.tls_alpn_01(&auth.challenges, name.clone());
        let (challenge, shown) = answer.map_err(|error| match error {
            acme::AcmeError::NoTlsAlpn01Challenge => {
                AcmeError::Challenge(name.clone(), "tls-alpn-01")
            }
            error => error.into(),
        })?;
        self.reach.check(&challenge.url).await?;
        self.certificates.set_challenge(&name, Arc::new(shown));
        again(|| self.account.challenge(&self.trust, &challenge.url)).await
    }

    /// Waits until the directory has validated the challenge.
    async fn wait(&self, authorization: &str) -> Result<(), AcmeError> {
        loop {
            let (auth, name) = self.authorization(authorization).await?;
            match auth.status {
                AuthStatus::Valid => return Ok(()),
                AuthStatus::Pending => sleep(NAP).await,
                status => {
                    let detail = auth.challenges.into_iter().find_map(|of| of.error?.detail);
                    let why =
                        detail.unwrap_or_else(|| format!("it is {} there", plain::word(status)));
                    return Err(AcmeError::Refused { name, why });
                }
            }
        }
    }
}

/// Sends a request; once more, with another nonce, if the directory refuses one that it gave (RFC 8555 §6.5).
async fn again<T, F>(ask: impl Fn() -> F) -> Result<T, AcmeError>
where
    F: Future<Output = Result<T, acme::AcmeError>>,
{
    for _ in 1..NONCES_MAX {
        match ask().await {
            Err(error) if is_bad_nonce(&error.to_string()) => {}
            outcome => return Ok(outcome?),
        }
    }
    Ok(ask().await?)
}

fn is_bad_nonce(text: &str) -> bool {
    problem(text).is_some_and(|problem| problem.typ.as_deref() == Some(BAD_NONCE))
}

/// Parses a directory's problem document (RFC 7807). The library reports it as the text of an error that has no public
/// name: a status, followed by the answer in quotes.
fn problem(text: &str) -> Option<Problem> {
    let body: String = serde_json::from_str(text.get(text.find('"')?..)?).ok()?;
    serde_json::from_str(&body).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_directory_on_the_open_internet_leads_into_no_house() {
        let reach = |directory: &str| AddressGuard {
            allowed: Allowed::default(),
            named: named_by(directory),
        };
        let public = reach("https://acme-v02.api.letsencrypt.org/directory");
        let refused = public.check("https://192.168.1.1/acme/order/1").await;
        let message = refused.expect_err("it leads into the house").to_string();
        assert!(message.contains("leads elsewhere: 192.168.1.1"), "{message}");
        assert!(public.check("https://localhost/order").await.is_err());
        let private = reach("https://10.77.0.5:14000/dir");
        assert!(private.check("https://10.77.0.5:14000/order").await.is_ok());
    }

    #[test]
    fn what_a_directory_says_is_told_and_a_bad_nonce_known() {
        let body = r#"{"type":"urn:ietf:params:acme:error:badNonce","detail":"JWS has \"no\" good nonce"}"#;
        let text = format!("http request error: non 2xx http status: 400 {body:?}");
        assert!(is_bad_nonce(&text));
        assert_eq!(problem(&text).unwrap().detail.unwrap(), "JWS has \"no\" good nonce");
        assert!(!is_bad_nonce(&text.replace("badNonce", "malformed")));
        for text in ["", "io error: Kind(\"TimedOut\")", "http request error: 500 \"oops\""] {
            assert!(problem(text).is_none() && !is_bad_nonce(text), "{text}");
        }
    }
}
