//! Stripe: Checkout sessions, refunds, Connect accounts and webhooks, as its documentation has them. Requests are forms
//! with an `Idempotency-Key`, answers JSON.
//!
//! Always: bounded in time and size; neither key nor address shows in an error.

pub(crate) mod currencies;
mod form;
mod objects;
mod signature;

use std::collections::HashMap;
use std::time::Duration;

use imajin_dfos::Timestamp;
use imajin_host::outgoing::{AddressSource, Allowed, AnswerError, Outgoing, OutgoingRequest};
use imajin_protocol::Did;
use parking_lot::Mutex;
use reqwest::{Method, Url};
use serde_json::Value as Json;

use crate::provider::{
    Account, Event, HeardError, Own, PageRequest, ProviderError, ProviderRefund, Returned, Session,
    Transfer, Transferred,
};
use crate::settings::{Secret, Settings};
use form::Form;

/// The version of the API that this client speaks, whatever the account's default is.
const VERSION: &str = "2024-06-20";
const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum size of an answer, in bytes: a hundred sessions.
const ANSWER_BYTES_MAX: usize = 4 << 20;
/// Maximum number of refused keys that are remembered.
const REFUSED_MAX: usize = 1_000;

/// Stripe, as the node's account sees it.
pub(crate) struct Stripe {
    client: Outgoing,
    base: Url,
    key: Secret,
    webhook_secret: Secret,
    /// How long a payer can still easily have the money taken back, in milliseconds; sales are held that long.
    pub(crate) held_ms: i64,
    /// The keys refused since the start, and the number of refusals of each.
    refused: Mutex<HashMap<String, u32>>,
}

impl Stripe {
    /// Returns a client for the account of the settings; `None` without a key.
    pub(crate) fn new(settings: &Settings) -> Result<Option<Self>, String> {
        if settings.stripe_key.is_empty() {
            return Ok(None);
        }
        let allowed = Allowed { private: settings.private_addresses };
        let client = Outgoing::within(allowed, AddressSource::InSettings, |client| {
            client.connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT).pool_max_idle_per_host(1)
        });
        let client = client.map_err(|error| error.to_string())?;
        let base = Url::parse(&settings.stripe_url).map_err(|error| error.to_string())?;
        Ok(Some(Self {
            client,
            base,
            key: settings.stripe_key.clone(),
            webhook_secret: settings.stripe_webhook_secret.clone(),
            held_ms: i64::from(settings.card_hold_days) * 24 * 3600 * 1000,
            refused: Mutex::default(),
        }))
    }

    fn request(&self, method: Method, path: &str) -> Result<OutgoingRequest, ProviderError> {
        let url = self.base.join(path).map_err(|error| ProviderError::Away(error.to_string()))?;
        let request = self.client.request(method, url);
        let request = request.map_err(|error| ProviderError::Away(error.to_string()))?;
        Ok(request.bearer_auth(self.key.reveal()).header("stripe-version", VERSION))
    }

    async fn get(&self, path: &str) -> Result<Json, ProviderError> {
        answer(self.request(Method::GET, path)?).await
    }

    /// Reads all pages of a list.
    async fn all(&self, path: &str) -> Result<Vec<Json>, ProviderError> {
        let mut all: Vec<Json> = Vec::new();
        loop {
            let after = all.last().and_then(|last| last["id"].as_str());
            let path = match after {
                Some(after) => format!("{path}&starting_after={}", part(after)?),
                None => path.to_owned(),
            };
            let mut page = self.get(&path).await?;
            let items = page["data"].as_array_mut().map(std::mem::take);
            let items = understood(items, "list")?;
            let is_last = items.is_empty() || page["has_more"] != true;
            all.extend(items);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Sends a form. Stripe repeats its answer to a key for a day, refusals too: an attempt after a refusal gets the
    /// next key, while one whose answer was lost keeps its own.
    async fn post(&self, path: &str, key: &str, form: Form) -> Result<Json, ProviderError> {
        let before = self.refused.lock().get(key).copied().unwrap_or(0);
        let attempt = match before {
            0 => key.to_owned(),
            before => format!("{key}-again-{before}"),
        };
        let request = self.request(Method::POST, path)?;
        let request = request
            .header("idempotency-key", attempt)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.encode());
        let answer = answer(request).await;
        if let Err(ProviderError::Refused { .. }) = answer {
            let mut refused = self.refused.lock();
            // A forgotten key costs one more refusal.
            if refused.len() >= REFUSED_MAX {
                refused.clear();
            }
            refused.insert(key.to_owned(), before + 1);
        }
        answer
    }
}

