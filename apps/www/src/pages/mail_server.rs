//! The server that sends this box's letters, as its owner names it; and a letter to try it with.

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{Person, Query};
use imajin_app::{Lang, Node, Problem, Texts, args, blocking};
use imajin_host::mail::{self, Mail, MailConfig, MailFault, MailSecurity};
use imajin_host::prelude::*;
use maud::{Markup, html};
use serde::Deserialize;

use super::Owner;
use super::health::for_owner;
use crate::manifest::TEXTS;
use crate::parts::{After, form_of, with_form};

const HERE: &str = "/settings/mail";
/// Each way to protect the connection, as the form sends it, with its message.
const WAYS: [(MailSecurity, &str, &str); 3] = [
    (MailSecurity::Tls, "tls", "post-tls"),
    (MailSecurity::Starttls, "starttls", "post-starttls"),
    (MailSecurity::None, "none", "post-none"),
];
/// A try is over in this time, however it ended.
const TRY_MS: i64 = 3_600_000;

/// The notice above the form.
enum MailNotice {
    Nothing,
    Saved,
    /// This field can't be used.
    Wrong(MailFault),
    /// The port is not a port number.
    WrongPort,
    /// The letter was taken, for this address.
    Sent(String),
    /// The server refused the letter, or could not be reached: its words, or the network's.
    Refused(String),
    /// The address is missing or invalid.
    NoAddress,
}

/// `/settings/mail`
pub(crate) async fn page(
    Owner { node, session }: Owner,
    Query(after): Query<After>,
    lang: Lang,
) -> Result<Response, Problem> {
    let notice = match after.saved {
        Some(_) => MailNotice::Saved,
        None => MailNotice::Nothing,
    };
    let now = MailConfig::clone(&node.mail().config());
    respond(&node, &session, (&now, &notice), lang)
}

fn respond(
    node: &Node,
    session: &imajin_app::Session,
    (config, notice): (&MailConfig, &MailNotice),
    lang: Lang,
) -> Result<Response, Problem> {
    let t = TEXTS.for_reader(lang);
    let page = t.page(
        "help-mail-server",
        t.text("post"),
        drawn(config, mail::is_mail_fixed(node), notice, t),
    );
    let viewer = node.viewer_of(Some(session))?;
    let page = with_form(page.current("/settings").viewer(viewer));
    Ok(match notice {
        MailNotice::Wrong(_) | MailNotice::WrongPort | MailNotice::NoAddress => {
            (StatusCode::BAD_REQUEST, page).into_response()
        }
        _ => page,
    })
}

fn drawn(config: &MailConfig, is_fixed: bool, notice: &MailNotice, t: Texts) -> Markup {
    html! {
        (draw_notice(config, notice, t))
        h1 { (t.text("post")) }
        p.lead { (t.text("post-lead")) }
        @if is_fixed {
            div.notice { p { (t.format("post-fixed", args![server = config.server.as_str()])) } }
        } @else {
            (form(config, notice, t))
        }
        @if config.is_set() && !matches!(notice, MailNotice::Wrong(_) | MailNotice::WrongPort) { (trial(config, notice, t)) }
        @if config.is_set() && !is_fixed {
            form method="post" action={ (HERE) "/forget" } {
                h2 { (t.text("post-forget")) }
                p { (t.text("post-forget-why")) }
                div.actions { button.danger type="submit" { (t.text("post-forget-do")) } }
            }
        }
        p { a href="/settings" { (t.text("front-back")) } }
    }
}

fn draw_notice(config: &MailConfig, notice: &MailNotice, t: Texts) -> Markup {
    let good = |text: String| html! { div.notice.good role="status" { p { (text) } } };
    let bad = |text: Markup| html! { div.notice.bad role="alert" { (text) } };
    let server = config.server.as_str();
    match notice {
        MailNotice::Nothing => html! {},
        MailNotice::Saved => good(t.text("post-saved").into_owned()),
        MailNotice::Sent(to) => {
            good(t.format("post-sent", args![server = server, to = to.as_str()]))
        }
        MailNotice::Refused(why) => bad(html! {
            p { (t.format("post-refused", args![server = server])) }
            p.mono { (why) }
        }),
        MailNotice::Wrong(fault) => bad(html! { p { (t.text(wrong(*fault))) } }),
        MailNotice::WrongPort => bad(html! { p { (t.text("post-wrong-port")) } }),
        MailNotice::NoAddress => bad(html! { p { (t.text("post-wrong-to")) } }),
    }
}

