//! The account by which the box takes cards: from the settings, otherwise as its owner chose it on a page.
//!
//! Always: the settings win. The choice on the page, keys included, is sealed and only in the node's secrets, and is
//! used only after the provider accepted its key. The choice is kept before its entry is entered, next to the previous
//! one: the newest entry about either decides which one counts, so that a full disk or a power failure leaves the old
//! choice or the new one, and never an entry without its key.

use std::sync::Arc;

use imajin_app::{Answer, Node, Problem, args};
use imajin_dfos::hex;
use imajin_host::prelude::*;
use imajin_protocol::IdText;
use parking_lot::RwLock;
use ring::digest;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::manifest::TEXTS;
use crate::operations::TakeCards;
use crate::provider::ProviderError;
use crate::queries::{self, KeysEntry};
use crate::settings::{Secret, Settings};
use crate::stripe::Stripe;

/// The choice's name in the list that the box asks its next owner about.
pub(crate) const CHOICE: &str = "cards";
/// Name of the secret setting with the sealed choices.
const KEPT: &str = "card provider";
/// Bytes of the digest that names keys.
const NAME_BYTES: usize = 16;
/// Prefixes of the provider's test keys.
const TRIAL: [&str; 2] = ["sk_test_", "rk_test_"];

/// The account that the owner chose on the page. Has no `Debug`, since its keys are written nowhere in the clear.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CardAccount {
    key: String,
    webhook_secret: String,
    /// The provider's id of the account.
    pub(crate) account: String,
    /// The account's name at the provider.
    pub(crate) name: String,
}

impl CardAccount {
    /// Whether the keys are test keys, which move no real money.
    pub(crate) fn is_trial(&self) -> bool {
        TRIAL.iter().any(|start| self.key.starts_with(start))
    }

    /// Returns the name of these keys in entries, a digest. The keys can't be recovered from it: they are random, and
    /// longer.
    fn keys(&self) -> Answer<IdText> {
        let both = format!("{}\n{}", self.key, self.webhook_secret);
        let digest = digest::digest(&digest::SHA256, both.as_bytes());
        IdText::parse(&hex::encode(&digest.as_ref()[..NAME_BYTES])).map_err(Problem::internal)
    }
}

/// The source of the account.
#[derive(Clone, Default)]
pub(crate) enum Account {
    #[default]
    Nobodys,
    OfSettings,
    OfPage(CardAccount),
}

/// The provider, which may change while the node runs.
#[derive(Clone, Default)]
pub(crate) struct Cards {
    settings: Settings,
    now: Arc<RwLock<Now>>,
    /// Lock of a choice in progress.
    turns: Arc<Mutex<()>>,
}

#[derive(Clone, Default)]
struct Now {
    account: Account,
    provider: Option<Arc<Stripe>>,
}

impl Cards {
    /// Uses the account of the settings, if they name one.
    pub(crate) fn from_settings(settings: &Settings) -> Result<Self, String> {
        let now = match Stripe::new(settings)?.map(Arc::new) {
            None => Now::default(),
            provider => Now { account: Account::OfSettings, provider },
        };
        Ok(Self {
            settings: settings.clone(),
            now: Arc::new(RwLock::new(now)),
            turns: Arc::default(),
        })
    }

    /// Returns the provider, if the box takes cards.
    pub(crate) fn provider(&self) -> Option<Arc<Stripe>> {
        self.now.read().provider.clone()
    }

    pub(crate) fn account(&self) -> Account {
        self.now.read().account.clone()
    }

    /// Returns the account in force, if the owner chose it on the page.
    fn chosen(&self) -> Option<CardAccount> {
        match self.account() {
            Account::OfPage(chosen) => Some(chosen),
            Account::Nobodys | Account::OfSettings => None,
        }
    }

