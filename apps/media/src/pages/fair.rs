//! The makers of a file: the table on its page, the form in which its owner names them, and requests to agree.

use imajin_app::{Answer, Node, Page, Problem, Texts, args};
use imajin_protocol::Did;
use imajin_protocol::fair::{Manifest, Training};
use imajin_protocol::money::Ppm;
use maud::{Markup, html};

use super::parts::{Door, Own, called, kept_of, messages};
use crate::fair::{self, Attribution};
use crate::queries::{Asset, State as Standing};
use crate::sight::{self, Sight, Viewer};

/// Millionths of one percent.
const PERCENT: u32 = 10_000;
/// Shares are shown to a ten-thousandth of a percent.
const DECIMALS: usize = 4;

/// The section of a file's page.
pub(super) fn section(
    (node, t): (&Node, Texts),
    asset: &Asset,
    (sight, door, is_own): (Sight, Door<'_>, bool),
) -> Answer<Markup> {
    let attribution = fair::read_attribution(node, asset)?;
    let form = if is_own && asset.state == Standing::Kept {
        Some(form(node, t, (asset, attribution.as_ref()))?)
    } else {
        None
    };
    let beside = format!("{}/fair", asset.id);
    // A .fair is about the file as it is.
    let has_file = sight == Sight::Original
        || (sight.has_file() && !matches!(asset.sort(), "photo" | "video" | "audio"));
    Ok(html! {
        @if attribution.is_some() || form.is_some() {
            section #fair {
                h2 { (t.text("fair")) }
                @match &attribution {
                    Some(said) => {
                        (table((node, t), said)?)
                        div.actions.tight {
                            @if has_file { a.button href=(door.file(&asset.id, "embed=1&download=1")) download { (t.text("fair-inside")) } }
                            a.button href=(door.file(&beside, "download=1")) download { (t.text("fair-beside-file")) }
                        }
                    }
                    None if kept_of(asset).is_some() => p { (t.text("fair-nobody-kept")) },
                    None => p { (t.text("fair-nobody")) },
                }
                @if let Some(form) = form { (form) }
            }
        }
    })
}

/// Draws the table of makers: their shares, and whether they signed.
fn table((node, t): (&Node, Texts), said: &Attribution) -> Answer<Markup> {
    let manifest = &said.fair.manifest;
    let training = match manifest.training() {
        Ok(Training::Free) => t.text("train-free").into_owned(),
        Ok(Training::Reserved) => t.text("train-reserved").into_owned(),
        Ok(Training::Priced { price, currency }) => {
            let price = t.lang.amount(price.get(), currency);
            t.format("train-priced", args![price = price])
        }
        Err(_) => t.text("train-unreadable").into_owned(),
    };
    Ok(html! {
        table.fair {
            thead { tr { th scope="col" { (t.text("fair-who")) } th scope="col" { (t.text("fair-share")) } th scope="col" { (t.text("fair-state")) } } }
            tbody { @for row in manifest.table() {
                @let did = Did::parse(&row.who).ok().filter(|_| !row.source);
                @let (name, state) = match &did {
                    Some(did) if said.has_agreed(did) => (called(node, t, did)?, "fair-signed"),
                    Some(did) => (called(node, t, did)?, "fair-unsigned"),
                    None => (row.who.clone(), "fair-source"),
                };
                tr {
                    th scope="row" title=(row.who) { (name) @if let Some(role) = &row.role { br; span.hint { (role) } } }
                    td { (percent(row.share)) " %" }
                    td { (t.text(state)) }
                }
            } }
        }
        @if !said.consent.missing.is_empty() { p.hint { (t.text("fair-missing")) } }
        p { (training) }
    })
}

/// "33.3333" of a share.
fn percent(share: Ppm) -> String {
    let (whole, rest) = (share.get() / PERCENT, share.get() % PERCENT);
    match rest {
        0 => whole.to_string(),
        rest => {
            let rest = format!("{rest:0DECIMALS$}");
            format!("{whole}.{}", rest.trim_end_matches('0'))
        }
    }
}

/// The form in which an owner says who made a file.
fn form(node: &Node, t: Texts, (asset, said): (&Asset, Option<&Attribution>)) -> Answer<Markup> {
    let before = match said {
        Some(said) => said.fair.manifest.clone(),
        None => fair::unsigned(node, asset, false)?.manifest,
    };
    let rows = shares(node, t, &before)?;
    let price = before.training_price();
    Ok(html! {
        details #fair-edit {
            summary { (t.text("fair-edit")) }
            form #form-fair data-id=(asset.id) {
                p.hint { (t.text("fair-edit-hint")) }
                div #fair-rows { (rows) }
                div.actions { button #fair-add type="button" { (t.text("fair-add")) } }
                label.check {
                    input #fair-train type="checkbox" checked[before.is_free_to_train()];
                    span { (t.text("fair-train")) br; span.hint { (t.text("fair-train-hint")) } }
                }
                div.pair data-price=[price.map(|(price, _)| price.get())] {
                    div.field {
                        label for="fair-train-price" { (t.text("fair-train-price")) }
                        p.hint #fair-train-price-hint { (t.text("fair-train-price-hint")) }
                        input #fair-train-price type="text" inputmode="decimal" autocomplete="off" aria-describedby="fair-train-price-hint";
                    }
                    div.field {
                        label for="fair-train-currency" { (t.text("sale-currency")) }
                        input #fair-train-currency type="text" maxlength="4" size="4" autocomplete="off" spellcheck="false" value=[price.map(|(_, currency)| currency.to_string())];
                    }
                }
                div.actions { button #fair-sign.main type="submit" { (t.text("fair-sign")) } }
            }
        }
    })
}

