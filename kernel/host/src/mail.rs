//! Letters: written by services, kept until they are sent, sent by a separate task.
//!
//! Always: letters that [`Mailer::queue`] took are on disk; each is tried until it expires, with growing pauses, and
//! delivered at least once under one Message-ID. Letters that [`Mailer::queue_in_memory`] took are tried in the same
//! way until the node stops. A letter with a `once` is not taken a second time, and before it is sent, the app that
//! wrote it is asked by that name ([`Letters`]). Without a server, which the settings or the owner's page name, nothing
//! is sent, and the node's owner reads the queue. This module must not know what letters are about.

mod choice;
mod memory;
mod queue;
mod send;
mod smtp;

use std::sync::Arc;

use imajin_app::capabilities::{LetterState, Letters};
use imajin_app::{Answer, Node, Problem, Time};
use imajin_dfos::Timestamp;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::secrets::Secrets;

pub(crate) use choice::take_up_mail;
pub use choice::{forget_mail, is_mail_fixed, set_mail, try_mail};
pub(crate) use queue::SCHEMA;
pub use queue::Waiting;
pub use send::started;

/// How letters are sent: the `[mail]` table of the node's TOML file, or what the owner's page says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// The SMTP server's name; empty for none.
    pub server: String,
    /// The server's port; 0 for the usual one of `security`.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// The account; empty to send without one.
    pub user: String,
    /// The account's password, never stored in the clear.
    #[serde(skip_serializing)]
    pub password: String,
    /// The address for alarms; empty for the owner's own address, if the node knows it.
    pub owner: String,
    /// The address that letters come from, as `box@example.org` or `My box <box@example.org>`.
    pub from: String,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS from the first byte (port 465, RFC 8314).
    #[default]
    Tls,
    /// TLS after STARTTLS, or nothing (port 587).
    Starttls,
    /// No encryption: for a server on the same machine (port 25).
    None,
}

impl MailConfig {
    /// Whether letters can be sent.
    pub fn is_set(&self) -> bool {
        !self.server.is_empty()
    }

    /// The error in these settings, if they have one.
    pub fn fault(&self) -> Option<MailFault> {
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        if !self.is_set() {
            return None;
        }
        if !self.server.bytes().all(is_host) {
            return Some(MailFault::Server);
        }
        if smtp::mailbox(&self.from).is_err() {
            return Some(MailFault::From);
        }
        let is_owner = self.owner.is_empty() || is_address(&self.owner);
        (!is_owner).then_some(MailFault::Owner)
    }

    /// The fault as a sentence about the settings file.
    pub fn check(&self) -> Result<(), String> {
        let message = match self.fault() {
            None => return Ok(()),
            Some(MailFault::Server) => {
                "`mail.server` must be a host name like smtp.example.org; the port is `mail.port`"
            }
            Some(MailFault::From) => "`mail.from` must be an address like box@example.org",
            Some(MailFault::Owner) => "`mail.owner` must be an address like ada@example.org",
        };
        Err(message.to_owned())
    }
}

/// The setting that can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailFault {
    /// The server is not a host name.
    Server,
    /// The sender is not an address.
    From,
    /// The owner's address is not an address.
    Owner,
}

/// A letter.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject; one line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Files that go along.
    pub attachments: Vec<Attachment>,
    /// The address at which one request ends letters of its kind (RFC 8058): https, or mail programs don't offer it.
    pub unsubscribe: Option<String>,
    /// The letter's unique name (`ticket bafy… issue 1`): a second letter with the same name is not taken.
    pub once: Option<String>,
    /// When the node gives up and forgets it.
    pub expires: Timestamp,
}

/// A file that is attached to a letter.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// The file's media type, such as `text/calendar`.
    pub kind: String,
    /// The file's content.
    pub bytes: Vec<u8>,
}

/// The queue of letters. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    secrets: Secrets,
    clock: Arc<dyn Time>,
    /// How they are sent now.
    config: RwLock<Arc<MailConfig>>,
    /// Words that are not on disk.
    held: memory::MemoryLetters,
    /// Something new waits.
    news: Notify,
}

