//! The mail server that the owner of the box named on a page.
//!
//! Always: `node/mail.json` is replaced as a whole, and a backup contains it. The password is stored separately:
//! sealed, among the node's secrets, with the account that it belongs to, and used for no other. A server in the
//! settings takes precedence over the page.

use std::future::Future;
use std::path::{Path, PathBuf};

use imajin_app::{Node, Problem, choices};
use serde::{Deserialize, Serialize};

use super::{Mail, MailConfig, MailSecurity, smtp};

use crate::prelude::*;

/// The name of the sealed password.
const PASSWORD: &str = "mail server";

/// The account that a password is for.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Account {
    server: String,
    port: u16,
    security: MailSecurity,
    user: String,
}

impl Account {
    fn from_config(config: &MailConfig) -> Self {
        Self {
            server: config.server.clone(),
            port: config.port,
            security: config.security,
            user: config.user.clone(),
        }
    }
}

fn file(data: &Path) -> PathBuf {
    data.join("node/mail.json")
}

/// The settings of the page, without the password.
fn read(data: &Path) -> Option<MailConfig> {
    choices::read(&file(data))
}

/// The owner's choice how letters are sent.
pub trait MailChoice {
    /// Whether the operator's settings name the mail server, so that no page does.
    fn is_mail_fixed(&self) -> bool;

    /// Uses this server from now on, also for letters in the queue. Without a password in `wish`, the stored one of the
    /// same account, server, port and security stays. Waits for the disk on this thread.
    ///
    /// # Errors
    /// 409 where the settings name a server, 507 on a full disk.
    fn set_mail(&self, wish: MailConfig) -> Result<(), Problem>;

    /// Sends no letters any more, and forgets the server and the password. Waits for the disk on this thread.
    ///
    /// # Errors
    /// 409 where the settings name a server; the disk.
    fn forget_mail(&self) -> Result<(), Problem>;

    /// Sends a letter to the server at once, past the queue; each step takes half a minute at most.
    ///
    /// # Errors
    /// The letter can't be written: no such address. The inner error is that of the server or the network.
    fn try_mail(
        &self,
        mail: &Mail,
    ) -> impl Future<Output = Result<Result<(), String>, Problem>> + Send;
}

impl MailChoice for Node {
    fn is_mail_fixed(&self) -> bool {
        self.config().mail.is_set()
    }

    fn set_mail(&self, wish: MailConfig) -> Result<(), Problem> {
        may_choose_mail(self)?;
        let config = if wish.password.is_empty() {
            with_password(self, wish)?
        } else {
            let kept = serde_json::to_vec(&(Account::from_config(&wish), &wish.password));
            self.keep_setting(PASSWORD, &kept.map_err(Problem::internal)?)?;
            wish
        };
        choices::write(&file(self.data()), &config)?;
        if config.password.is_empty() {
            self.forget_setting(PASSWORD)?;
        }
        self.choice_is_made(choices::MAIL);
        self.mail().set(config);
        self.mail().hurry()
    }

    fn forget_mail(&self) -> Result<(), Problem> {
        may_choose_mail(self)?;
        choices::forget(&file(self.data()))?;
        self.mail().set(self.config().mail.clone());
        self.forget_setting(PASSWORD)
    }

    async fn try_mail(&self, mail: &Mail) -> Result<Result<(), String>, Problem> {
        let config = self.mail().config();
        let message = smtp::message(&config, mail, self.now())?;
        let sent = smtp::send(&config, &mail.to, &message).await;
        Ok(sent.map_err(|failed| failed.why))
    }
}

/// Restores the settings of the page. If the password cannot be decrypted, the log says so, and the box sends no
/// letters.
pub(crate) fn take_up_mail(node: &Node) {
    let Some(config) = read(node.data()).filter(|_| !node.is_mail_fixed()) else {
        return;
    };
    match with_password(node, config) {
        Ok(config) => node.mail().set(config),
        Err(problem) => {
            tracing::error!(error = %problem.detail(), "the password of the mail server does not open: name the server again at /settings/mail");
        }
    }
}

/// Adds the stored password, if it belongs to this account.
fn with_password(node: &Node, config: MailConfig) -> Result<MailConfig, Problem> {
    let Some(kept) = node.kept_setting(PASSWORD)? else {
        return Ok(config);
    };
    let (account, password): (Account, String) =
        serde_json::from_slice(&kept).map_err(Problem::internal)?;
    if account == Account::from_config(&config) {
        Ok(MailConfig { password, ..config })
    } else {
        Ok(config)
    }
}

fn may_choose_mail(node: &Node) -> Result<(), Problem> {
    if node.is_mail_fixed() {
        Err(choices::by_settings())
    } else {
        Ok(())
    }
}
