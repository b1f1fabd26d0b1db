//! A jar: how full it is, who gets what of a tip, the form for giving one, and the words that its owner shows.

use imajin_app::{Answer, Lang, Node, Session, Texts, args};
use imajin_items::files;
use imajin_items::pages::Scene;
use imajin_selling::pages::{self as selling, rail_choice};
use imajin_selling::{Rail, cashier};
use maud::{Markup, html};

use crate::home::giver;
use crate::jars::Jar;
use crate::queries::{self, Tip, Which};

/// Maximum number of words that a page shows.
const WORDS_MAX: usize = 50;
/// Number of colours of shares in the style sheet.
const COLOURS: usize = 6;
/// Suggested amounts of a jar that has none, in units of its currency.
const SUGGESTED: [i64; 3] = [3, 5, 10];

/// Draws a jar's page; `head` is its title.
pub(super) fn content(
    node: &Node,
    (scene, head): (&Scene<'_>, &Markup),
    jar: &Jar,
    session: Option<&Session>,
    t: Texts,
) -> Answer<Markup> {
    let owner = jar.owner.did.as_str();
    let currency = jar.offer.currency;
    let (total, said) = queries::read(node, |db| {
        let total = queries::total(db, owner, &jar.item.id, currency)?;
        let which = Which::Out(&jar.item.id);
        Ok((total, queries::tips(db, owner, which, (WORDS_MAX, 0))?))
    })?;
    let amounts = amounts(jar);
    let first = amounts.first().copied().unwrap_or(jar.offer.price);
    let files = scene.files(&jar.item);
    Ok(html! {
        div.columns { div {
            div {
                (head)
                (files::draw(files.iter().enumerate(), t.lang))
                (scene.standing(&jar.item, None))
                @if let Some(goal) = jar.item.own.goal { (progress(total.0, goal, jar, t)) }
            }
            div.side {
                @if !scene.is_own { (form(node, jar, &amounts, session, t)?) }
                (shares(node, jar, first, t.lang))
                (after(jar, t))
            }
            @if !said.is_empty() { div.rest { (words(node, &said, t)?) } }
        } }
    })
}

/// Returns the amounts to choose from.
fn amounts(jar: &Jar) -> Vec<i64> {
    let unit = 10_i64.pow(u32::from(jar.offer.currency.digits()));
    let suggested = SUGGESTED.iter().map(|some| some * unit);
    let own = &jar.item.own.amounts;
    let all: Vec<i64> = if own.is_empty() { suggested.collect() } else { own.clone() };
    let mut all: Vec<i64> = all.into_iter().map(|amount| amount.max(jar.offer.price)).collect();
    all.dedup();
    all
}

/// Draws the progress towards a jar's goal.
fn progress(got: i64, goal: i64, jar: &Jar, t: Texts) -> Markup {
    let money = |amount| t.lang.amount(amount, jar.offer.currency);
    let text = t.format("progress", args![got = money(got), goal = money(goal)]);
    html! {
        div.goal {
            progress max=(goal) value=(got.min(goal)) aria-label=(text) {}
            p.soft { (text) }
        }
    }
}

/// Returns the ways of payment for this viewer: credit only if they are signed in to the box.
fn rails(node: &Node, jar: &Jar, session: Option<&Session>) -> Answer<Vec<Rail>> {
    let mut rails = cashier(node)?.rails(node, &jar.owner.did)?;
    if session.is_none() {
        rails.retain(|rail| *rail != Rail::Ledger);
    }
    Ok(rails)
}

fn form(
    node: &Node,
    jar: &Jar,
    amounts: &[i64],
    session: Option<&Session>,
    t: Texts,
) -> Answer<Markup> {
    let rails = rails(node, jar, session)?;
    let (currency, price) = (jar.offer.currency, jar.offer.price);
    if rails.is_empty() {
        return Ok(html! { p.hint { (t.text("no-rail")) } });
    }
    Ok(html! {
        form.card #tip data-owner=(jar.owner.did) data-jar=(jar.item.id) data-currency=(currency.code()) data-price=(price) novalidate {
            noscript { div.notice { p { (t.text("scripts-off")) } } }
            fieldset.amounts {
                legend { (t.text("how-much")) }
                @for (n, amount) in amounts.iter().enumerate() {
                    label.choice { input type="radio" name="amount" value=(amount) checked[n == 0]; span { (t.lang.amount(*amount, currency)) } }
                }
                label.choice { input #other-choice type="radio" name="amount" value="other"; span { (t.text("other-amount")) } }
                div.field #other-field hidden {
                    label for="other" { (t.format("other-label", args![currency = currency.code()])) }
                    input #other type="text" inputmode="decimal" autocomplete="off" aria-describedby="other-hint";
                    p.hint #other-hint { (t.format("at-least", args![amount = t.lang.amount(price, currency)])) }
                }
            }
            div.field hidden[rails.len() == 1] {
                (rail_choice(&rails, t.lang))
            }
            label.check { input #shown type="checkbox"; span { (t.text("shown")) } }
            p.hint { @if session.is_none() { (t.text("no-account")) } @else { (t.text("signed")) } }
            div.actions { button.main #give type="submit" { (t.text("give")) } }
        }
    })
}

/// Draws the shares of a tip of this amount. A script draws them for other amounts.
fn shares(node: &Node, jar: &Jar, amount: i64, lang: Lang) -> Markup {
    let rows = |rows: &[(String, i64)], money: &dyn Fn(i64) -> String| {
        html! {
            div #split {
                (bar(rows, amount))
                ul.rows {
                    @for (n, (name, part)) in rows.iter().enumerate() {
                        li { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { rect class={ "share-" (n % COLOURS) } width="10" height="10" {} } " " (name) " " strong { (money(*part)) } }
                    }
                }
            }
        }
    };
    let of = (amount, jar.offer.currency, lang);
    html! { section.shares { (selling::shares(node, jar, of, rows)) } }
}

/// Draws the parts of an amount side by side.
fn bar(rows: &[(String, i64)], amount: i64) -> Markup {
    let mut from = 0;
    let mut parts = Vec::new();
    for (n, (_, part)) in rows.iter().enumerate() {
        // Thousandths, for the picture only.
        let width = part.saturating_mul(1_000) / amount.max(1);
        parts.push((n % COLOURS, from, width));
        from += width;
    }
    html! {
        svg.split viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true" {
            @for (n, x, width) in parts { rect class={ "share-" (n) } x=(x) width=(width) height="24" {} }
        }
    }
}