/// A row of the form for each contributor.
fn shares(node: &Node, t: Texts, manifest: &Manifest) -> Answer<Markup> {
    let mut rows = Vec::new();
    for (n, one) in manifest.contributors().iter().enumerate() {
        let handle = node.card(&one.did)?.and_then(|card| card.handle);
        let who = handle.map_or_else(|| one.did.to_string(), |handle| format!("@{handle}"));
        let role = one.role.clone().unwrap_or_default();
        let input = |name: &str, label: &'static str, value: &str, mode: Option<&str>| {
            let id = format!("fair-{name}-{n}");
            html! { div.field {
                label for=(id) { (t.text(label)) }
                input id=(id) type="text" autocomplete="off" spellcheck="false" data-part=(name) value=(value) inputmode=[mode];
            } }
        };
        rows.push(html! { div.share-row.row {
            (input("who", "fair-who-field", &who, None))
            (input("role", "fair-role-field", &role, None))
            (input("share", "fair-share-field", &percent(one.weight), Some("decimal")))
            button.link type="button" data-out { (t.text("fair-out")) }
        } });
    }
    Ok(html! { @for row in &rows { (row) } })
}

/// The page of requests to agree to manifests that name the caller.
pub(crate) async fn agree(Own { node, session, t }: Own) -> Answer<Page> {
    let viewer = Viewer::new(Some(session.did.clone()));
    let all = fair::asked(&node, &session.did)?;
    let content = html! {
        (messages(t))
        h1 { (t.text("agree")) }
        @if all.is_empty() { p.lead.empty { (t.text("agree-empty")) } }
        @else {
            p.lead { (t.text("agree-lead")) }
            ul.rows { @for (asset, said) in &all { (request(&node, t, &viewer, (asset, said))?) } }
        }
    };
    let page = Own { node, session, t }.page("help-agree", &t.text("agree"), content)?;
    Ok(page.script("/assets/media/agree.js"))
}

/// A request on Home: who asks, for which file if this person may see it, what they get, and a button that agrees.
pub(crate) fn asked(
    node: &Node,
    t: Texts,
    viewer: &Viewer,
    (asset, said): (&Asset, &Attribution),
) -> Answer<Markup> {
    let (name, is_seen) = asker((node, t), viewer, asset)?;
    let title = asset.words.title.as_ref().unwrap_or(&asset.name);
    let text = if is_seen {
        t.format("home-agree", args![name = name, title = title.as_str()])
    } else {
        t.format("home-agree-unseen", args![name = name])
    };
    Ok(html! {
        p { (text) }
        details { summary { (t.text("home-agree-shares")) } (table((node, t), said)?) }
        div.actions {
            (sign(t, (asset, said)))
            a.button href="/media/agree" { (t.text("home-agree-look")) }
        }
    })
}

/// The name of the person who asks, and whether the viewer may see their file.
fn asker((node, t): (&Node, Texts), viewer: &Viewer, asset: &Asset) -> Answer<(String, bool)> {
    let owner = Did::parse(&asset.owner).map_err(Problem::internal)?;
    Ok((called(node, t, &owner)?, sight::may(node, viewer, asset)? != Sight::No))
}

/// The button that agrees.
fn sign(t: Texts, (asset, said): (&Asset, &Attribution)) -> Markup {
    html! { button.main type="button" data-agree=(asset.id) data-owner=(asset.owner) data-digest=(said.fair.manifest.digest()) { (t.text("agree-sign")) } }
}

/// One request to agree. The file is shown only if the viewer may see it.
fn request(
    node: &Node,
    t: Texts,
    viewer: &Viewer,
    (asset, said): (&Asset, &Attribution),
) -> Answer<Markup> {
    let (name, is_seen) = asker((node, t), viewer, asset)?;
    let cid = said.fair.manifest.work().ok().flatten();
    Ok(html! {
        li {
            p { strong { (t.format("agree-of", args![name = name])) } }
            @if is_seen { p { a.button href=(Door::Own.page(&asset.id)) { (t.text("agree-look")) } } }
            @else { p.hint { (t.text("agree-unseen")) } }
            (table((node, t), said)?)
            @if let Some(work) = cid { p.hint { (t.text("details-cid")) " " code { (work.cid) } } }
            div.actions { (sign(t, (asset, said))) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_shown_as_people_write_them() {
        for (ppm, text) in [(1_000_000, "100"), (333_333, "33.3333"), (5_000, "0.5"), (0, "0")] {
            assert_eq!(percent(Ppm::new(ppm).unwrap()), text);
        }
    }
}