async fn answer(request: OutgoingRequest) -> Result<Json, ProviderError> {
    let away = |error: AnswerError| ProviderError::Away(error.without_url());
    let answer = request.send(ANSWER_BYTES_MAX).await.map_err(away)?;
    let status = answer.status;
    let json: Json = serde_json::from_slice(&answer.bytes).unwrap_or_default();
    if status.is_success() {
        return Ok(json);
    }
    let error = &json["error"];
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let code = text("code");
    // Our key has no access to this one account (any more); other accounts are not affected.
    let is_of_one = status.as_u16() == 403 && code == "account_invalid";
    let describe = || format!("{status} {}", text("message"));
    match status.as_u16() {
        // The same request is in progress.
        409 => return Err(ProviderError::Unclear(describe())),
        // Our key is invalid or lacks a permission, or we sent too many requests: the payer can't fix any of these.
        401 | 403 | 429 if !is_of_one => return Err(ProviderError::Away(describe())),
        500.. => return Err(ProviderError::Away(describe())),
        _ => {}
    }
    Err(ProviderError::Refused { code, message: text("message") })
}

fn understood<T>(found: Option<T>, what: &str) -> Result<T, ProviderError> {
    found.ok_or_else(|| ProviderError::Unclear(format!("its answer is no {what}")))
}

/// Checks an id of Stripe's as a part of a path, so that it leads nowhere else.
fn part(id: &str) -> Result<&str, ProviderError> {
    let is_fine = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_fine.then_some(id).ok_or_else(|| ProviderError::Refused {
        code: "id".to_owned(),
        message: "not an id of Stripe's".to_owned(),
    })
}

impl Stripe {
    /// Returns the account that the node's key belongs to.
    pub(crate) async fn own(&self) -> Result<Own, ProviderError> {
        let own = self.get("v1/account").await.map_err(|error| match error {
            // This request asks whether the key is valid, so these statuses are a refusal.
            ProviderError::Away(said) if said.starts_with("401") || said.starts_with("403") => {
                ProviderError::Refused { code: "key".to_owned(), message: said }
            }
            other => other,
        })?;
        understood(objects::own(&own), "account")
    }

    /// Opens a page. A repeated request returns the same page.
    pub(crate) async fn open(&self, wanted: &PageRequest<'_>) -> Result<Session, ProviderError> {
        let key = format!("open-{}-{}", wanted.payment, wanted.until);
        let json = self.post("v1/checkout/sessions", &key, form::session(wanted)?).await?;
        understood(objects::session(&json), "checkout session")
    }

    /// Returns the current state of a page.
    pub(crate) async fn look(&self, session: &str) -> Result<Session, ProviderError> {
        let json = self.get(&format!("v1/checkout/sessions/{}", part(session)?)).await?;
        understood(objects::session(&json), "checkout session")
    }

    /// Lists pages that were opened since a time, newest first, after one that was listed; and whether there are more.
    pub(crate) async fn since(
        &self,
        from_s: i64,
        after: Option<&str>,
    ) -> Result<(Vec<Session>, bool), ProviderError> {
        let mut path = format!("v1/checkout/sessions?limit=100&created[gte]={from_s}");
        if let Some(after) = after {
            path = format!("{path}&starting_after={}", part(after)?);
        }
        let json = self.get(&path).await?;
        let all = json["data"].as_array().map(Vec::as_slice);
        let all = understood(all, "list")?.iter().map(objects::session);
        let all = understood(all.collect::<Option<Vec<_>>>(), "list of sessions")?;
        Ok((all, json["has_more"] == true))
    }

