//! The cards of payments on Home: e-transfers to confirm or to send and, for the owner, payouts that wait.

use imajin_app::{HomeCard, HomeCards, Inherited, Inherits, Lang, Node, Problem, Texts, args};
use imajin_protocol::Did;
use imajin_selling::{Rail, memo};
use maud::html;

use crate::Pay;
use crate::cards::{Account, CHOICE};
use crate::manifest::{PAGE, TEXTS};
use crate::pages::{name_of, sent_back, strong, waiting_card};
use crate::queries::{self, Hold, Payment, Withdrawal};
use crate::strays;

impl HomeCards for Pay {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Result<Vec<HomeCard>, Problem> {
        let t = TEXTS.for_reader(lang);
        let now = node.now().as_millis();
        let (holds, payouts, refunds) = queries::read(node, |db| {
            let mut holds = queries::waiting(db, node.did(), person, now)?;
            let mut payouts = Vec::new();
            if queries::is_owner(db, node.did(), person)? {
                holds.extend(queries::waiting(db, node.did(), node.did(), now)?);
                payouts = queries::withdrawals(db, node.did(), None)?;
            }
            Ok((holds, payouts, queries::to_send_back(db, node.did(), person)?))
        })?;
        let mut cards = Vec::new();
        for hold in holds.iter().filter(|hold| hold.rail == Rail::Emt) {
            cards.extend(transfer(node, person, hold, t)?);
        }
        for (payment, at, sold) in &refunds {
            cards.extend(refund(node, person, (payment.as_str(), *at, sold), t)?);
        }
        cards.extend(strays::cards(node, person, t)?);
        for payout in &payouts {
            cards.extend(asked_payout(node, person, payout, t)?);
        }
        Ok(cards)
    }
}

impl Inherits for Pay {
    fn inherited(&self, _: &Node, lang: Lang) -> Option<Inherited> {
        let Account::OfPage(chosen) = self.cards.account() else {
            return None;
        };
        let t = TEXTS.for_reader(lang);
        Some(Inherited {
            kind: CHOICE,
            question: t.format("cards-inherited", args![name = chosen.name]),
            forget: html! { button #forget.danger type="button" { (t.text("cards-forget")) } },
            script: Some("/assets/pay/cards.js"),
        })
    }
}

/// Draws an e-transfer that a person has to send or to confirm.
fn transfer(node: &Node, person: &Did, hold: &Hold, t: Texts) -> Result<Option<HomeCard>, Problem> {
    let id = hold.payment.as_str();
    let is_payer = hold.payer == *person;
    let other = if is_payer { &hold.payee } else { &hold.payer };
    let name = name_of(node, person, other, t)?;
    let part = |mark: &str, _| match mark {
        "sum" => strong(hold.amount, hold.currency, t),
        "name" => name.clone(),
        _ => html! { strong.mono { (hold.memo) } },
    };
    let content = if is_payer {
        html! {
            p { (t.markup("home-send", args![], part)) }
            p { a.button.main href={ (PAGE) "/payments/" (id) } { (t.text("how-to-pay")) } }
        }
    } else {
        html! {
            p { (t.markup("home-arrived", args![], part)) }
            div.actions { button.main type="button" data-confirm=(id) { (t.text("home-arrived-yes")) } }
        }
    };
    Ok(waiting_card("transfer", hold.since, content))
}

/// Draws a refund that a seller has to send from their bank.
fn refund(
    node: &Node,
    person: &Did,
    (id, at, sold): (&str, i64, &Payment),
    t: Texts,
) -> Result<Option<HomeCard>, Problem> {
    let name = name_of(node, person, &sold.payer, t)?;
    let part = |mark: &str, _| match mark {
        "sum" => strong(sold.to_send(), sold.currency, t),
        "name" => name.clone(),
        _ => html! { strong.mono { (memo(id)) } },
    };
    let content = html! {
        p { (t.markup("home-send-back", args![], part)) }
        div.actions { (sent_back(id, t)) a.button href={ (PAGE) "/receipts/" (id) } { (t.text("receipt")) } }
    };
    Ok(waiting_card("transfer", at, content))
}

/// Draws a payout that the node's owner has to send or to refuse.
fn asked_payout(
    node: &Node,
    owner: &Did,
    payout: &Withdrawal,
    t: Texts,
) -> Result<Option<HomeCard>, Problem> {
    let name = name_of(node, owner, &payout.did, t)?;
    let part = |mark: &str, _| match mark {
        "sum" => strong(payout.amount, payout.currency, t),
        _ => name.clone(),
    };
    let content = html! {
        p {
            @if payout.did == *owner { (t.markup("home-payout-own", args![], part)) }
            @else { (t.markup("home-payout", args![], part)) }
        }
        p { a.button.main href=(PAGE) { (t.text("home-payout-do")) } }
    };
    Ok(waiting_card("payout", payout.at, content))
}
