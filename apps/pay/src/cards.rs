//! The account by which the box takes cards: from the settings, else as its owner chose it on a page.
//!
//! Always: the settings win. The page's choice, keys included, is sealed and only in the node's secrets, and is used only after the
//! provider knew its key.

use std::sync::{Arc, PoisonError, RwLock};

use imajin_service::{Node, Problem, args};
use serde::{Deserialize, Serialize};

use crate::manifest::TEXTS;
use crate::provider::{Provider, ProviderError};
use crate::settings::{Secret, Settings};
use crate::stripe::Stripe;

/// The name of the sealed choice.
const KEPT: &str = "card provider";
/// What the provider's keys of accounts for trying begin with.
const TRIAL: [&str; 2] = ["sk_test_", "rk_test_"];

/// What the page chose. It has no `Debug`: it is written nowhere in the clear.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Chosen {
    key: String,
    webhook_secret: String,
    /// The account, as the provider calls it.
    pub(crate) account: String,
    /// Its name there.
    pub(crate) name: String,
}

impl Chosen {
    /// Whether it moves no real money.
    pub(crate) fn is_trial(&self) -> bool {
        TRIAL.iter().any(|start| self.key.starts_with(start))
    }
}

/// Where the account comes from.
#[derive(Clone)]
pub(crate) enum Account {
    Nobodys,
    OfSettings,
    OfPage(Chosen),
}

/// The provider, which may change while the node runs.
#[derive(Clone)]
pub(crate) struct Cards {
    settings: Settings,
    now: Arc<RwLock<Now>>,
}

#[derive(Clone)]
struct Now {
    account: Account,
    provider: Option<Arc<dyn Provider>>,
}

impl Default for Cards {
    fn default() -> Self {
        let now = Now {
            account: Account::Nobodys,
            provider: None,
        };
        Self {
            settings: Settings::default(),
            now: Arc::new(RwLock::new(now)),
        }
    }
}

impl Cards {
    /// The account of the settings, if they name one.
    pub(crate) fn of(settings: &Settings) -> Result<Self, String> {
        let stripe = Stripe::new(settings)?;
        let account = match stripe {
            Some(_) => Account::OfSettings,
            None => Account::Nobodys,
        };
        let provider = stripe.map(|stripe| Arc::new(stripe) as Arc<dyn Provider>);
        Ok(Self {
            settings: settings.clone(),
            now: Arc::new(RwLock::new(Now { account, provider })),
        })
    }

    fn now(&self) -> Now {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    fn set(&self, account: Account, provider: Option<Arc<dyn Provider>>) {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        *now = Now { account, provider };
    }

    /// The provider, if the box takes cards.
    pub(crate) fn provider(&self) -> Option<Arc<dyn Provider>> {
        self.now().provider
    }

    /// Where the account comes from.
    pub(crate) fn account(&self) -> Account {
        self.now().account
    }

    /// Takes up what the page chose before. What does not open is said in the log, and the box takes no cards.
    pub(crate) fn take_up(&self, node: &Node) {
        if matches!(self.account(), Account::OfSettings) {
            return;
        }
        let read = || -> Result<Option<Chosen>, Problem> {
            let kept = node.kept_setting(KEPT)?;
            let read = kept.map(|bytes| serde_json::from_slice(&bytes));
            read.transpose().map_err(Problem::internal)
        };
        let taken = read().and_then(|chosen| match chosen {
            None => Ok(()),
            Some(chosen) => {
                let provider = self.with(&chosen)?;
                self.set(Account::OfPage(chosen), Some(provider));
                Ok(())
            }
        });
        if let Err(problem) = taken {
            tracing::error!(error = %problem.detail(), "the key of the card provider does not open: give it again at /pay/cards");
        }
    }

    fn with(&self, chosen: &Chosen) -> Result<Arc<dyn Provider>, Problem> {
        let settings = Settings {
            stripe_key: Secret::new(chosen.key.as_str()),
            stripe_webhook_secret: Secret::new(chosen.webhook_secret.as_str()),
            ..self.settings.clone()
        };
        let stripe = Stripe::new(&settings).map_err(Problem::internal)?;
        let stripe = stripe.ok_or_else(|| Problem::internal("an account without a key"))?;
        Ok(Arc::new(stripe))
    }

    /// Asks the provider whose account a key is of. What is empty stays as it is kept.
    ///
    /// # Errors
    /// 400 if the provider does not know the key, 503 if it does not answer.
    pub(crate) async fn asked(&self, key: &str, webhook_secret: &str) -> Result<Chosen, Problem> {
        let before = match self.account() {
            Account::OfPage(before) => Some(before),
            _ => None,
        };
        let or_kept = |text: &str, kept: fn(&Chosen) -> &String| match (text, &before) {
            ("", Some(before)) => kept(before).clone(),
            (text, _) => text.to_owned(),
        };
        let mut chosen = Chosen {
            key: or_kept(key, |before| &before.key),
            webhook_secret: or_kept(webhook_secret, |before| &before.webhook_secret),
            account: String::new(),
            name: String::new(),
        };
        let own = self.with(&chosen)?.own().await;
        let own = own.map_err(|error| match error {
            ProviderError::Refused { message, .. } => {
                let said = TEXTS.say("cards-unknown-key", args![why = message]);
                Problem::field("key", said)
            }
            other => Problem::from(other),
        })?;
        (chosen.account, chosen.name) = (own.id, own.name);
        Ok(chosen)
    }

    /// Takes cards through this account from now on. Waits for the disk on this thread.
    pub(crate) fn choose(&self, node: &Node, chosen: Chosen) -> Result<(), Problem> {
        let provider = self.with(&chosen)?;
        let bytes = serde_json::to_vec(&chosen).map_err(Problem::internal)?;
        node.keep_setting(KEPT, &bytes)?;
        self.set(Account::OfPage(chosen), Some(provider));
        Ok(())
    }

    /// Takes no cards any more, and forgets the key. Waits for the disk on this thread.
    pub(crate) fn forget(&self, node: &Node) -> Result<(), Problem> {
        node.forget_setting(KEPT)?;
        self.set(Account::Nobodys, None);
        Ok(())
    }
}