    /// Returns the node's metadata of a payment: node and payment.
    pub(crate) async fn words(
        &self,
        charge: &str,
    ) -> Result<(Option<String>, Option<String>), ProviderError> {
        let json = self.get(&format!("v1/payment_intents/{}", part(charge)?)).await?;
        let word = |name: &str| json["metadata"][name].as_str().map(str::to_owned);
        Ok((word("node"), word("payment")))
    }

    /// Returns all refunds of a payment so far, made by the node or at the provider.
    pub(crate) async fn returns(&self, charge: &str) -> Result<Vec<Returned>, ProviderError> {
        let path = format!("v1/refunds?payment_intent={}&limit=100", part(charge)?);
        let all = self.all(&path).await?;
        understood(all.iter().map(objects::refund).collect(), "list of refunds")
    }

    /// Makes a refund. A repeated request returns the same refund.
    pub(crate) async fn give_back(
        &self,
        back: &ProviderRefund<'_>,
    ) -> Result<Returned, ProviderError> {
        if !back.part.is_zero() {
            let path = format!("v1/payment_intents/{}?expand[]=latest_charge", part(back.charge)?);
            let charge = self.get(&path).await?;
            let transfer = charge["latest_charge"]["transfer"].as_str();
            let transfer = part(understood(transfer, "charge with a transfer")?)?;
            let key = format!("reverse-{}-{}", back.payment, back.n);
            let units = form::units(back.part, back.currency)?;
            let form = Form::new().with_field("amount", units);
            self.post(&format!("v1/transfers/{transfer}/reversals"), &key, form).await?;
        }
        let mut key = format!("refund-{}-{}", back.payment, back.n);
        // A smaller amount than at first is another request, which Stripe accepts only under another key.
        if back.is_rest {
            key = format!("{key}-{}", back.amount);
        }
        if back.attempt > 0 {
            key = format!("{key}-attempt-{}", back.attempt);
        }
        let json = self.post("v1/refunds", &key, form::refund(back)?).await?;
        understood(objects::refund(&json), "refund")
    }

    /// Opens an account for a seller. A repeated request returns the same one.
    pub(crate) async fn begin_account(&self, did: &Did) -> Result<Account, ProviderError> {
        let form =
            form::transfers_wanted().with_field("type", "express").with_field("metadata[did]", did);
        // The key differs from that of older requests without the capability: Stripe refuses a key reused with
        // other content.
        let key = format!("account-transfers-{did}");
        let json = self.post("v1/accounts", &key, form).await?;
        understood(objects::account(&json), "account")
    }

    /// Returns the address of the provider's page where a seller identifies themselves.
    pub(crate) async fn account_page(
        &self,
        account: &str,
        back_to: &str,
    ) -> Result<String, ProviderError> {
        // A link works once, so each request is a new one.
        let fresh = imajin_host::random::hex::<12>();
        let fresh = fresh.map_err(|error| ProviderError::Away(error.to_string()))?;
        // An account that was begun without the capability requests it before its owner identifies themselves.
        let path = format!("v1/accounts/{}", part(account)?);
        self.post(&path, &format!("wanted-{fresh}"), form::transfers_wanted()).await?;
        let form = Form::new()
            .with_field("account", account)
            .with_field("type", "account_onboarding")
            .with_field("refresh_url", back_to)
            .with_field("return_url", back_to);
        let json = self.post("v1/account_links", &format!("link-{fresh}"), form).await?;
        understood(json["url"].as_str().map(str::to_owned), "link")
    }

    /// Returns the current state of an account.
    pub(crate) async fn account(&self, account: &str) -> Result<Account, ProviderError> {
        let json = self.get(&format!("v1/accounts/{}", part(account)?)).await?;
        understood(objects::account(&json), "account")
    }

