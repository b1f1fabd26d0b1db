//! The mail server that the owner of the box named on a page.
//!
//! Always: `node/mail.json` is replaced as a whole, and a backup contains it. The password is stored separately:
//! sealed, among the node's secrets, with the account that it belongs to, and used for no other. A server in the
//! settings takes precedence over the page.

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

/// Whether the operator's settings name the mail server, so that no page does.
pub fn is_mail_fixed(node: &Node) -> bool {
    node.config().mail.is_set()
}

/// Uses this server from now on, also for letters in the queue. Without a password in `wish`, the stored one of the
/// same account, server, port and security stays. Waits for the disk on this thread.
///
/// # Errors
/// 409 where the settings name a server, 507 on a full disk.
pub fn set_mail(node: &Node, wish: MailConfig) -> Result<(), Problem> {
    may_choose_mail(node)?;
    let config = if wish.password.is_empty() {
        with_password(node, wish)?
    } else {
        let kept = serde_json::to_vec(&(Account::from_config(&wish), &wish.password));
        node.keep_setting(PASSWORD, &kept.map_err(Problem::internal)?)?;
        wish
    };
    choices::write(&file(node.data()), &config)?;
    if config.password.is_empty() {
        node.forget_setting(PASSWORD)?;
    }
    node.choice_is_made(choices::MAIL);
    node.mail().set(config);
    node.mail().hurry()
}

/// Sends no letters any more, and forgets the server and the password. Waits for the disk on this thread.
///
/// # Errors
/// 409 where the settings name a server; the disk.
pub fn forget_mail(node: &Node) -> Result<(), Problem> {
    may_choose_mail(node)?;
    choices::forget(&file(node.data()))?;
    node.mail().set(node.config().mail.clone());
    node.forget_setting(PASSWORD)
}

/// Sends a letter to the server at once, past the queue; each step takes half a minute at most.
///
/// # Errors
/// The letter can't be written: no such address. The inner error is that of the server or the network.
pub async fn try_mail(node: &Node, mail: &Mail) -> Result<Result<(), String>, Problem> {
    let config = node.mail().config();
    let message = smtp::message(&config, mail, node.now())?;
    let sent = smtp::send(&config, &mail.to, &message).await;
    Ok(sent.map_err(|failed| failed.why))
}

/// Restores the settings of the page. If the password cannot be decrypted, the log says so, and the box sends no
/// letters.
pub(crate) fn take_up_mail(node: &Node) {
    let config = choices::read(&file(node.data()));
    let Some(config) = config.filter(|_| !is_mail_fixed(node)) else {
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
    if is_mail_fixed(node) { Err(choices::by_settings()) } else { Ok(()) }
}
