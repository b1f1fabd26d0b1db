//! A letter as RFC 5322 text, and the way to an SMTP server. With `stream` the one place that names the mail library.
//!
//! Always: what a server says is bounded, in bytes for each reply and for the whole conversation, and in time for each step.

mod stream;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use imajin_app::direction::settle_direction;
use imajin_app::{Answer, Problem};
use imajin_dfos::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, From, HeaderName, HeaderValue, Headers};
use lettre::message::{Attachment as Part, Mailbox, Mailboxes, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use lettre::{Address, Message};

use super::{Mail, MailConfig, MailSecurity};
use crate::random;

/// How long a server may take for one step: to connect and say hello, to begin TLS, to know the account.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The slowest that a letter may go, in bytes a second. Taking it is four steps, of which one waits for all of its bytes.
const RATE_MIN: u64 = 8 * 1024;
const SENDING_STEPS: u32 = 4;
/// The sender where no server is set: letters are only shown, but their text has a sender.
const NOBODY: &str = "box@localhost";

/// Why a letter was not sent.
pub(super) struct Failed {
    /// The reply of the server, or the network's error.
    pub(super) why: String,
    /// Whether the server will say so again (RFC 5321 §4.2.1: 5yz).
    pub(super) is_final: bool,
    /// Whether the server was reached and replied.
    pub(super) is_reached: bool,
}

impl Failed {
    /// A failure of this machine.
    pub(super) fn here(problem: &Problem) -> Self {
        Self { why: problem.reason().to_owned(), is_final: false, is_reached: true }
    }
}

pub(super) fn mailbox(text: &str) -> Answer<Mailbox> {
    text.parse()
        .map_err(|_| Problem::field("email", "This is no email address that a letter can go to."))
}

/// The request body with which a mail program ends letters of a kind (RFC 8058 §3.1).
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

/// Whether an address is one line of letters, digits and signs that needs no encoding in a header.
fn is_plain(url: &str) -> bool {
    url.len() < 900 && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A header as it is: an address that was folded or encoded would be no address to mail programs.
fn raw(name: &'static str, value: String) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value)
}

/// The letter's text. Made once, so that a retry sends the same text with the same Message-ID.
pub(super) fn message(config: &MailConfig, mail: &Mail, now: Timestamp) -> Answer<Vec<u8>> {
    let from = if config.is_set() { mailbox(&config.from)? } else { mailbox(NOBODY)? };
    let name = format!("<{}@{}>", random::hex::<16>()?, from.email.domain());
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    let builder = Message::builder()
        .from(from)
        .to(mailbox(&mail.to)?)
        .subject(settle_direction(&mail.subject))
        .message_id(Some(name))
        .date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
    let unsubscribe = mail.unsubscribe.as_deref().filter(|url| is_plain(url));
    let builder = match unsubscribe {
        None => builder,
        Some(url) => builder
            .raw_header(raw("List-Unsubscribe", format!("<{url}>")))
            .raw_header(raw("List-Unsubscribe-Post", ONE_CLICK.to_owned())),
    };
    let text = SinglePart::plain(settle_direction(&mail.text).into_owned());
    let message = if mail.attachments.is_empty() {
        builder.singlepart(text)
    } else {
        let mut parts = MultiPart::mixed().singlepart(text);
        for file in &mail.attachments {
            let kind = ContentType::parse(&file.kind).map_err(Problem::internal)?;
            parts = parts.singlepart(Part::new(file.name.clone()).body(file.bytes.clone(), kind));
        }
        builder.multipart(parts)
    };
    Ok(message.map_err(Problem::internal)?.formatted())
}

/// A letter with its sender: one that was written before there was a server has none yet.
pub(super) fn from_somebody<'a>(message: &'a [u8], from: &Mailbox) -> Cow<'a, [u8]> {
    let nobody = format!("From: {NOBODY}\r\n");
    match message.strip_prefix(nobody.as_bytes()) {
        None => Cow::Borrowed(message),
        Some(rest) => {
            let mut headers = Headers::new();
            headers.set(From::from(Mailboxes::from(from.clone())));
            Cow::Owned([headers.to_string().as_bytes(), rest].concat())
        }
    }
}

pub(super) async fn send(
    config: &MailConfig,
    recipient: &str,
    message: &[u8],
) -> Result<(), Failed> {
    send_within(TIMEOUT, config, recipient, message).await
}

/// Sends a letter to a server that takes no longer than `timeout` for a step.
pub(super) async fn send_within(
    timeout: Duration,
    config: &MailConfig,
    recipient: &str,
    message: &[u8],
) -> Result<(), Failed> {
    let broken = |why: String| Failed { why, is_final: true, is_reached: true };
    let from =
        config.from.parse::<Mailbox>().map_err(|error| broken(format!("mail.from: {error}")))?;
    let to = recipient.parse::<Address>().map_err(|error| broken(error.to_string()))?;
    let message = from_somebody(message, &from);
    let hello = ClientId::Domain(from.email.domain().to_owned());
    let envelope =
        Envelope::new(Some(from.email), vec![to]).map_err(|error| broken(error.to_string()))?;
    let mut connection = within(timeout, connect(config, &hello)).await?;
    if config.security == MailSecurity::Starttls {
        let tls = TlsParameters::new(config.server.clone())?;
        within(timeout, async { Ok(connection.starttls(tls, &hello).await?) }).await?;
    }
    if !config.user.is_empty() {
        let account = Credentials::new(config.user.clone(), config.password.clone());
        let step = async { Ok(connection.auth(DEFAULT_MECHANISMS, &account).await?) };
        within(timeout, step).await?;
    }
    let on_the_way = Duration::from_secs(message.len() as u64 / RATE_MIN);
    let step = async { Ok(connection.send(&envelope, &message).await?) };
    within(timeout * SENDING_STEPS + on_the_way, step).await?;
    // The letter was taken; how the server says goodbye changes nothing.
    let _ = within(timeout, async { Ok(connection.quit().await?) }).await;
    Ok(())
}

/// Connects and says hello.
async fn connect(config: &MailConfig, hello: &ClientId) -> Result<AsyncSmtpConnection, Failed> {
    let usual = match config.security {
        MailSecurity::Tls => SUBMISSIONS_PORT,
        MailSecurity::Starttls => SUBMISSION_PORT,
        MailSecurity::None => SMTP_PORT,
    };
    let port = match config.port {
        0 => usual,
        port => port,
    };
    let stream = match config.security {
        MailSecurity::Tls => stream::connect_tls(&config.server, port).await,
        MailSecurity::Starttls | MailSecurity::None => stream::connect(&config.server, port).await,
    };
    let stream = stream.map_err(|error| Failed {
        why: format!("Connection error: {error}"),
        is_final: false,
        is_reached: false,
    })?;
    Ok(AsyncSmtpConnection::connect_with_transport(stream, hello).await?)
}

/// The outcome of a step that has this much time.
async fn within<T>(
    timeout: Duration,
    step: impl Future<Output = Result<T, Failed>>,
) -> Result<T, Failed> {
    let done = tokio::time::timeout(timeout, step).await;
    done.unwrap_or_else(|_| {
        Err(Failed {
            why: format!("no answer within {} seconds", timeout.as_secs()),
            is_final: false,
            is_reached: false,
        })
    })
}

impl std::convert::From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self {
            is_final: error.is_permanent(),
            is_reached: error.is_permanent() || error.is_transient(),
            why: with_causes(&error),
        }
    }
}

/// The error with its causes: the library reports them separately.
fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
