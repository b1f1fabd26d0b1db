//! The one page of a locked box. It needs no script.

use axum::http::StatusCode;
use maud::{Markup, html};

use crate::page::Page;

/// What the page says above the form.
pub(super) enum Says<'s> {
    /// Nothing was tried yet.
    Nothing,
    /// The passphrase was wrong; so many tries are left without a wait.
    Wrong(u32),
    /// There is no try for so many seconds.
    Wait(u64),
    /// Something else.
    Other(&'s str),
}

/// How the passphrase may be given here.
pub(super) enum Way<'w> {
    /// By the form, which leads back to this path afterwards.
    Form(&'w str),
    /// Others could read it along.
    Plain,
}

/// What else helps here.
pub(super) struct Hints {
    /// A key file opens it, too.
    pub(super) key_file: bool,
    /// There is a guide to its certificate.
    pub(super) certificate: bool,
}

pub(super) fn page(status: StatusCode, says: &Says<'_>, way: &Way<'_>, hints: &Hints) -> Page {
    let content = html! {
        h1 { "This box is locked" }
        p.lead { "It was started, and what it keeps is sealed. Type its passphrase, and it opens for everybody." }
        (notice(says))
        @match way {
            Way::Form(next) => (form(next, matches!(says, Says::Wrong(_)))),
            Way::Plain => p.notice.bad role="alert" {
                "The passphrase is not taken over plain HTTP, where others can read it along. Open this box by its "
                code { "https://" } " address, or in a browser on the machine itself."
            },
        }
        @if hints.certificate {
            p.hint { "Your browser warns that it does not know this box? " a href="/certificate" { "Let this device trust it" } "." }
        }
        @if hints.key_file {
            p.hint { "Its key file opens it, too: plug in the stick that has it." }
        }
        p.hint { "The passphrase is the one that was chosen when the box was locked. If it is lost, what is sealed is lost; a backup brings the box back." }
    };
    Page::new("This box is locked", content)
        .status(status)
        .bare()
}

fn notice(says: &Says<'_>) -> Markup {
    let text = match says {
        Says::Nothing => return html! {},
        Says::Wrong(0) => {
            "That is not the passphrase. The next try from here has to wait a little.".to_owned()
        }
        Says::Wrong(1) => {
            "That is not the passphrase. You have 1 more try before you have to wait.".to_owned()
        }
        Says::Wrong(left) => format!(
            "That is not the passphrase. You have {left} more tries before you have to wait."
        ),
        Says::Wait(seconds) => format!(
            "There were too many wrong tries. Try again in {}; this one was not looked at.",
            match seconds {
                1 => "a second".to_owned(),
                2..120 => format!("{seconds} seconds"),
                _ => format!("{} minutes", seconds.div_ceil(60)),
            }
        ),
        Says::Other(text) => (*text).to_owned(),
    };
    html! { p #wrong.notice.bad role="alert" { (text) } }
}

fn form(next: &str, is_wrong: bool) -> Markup {
    html! {
        form method="post" action="/unlock" {
            input type="hidden" name="next" value=(next);
            div.field {
                label for="passphrase" { "Its passphrase" }
                input #passphrase type="password" name="passphrase" autocomplete="current-password" required autofocus
                    aria-invalid=[is_wrong.then_some("true")] aria-describedby=[is_wrong.then_some("wrong")];
            }
            div.actions { button.main type="submit" { "Open the box" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_is_wrong_and_leads_nowhere_else() {
        let shown = |says: Says<'_>, way: Way<'_>| {
            let hints = Hints {
                key_file: false,
                certificate: true,
            };
            page(StatusCode::SERVICE_UNAVAILABLE, &says, &way, &hints)
                .render()
                .into_string()
        };
        let text = shown(Says::Wrong(2), Way::Form("/pay?a=\"b"));
        assert!(
            text.contains("2 more tries") && text.contains("value=\"/pay?a=&quot;b\""),
            "{text}"
        );
        assert!(!text.contains("<script") && !text.contains("href=\"/signin\""));
        assert!(shown(Says::Wait(61), Way::Form("/")).contains("in 61 seconds"));
        assert!(shown(Says::Wait(200), Way::Form("/")).contains("in 4 minutes"));
        let text = shown(Says::Nothing, Way::Plain);
        assert!(
            !text.contains("<form") && text.contains("https://"),
            "{text}"
        );
    }
}
