//! The page of a receipt: a bar with names, and every level of every manifest as a table.

use imajin_app::{Answer, Lang, Node, Problem, Texts, args};
use imajin_protocol::fair::{Line, Payee};
use imajin_protocol::settlement::{FeeKind, Order, Receipt};
use imajin_protocol::{Did, Minor};
use imajin_selling::Fulfilment;
use maud::{Markup, html};
use serde_json::json;

use super::credit::signs;
use super::{day, money, name_of, strong, time};
use crate::manifest::TEXTS;
use crate::operations::{Expected, SendBack};
use crate::queries::{self, Payment};

/// Width of the bar, in units of the drawing.
const WIDTH: i64 = 600;
/// Number of colours that the style sheet has for parts of a bar; further parts reuse them.
const COLOURS: usize = 6;

pub(super) fn content(node: &Node, viewer: &Did, id: &str, text: &str, t: Texts) -> Answer<Markup> {
    let receipt = Receipt::parse(text).map_err(Problem::internal)?;
    let order = &receipt.order;
    let name = |did: &Did| name_of(node, viewer, did, t);
    let (payer, seller) = (name(&order.payer)?, name(&order.seller)?);
    let you = side(viewer, &order.payer, &order.seller);
    let lead = args![you = you, rail = rail(order.rail.as_str(), t)];
    let part = |mark: &str, _| match mark {
        "sum" => strong(order.gross, order.currency, t),
        "payer" => payer.clone(),
        "seller" => seller.clone(),
        _ => time(receipt.at.as_millis(), t),
    };
    let left = left_since(node, id, &receipt)?;
    Ok(html! {
        div #message {}
        h1 { (t.text("receipt")) }
        p.lead { (t.markup("receipt-lead", lead, part)) }
        (state(node, viewer, id, t)?)
        @if !order.gross.is_zero() {
            h2 { (t.text("receipt-split")) }
            (bar(node, viewer, &receipt, t)?)
            div.scroll tabindex="0" role="region" aria-label=(t.text("receipt-every-split")) { (table(node, viewer, &receipt, t)?) }
            @if !receipt.gone.is_empty() {
                p.hint {
                    (t.format("receipt-gone", args![count = receipt.gone.len()]))
                    @if left > 0 { " " (t.format("receipt-gone-since", args![count = left])) }
                }
            }
            p.hint { (t.text("receipt-split-why")) }
        }
        dl.facts {
            dt { (t.text("receipt-what")) } dd { (goods(node, order, t)?) }
            dt { (t.text("receipt-payment")) } dd { code { (id) } }
        }
        div.actions { a.button href={ "/pay/api/receipts/" (id) } download={ (id) ".json" } { (t.text("receipt-save")) } a.button href="/pay" { (t.text("money")) } }
        details {
            summary { (t.text("receipt-how")) }
            p { (t.text("receipt-how-why")) }
        }
    })
}

/// Returns the viewer's side of a payment, as messages take it.
fn side(viewer: &Did, payer: &Did, seller: &Did) -> &'static str {
    match viewer {
        viewer if viewer == payer => "payer",
        viewer if viewer == seller => "seller",
        _ => "other",
    }
}

/// Counts the people with a share who left after the order, before its money came.
fn left_since(node: &Node, id: &str, receipt: &Receipt) -> Answer<usize> {
    let ordered = queries::read(node, |db| {
        queries::entry_about(db, &receipt.order.seller, Expected::NAME, id)
    })?;
    // A payment from credit is divided when it is ordered.
    let Some(ordered) = ordered else {
        return Ok(0);
    };
    let before = ordered.body["gone"].as_array();
    let is_known = |did: &&Did| before.is_some_and(|all| all.iter().any(|one| *one == json!(did)));
    Ok(receipt.gone.iter().filter(|did| !is_known(did)).count())
}

