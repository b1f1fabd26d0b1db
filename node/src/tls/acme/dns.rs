//! An order (RFC 8555 §7.4) for the name from a registry. The directory looks for the answer in the DNS, where the
//! registry publishes it for the node (DNS-01, RFC 8555 §8.4). instant-acme is the client of the directory.

use super::csr::request;
use super::error::AcmeError;
use super::http;
use super::plain;
use crate::config::TlsConfig;
use crate::register;
use crate::tls::store::Pair;
use imajin_service::node::Node;
use imajin_service::outgoing::Allowed;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Error, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use std::time::Duration;

/// A directory looks at the DNS from several places, and takes its time.
const PATIENCE: Duration = Duration::from_secs(90);
/// Requests to a registry until its DNS has the answer, at most, and the pause between two.
const ASKED_MAX: usize = 6;
const NAP: Duration = Duration::from_secs(10);
/// How long all servers of a zone take to publish a change.
const SPREAD: Duration = Duration::from_secs(5);

impl From<Error> for AcmeError {
    fn from(error: Error) -> Self {
        Self::Directory(match error {
            Error::Api(problem) if problem.detail.is_some() => problem.detail.unwrap_or_default(),
            error => plain::sentence(&error.to_string()),
        })
    }
}

/// The account of an earlier run, or a new one, which is stored.
pub(super) async fn account(
    config: &TlsConfig,
    allowed: Allowed,
    known: &mut Option<AccountCredentials>,
) -> Result<Account, AcmeError> {
    let builder = Account::builder_with_http(Box::new(http::Http::new(config, allowed)?));
    if let Some(credentials) = known.take() {
        // They are moved into the account, and kept in the file.
        let text = serde_json::to_value(&credentials).map_err(Error::from)?;
        *known = serde_json::from_value(text).map_err(Error::from)?;
        return Ok(builder.from_credentials(credentials).await?);
    }
    let contact = config.contact_url();
    let contacts: Vec<&str> = contact.iter().map(String::as_str).collect();
    let wish = NewAccount {
        contact: &contacts,
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let (account, credentials) = builder
        .create(&wish, config.directory.clone(), None)
        .await?;
    *known = Some(credentials);
    Ok(account)
}

/// A certificate with its key.
pub(super) async fn order(
    account: &Account,
    node: &Node,
    registry: &str,
    names: &[String],
) -> Result<Pair, AcmeError> {
    let outcome = obtain(account, node, registry, names).await;
    // Removes the answer whatever the outcome. If this request is lost, the registry removes the answer after an hour.
    drop(register::challenge(node, registry, None).await);
    outcome
}

async fn obtain(
    account: &Account,
    node: &Node,
    registry: &str,
    names: &[String],
) -> Result<Pair, AcmeError> {
    let of: Vec<Identifier> = names.iter().cloned().map(Identifier::Dns).collect();
    let mut order = account.new_order(&NewOrder::new(&of)).await?;
    prove(&mut order, node, registry).await?;
    let policy = RetryPolicy::new().timeout(PATIENCE);
    match order.poll_ready(&policy).await {
        Ok(OrderStatus::Ready) => {}
        Ok(status) => {
            let ended = AcmeError::Order(plain::word(status));
            return Err(refusal(&mut order, ended).await);
        }
        Err(error) => return Err(refusal(&mut order, error.into()).await),
    }
    let (csr, key) = request(names)?;
    order.finalize_csr(csr.der()).await?;
    Ok(Pair {
        certificate: order.poll_certificate(&policy).await?,
        key: key.serialize_pem(),
    })
}

/// Publishes for each name what the directory asked for, and tells it to look.
async fn prove(order: &mut Order, node: &Node, registry: &str) -> Result<(), AcmeError> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        let name = authorization.identifier().to_string();
        match authorization.status {
            AuthorizationStatus::Pending => {}
            AuthorizationStatus::Valid => continue,
            status => {
                let why = format!("it is {} there", plain::word(status));
                return Err(AcmeError::Refused { name, why });
            }
        }
        let Some(mut challenge) = authorization.challenge(ChallengeType::Dns01) else {
            return Err(AcmeError::Challenge(name, "dns-01"));
        };
        publish(node, registry, &challenge.key_authorization().dns_value()).await?;
        challenge.set_ready().await?;
    }
    Ok(())
}

/// A text in the registry's DNS.
async fn publish(node: &Node, registry: &str, text: &str) -> Result<(), AcmeError> {
    let failed = |why: String| AcmeError::Registry(registry.to_owned(), why);
    for _ in 0..ASKED_MAX {
        let entered = register::challenge(node, registry, Some(text)).await;
        if entered.map_err(failed)? {
            tokio::time::sleep(SPREAD).await;
            return Ok(());
        }
        tokio::time::sleep(NAP).await;
    }
    Err(failed("its DNS does not take the answer".to_owned()))
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
