//! One order at an ACME directory (RFC 8555 §7.4): for each name the directory is shown what it asked for, by this very
//! listener or in the DNS of the registry that gave the name; then it is told to look, and signs.

use super::{TlsError, Wish, http};
use crate::config::TlsConfig;
use crate::register;
use crate::tls::certificates::{Certificates, certified};
use crate::tls::store::Pair;
use imajin_service::node::Node;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Error, Identifier,
    KeyAuthorization, NewAccount, NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use std::time::Duration;

/// A directory looks at us from several places, and takes its time.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often a registry is asked whether its DNS has the answer by now, and how long between two times.
const ASKED_MAX: usize = 6;
const NAP: Duration = Duration::from_secs(10);
/// How long after its provider was told all servers of a zone need to know it.
const SPREAD: Duration = Duration::from_secs(5);

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(super) enum AcmeError {
    #[error(transparent)]
    Directory(#[from] Error),
    #[error("the directory refused {name}: {why}")]
    Refused { name: String, why: String },
    #[error("the directory does not offer the challenge {1} for {0}")]
    Challenge(String, &'static str),
    #[error("the registry {0} did not help: {1}")]
    Registry(String, String),
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

/// The account of an earlier run, or a new one, which is noted.
pub(super) async fn account(
    config: &TlsConfig,
    known: &mut Option<AccountCredentials>,
) -> Result<Account, AcmeError> {
    let http = http::Http::new(&config.root).map_err(AcmeError::Http)?;
    let builder = Account::builder_with_http(Box::new(http));
    if let Some(credentials) = known.take() {
        // They are moved into the account, and kept in the file.
        let text = serde_json::to_value(&credentials).map_err(Error::from)?;
        *known = serde_json::from_value(text).map_err(Error::from)?;
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
    *known = Some(credentials);
    Ok(account)
}

/// What is asked for, and what it is shown with.
pub(super) struct Ask<'a> {
    pub(super) node: &'a Node,
    pub(super) certificates: &'a Certificates,
    pub(super) wish: &'a Wish,
}

impl Ask<'_> {
    /// A certificate with its key. What was shown for it is taken away again, whatever comes of it.
    pub(super) async fn order(&self, account: &Account) -> Result<Pair, AcmeError> {
        let outcome = self.obtain(account).await;
        match &self.wish.registry {
            None => self.certificates.end_challenges(),
            // The registry forgets it by itself, an hour later.
            Some(url) => drop(register::challenge(self.node, url, None).await),
        }
        outcome
    }

    async fn obtain(&self, account: &Account) -> Result<Pair, AcmeError> {
        let names = self.wish.names.iter().cloned().map(Identifier::Dns);
        let names: Vec<Identifier> = names.collect();
        let mut order = account.new_order(&NewOrder::new(&names)).await?;
        self.prove(&mut order).await?;
        let policy = RetryPolicy::new().timeout(PATIENCE);
        match order.poll_ready(&policy).await {
            Ok(OrderStatus::Ready) => {}
            Ok(status) => return Err(refusal(&mut order, AcmeError::Order(status)).await),
            Err(error) => return Err(refusal(&mut order, error.into()).await),
        }
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(self.wish.names.clone())?;
        params.distinguished_name = DistinguishedName::new();
        order
            .finalize_csr(params.serialize_request(&key)?.der())
            .await?;
        Ok(Pair {
            certificate: order.poll_certificate(&policy).await?,
            key: key.serialize_pem(),
        })
    }

    /// Shows for each name what the directory asked for, and tells it to look.
    async fn prove(&self, order: &mut Order) -> Result<(), AcmeError> {
        let (kind, kind_name) = match &self.wish.registry {
            None => (ChallengeType::TlsAlpn01, "tls-alpn-01"),
            Some(_) => (ChallengeType::Dns01, "dns-01"),
        };
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
            let Some(mut challenge) = authorization.challenge(kind.clone()) else {
                return Err(AcmeError::Challenge(name, kind_name));
            };
            let answer = challenge.key_authorization();
            match &self.wish.registry {
                None => self.show(&name, &answer)?,
                Some(url) => self.publish(url, &answer).await?,
            }
            challenge.set_ready().await?;
        }
        Ok(())
    }

    /// By a certificate that this listener shows for the challenge's protocol alone.
    fn show(&self, name: &str, answer: &KeyAuthorization) -> Result<(), AcmeError> {
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(
            answer.digest().as_ref(),
        )];
        let key = KeyPair::generate()?;
        let pair = Pair {
            certificate: params.self_signed(&key)?.pem(),
            key: key.serialize_pem(),
        };
        self.certificates.set_challenge(name, certified(&pair)?);
        Ok(())
    }

    /// By a text in the DNS, which the registry enters for the node whose name it is.
    async fn publish(&self, url: &str, answer: &KeyAuthorization) -> Result<(), AcmeError> {
        let failed = |why: String| AcmeError::Registry(url.to_owned(), why);
        let text = answer.dns_value();
        for _ in 0..ASKED_MAX {
            if register::challenge(self.node, url, Some(&text))
                .await
                .map_err(failed)?
            {
                tokio::time::sleep(SPREAD).await;
                return Ok(());
            }
            tokio::time::sleep(NAP).await;
        }
        Err(failed("its DNS does not take the answer".to_owned()))
    }
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
