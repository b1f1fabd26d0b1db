//! An order (RFC 8555 §7.4) for the name from a registry. The directory looks for the answer in the DNS, where the
//! registry publishes it for the node (DNS-01, RFC 8555 §8.4). instant-acme is the client of the directory.

use super::csr::request;
use super::error::{AcmeError, BAD_NONCE};
use super::http;
use super::plain;
use crate::registry::challenge;
use crate::settings::TlsConfig;
use crate::tls::store::Pair;
use imajin_app::Node;
use imajin_host::outgoing::Allowed;
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
/// Time that all servers of a zone take to publish a change.
const SPREAD: Duration = Duration::from_secs(5);
/// Attempts of a request whose nonce the directory refuses; instant-acme sends each of them three times.
const NONCES_MAX: usize = 5;

/// Sends a request, again if the directory refuses the nonce. A macro, because a function could not express for all
/// lifetimes that its future is `Send`.
macro_rules! again {
    ($ask:expr) => {{
        let mut attempts = 1;
        loop {
            match $ask.await {
                Err(error) if is_refused_nonce(&error, attempts) => attempts += 1,
                outcome => break outcome,
            }
        }
    }};
}

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
    let http = http::Http::new(config, allowed)?;
    let builder = || Account::builder_with_http(Box::new(http.clone()));
    if let Some(credentials) = known.take() {
        // They are moved into the account, and kept in the file.
        let text = serde_json::to_value(&credentials).map_err(Error::from)?;
        *known = serde_json::from_value(text).map_err(Error::from)?;
        return Ok(builder().from_credentials(credentials).await?);
    }
    let contact = config.contact_url();
    let contacts: Vec<&str> = contact.iter().map(String::as_str).collect();
    let wish = NewAccount {
        contact: &contacts,
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let (account, credentials) = again!(builder().create(&wish, config.directory.clone(), None))?;
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
    drop(challenge(node, registry, None).await);
    outcome
}

async fn obtain(
    account: &Account,
    node: &Node,
    registry: &str,
    names: &[String],
) -> Result<Pair, AcmeError> {
    let of: Vec<Identifier> = names.iter().cloned().map(Identifier::Dns).collect();
    let wish = NewOrder::new(&of);
    let mut order = again!(account.new_order(&wish))?;
    prove(&mut order, node, registry).await?;
    let policy = RetryPolicy::new().timeout(PATIENCE);
    match again!(order.poll_ready(&policy)) {
        Ok(OrderStatus::Ready) => {}
        Ok(status) => {
            return Err(refusal(&mut order, AcmeError::Order(plain::word(status))).await);
        }
        Err(error) => return Err(refusal(&mut order, error.into()).await),
    }
    let (csr, key) = request(names)?;
    again!(order.finalize_csr(csr.der()))?;
    Ok(Pair { certificate: again!(order.poll_certificate(&policy))?, key: key.serialize_pem() })
}

/// The order keeps each authorization that was read, and asks for it no more.
async fn read_authorizations(order: &mut Order) -> Result<(), Error> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        authorization?;
    }
    Ok(())
}

/// Publishes for each name what the directory asked for, and tells it to look.
async fn prove(order: &mut Order, node: &Node, registry: &str) -> Result<(), AcmeError> {
    again!(read_authorizations(order))?;
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
        again!(challenge.set_ready())?;
    }
    Ok(())
}

/// A text in the registry's DNS.
async fn publish(node: &Node, registry: &str, text: &str) -> Result<(), AcmeError> {
    let failed = |why: String| AcmeError::Registry(registry.to_owned(), why);
    for _ in 0..ASKED_MAX {
        if challenge(node, registry, Some(text)).await.map_err(failed)? {
            tokio::time::sleep(SPREAD).await;
            return Ok(());
        }
        tokio::time::sleep(NAP).await;
    }
    Err(failed("its DNS does not take the answer".to_owned()))
}

/// Returns the directory's problem with a challenge and the name it concerns; `otherwise` if it reports none.
async fn refusal(order: &mut Order, otherwise: AcmeError) -> AcmeError {
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        if again!(async { authorization.refresh().await.map(|_| ()) }).is_err() {
            continue;
        }
        let problem =
            authorization.challenges.iter().find_map(|challenge| challenge.error.as_ref());
        if let Some(problem) = problem {
            let (name, why) = (authorization.identifier().to_string(), problem.to_string());
            return AcmeError::Refused { name, why };
        }
    }
    otherwise
}

/// Whether to ask again, with another nonce: a directory may refuse one that it gave (RFC 8555 §6.5).
fn is_refused_nonce(error: &Error, asked: usize) -> bool {
    let is_bad_nonce =
        matches!(error, Error::Api(problem) if problem.r#type.as_deref() == Some(BAD_NONCE));
    is_bad_nonce && asked < NONCES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use instant_acme::Problem;

    /// Returns whether a request that fails this many times with this problem succeeds, and how often it was sent.
    async fn outcome(kind: &str, failures: usize) -> (bool, usize) {
        let mut sent = 0;
        let outcome = again!(async {
            sent += 1;
            let problem = Problem {
                r#type: Some(kind.to_owned()),
                detail: None,
                status: Some(400),
                subproblems: Vec::new(),
            };
            if sent > failures { Ok(()) } else { Err(Error::Api(problem)) }
        });
        (outcome.is_ok(), sent)
    }

    #[tokio::test]
    async fn a_refused_nonce_is_no_refused_order() {
        assert_eq!(outcome(BAD_NONCE, 0).await, (true, 1));
        assert_eq!(outcome(BAD_NONCE, 2).await, (true, 3));
        assert_eq!(outcome(BAD_NONCE, NONCES_MAX - 1).await, (true, NONCES_MAX));
        // Retries are limited if a directory refuses every nonce; other refusals are not retried.
        assert_eq!(outcome(BAD_NONCE, usize::MAX).await, (false, NONCES_MAX));
        let other = "urn:ietf:params:acme:error:rateLimited";
        assert_eq!(outcome(other, 1).await, (false, 1));
    }
}
