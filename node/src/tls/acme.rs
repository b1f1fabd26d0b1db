//! Certificates that every browser knows, from an ACME directory (RFC 8555) that looks at this very listener (TLS-ALPN-01,
//! RFC 8737).
//!
//! Always: account and certificate stand in `node/acme.json` (0600) and are used again after a restart. One that is valid
//! stays in use while a new one cannot be had; why not is told to the owner. Attempts that fail wait longer each time, so
//! that a directory's limits on mistakes are not spent.

mod http;

use super::certificates::{Certificates, certified};
use super::store::{self, Pair};
use super::{LOOK, TlsError, is_plausible, x509};
use crate::config::TlsConfig;
use crate::open::NODE_FOLDER;
use imajin_dfos::Timestamp;
use imajin_service::network::PublicNames;
use imajin_service::node::Node;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Error, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const FILE_NAME: &str = "acme.json";
/// After the first failed attempt, and at most; five mistakes an hour are what a well-known directory forgives.
const PAUSE_S: u64 = 15;
const PAUSE_S_MAX: u64 = 6 * 3600;
/// A directory looks at us from several places, and takes its time.
const PATIENCE: Duration = Duration::from_secs(90);

#[derive(Default, Serialize, Deserialize)]
struct Stored {
    /// The directory that all of this is of.
    directory: String,
    account: Option<AccountCredentials>,
    pair: Option<Pair>,
    /// The names in the certificate.
    names: Vec<String>,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
enum AcmeError {
    #[error(transparent)]
    Directory(#[from] Error),
    #[error("the directory refused {name}: {why}")]
    Refused { name: String, why: String },
    #[error("the directory does not offer the challenge tls-alpn-01 for {0}")]
    Challenge(String),
    #[error("the directory's order ended as {0:?}")]
    Order(OrderStatus),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("{0}")]
    Http(String),
}

impl From<rcgen::Error> for AcmeError {
    fn from(error: rcgen::Error) -> Self {
        Self::Tls(error.into())
    }
}

fn path(node: &Node) -> PathBuf {
    node.data().join(NODE_FOLDER).join(FILE_NAME)
}

/// Shows what an earlier run obtained.
pub(super) fn restore(node: &Node, config: &TlsConfig, certificates: &Certificates) {
    if config.domains.is_empty() {
        return;
    }
    let public = PublicNames {
        names: config.domains.clone(),
        expires: None,
        problem: None,
        failures: 0,
    };
    node.network().change(|place| place.public = Some(public));
    match store::load::<Stored>(&path(node)) {
        Ok(Some(stored)) => {
            show(node, certificates, &stored);
        }
        Ok(None) => {}
        Err(error) => tracing::error!("the certificate of an earlier run: {error}"),
    }
}

/// Shows the stored certificate; from when until when it is valid.
fn show(
    node: &Node,
    certificates: &Certificates,
    stored: &Stored,
) -> Option<(Timestamp, Timestamp)> {
    let key = certified(stored.pair.as_ref()?).ok()?;
    let validity = x509::validity(key.cert.first()?)?;
    certificates.set_public(stored.names.clone(), key);
    node.network().change(|place| {
        if let Some(public) = &mut place.public {
            public.names.clone_from(&stored.names);
            public.expires = Some(validity.1);
        }
    });
    Some(validity)
}

/// Obtains and renews for as long as it is let.
pub(super) async fn run(node: Node, config: TlsConfig, certificates: Arc<Certificates>) {
    if config.domains.is_empty() {
        return std::future::pending().await;
    }
    let mut failures = 0;
    let mut due = due(&node, &config);
    loop {
        let now = node.now();
        if !is_plausible(now) || now < due {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        let outcome = obtain(&node, &config, &certificates).await;
        certificates.end_challenges();
        match outcome {
            Ok(()) => {
                failures = 0;
                due = self::due(&node, &config);
            }
            Err(error) => {
                failures += 1;
                fail(&node, &error);
                tokio::time::sleep(Duration::from_secs(pause(failures))).await;
            }
        }
    }
}

fn pause(failures: u32) -> u64 {
    let longer = 4_u64.saturating_pow(failures.saturating_sub(1));
    PAUSE_S.saturating_mul(longer).min(PAUSE_S_MAX)
}

/// When a new one is wanted: when a third of its life is left; at once where there is none for these names.
fn due(node: &Node, config: &TlsConfig) -> Timestamp {
    let stored = store::load::<Stored>(&path(node)).ok().flatten();
    let stored = stored
        .filter(|stored| stored.directory == config.directory && stored.names == config.domains);
    let validity = stored.and_then(|stored| {
        let key = certified(&stored.pair?).ok()?;
        x509::validity(key.cert.first()?)
    });
    validity
        .and_then(|(from, until)| {
            until.checked_add_millis((from.as_millis() - until.as_millis()) / 3)
        })
        .unwrap_or(Timestamp::MIN)
}

fn fail(node: &Node, error: &AcmeError) {
    let (now, text) = (node.now(), error.to_string());
    tracing::warn!("no certificate from the ACME directory: {text}");
    node.network().change(|place| {
        if let Some(public) = &mut place.public {
            public.failures += 1;
            public.problem = Some((now, text));
        }
    });
}

async fn obtain(
    node: &Node,
    config: &TlsConfig,
    certificates: &Certificates,
) -> Result<(), AcmeError> {
    let path = path(node);
    let mut stored = store::load::<Stored>(&path)?.unwrap_or_default();
    if stored.directory != config.directory {
        // Another directory knows neither the account nor the certificate; what is shown is shown until there is another.
        stored.account = None;
        stored.directory.clone_from(&config.directory);
    }
    let account = account(config, &mut stored).await?;
    store::save(&path, &stored)?;
    let names: Vec<Identifier> = config
        .domains
        .iter()
        .cloned()
        .map(Identifier::Dns)
        .collect();
    let mut order = account.new_order(&NewOrder::new(&names)).await?;
    prove(&mut order, certificates).await?;
    let policy = RetryPolicy::new().timeout(PATIENCE);
    match order.poll_ready(&policy).await {
        Ok(OrderStatus::Ready) => {}
        Ok(status) => return Err(refusal(&mut order, AcmeError::Order(status)).await),
        Err(error) => return Err(refusal(&mut order, error.into()).await),
    }
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(config.domains.clone())?;
    params.distinguished_name = DistinguishedName::new();
    order
        .finalize_csr(params.serialize_request(&key)?.der())
        .await?;
    stored.pair = Some(Pair {
        certificate: order.poll_certificate(&policy).await?,
        key: key.serialize_pem(),
    });
    stored.names.clone_from(&config.domains);
    // Never kept unless it can be shown.
    let validity = show(node, certificates, &stored).ok_or(TlsError::Form)?;
    store::save(&path, &stored)?;
    node.network().change(|place| {
        if let Some(public) = &mut place.public {
            public.problem = None;
        }
    });
    tracing::info!(
        "a certificate for {} until {}",
        stored.names.join(", "),
        validity.1
    );
    Ok(())
}

/// The account of an earlier run, or a new one.
async fn account(config: &TlsConfig, stored: &mut Stored) -> Result<Account, AcmeError> {
    let http = http::Http::new(&config.root).map_err(AcmeError::Http)?;
    let builder = Account::builder_with_http(Box::new(http));
    if let Some(credentials) = stored.account.take() {
        // They are moved into the account, and kept in the file.
        let text = serde_json::to_value(&credentials).map_err(Error::from)?;
        stored.account = serde_json::from_value(text).map_err(Error::from)?;
        return Ok(builder.from_credentials(credentials).await?);
    }
    let contact = format!("mailto:{}", config.contact);
    let contacts: &[&str] = if config.contact.is_empty() {
        &[]
    } else {
        &[&contact]
    };
    let wish = NewAccount {
        contact: contacts,
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let (account, credentials) = builder
        .create(&wish, config.directory.clone(), None)
        .await?;
    stored.account = Some(credentials);
    Ok(account)
}

/// Shows for each name what the directory asked for, and tells it to look.
async fn prove(order: &mut Order, certificates: &Certificates) -> Result<(), AcmeError> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        let name = authorization.identifier().to_string();
        match authorization.status {
            AuthorizationStatus::Pending => {}
            AuthorizationStatus::Valid => continue,
            status => {
                let why = format!("it is {status:?} there");
                return Err(AcmeError::Refused { name, why });
            }
        }
        let Some(mut challenge) = authorization.challenge(ChallengeType::TlsAlpn01) else {
            return Err(AcmeError::Challenge(name));
        };
        let digest = challenge.key_authorization();
        let mut params = CertificateParams::new(vec![name.clone()])?;
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(
            digest.digest().as_ref(),
        )];
        let key = KeyPair::generate()?;
        let pair = Pair {
            certificate: params.self_signed(&key)?.pem(),
            key: key.serialize_pem(),
        };
        certificates.set_challenge(&name, certified(&pair)?);
        challenge.set_ready().await?;
    }
    Ok(())
}

/// What the directory says was wrong, and with which name, where it says so.
async fn refusal(order: &mut Order, otherwise: AcmeError) -> AcmeError {
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let Ok(state) = authorization.refresh().await else {
            continue;
        };
        let problem = state
            .challenges
            .iter()
            .find_map(|challenge| challenge.error.as_ref());
        if let Some(problem) = problem {
            let (name, why) = (state.identifier().to_string(), problem.to_string());
            return AcmeError::Refused { name, why };
        }
    }
    otherwise
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_wait_longer_and_never_for_ever() {
        let pauses: Vec<u64> = (1..8).map(pause).collect();
        assert_eq!(pauses, [15, 60, 240, 960, 3840, 15360, 21600]);
        assert_eq!(pause(u32::MAX), PAUSE_S_MAX);
    }
}
