//! A receipt as people read it: a bar with names, and every level of every manifest as a table.

use imajin_protocol::fair::{Line, Payee};
use imajin_protocol::settlement::{FeeKind, Receipt};
use imajin_protocol::{Did, Minor};
use imajin_service::{Node, Problem};
use maud::{Markup, html};

use super::{day, name_of, time};
use crate::projection::PROJECTION;
use crate::reads;

/// How wide the bar is drawn.
const WIDTH: i64 = 600;
/// Colours that the style sheet has for parts of a bar; more parts begin again.
const COLOURS: usize = 6;

pub(super) fn content(node: &Node, viewer: &Did, id: &str, text: &str) -> Result<Markup, Problem> {
    let receipt = Receipt::parse(text).map_err(Problem::internal)?;
    let order = receipt.order();
    let gross = order.gross.display(order.currency);
    let name = |did: &Did| name_of(node, viewer, did);
    let (payer, seller) = (name(&order.payer)?, name(&order.seller)?);
    Ok(html! {
        div #message {}
        h1 { "Receipt" }
        p.lead { strong { (gross) } " from " (payer) " to " (seller) ", " (rail(order.rail.as_str())) ", " (time(receipt.at().as_millis())) "." }
        (state(node, viewer, id)?)
        @if !order.gross.is_zero() {
            h2 { "Who got what" }
            (bar(node, viewer, &receipt)?)
            div.scroll tabindex="0" role="region" aria-label="Every split" { (table(node, viewer, &receipt)?) }
            p.hint { "The shares are those of the manifests that the sellers signed; whatever is passed on stands below who passes it on. To the last cent they come to what was paid." }
        }
        dl.facts {
            dt { "What" } dd { (order.kind.as_str()) " (" (order.service.as_str()) ")" }
            dt { "Payment" } dd { code { (id) } }
        }
        div.actions { a.button href={ "/pay/api/receipts/" (id) } download={ (id) ".json" } { "Save the signed receipt" } a.button href="/pay" { "Your money" } }
        details {
            summary { "How do I know that this is right?" }
            p { "The saved receipt holds the manifests with their signatures and is signed by the box. Anybody can check it and do the sum again, without this box and years from now." }
        }
    })
}

/// How far the payment is: what of it is still coming to the viewer, what went back, and who owes whom for it.
fn state(node: &Node, viewer: &Did, id: &str) -> Result<Markup, Problem> {
    let now = node.now().as_millis();
    let (paid, mut coming, mut debts) = node.read(PROJECTION.name, |db| {
        Ok((
            reads::payment(db, node.did(), id)?,
            reads::coming(db, node.did(), viewer, now)?,
            reads::debts_of_payment(db, node.did(), id)?,
        ))
    })?;
    coming.retain(|one| one.payment == id);
    debts.retain(|debt| !debt.left.is_zero() && [&debt.debtor, &debt.creditor].contains(&viewer));
    let back = paid.filter(|paid| !paid.refunded.is_zero());
    let mut lines = Vec::new();
    for one in &coming {
        let when = one.free_at.map(|at| day(at, now));
        lines.push(html! { "Your part, " strong { (one.amount.display(one.currency)) } ", is yours " @match when { Some(day) => { "on " (day) "." }, None => "once it is delivered and no bank disputes it." } });
    }
    if let Some(paid) = back {
        let whom = name_of(node, viewer, &paid.payer)?;
        lines.push(html! { strong { (paid.refunded.display(paid.currency)) } " of it went back to " (whom) "." });
    }
    for debt in &debts {
        let amount = debt.left.display(debt.currency);
        lines.push(match debt.debtor == *viewer {
            true => html! { strong { (amount) } " you owe to " (name_of(node, viewer, &debt.creditor)?) "." },
            false => html! { strong { (amount) } " owed to you by " (name_of(node, viewer, &debt.debtor)?) "." },
        });
    }
    Ok(html! { @if !lines.is_empty() { ul.rows #state { @for line in lines { li { (line) } } } } })
}

fn rail(rail: &str) -> &str {
    match rail {
        "ledger" => "from credit",
        "free" => "free",
        "emt" => "by e-transfer",
        "stripe" => "by card",
        other => other,
    }
}

/// The bar: a part for each who got something, with the same names below.
fn bar(node: &Node, viewer: &Did, receipt: &Receipt) -> Result<Markup, Problem> {
    let (order, got) = (receipt.order(), &receipt.division().recipients);
    let gross = order.gross.get().max(1);
    // Amounts are far from the ends of an i128.
    let at = |sum: i64| (i128::from(sum) * i128::from(WIDTH) / i128::from(gross)) as i64;
    let mut parts = Vec::with_capacity(got.len());
    let mut before = 0;
    for (did, amount) in got {
        let (from, to) = (at(before), at(before + amount.get()));
        before += amount.get();
        parts.push((
            from,
            (to - from).max(1),
            name_of(node, viewer, did)?,
            *amount,
        ));
    }
    let said = format!(
        "{} shared by {}",
        order.gross.display(order.currency),
        got.len()
    );
    Ok(html! {
        svg.picture viewBox={ "0 0 " (WIDTH) " 36" } role="img" aria-label=(said) {
            @for (n, (x, width, _, _)) in parts.iter().enumerate() {
                rect class={ "share-" (n % COLOURS) } x=(x) y="0" width=(width) height="36" {}
            }
        }
        ul.legend {
            @for (n, (_, _, name, amount)) in parts.iter().enumerate() {
                li { svg viewBox="0 0 10 10" aria-hidden="true" { rect class={ "share-" (n % COLOURS) } width="10" height="10" {} } (name) " " (amount.display(order.currency)) }
            }
        }
    })
}

fn table(node: &Node, viewer: &Did, receipt: &Receipt) -> Result<Markup, Problem> {
    let currency = receipt.order().currency;
    let amount = |amount: Minor| html! { td.number { (amount.display(currency)) } };
    let mut rows = Vec::new();
    for fee in &receipt.division().fees {
        let what = match fee.kind {
            FeeKind::Protocol => "fee of the network",
            FeeKind::Node => "fee of the box",
            FeeKind::BuyerCredit => "given back to who paid",
        };
        let who = name_of(node, viewer, &fee.to)?;
        rows.push(html! { tr { th scope="row" { (who) } td { (what) } td.number { (fee.share) } (amount(fee.amount)) } });
    }
    for line in &receipt.division().lines {
        rows.push(row(node, viewer, line, &amount(line.amount))?);
    }
    Ok(html! {
        table {
            caption { "Every split, in the order of the manifests" }
            thead { tr { th scope="col" { "Who" } th scope="col" { "As" } th.number scope="col" { "Share" } th.number scope="col" { "Amount" } } }
            tbody { @for row in rows { (row) } }
        }
    })
}

fn row(node: &Node, viewer: &Did, line: &Line, amount: &Markup) -> Result<Markup, Problem> {
    let who = match &line.to {
        Payee::Did(did) => name_of(node, viewer, did)?,
        Payee::Work(id) => html! { "the work " em { (id) } },
    };
    let role = line.role.as_deref().unwrap_or_default();
    Ok(html! {
        tr {
            th scope="row" class={ "level-" (line.level.min(8)) } { (who) @if line.passed_on.is_some() { " " span.hint { "passes on:" } } }
            td { (role) }
            td.number { (line.weight) }
            (amount)
        }
    })
}
