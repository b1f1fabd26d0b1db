//! Pages of sales: a file's price, the checkout, and the lists of what a person sold or bought.
//!
//! Always: the pages state what stays: a bought file is its buyer's, and a refund ends the licence alone.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::operation::Choice as _;
use imajin_app::{Answer, Lang, Node, Session, Texts, args};
use imajin_protocol::Did;
use imajin_selling::pages::{rail_choice, shares};
use imajin_selling::{ForSale as _, cashier};
use maud::{Markup, html};

use super::parts::{Door, Tile, called, day, messages, or_sign_in, page};
use crate::fair::{self, Attribution};
use crate::fields::Use;
use crate::ids::AssetId;
use crate::manifest::TEXTS;
use crate::queries::{self, Asset, Purchase, Standing};
use crate::sale::{self, Work};
use crate::sight::{self, Sight, Viewer};

/// The longer side of the preview on the checkout page, in pixels.
const SIDE: i64 = 400;
/// The uses in the order of the page.
const USES: [Use; 2] = [Use::Keep, Use::Train];

/// The uses of an asset that can be bought, each with its price.
fn works(node: &Node, asset: &Asset) -> Answer<Vec<Work>> {
    let all = USES.map(|used| sale::work(node, asset.clone(), used));
    let all: Vec<Option<Work>> = all.into_iter().collect::<Result<_, _>>()?;
    Ok(all.into_iter().flatten().collect())
}

fn price(work: &Work, lang: Lang) -> String {
    lang.amount(work.offered.price, work.offered.currency)
}

fn use_text(used: Use) -> &'static str {
    match used {
        Use::Keep => "use-keep",
        Use::Train => "use-train",
    }
}

/// The section of a file's page for visitors.
pub(super) fn visitors(
    (node, t): (&Node, Texts),
    (asset, sight): (&Asset, Sight),
    viewer: Option<&Did>,
) -> Answer<Markup> {
    let works = works(node, asset)?;
    let bought = match viewer {
        Some(did) => queries::read(node, |db| queries::purchases(db, did.as_str(), &asset.id))?,
        None => Vec::new(),
    };
    let own = viewer.map(|did| AssetId::derive(did, &asset.cid, 0));
    let has_it = bought.iter().any(|one| one.standing != Standing::Promised);
    Ok(html! {
        @if !works.is_empty() || !bought.is_empty() || !sight.has_file() {
            section #sale {
                h2 { (t.text("sale")) }
                @for work in &works { p { (t.format(use_text(work.used), args![price = price(work, t.lang)])) } }
                @if works.is_empty() && !sight.has_file() { p { (t.text("work-locked")) } }
                @if let (true, Some(own)) = (has_it, &own) {
                    p { (t.text("sale-yours")) }
                    div.actions { a.button href=(Door::Own.page(own.as_str())) { (t.text("sale-to-yours")) } }
                }
                (licences(node, t, &bought)?)
                @if !works.is_empty() { div.actions { a.button.main href=(sale::page(&asset.id)) { (t.text("buy")) } } }
            }
        }
    })
}

/// The purchases of a person, each with its standing.
fn licences(node: &Node, t: Texts, bought: &[Purchase]) -> Answer<Markup> {
    const MESSAGES: [&str; 4] =
        ["licence-promised", "licence-returned", "licence-keep", "licence-train"];
    Ok(html! {
        @if !bought.is_empty() { ul.rows { @for one in bought { li {
            p { (sentence((node, t), one, &one.seller, MESSAGES)?) }
            p { a href=(cashier(node)?.payment_page(one.licence.payment.as_str())) { (t.text("licence-payment")) } }
        } } } }
    })
}

/// Draws the state of one purchase, with the name of the other party: by these texts for a promised, a returned and a sold one,
/// which was sold to keep or to train with.
fn sentence(
    (node, t): (&Node, Texts),
    one: &Purchase,
    other: &Did,
    [promised, returned, keep, train]: [&str; 4],
) -> Answer<String> {
    let text = match (one.standing, one.licence.used) {
        (Standing::Promised, _) => promised,
        (Standing::Returned, _) => returned,
        (Standing::Sold, Use::Keep) => keep,
        (Standing::Sold, Use::Train) => train,
    };
    Ok(t.format(text, args![name = called(node, t, other)?, day = day(one.at_ms, t)]))
}

