//! The mail server that the owner of the box named on a page.
//!
//! Always: `node/mail.json` is replaced as a whole, and a backup contains it. The password is not in it: it is sealed, among the node's
//! secrets, and serves only the server and the account that it was given for. A server in the settings outweighs the page.

use std::path::{Path, PathBuf};

use super::{Mail, MailConfig, smtp};
use crate::app::chosen;
use crate::app::node::Node;
use crate::app::problem::Problem;

/// The name of the sealed password.
const PASSWORD: &str = "mail server";

fn file(data: &Path) -> PathBuf {
    data.join("node/mail.json")
}

/// What the page named, without the password.
fn read(data: &Path) -> Option<MailConfig> {
    chosen::read(&file(data))
}

impl Node {
    /// Whether the operator's settings name the mail server, so that no page does.
    pub fn is_mail_fixed(&self) -> bool {
        self.config().mail.is_set()
    }

    /// Takes up what the page named before. A password that does not open is said in the log, and the box sends no letters.
    pub(crate) fn take_up_mail(&self) {
        let Some(config) = read(self.data()).filter(|_| !self.is_mail_fixed()) else {
            return;
        };
        match self.with_password(config) {
            Ok(config) => self.mail().set(config),
            Err(problem) => {
                tracing::error!(error = %problem.detail(), "the password of the mail server does not open: name the server again at /settings/mail");
            }
        }
    }

    fn with_password(&self, config: MailConfig) -> Result<MailConfig, Problem> {
        let kept = self.kept_setting(PASSWORD)?;
        let password = String::from_utf8(kept.unwrap_or_default()).map_err(Problem::internal)?;
        Ok(MailConfig { password, ..config })
    }

    /// Sends letters by this server from now on, also those that wait. Without a password in it, the one that was given for the same server
    /// and account stays. Waits for the disk on this thread.
    ///
    /// # Errors
    /// 409 where the settings name a server, 507 on a full disk.
    pub fn set_mail(&self, wish: MailConfig) -> Result<(), Problem> {
        self.may_choose_mail()?;
        let is_for = |config: &MailConfig| (config.server.clone(), config.user.clone());
        let is_same = read(self.data()).is_some_and(|before| is_for(&before) == is_for(&wish));
        let config = match (wish.password.is_empty(), is_same) {
            (true, true) => self.with_password(wish)?,
            (true, false) => {
                self.forget_setting(PASSWORD)?;
                wish
            }
            (false, _) => {
                self.keep_setting(PASSWORD, wish.password.as_bytes())?;
                wish
            }
        };
        chosen::write(&file(self.data()), &config)?;
        self.mail().set(config);
        self.mail().hurry()
    }

    /// Sends no letters any more, and forgets the server and the password. Waits for the disk on this thread.
    ///
    /// # Errors
    /// 409 where the settings name a server; the disk.
    pub fn forget_mail(&self) -> Result<(), Problem> {
        self.may_choose_mail()?;
        chosen::forget(&file(self.data()))?;
        self.mail().set(self.config().mail.clone());
        self.forget_setting(PASSWORD)
    }

    /// Hands a letter to the server at once, past the queue. Waits for the network on this thread, half a minute at most a step.
    ///
    /// # Errors
    /// The letter can't be written: no such address. What the server or the network said is the inner one.
    pub fn try_mail(&self, mail: &Mail) -> Result<Result<(), String>, Problem> {
        let config = self.mail().config();
        let message = smtp::message(&config, mail, self.now())?;
        let sent = smtp::send(&config, &mail.to, &message);
        Ok(sent.map_err(|failed| failed.why))
    }

    fn may_choose_mail(&self) -> Result<(), Problem> {
        match self.is_mail_fixed() {
            true => Err(chosen::by_settings()),
            false => Ok(()),
        }
    }
}