fn wrong(fault: MailFault) -> &'static str {
    match fault {
        MailFault::Server => "post-wrong-server",
        MailFault::From => "post-wrong-from",
        MailFault::Owner => "post-wrong-owner",
    }
}

fn form(config: &MailConfig, notice: &MailNotice, t: Texts) -> Markup {
    let is_wrong =
        |fault| matches!(notice, MailNotice::Wrong(found) if *found == fault).then_some("true");
    let port = (config.port != 0).then_some(config.port);
    html! {
        form method="post" action=(HERE) {
            (t.field("server", "post-server", Some("post-server-hint"), html! {
                input #server name="server" type="text" required maxlength="253" placeholder="smtp.example.org" value=(config.server) autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="server-hint" aria-invalid=[is_wrong(MailFault::Server)];
            }))
            (t.field("security", "post-security", None, html! {
                select #security name="security" {
                    @for (way, value, name) in WAYS { option value=(value) selected[way == config.security] { (t.text(name)) } }
                }
            }))
            (t.field("port", "post-port", Some("post-port-hint"), html! {
                input #port name="port" type="text" inputmode="numeric" maxlength="5" value=[port] autocomplete="off" aria-describedby="port-hint" aria-invalid=[matches!(notice, MailNotice::WrongPort).then_some("true")];
            }))
            (t.field("user", "post-user", None, html! {
                input #user name="user" type="text" maxlength="320" value=(config.user) autocomplete="off" autocapitalize="none" spellcheck="false";
            }))
            div.field {
                label for="password" { (t.text("post-password")) }
                p.hint id="password-hint" { (t.text("post-password-hint")) @if config.is_set() { " " (t.text("post-password-keep")) } }
                input #password name="password" type="password" maxlength="1000" autocomplete="off" aria-describedby="password-hint";
            }
            (t.field("from", "post-from", Some("post-from-hint"), html! {
                input #from name="from" type="text" required maxlength="320" placeholder="box@example.org" value=(config.from) autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="from-hint" aria-invalid=[is_wrong(MailFault::From)];
            }))
            (t.field("owner", "post-owner", Some("post-owner-hint"), html! {
                input #owner name="owner" type="email" maxlength="320" value=(config.owner) autocomplete="email" aria-describedby="owner-hint" aria-invalid=[is_wrong(MailFault::Owner)];
            }))
            div.actions { button.main type="submit" { (t.text("front-save")) } }
        }
    }
}

/// The letter to try it with.
fn trial(config: &MailConfig, notice: &MailNotice, t: Texts) -> Markup {
    let to = match notice {
        MailNotice::Sent(to) => to.as_str(),
        _ => config.owner.as_str(),
    };
    html! {
        form method="post" action={ (HERE) "/try" } {
            h2 { (t.text("post-try")) }
            (t.field("to", "post-try-to", None, html! {
                input #to name="to" type="email" required maxlength="320" value=(to) autocomplete="email" aria-invalid=[matches!(notice, MailNotice::NoAddress).then_some("true")];
            }))
            div.actions { button type="submit" { (t.text("post-try-do")) } }
            p.hint { (t.text("post-try-hint")) }
        }
    }
}

/// The fields of the form.
#[derive(Deserialize)]
struct Wish {
    server: String,
    security: MailSecurity,
    port: String,
    user: String,
    password: String,
    from: String,
    owner: String,
}

impl Wish {
    /// Returns the settings in the form, and the fault in them, if any.
    fn read(self) -> (MailConfig, Option<MailNotice>) {
        let port = match self.port.trim() {
            "" => Some(0),
            port => port.parse().ok().filter(|port| *port != 0),
        };
        let trimmed = |text: &str| text.trim().to_owned();
        let config = MailConfig {
            server: trimmed(&self.server),
            port: port.unwrap_or_default(),
            security: self.security,
            user: trimmed(&self.user),
            password: self.password,
            owner: trimmed(&self.owner),
            from: trimmed(&self.from),
        };
        let wrong = match (config.is_set(), config.fault(), port) {
            (false, ..) => Some(MailNotice::Wrong(MailFault::Server)),
            (_, Some(fault), _) => Some(MailNotice::Wrong(fault)),
            (_, None, None) => Some(MailNotice::WrongPort),
            (_, None, Some(_)) => None,
        };
        (config, wrong)
    }
}

fn no_form() -> Problem {
    Problem::bad_request(TEXTS.say("post-form", args![]))
}