/// The section of a file's page, for its owner.
pub(super) fn owners((node, t): (&Node, Texts), asset: &Asset) -> Answer<Markup> {
    let (bought, sold, is_offered) = queries::read(node, |db| {
        Ok((
            queries::purchases(db, &asset.owner, &asset.id)?,
            queries::sales(db, &asset.owner, &asset.id)?,
            queries::is_on_offer(db, &asset.owner, &asset.id)?,
        ))
    })?;
    if !bought.is_empty() {
        return Ok(html! {
            section #sale {
                h2 { (t.text("bought")) }
                (licences(node, t, &bought)?)
                p.hint { (t.text("bought-stays")) }
            }
        });
    }
    let attribution = fair::read_attribution(node, asset)?;
    let keep = sale::work(node, asset.clone(), Use::Keep)?;
    let is_ready = attribution.as_ref().is_some_and(|said| is_ready(said, &asset.owner));
    if !is_ready && sold.is_empty() && !is_offered {
        return Ok(html! {});
    }
    Ok(html! {
        section #sale {
            h2 { (t.text("sale")) }
            @match &keep {
                Some(work) => p { (t.format("sale-open", args![price = price(work, t.lang)])) },
                None if is_offered => div.notice { p { (t.text("sale-outdated")) } },
                None => p { (t.text("sale-closed")) },
            }
            @if is_ready || is_offered { (offering(t, (asset, keep.as_ref()), (is_ready, is_offered))) }
            (sales(node, t, &sold)?)
        }
    })
}

/// Whether all makers signed, and this owner the manifest itself.
fn is_ready(attribution: &Attribution, owner: &str) -> bool {
    attribution.consent.missing.is_empty() && attribution.signer.as_str() == owner
}