/// Draws the goods of an order: their title, if they have one, and their kind.
fn goods(node: &Node, order: &Order, t: Texts) -> Answer<Markup> {
    let kind = match order.kind.as_str() {
        "answer" => t.text("kind-answer"),
        "ticket" => t.text("kind-ticket"),
        "tip" => t.text("kind-tip"),
        "course" => t.text("kind-course"),
        "listing" => t.text("kind-listing"),
        "work" => t.text("kind-work"),
        other => other.into(),
    };
    let mut all = node.services().offers().all::<dyn Fulfilment>();
    let seller = all.find(|(seller, _)| *seller == order.service.as_str());
    let title = seller.map(|(_, seller)| seller.title(node, order.id.as_str(), &order.seller));
    Ok(html! {
        @match title.transpose()?.flatten() {
            Some(title) => { bdi { (title) } " (" bdi { (kind) } ")" },
            None => bdi { (kind) },
        }
    })
}

/// Messages of roles that people often type. A role typed in one of the box's languages is shown in the reader's.
const ROLES: [&str; 11] = [
    "role-artist",
    "role-author",
    "role-band",
    "role-drums",
    "role-music",
    "role-organiser",
    "role-performer",
    "role-photos",
    "role-producer",
    "role-venue",
    "role-words",
];

fn role(typed: &str, t: Texts) -> String {
    let word = typed.trim().to_lowercase();
    let says = |id: &str, lang: Lang| TEXTS.for_reader(lang).text(id).to_lowercase() == word;
    let message = ROLES.into_iter().find(|id| Lang::ALL.into_iter().any(|lang| says(id, lang)));
    message.map_or_else(|| typed.to_owned(), |id| t.text(id).into_owned())
}

