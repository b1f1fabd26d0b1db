//! The list at the top of Home: what the owner of a new box, or a new member, does first. It shows what is left of that, until it is hidden.

use axum::response::Redirect;
use imajin_app::capabilities::{FirstStep, FirstSteps};
use imajin_app::extract::Person;
use imajin_app::{Icon, Lang, Node, Problem, Role, Texts, args};
use imajin_dfos::order::Order as _;
use imajin_host::prelude::*;
use imajin_host::upkeep::BackupStanding;
use imajin_protocol::Did;
use maud::{Markup, html};
use rusqlite::Transaction;

/// Whether a person hid the list.
pub(super) fn are_hidden(node: &Node, person: &Did) -> Result<bool, Problem> {
    node.secrets().exists("SELECT 1 FROM www_first_steps WHERE did = ?1", [person.as_str()])
}

/// `POST /first-steps/hide`: hides the list for the person who asks for it.
pub(crate) async fn hide(Person(node, session): Person) -> Result<Redirect, Problem> {
    let sql = "INSERT OR IGNORE INTO www_first_steps (did) VALUES (?1)";
    let insert = move |db: &Transaction<'_>| db.execute(sql, [session.did.as_str()]);
    node.secrets().write(insert).await?;
    Ok(Redirect::to("/"))
}

/// Returns the steps that are left for the owner. `backups` is `None` on a node that can't make any.
pub(super) fn for_owner(
    node: &Node,
    owner: &Did,
    backups: Option<&BackupStanding>,
    t: Texts,
) -> Result<Vec<FirstStep>, Problem> {
    let network = node.network().now();
    let has_name = !node.front().name.is_empty();
    let has_contact = !node.contacts(owner, 1)?.is_empty();
    let has_backups = backups.is_none_or(|backups| backups.to.is_some());
    let has_mail = node.mail().config().is_set();
    // A proxy's certificate is at the address in the settings.
    let url = node.config().url.as_deref();
    let has_proxy = url.is_some_and(|url| url.starts_with("https://"));
    let has_way_in = has_proxy || !network.public.is_empty() || !network.tunnels.is_empty();
    let steps = [
        (has_name, "first-name", "/settings/box", Icon::Box),
        (has_contact, "first-invite", "/invite", Icon::Person),
        (has_backups, "first-backups", "/backups", Icon::Copy),
        (has_mail, "first-mail", "/settings/mail", Icon::Letter),
        (has_way_in, "first-way-in", "/network", Icon::Apps),
    ];
    let left = steps.into_iter().zip(0..).filter(|((is_done, ..), _)| !is_done);
    let left = left.map(|((_, text, href, icon), rank)| FirstStep {
        rank,
        text: t.text(text).into_owned(),
        href: href.to_owned(),
        icon,
    });
    Ok(left.collect())
}

/// Returns the steps that are left for a member; none for others.
pub(super) fn for_member(node: &Node, member: &Did, lang: Lang) -> Result<Vec<FirstStep>, Problem> {
    if node.role(member)? < Role::Member {
        return Ok(Vec::new());
    }
    let mut steps = Vec::new();
    for (app, offer) in node.services().offers().all::<dyn FirstSteps>() {
        match offer.first_step(node, member, lang) {
            Ok(step) => steps.extend(step),
            // The other apps' steps are as good as ever.
            Err(problem) => tracing::error!("{app}: its first step cannot be read: {problem}"),
        }
    }
    steps.order_by_key(|step| step.rank);
    Ok(steps)
}

/// Draws the steps, if any are left.
pub(super) fn draw(steps: &[FirstStep], t: Texts) -> Markup {
    html! {
        @if !steps.is_empty() {
            section #first {
                h2 { (t.format("first-steps", args![count = steps.len()])) }
                ul.rows.places { @for step in steps { li { a href=(step.href) { (step.icon.draw()) span.grow { (step.text) } } } } }
                form.actions method="post" action="/first-steps/hide" { button.link type="submit" { (t.text("first-hide")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::TEXTS;

    #[test]
    fn what_is_left_leads_to_its_page_and_nothing_is_drawn_at_the_end() {
        let t = TEXTS.for_reader(Lang::En);
        let step = FirstStep {
            rank: 0,
            text: t.text("first-name").into_owned(),
            href: "/settings/box".to_owned(),
            icon: Icon::Box,
        };
        let text = draw(&[step], t).into_string();
        assert!(text.contains("One thing to do"), "{text}");
        assert!(text.contains("href=\"/settings/box\"") && text.contains("Give the box a name"));
        assert_eq!(draw(&[], t).into_string(), "");
    }
}
