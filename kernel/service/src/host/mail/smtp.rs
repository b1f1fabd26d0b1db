//! A letter as RFC 5322 text, and the way to an SMTP server. The one place that names the mail library.

use std::borrow::Cow;
use std::io::{self, ErrorKind};
use std::time::{Duration, SystemTime};

use imajin_dfos::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, From, HeaderName, HeaderValue, Headers};
use lettre::message::{Attachment as Part, Mailbox, Mailboxes, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message, SmtpTransport, Transport};

use super::{Mail, MailConfig, MailSecurity};
use crate::app::problem::Problem;
use crate::host::random;

/// How long a server may take for one step.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Where no server is set, letters are only shown; their text still has a sender.
const NOBODY: &str = "box@localhost";

/// Why a letter was not sent.
pub(super) struct Failed {
    /// What the server or the network said.
    pub(super) why: String,
    /// Whether the server will say so again (RFC 5321 §4.2.1: 5yz).
    pub(super) is_final: bool,
    /// Whether the server was reached and replied.
    pub(super) is_reached: bool,
}

impl Failed {
    /// A failure of this machine.
    pub(super) fn here(problem: &Problem) -> Self {
        Self {
            why: problem.reason().to_owned(),
            is_final: false,
            is_reached: true,
        }
    }
}

pub(super) fn mailbox(text: &str) -> Result<Mailbox, Problem> {
    text.parse().map_err(|_| {
        Problem::field(
            "email",
            "This is no e-mail address that a letter can go to.",
        )
    })
}

/// What a mail program sends to the address that ends letters (RFC 8058 §3.1).
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

/// The letter's text. It is made once: what is sent again after a failure is the same, with the same Message-ID.
pub(super) fn message(
    config: &MailConfig,
    mail: &Mail,
    now: Timestamp,
) -> Result<Vec<u8>, Problem> {
    let from = match config.is_set() {
        true => mailbox(&config.from)?,
        false => mailbox(NOBODY)?,
    };
    let name = format!("<{}@{}>", random::hex::<16>()?, from.email.domain());
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    let builder = Message::builder()
        .from(from)
        .to(mailbox(&mail.to)?)
        .subject(&mail.subject)
        .message_id(Some(name))
        .date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
    let unsubscribe = mail.unsubscribe.as_deref().filter(|url| is_plain(url));
    let builder = match unsubscribe {
        None => builder,
        Some(url) => builder
            .raw_header(raw("List-Unsubscribe", format!("<{url}>")))
            .raw_header(raw("List-Unsubscribe-Post", ONE_CLICK.to_owned())),
    };
    let text = SinglePart::plain(mail.text.clone());
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

/// Sends a letter, on a thread that may wait.
pub(super) fn send(config: &MailConfig, recipient: &str, message: &[u8]) -> Result<(), Failed> {
    let broken = |why: String| Failed {
        why,
        is_final: true,
        is_reached: true,
    };
    let from = config
        .from
        .parse::<Mailbox>()
        .map_err(|error| broken(format!("mail.from: {error}")))?;
    let to = recipient
        .parse::<Address>()
        .map_err(|error| broken(error.to_string()))?;
    let message = from_somebody(message, &from);
    let hello = ClientId::Domain(from.email.domain().to_owned());
    let envelope =
        Envelope::new(Some(from.email), vec![to]).map_err(|error| broken(error.to_string()))?;
    let transport = transport(config, hello).map_err(|error| Failed {
        why: said(&error),
        is_final: false,
        is_reached: false,
    })?;
    transport
        .send_raw(&envelope, &message)
        .map(drop)
        .map_err(|error| Failed {
            is_final: error.is_permanent(),
            is_reached: error.is_permanent() || error.is_transient(),
            why: said(&error),
        })
}

fn transport(
    config: &MailConfig,
    hello: ClientId,
) -> Result<SmtpTransport, lettre::transport::smtp::Error> {
    let mut builder = match config.security {
        MailSecurity::Tls => SmtpTransport::relay(&config.server)?,
        MailSecurity::Starttls => SmtpTransport::starttls_relay(&config.server)?,
        MailSecurity::None => SmtpTransport::builder_dangerous(&config.server),
    };
    if config.port != 0 {
        builder = builder.port(config.port);
    }
    if !config.user.is_empty() {
        builder = builder.credentials(Credentials::new(
            config.user.clone(),
            config.password.clone(),
        ));
    }
    Ok(builder.hello_name(hello).timeout(Some(TIMEOUT)).build())
}

/// The error with its causes: the library reports them separately.
fn said(error: &lettre::transport::smtp::Error) -> String {
    let source = std::error::Error::source(error);
    let network = source.and_then(|source| source.downcast_ref::<io::Error>());
    let is_silent =
        |error: &io::Error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
    if network.is_some_and(is_silent) {
        return format!("no answer within {} seconds", TIMEOUT.as_secs());
    }
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