    /// Waits until no other choice is in progress.
    pub(crate) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turns).lock_owned().await
    }

    /// Loads the choice made on the page. If the secret can't be opened, the log says so, and the box takes no cards.
    pub(crate) fn take_up(&self, node: &Node) {
        if matches!(self.account(), Account::OfSettings) {
            return;
        }
        if let Err(problem) = self.settle(node) {
            tracing::error!(error = %problem.detail(), "the key of the card provider does not open: give it again at /pay/cards");
        }
    }

    fn provider_for(&self, chosen: &CardAccount) -> Answer<Arc<Stripe>> {
        let settings = Settings {
            stripe_key: Secret::new(chosen.key.as_str()),
            stripe_webhook_secret: Secret::new(chosen.webhook_secret.as_str()),
            ..self.settings.clone()
        };
        let stripe = Stripe::new(&settings).map_err(Problem::internal)?;
        let stripe = stripe.ok_or_else(|| Problem::internal("an account without a key"))?;
        Ok(Arc::new(stripe))
    }

    /// Asks the provider which account a key belongs to. Empty texts keep their stored values.
    /// Errors: 400 if the provider does not know the key, 503 if it does not answer.
    pub(crate) async fn asked(&self, key: &str, webhook_secret: &str) -> Answer<CardAccount> {
        let before = self.chosen();
        let or_kept = |text: &str, kept: fn(&CardAccount) -> &String| match (text, &before) {
            ("", Some(before)) => kept(before).clone(),
            (text, _) => text.to_owned(),
        };
        let mut chosen = CardAccount {
            key: or_kept(key, |before| &before.key),
            webhook_secret: or_kept(webhook_secret, |before| &before.webhook_secret),
            account: String::new(),
            name: String::new(),
        };
        let own = self.provider_for(&chosen)?.own().await;
        let own = own.map_err(|error| match error {
            ProviderError::Refused { message, .. } => {
                let sentence = TEXTS.say("cards-unknown-key", args![why = message]);
                Problem::field("key", sentence)
            }
            other => Problem::from(other),
        })?;
        (chosen.account, chosen.name) = (own.id, own.name);
        Ok(chosen)
    }

    /// Returns the entry that takes cards through this account, or through none any more.
    pub(crate) fn entry(&self, wish: Option<&CardAccount>) -> Answer<TakeCards> {
        let about = wish.cloned().or_else(|| self.chosen());
        let keys = about.map(|about| about.keys()).transpose()?;
        let account = wish.map(|chosen| IdText::parse(&chosen.account));
        Ok(TakeCards { account: account.transpose().map_err(Problem::internal)?, keys })
    }

    /// Stores a choice next to the one in force, before its entry is entered. Waits for the disk on this thread.
    /// Errors: 507 on a full disk: nothing was stored.
    pub(crate) fn keep(&self, node: &Node, wish: CardAccount) -> Answer<()> {
        put(node, &AccountChoices { in_force: self.chosen(), wish: Some(wish) })
    }

    /// Puts the stored choice in force that the newest entry names, and forgets the others. Waits for the disk on this
    /// thread.
    pub(crate) fn settle(&self, node: &Node) -> Answer<()> {
        let AccountChoices { in_force, wish } = kept(node)?;
        let is_settled = wish.is_none();
        let wish = said_of(node, wish)?.filter(|(_, said)| said.is_some_and(|said| said.takes));
        let before = said_of(node, in_force)?;
        let newest = match (wish, before) {
            (Some(wish), Some(before)) if wish.1 < before.1 => Some(before),
            (wish, before) => wish.or(before),
        };
        // The owner who chose the account in force may have left with their record.
        let newest = newest.filter(|(_, said)| said.is_none_or(|said| said.takes));
        let in_force = newest.map(|(chosen, _)| chosen);
        let tidied = match &in_force {
            Some(_) if is_settled => Ok(()),
            Some(_) => put(node, &AccountChoices { in_force: in_force.clone(), wish: None }),
            None => node.forget_setting(KEPT),
        };
        if let Err(problem) = tidied {
            // The next start reads the same entries and tries again.
            tracing::warn!(error = %problem.detail(), "an old key of the card provider is still kept");
        }
        let provider = in_force.as_ref().map(|chosen| self.provider_for(chosen)).transpose()?;
        let account = in_force.map_or(Account::Nobodys, Account::OfPage);
        *self.now.write() = Now { account, provider };
        Ok(())
    }
}

/// The chosen accounts as they are sealed.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountChoices {
    /// The account by which the box takes cards.
    in_force: Option<CardAccount>,
    /// A chosen account whose entry is still to come, or failed.
    wish: Option<CardAccount>,
}

fn kept(node: &Node) -> Answer<AccountChoices> {
    let Some(bytes) = node.kept_setting(KEPT)? else {
        return Ok(AccountChoices::default());
    };
    let read = serde_json::from_slice(&bytes);
    // Older versions stored a single choice.
    let read = read.or_else(|_| {
        let in_force = serde_json::from_slice(&bytes)?;
        Ok(AccountChoices { in_force: Some(in_force), wish: None })
    });
    read.map_err(|error: serde_json::Error| Problem::internal(error))
}

fn put(node: &Node, kept: &AccountChoices) -> Answer<()> {
    let bytes = serde_json::to_vec(kept).map_err(Problem::internal)?;
    node.keep_setting(KEPT, &bytes)
}

/// Returns a choice with the newest entry about it.
fn said_of(
    node: &Node,
    one: Option<CardAccount>,
) -> Answer<Option<(CardAccount, Option<KeysEntry>)>> {
    let Some(one) = one else {
        return Ok(None);
    };
    let keys = one.keys()?;
    let entry = queries::read(node, |db| queries::said_of(db, TakeCards::NAME, keys.as_str()))?;
    Ok(Some((one, entry)))
}
