//! The one page of a locked box. It needs no script.

use axum::http::StatusCode;
use maud::{Markup, html};

use imajin_app::words::FRAME;
use imajin_app::{Lang, Page, Texts, args};

/// The message above the form.
pub(super) enum Says {
    /// No passphrase was tried yet.
    Nothing,
    /// The passphrase was wrong; the tries that are left without a wait.
    Wrong(u32),
    /// The seconds until the next try.
    Wait(u64),
    /// Another person is trying a passphrase.
    Busy,
    /// Something else.
    Other(String),
}

/// The way to give the passphrase here.
pub(super) enum PassphraseInput<'w> {
    /// With the form, which leads back to this path afterwards.
    Form(&'w str),
    /// Not at all: others could read the passphrase on its way.
    Plain,
}

/// Other ways to open the box or trust its page.
pub(super) struct Hints {
    /// A key file opens it, too.
    pub(super) key_file: bool,
    /// Whether there is a guide to the box's certificate.
    pub(super) certificate: bool,
}

pub(super) fn page(
    status: StatusCode,
    says: &Says,
    way: &PassphraseInput<'_>,
    hints: &Hints,
    lang: Lang,
) -> Page {
    let t = FRAME.for_reader(lang);
    let content = html! {
        h1 { (t.text("locked")) }
        p.lead { (t.text("locked-lead")) }
        (notice(says, t))
        @match way {
            PassphraseInput::Form(next) => (form(next, matches!(says, Says::Wrong(_)), t)),
            PassphraseInput::Plain => p.notice.bad role="alert" { (t.markup("locked-plain", args![], |_, _| html! { code { "https://" } })) },
        }
        @if hints.certificate {
            p.hint { (t.markup("locked-certificate", args![], |_, inner| html! { a href="/certificate" { (inner) } })) }
        }
        @if hints.key_file { p.hint { (t.text("locked-key-file")) } }
        p.hint { (t.text("locked-which")) }
    };
    t.notice_page(t.text("locked"), content).status(status).bare()
}

fn notice(says: &Says, t: Texts) -> Markup {
    let text = match says {
        Says::Nothing => return html! {},
        Says::Wrong(left) => t.format("locked-wrong", args![left = *left]),
        Says::Wait(seconds @ 0..120) => t.format("locked-wait-seconds", args![count = *seconds]),
        Says::Wait(seconds) => t.format("locked-wait-minutes", args![count = seconds.div_ceil(60)]),
        Says::Busy => t.text("locked-somebody").into_owned(),
        Says::Other(text) => text.clone(),
    };
    html! { p #wrong.notice.bad role="alert" { (text) } }
}

fn form(next: &str, is_wrong: bool, t: Texts) -> Markup {
    html! {
        form method="post" action="/unlock" {
            input type="hidden" name="next" value=(next);
            (t.field("passphrase", "locked-passphrase", None, html! {
                input #passphrase type="password" name="passphrase" autocomplete="current-password" required autofocus
                    aria-invalid=[is_wrong.then_some("true")] aria-describedby=[is_wrong.then_some("wrong")];
            }))
            div.actions { button.main type="submit" { (t.text("locked-open")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_is_wrong_and_leads_nowhere_else() {
        let shown = |says: Says, way: PassphraseInput<'_>| {
            let hints = Hints { key_file: false, certificate: true };
            page(StatusCode::SERVICE_UNAVAILABLE, &says, &way, &hints, Lang::En)
                .render()
                .into_string()
        };
        let text = shown(Says::Wrong(2), PassphraseInput::Form("/pay?a=\"b"));
        assert!(
            text.contains("2 more tries") && text.contains("value=\"/pay?a=&quot;b\""),
            "{text}"
        );
        assert!(!text.contains("<script") && !text.contains("href=\"/signin\""));
        assert!(shown(Says::Wait(61), PassphraseInput::Form("/")).contains("in 61 seconds"));
        assert!(shown(Says::Wait(200), PassphraseInput::Form("/")).contains("in 4 minutes"));
        let text = shown(Says::Nothing, PassphraseInput::Plain);
        assert!(!text.contains("<form") && text.contains("https://"), "{text}");
    }
}