/// Draws the payment's state: amounts still coming to the viewer, refunds, and debts for the payment.
fn state(node: &Node, viewer: &Did, id: &str, t: Texts) -> Answer<Markup> {
    let now = node.now().as_millis();
    let (paid, (waiting, kept), mut coming, mut debts) = queries::read(node, |db| {
        Ok((
            queries::payment(db, node.did(), id)?,
            queries::at_provider(db, node.did(), id)?,
            queries::coming(db, node.did(), viewer, now)?,
            queries::debts_of_payment(db, node.did(), id)?,
        ))
    })?;
    coming.retain(|one| one.payment == id);
    debts.retain(|debt| !debt.left.is_zero() && [&debt.debtor, &debt.creditor].contains(&viewer));
    let mut lines = Vec::new();
    for one in &coming {
        let part = strong(one.amount, one.currency, t);
        lines.push(match one.free_at {
            Some(at) => t.markup("receipt-yours-on", args![], |mark, _| match mark {
                "sum" => part.clone(),
                _ => day(at, t),
            }),
            None => t.markup("receipt-yours-later", args![], |_, _| part.clone()),
        });
    }
    if let Some(paid) = paid.filter(|paid| !paid.refunded.is_zero()) {
        lines.extend(refunded(node, viewer, id, &paid, (waiting, kept), t)?);
    }
    for debt in &debts {
        let (says, other) = if debt.debtor == *viewer {
            ("debt-mine", &debt.creditor)
        } else {
            ("debt-theirs", &debt.debtor)
        };
        let name = name_of(node, viewer, other, t)?;
        lines.push(t.markup(says, args![], |mark, _| match mark {
            "sum" => strong(debt.left, debt.currency, t),
            _ => name.clone(),
        }));
    }
    Ok(html! { @if !lines.is_empty() { ul.rows #state { @for line in lines { li { (line) } } } } })
}

/// Draws the refunds of a payment, by state: only money that moved is called refunded.
fn refunded(
    node: &Node,
    viewer: &Did,
    id: &str,
    paid: &Payment,
    (waiting, kept): (Minor, Minor),
    t: Texts,
) -> Answer<Vec<Markup>> {
    let (payer, seller) =
        (name_of(node, viewer, &paid.payer, t)?, name_of(node, viewer, &paid.seller, t)?);
    let you = side(viewer, &paid.payer, &paid.seller);
    let to_send = paid.to_send();
    let moved = paid.refunded.get() - to_send.get() - waiting.get() - kept.get();
    let moved = Minor::new(moved.max(0)).map_err(Problem::internal)?;
    let states = [
        ("receipt-back", moved),
        ("receipt-back-send", to_send),
        ("receipt-back-card", waiting),
        ("receipt-back-kept", kept),
    ];
    let mut lines = Vec::new();
    for (says, sum) in states.into_iter().filter(|(_, sum)| !sum.is_zero()) {
        let line = t.markup(says, args![you = you], |mark, _| match mark {
            "sum" => strong(sum, paid.currency, t),
            "seller" => seller.clone(),
            _ => payer.clone(),
        });
        let is_mine = says == "receipt-back-send" && you == "seller";
        lines.push(html! { (line) @if is_mine { " " (sent_back(id, t)) } });
    }
    Ok(lines)
}

/// Draws the button by which a seller states that they sent a refund from their bank.
pub(crate) fn sent_back(payment: &str, t: Texts) -> Markup {
    let json = json!({ "transactionId": payment });
    signs(SendBack::NAME, "/pay/api/refund/sent", &json, &t.text("back-sent"))
}

fn rail(rail: &str, t: Texts) -> String {
    let says = match rail {
        "ledger" => "rail-credit",
        "free" => "rail-free",
        "emt" => "rail-transfer",
        "stripe" => "rail-card",
        other => return other.to_owned(),
    };
    t.text(says).into_owned()
}

/// Draws the bar: a part for each recipient, with the same names below.
fn bar(node: &Node, viewer: &Did, receipt: &Receipt, t: Texts) -> Answer<Markup> {
    let (order, got) = (&receipt.order, &receipt.division.recipients);
    let whole = order.gross.get().max(1);
    // Amounts are far below the maximum of an i128.
    let at = |sum: i64| (i128::from(sum) * i128::from(WIDTH) / i128::from(whole)) as i64;
    let mut parts = Vec::with_capacity(got.len());
    let mut before = 0;
    for (did, amount) in got {
        let (from, to) = (at(before), at(before + amount.get()));
        before += amount.get();
        parts.push((from, (to - from).max(1), name_of(node, viewer, did, t)?, *amount));
    }
    let gross = money(order.gross, order.currency, t);
    let summary = t.format("receipt-shared", args![sum = gross, people = got.len()]);
    Ok(html! {
        svg.picture viewBox={ "0 0 " (WIDTH) " 36" } role="img" aria-label=(summary) {
            @for (n, (x, width, _, _)) in parts.iter().enumerate() {
                rect class={ "share-" (n % COLOURS) } x=(x) y="0" width=(width) height="36" {}
            }
        }
        ul.legend {
            @for (n, (_, _, name, amount)) in parts.iter().enumerate() {
                li { svg viewBox="0 0 10 10" aria-hidden="true" { rect class={ "share-" (n % COLOURS) } width="10" height="10" {} } (name) " " (money(*amount, order.currency, t)) }
            }
        }
    })
}

fn table(node: &Node, viewer: &Did, receipt: &Receipt, t: Texts) -> Answer<Markup> {
    let currency = receipt.order.currency;
    let amount = |amount: Minor| html! { td.number { (money(amount, currency, t)) } };
    let what = |kind: FeeKind| match kind {
        FeeKind::Protocol => "fee-network",
        FeeKind::Node => "fee-box",
        FeeKind::BuyerCredit => "fee-buyer",
    };
    let division = &receipt.division;
    Ok(html! {
        table {
            caption { (t.text("receipt-caption")) }
            thead { tr { th scope="col" { (t.text("receipt-who")) } th scope="col" { (t.text("receipt-as")) } th.number scope="col" { (t.text("receipt-share")) } th.number scope="col" { (t.text("receipt-amount")) } } }
            tbody {
                @for fee in &division.fees { tr { th scope="row" { (name_of(node, viewer, &fee.to, t)?) } td { (t.text(what(fee.kind))) } td.number { (fee.share) } (amount(fee.amount)) } }
                @for line in &division.lines { (row(node, viewer, line, &amount(line.amount), t)?) }
            }
        }
    })
}

fn row(node: &Node, viewer: &Did, line: &Line, amount: &Markup, t: Texts) -> Answer<Markup> {
    let who = match &line.to {
        Payee::Did(did) => name_of(node, viewer, did, t)?,
        Payee::Work(id) => t.markup("receipt-work", args![], |_, _| html! { em { (id) } }),
    };
    let role = role(line.role.as_deref().unwrap_or_default(), t);
    Ok(html! {
        tr {
            th scope="row" class={ "level-" (line.level.min(8)) } { (who) @if line.passed_on.is_some() { " " span.hint { (t.text("receipt-passes")) } } }
            td { bdi { (role) } }
            td.number { (line.weight) }
            (amount)
        }
    })
}
