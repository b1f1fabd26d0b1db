//! The owner's rules for new identities on this box: which people may begin one, and whether members may invite others.

use axum::body::Bytes;
use axum::response::{Redirect, Response};
use imajin_app::extract::{Person, Query};
use imajin_app::{Answer, Lang, Problem, Texts, args, blocking};
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_protocol::tier::MEMBER_INVITATIONS;
use maud::{Markup, html};
use serde::Deserialize;

use super::Owner;
use super::health::for_owner;
use crate::manifest::TEXTS;
use crate::parts::{After, form_of, with_form};

const HERE: &str = "/settings/joining";

/// Each choice as the form sends it, with its messages.
const CHOICES: [(Registration, &str, &str, &str); 3] = [
    (Registration::Invite, "invite", "joining-invite", "joining-invite-why"),
    (Registration::Open, "open", "joining-open", "joining-open-why"),
    (Registration::Closed, "closed", "joining-closed", "joining-closed-why"),
];

/// `/settings/joining`
pub(crate) async fn page(
    Owner { node, session }: Owner,
    Query(after): Query<After>,
    lang: Lang,
) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let now = (node.registration(), node.is_registration_fixed());
    let content = drawn(now, node.members_invite(), after.saved.is_some(), t);
    let viewer = node.viewer_of(Some(&session))?;
    let page = t.page("help-joining", t.text("joining"), content).current("/settings");
    Ok(with_form(page.viewer(viewer)))
}

fn drawn((now, is_fixed): (Registration, bool), members: bool, is_saved: bool, t: Texts) -> Markup {
    html! {
        @if is_saved { div.notice.good role="status" { p { (t.text("joining-saved")) } } }
        h1 { (t.text("joining")) }
        p.lead { (t.text("joining-lead")) }
        @if is_fixed { div.notice { p { (t.text("joining-fixed")) } } }
        form method="post" action=(HERE) {
            fieldset disabled[is_fixed] {
                legend { (t.text("joining-who")) }
                @for (registration, value, name, why) in CHOICES {
                    label.check for=(name) {
                        input id=(name) type="radio" name="registration" value=(value) checked[registration == now] aria-describedby=(why);
                        span { (t.text(name)) }
                    }
                    p.hint id=(why) { (t.text(why)) }
                }
            }
            label.check for="members" {
                input #members type="checkbox" name="members" value="yes" checked[members] aria-describedby="members-why";
                span { (t.text("joining-members")) }
            }
            p.hint #members-why { (t.format("joining-members-why", args![count = MEMBER_INVITATIONS])) }
            div.actions {
                button.main type="submit" { (t.text("front-save")) }
                a.button href="/settings" { (t.text("front-back")) }
            }
        }
    }
}

#[derive(Deserialize)]
struct JoiningForm {
    /// None where the settings decide.
    registration: Option<Registration>,
    /// A box that is checked.
    members: Option<String>,
}

/// `POST /settings/joining`
pub(crate) async fn choose(Person(node, session): Person, body: Bytes) -> Answer<Redirect> {
    for_owner(&node, &session)?;
    let chosen = form_of::<JoiningForm>(&body);
    let chosen = chosen.ok_or_else(|| Problem::bad_request(TEXTS.say("joining-form", args![])))?;
    if chosen.registration.is_none() && !node.is_registration_fixed() {
        return Err(Problem::bad_request(TEXTS.say("joining-form", args![])));
    }
    blocking::run(move || {
        if let Some(registration) = chosen.registration {
            node.set_registration(registration)?;
        }
        node.let_members_invite(chosen.members.is_some())
    })
    .await??;
    Ok(Redirect::to("/settings/joining?saved=yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_is_chosen_and_the_settings_file_outweighs_the_page() {
        let drawn = |fixed| {
            drawn((Registration::Open, fixed), false, false, TEXTS.for_reader(Lang::En))
                .into_string()
        };
        let free = drawn(false);
        assert_eq!(free.matches("checked").count(), 1, "{free}");
        assert!(free.contains("value=\"open\" checked") && free.contains("type=\"submit\""));
        let fixed = drawn(true);
        assert!(fixed.contains("<fieldset disabled") && fixed.contains("name=\"members\""));
    }
}