/// The form in which an owner sets a price.
fn offering(
    t: Texts,
    (asset, work): (&Asset, Option<&Work>),
    (is_ready, is_offered): (bool, bool),
) -> Markup {
    let terms = work.map(|work| (work.offered.price, work.offered.currency.to_string()));
    let (price, currency) = terms.unzip();
    html! {
        details #sale-edit {
            summary { (t.text("sale-edit")) }
            form #form-sale data-id=(asset.id) data-price=[price] data-currency=[currency] novalidate {
                p.hint { (t.text("sale-edit-hint")) }
                p.hint { (t.text("sale-stays")) }
                div.pair {
                    div.field { label for="sale-price" { (t.text("sale-price")) } input #sale-price type="text" inputmode="decimal" autocomplete="off"; }
                    div.field { label for="sale-currency" { (t.text("sale-currency")) } input #sale-currency type="text" maxlength="4" size="4" autocomplete="off" spellcheck="false"; }
                }
                div.actions {
                    @if is_ready { button #sale-sign.main type="submit" { (t.text("sale-sign")) } }
                    @if is_offered { button #sale-end type="button" { (t.text("sale-end")) } }
                }
            }
        }
    }
}

/// The sales of an owner, each with a refund button.
fn sales(node: &Node, t: Texts, sold: &[Purchase]) -> Answer<Markup> {
    const MESSAGES: [&str; 4] = ["sold-promised", "sold-returned", "sold-keep", "sold-train"];
    let mut rows = Vec::new();
    for one in sold {
        let paid = match one.standing {
            Standing::Sold => cashier(node)?.back(node, one.licence.payment.as_str())?,
            Standing::Promised | Standing::Returned => None,
        };
        let left = paid.map(|paid| {
            let left = paid.gross.get().saturating_sub(paid.back.get());
            (left, paid.currency)
        });
        rows.push((one, sentence((node, t), one, &one.buyer, MESSAGES)?, left));
    }
    Ok(html! {
        @if !rows.is_empty() {
            h3 { (t.text("sold")) }
            ul.rows { @for (one, text, left) in &rows { li {
                p { (text) }
                @if let Some((left, currency)) = left.filter(|(left, _)| *left > 0) {
                    div.actions { button.link type="button" data-payment=(one.licence.payment) data-buyer=(one.buyer) data-amount=(left) data-currency=(currency) {
                        (t.format("sale-refund", args![amount = t.lang.amount(left, currency)]))
                    } }
                }
            } } }
            p.hint { (t.text("sale-refund-hint")) }
        }
    })
}

/// The checkout page of a work.
pub(crate) async fn buy(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path(id): Path<String>,
) -> Answer<Response> {
    let session = session.as_ref();
    let answer = buying(&node, session, lang, &id);
    or_sign_in(session, &format!("/media/a/{id}/buy"), answer)
}

fn buying(node: &Node, session: Option<&Session>, lang: Lang, id: &str) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let id = AssetId::parse(id).ok_or_else(sight::none)?;
    let viewer = Viewer::new(session.map(|session| session.did.clone()));
    let (asset, sight) = sight::seen(node, &viewer, &id)?;
    let works = works(node, &asset)?;
    let first = works.first().ok_or_else(Work::no_offer)?;
    let name = called(node, t, first.seller())?;
    let title = first.title().to_owned();
    let preview = sight != Sight::Locked && asset.is_seen();
    let shown = Tile::from(&asset);
    let (width, height) = shown.fitted(SIDE);
    let content = html! {
        (messages(t))
        p { a href=(Door::Own.page(&asset.id)) { "‹ " (title) } }
        h1 { (t.format("buy-of", args![title = title.as_str()])) }
        p.soft { (t.format("from", args![name = name])) }
        @if preview { img src=(Door::Own.file(&asset.id, "w=400")) width=(width) height=(height) alt=(shown.alt(t)); }
        @match session {
            Some(_) if viewer.is(&asset.owner) => { p { (t.text("buy-own")) } }
            Some(_) => (form(node, t, &works)?),
            None => {
                @for work in &works { p { (t.format(use_text(work.used), args![price = price(work, t.lang)])) } }
                div.actions { a.button.main href={ "/signin?next=/media/a/" (asset.id) "/buy" } { (t.text("buy-signin")) } }
            }
        }
        p.hint { (t.text("buy-stays")) }
    };
    let title = t.format("buy-of", args![title = title.as_str()]);
    let page = page((node, t), session, ("help-buy", &title), content)?;
    Ok(page.script("/assets/media/sale.js").into_response())
}

fn form(node: &Node, t: Texts, works: &[Work]) -> Answer<Markup> {
    let Some(first) = works.first() else {
        return Ok(html! {});
    };
    let rails = cashier(node)?.rails(node, first.seller())?;
    let rows = |rows: &[(String, i64)], money: &dyn Fn(i64) -> String| {
        html! { ul.rows { @for (name, part) in rows { li { (name) " " strong { (money(*part)) } } } } }
    };
    Ok(html! {
        form.card #form-buy data-offer data-id=(first.asset.id) novalidate {
            fieldset {
                legend { (t.text("buy-use")) }
                @for work in works {
                    label.check {
                        input type="radio" name="use" value=(work.used.name()) checked[work.used == first.used];
                        span { (t.format(use_text(work.used), args![price = price(work, t.lang)])) }
                    }
                }
            }
            div.field { (rail_choice(&rails, t.lang)) }
            @for work in works {
                div data-use=(work.used.name()) {
                    @if works.len() > 1 { h3 { (t.format(use_text(work.used), args![price = price(work, t.lang)])) } }
                    (shares(node, work, (work.offered.price, work.offered.currency, t.lang), rows))
                }
            }
            p.hint { (t.text("buy-signed")) }
            div.actions { button.main #buy type="submit" { (t.text("buy")) } }
            p #how aria-live="polite" {}
        }
    })
}