    /// Returns the transfers to an account since a time, newest first.
    pub(crate) async fn transfers(
        &self,
        account: &str,
        from_s: i64,
    ) -> Result<Vec<Transferred>, ProviderError> {
        let account = part(account)?;
        let since = format!("created[gte]={from_s}&limit=100");
        let of_account = format!("v1/transfers?destination={account}&{since}");
        let all = match self.all(&of_account).await {
            // Stripe lists nothing for a closed account; the platform's own list still has its transfers.
            Err(ProviderError::Refused { .. }) => {
                let mut all = self.all(&format!("v1/transfers?{since}")).await?;
                all.retain(|transfer| transfer["destination"] == account);
                all
            }
            all => all?,
        };
        understood(all.iter().map(objects::transfer).collect(), "list of transfers")
    }

    /// Makes a transfer to an account. A repeated request returns the same transfer.
    pub(crate) async fn transfer(
        &self,
        transfer: &Transfer<'_>,
    ) -> Result<Transferred, ProviderError> {
        // A transfer out of the charge succeeds whatever the current balance of the node's account is.
        let intent = self.get(&format!("v1/payment_intents/{}", part(transfer.charge)?)).await?;
        let source = understood(objects::charge(&intent), "payment with a charge")?;
        let Transfer { payment, n, attempt, .. } = transfer;
        let key = format!("transfer-{payment}-{n}-{attempt}");
        let json = self.post("v1/transfers", &key, form::transfer(transfer, &source)?).await?;
        understood(objects::transfer(&json), "transfer")
    }

    /// Reads and verifies a message that claims to come from the provider.
    pub(crate) fn hear(
        &self,
        signature: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Event, HeardError> {
        let secret = self.webhook_secret.reveal().as_bytes();
        if secret.is_empty() {
            return Err(HeardError::Signature);
        }
        signature::check(signature.ok_or(HeardError::Header)?, body, secret, now)?;
        let json = serde_json::from_slice(body).map_err(|_| HeardError::Body)?;
        objects::event(&json).ok_or(HeardError::Body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn stripe(url: String) -> Stripe {
        let settings =
            Settings { stripe_url: url, stripe_key: Secret::new("sk_test"), ..Settings::default() };
        Stripe::new(&settings).unwrap().unwrap()
    }

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        use imajin_edge::testing::{EndlessServer, Flood};
        for flood in [Flood::HTTP[0], Flood::HTTP[2]] {
            let server = EndlessServer::start(flood);
            let answer = stripe(server.url()).get("v1/account").await;
            assert!(matches!(answer, Err(ProviderError::Away(_))), "{flood:?}");
            let given_up = move || server.check_given_up(ANSWER_BYTES_MAX as u64);
            tokio::task::spawn_blocking(given_up).await.unwrap();
        }
    }

    #[tokio::test]
    async fn the_provider_is_asked_where_the_settings_say_and_leads_nowhere_else() {
        let listen = || tokio::net::TcpListener::bind("127.0.0.1:0");
        let (provider, elsewhere) = (listen().await.unwrap(), listen().await.unwrap());
        let at = provider.local_addr().unwrap();
        let there = elsewhere.local_addr().unwrap();
        let serving = async {
            let (mut stream, _) = provider.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            let answer = format!(
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{there}/\r\ncontent-length: 0\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        };
        let stand_in = stripe(format!("http://{at}"));
        let ((), answered) = tokio::join!(serving, stand_in.get("v1/accounts/x"));
        assert!(answered.is_err());
        let waiting = std::time::Duration::from_millis(200);
        let followed = tokio::time::timeout(waiting, elsewhere.accept()).await;
        assert!(followed.is_err(), "nobody followed");
        // The operating system takes 0.0.0.0 for this machine.
        let nobody = stripe(format!("http://0.0.0.0:{}", at.port()));
        match nobody.get("v1/accounts/x").await {
            Err(ProviderError::Away(why)) => {
                assert!(why.contains("not an address on the open internet"), "{why}");
            }
            other => panic!("{other:?}"),
        }
    }
}