/// Draws the section that a tipper sees afterwards: thanks, a form for a few words, and a reminder. A script shows it.
fn after(jar: &Jar, t: Texts) -> Markup {
    html! {
        section.card #after hidden aria-live="polite" {
            h2 #after-title tabindex="-1" { (t.text("thanks-title")) }
            p #after-how {}
            @if let Some(thanks) = &jar.item.own.thanks { div.thanks { (imajin_items::pages::words(Some(thanks))) } }
            form #words novalidate {
                div.field {
                    label for="text" { (t.text("say-something")) }
                    p.hint #text-hint { (t.text("say-who-reads")) }
                    textarea #text maxlength="500" rows="3" aria-describedby="text-hint" {}
                }
                div.field {
                    label for="name" { (t.text("say-name")) }
                    input #name type="text" maxlength="60" autocomplete="nickname";
                }
                div.actions { button #say type="submit" { (t.text("say")) } }
            }
            details #monthly hidden {
                summary { (t.text("remind")) }
                p { (t.text("remind-why")) }
                div.field {
                    label for="day" { (t.text("remind-day")) }
                    select #day { @for day in 1..=28 { option value=(day) { (day) } } }
                }
                div.actions { button #remind type="button" { (t.text("remind-set")) } }
            }
        }
    }
}

/// Draws the words of tippers that the owner shows.
fn words(node: &Node, said: &[Tip], t: Texts) -> Answer<Markup> {
    let mut rows = Vec::new();
    for tip in said {
        rows.push((tip.said.as_deref().unwrap_or_default(), giver(node, tip, t)?));
    }
    Ok(html! {
        section.said {
            h2 { (t.text("said")) }
            @for (text, name) in rows {
                figure { blockquote { (text) } figcaption { (name) } }
            }
        }
    })
}