/// `POST /settings/mail`
pub(crate) async fn choose(
    Person(node, session): Person,
    lang: Lang,
    body: Bytes,
) -> Result<Response, Problem> {
    for_owner(&node, &session)?;
    let (config, wrong) = form_of::<Wish>(&body).ok_or_else(no_form)?.read();
    if let Some(notice) = wrong {
        return respond(&node, &session, (&config, &notice), lang);
    }
    blocking::run(move || mail::set_mail(&node, config)).await??;
    Ok(Redirect::to("/settings/mail?saved=yes").into_response())
}

/// `POST /settings/mail/forget`
pub(crate) async fn forget(Person(node, session): Person) -> Result<Redirect, Problem> {
    for_owner(&node, &session)?;
    blocking::run(move || mail::forget_mail(&node)).await??;
    Ok(Redirect::to("/settings/mail?saved=yes"))
}

/// The address that a letter is tried with.
#[derive(Deserialize)]
struct Trial {
    to: String,
}

/// `POST /settings/mail/try`
pub(crate) async fn attempt(
    Person(node, session): Person,
    lang: Lang,
    body: Bytes,
) -> Result<Response, Problem> {
    for_owner(&node, &session)?;
    let to = form_of::<Trial>(&body).ok_or_else(no_form)?.to;
    let to = to.trim().to_owned();
    let config = node.mail().config();
    if !config.is_set() {
        return Ok(Redirect::to(HERE).into_response());
    }
    let notice = if mail::is_address(&to) {
        let letter = letter(&node, &to, TEXTS.for_reader(lang));
        match mail::try_mail(&node, &letter).await? {
            Ok(()) => MailNotice::Sent(to),
            Err(why) => MailNotice::Refused(why),
        }
    } else {
        MailNotice::NoAddress
    };
    respond(&node, &session, (&config, &notice), lang)
}

fn letter(node: &Node, to: &str, t: Texts) -> Mail {
    let name = node.name();
    let expires = node.now().checked_add_millis(TRY_MS);
    Mail {
        to: to.to_owned(),
        subject: t.format("post-letter", args![name = name.as_str()]),
        text: t.format("post-letter-text", args![name = name.as_str(), address = node.url()]),
        attachments: Vec::new(),
        unsubscribe: None,
        once: None,
        expires: expires.unwrap_or(node.now()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(server: &str, port: &str, from: &str) -> (MailConfig, Option<MailNotice>) {
        let wish = Wish {
            server: server.to_owned(),
            security: MailSecurity::Tls,
            port: port.to_owned(),
            user: " box ".to_owned(),
            password: " spaces count ".to_owned(),
            from: from.to_owned(),
            owner: String::new(),
        };
        wish.read()
    }

    #[test]
    fn a_field_that_cannot_be_used_is_named() {
        let (config, wrong) = wish(" smtp.example.org ", "", "box@example.org");
        assert!(wrong.is_none());
        assert_eq!((config.server.as_str(), config.port), ("smtp.example.org", 0));
        assert_eq!((config.user.as_str(), config.password.as_str()), ("box", " spaces count "));
        let wrong = |server, port, from| wish(server, port, from).1;
        assert!(matches!(wrong("", "", "b@c.org"), Some(MailNotice::Wrong(MailFault::Server))));
        assert!(matches!(wrong("a b", "", "b@c.org"), Some(MailNotice::Wrong(MailFault::Server))));
        assert!(matches!(wrong("a", "", "box"), Some(MailNotice::Wrong(MailFault::From))));
        for port in ["0", "70000", "smtp"] {
            assert!(matches!(wrong("a", port, "b@c.org"), Some(MailNotice::WrongPort)));
        }
    }

    #[test]
    fn no_password_is_shown_and_the_settings_outweigh_the_page() {
        let config = MailConfig {
            server: "smtp.example.org".to_owned(),
            password: "canary".to_owned(),
            ..MailConfig::default()
        };
        let drawn = |is_fixed| {
            drawn(&config, is_fixed, &MailNotice::Nothing, TEXTS.for_reader(Lang::En)).into_string()
        };
        let free = drawn(false);
        assert!(free.contains("smtp.example.org"));
        assert!(free.contains("action=\"/settings/mail/try\""));
        let fixed = drawn(true);
        assert!(!fixed.contains("name=\"server\"") && fixed.contains("smtp.example.org"));
        assert!(!fixed.contains("/forget") && fixed.contains("action=\"/settings/mail/try\""));
        for page in [free, fixed] {
            assert!(!page.contains("canary"));
        }
    }
}