impl Mailer {
    pub(crate) fn new(secrets: Secrets, clock: Arc<dyn Time>, config: MailConfig) -> Answer<Self> {
        // The texts of these letters were lost when the previous run ended.
        secrets.write_blocking(queue::forget_held)?;
        Ok(Self(Arc::new(Inner {
            secrets,
            clock,
            config: RwLock::new(Arc::new(config)),
            held: memory::MemoryLetters::default(),
            news: Notify::new(),
        })))
    }

    /// Whether letters can be sent; otherwise they wait to be read by the node's owner.
    pub fn can_send(&self) -> bool {
        self.config().is_set()
    }

    /// How letters are sent now.
    pub fn config(&self) -> Arc<MailConfig> {
        Arc::clone(&self.0.config.read())
    }

    fn set(&self, config: MailConfig) {
        *self.0.config.write() = Arc::new(config);
    }

    /// Tries everything that waits at once. Waits for the disk on this thread.
    pub fn hurry(&self) -> Answer<()> {
        let now = self.0.clock.now();
        self.0.secrets.write_blocking(|db| queue::hurry(db, now))?;
        self.0.news.notify_one();
        Ok(())
    }

    /// Takes a letter, which is on disk when this returns. Returns whether it did: not if one with the same `once` came before.
    pub async fn queue(&self, mail: Mail) -> Answer<bool> {
        let now = self.0.clock.now();
        let message = smtp::message(&self.config(), &mail, now)?;
        let is_taken = self
            .0
            .secrets
            .write(move |db| queue::put(db, &mail, &message, now))
            .await?
            .map_err(|queue::Full| full())?;
        self.0.news.notify_one();
        Ok(is_taken)
    }

    /// Takes a letter whose text can sign a person in. The text is held in memory, so that a stolen card has no link
    /// that works. A restart forgets the letter.
    pub async fn queue_in_memory(&self, mut mail: Mail) -> Answer<()> {
        let now = self.0.clock.now();
        let message = smtp::message(&self.config(), &mail, now)?;
        let text = std::mem::take(&mut mail.text);
        let name = self.0.held.hold(text, message, mail.expires, now)?;
        let kept = name.clone();
        let queued = self.0.secrets.write(move |db| queue::put(db, &mail, &kept, now));
        let queued = queued.await.and_then(|put| put.map_err(|queue::Full| full()));
        queued.inspect_err(|_| self.0.held.forget(&name))?;
        self.0.news.notify_one();
        Ok(())
    }

    /// The letters in the queue, the newest first.
    pub fn waiting(&self) -> Answer<Vec<Waiting>> {
        let now = self.0.clock.now();
        let mut waiting = self.0.secrets.read(|db| queue::waiting(db, now))?;
        for letter in &mut waiting {
            if let Some(words) = self.0.held.find(&letter.message) {
                letter.text.clone_from(&words.text);
            }
        }
        Ok(waiting)
    }

    /// Returns the letters that wait and still are for their readers: the node's owner passes them on, where no letters are sent.
    ///
    /// # Errors
    /// An app can't say it of a letter.
    pub fn pending(&self, node: &Node) -> Answer<Vec<Waiting>> {
        let mut pending = Vec::new();
        for letter in self.waiting()? {
            if state(node, letter.once.as_deref(), &letter.to)? != LetterState::Void {
                pending.push(letter);
            }
        }
        Ok(pending)
    }

    /// Forgets every letter to an address. Waits for the disk on this thread: it is rare.
    pub fn forget_blocking(&self, address: &str) -> Answer<()> {
        self.0.secrets.write_blocking(|db| queue::forget(db, address))
    }
}

/// The state of a letter, by the app that wrote it.
fn state(node: &Node, once: Option<&str>, to: &str) -> Answer<LetterState> {
    let Some(once) = once else {
        return Ok(LetterState::Unknown);
    };
    let state = node.ask_each::<dyn Letters, _>(|letters| {
        let state = letters.letter_state(node, once, to)?;
        Ok(Some(state).filter(|state| *state != LetterState::Unknown))
    });
    Ok(state?.unwrap_or(LetterState::Unknown))
}

fn full() -> Problem {
    Problem::unavailable("Too many letters wait to be sent. Try again later.")
}

/// Whether a text is an address that a letter can go to.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

#[cfg(test)]
mod tests;
