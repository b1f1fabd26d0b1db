//! The e-mail address of the person who is signed in: giving one, and the page that the link in its letter opens.

use imajin_app::extract::{Caller, Visitor};
use imajin_app::{Answer, Lang, Page, Role, Texts, args};
use imajin_host::prelude::*;
use maud::{Markup, html};

use crate::manifest::TEXTS;
use crate::parts::script_top;

/// `/settings/email`. Without a session the page says what to do with the link, whose token no redirect could carry on.
pub(crate) async fn page(Visitor(node, Caller(session)): Visitor, lang: Lang) -> Answer<Page> {
    let t = TEXTS.for_reader(lang);
    let content = match &session {
        None => html! {
            h1 { (t.text("email")) }
            p.lead { (t.text("email-out")) }
            p { a.button.main href="/signin?next=/settings/email" { (t.text("signin")) } }
        },
        Some(session) => {
            let address = node.address(&session.did)?;
            let is_guest = node.role(&session.did)? < Role::Member;
            let may = match (is_guest, node.mail().can_send()) {
                (true, _) => Err("email-guest"),
                (false, true) => Ok(()),
                (false, false) => Err("email-no-server"),
            };
            own(address.as_deref(), may, node.is_owner(&session.did)?, t)
        }
    };
    let viewer = node.viewer_of(session.as_ref())?;
    let page = t.page("help-email", t.text("email"), content).current("/settings");
    Ok(page.script("/assets/www/email.js").viewer(viewer))
}

/// The address, and the form for another; or the message for why there can be none.
fn own(address: Option<&str>, may: Result<(), &str>, is_owner: bool, t: Texts) -> Markup {
    html! {
        (script_top(t))
        section #ready hidden {
            h1 { (t.text("email-ready")) }
            p.lead { (t.text("email-ready-why")) }
            div.actions { button #confirm.main type="button" { (t.text("email-confirm")) } }
        }
        section #give {
            h1 { (t.text("email")) }
            p.lead { (t.text("email-lead")) }
            p #known {
                @match address {
                    Some(address) => (t.markup("email-known", args![], |_, _| html! { strong #address { (address) } })),
                    None => (t.text("email-none")),
                }
            }
            @match may {
                Err(why) => {
                    div.notice { p { (t.text(why)) } }
                    @if is_owner { p { a.button href="/settings/mail" { (t.text("letters-server")) } } }
                }
                Ok(()) => form #form-email novalidate {
                    div.field {
                        label for="email" { @if address.is_some() { (t.text("email-other")) } @else { (t.text("email-yours")) } }
                        p.hint #email-hint { (t.text("email-hint")) }
                        input #email type="email" autocomplete="email" required aria-describedby="email-hint";
                    }
                    div.actions { button #send.main type="submit" { (t.text("email-send")) } }
                }
            }
            div #sent.notice.good role="status" hidden { p { (t.text("email-sent")) } }
        }
    }
}
