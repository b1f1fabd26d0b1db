//! Notices about orders: a new one, its handover or dispatch, its cancellation, its review, a problem with it.

use imajin_app::capabilities::{NewsEntry, NewsItem, SaysNews};
use imajin_app::notices::{About, Notice, Tells};
use imajin_app::{Answer, Lang, Node, args};
use imajin_log::Applied;

use crate::Market;
use crate::manifest::{ORDERS_PAGE, TEXTS};
use crate::operations::{CancellationEntry, HandoverEntry, OrderEntry, ProblemEntry, ReviewEntry};
use crate::orders::{Order, Party};
use crate::queries;

const fn tells(op: &'static str, full: &'static [&'static str]) -> Tells {
    let brief = "told-order";
    Tells { op, brief, full }
}

pub(crate) const TELLS: &[Tells] = &[
    tells(OrderEntry::NAME, &["told-ordered", "told-bought"]),
    tells(HandoverEntry::NAME, &["told-handed", "told-sent"]),
    tells(CancellationEntry::NAME, &["told-cancelled", "told-cancelled-free"]),
    tells(ReviewEntry::NAME, &["told-reviewed"]),
    tells(ProblemEntry::NAME, &["told-problem", "told-solved"]),
];

/// Returns the notice of an entry, for the person in whose log it is.
pub(crate) fn from_entry(entry: &Applied<'_>) -> Vec<Notice> {
    vec![Notice::for_owner(entry, About::Payment)]
}

/// Returns the message about an entry of an operation of [`TELLS`] in the log of an order's party. `has_code` is whether it has
/// the buyer's digits.
fn message(op: &str, order: &Order, has_code: bool) -> &'static str {
    match (op, order.party) {
        (OrderEntry::NAME, Party::Seller) => "told-ordered",
        (OrderEntry::NAME, Party::Buyer) => "told-bought",
        // A seller says that it was sent, unless they have the buyer's digits.
        (HandoverEntry::NAME, Party::Buyer) if !has_code => "told-sent",
        (HandoverEntry::NAME, _) => "told-handed",
        (ReviewEntry::NAME, _) => "told-reviewed",
        (ProblemEntry::NAME, _) if order.problem.is_some() => "told-problem",
        (ProblemEntry::NAME, _) => "told-solved",
        (_, Party::Buyer) if order.has_money() => "told-cancelled",
        _ => "told-cancelled-free",
    }
}

impl SaysNews for Market {
    fn describe_news(
        &self,
        node: &Node,
        told: NewsEntry<'_>,
        lang: Lang,
    ) -> Answer<Option<NewsItem>> {
        let Some(payment) = told.reference else {
            return Ok(None);
        };
        let log = told.log.as_str();
        let order = queries::read(node, |db| queries::order(db, log, payment))?;
        let Some(order) = order else {
            return Ok(None);
        };
        let has_code = queries::read(node, |db| queries::has_code(db, log, told.seq))?;
        let message = message(told.op, &order, has_code);
        let t = TEXTS.for_reader(lang);
        // The node enters an order that was paid later.
        let other = node.called(order.other())?;
        let who = other.as_deref().unwrap_or(told.who);
        let title = order.title.unwrap_or_else(|| t.text("listing-gone").into_owned());
        let args = args![title = title];
        Ok(Some(NewsItem::by(who, (t, message), args, format!("{ORDERS_PAGE}/{payment}"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::ProblemKind;

    #[test]
    fn each_party_is_told_what_the_other_did() {
        let paid = Order::sample();
        let promised = paid.vary(|order| order.until = Some(10));
        let (ordered, handed) = (OrderEntry::NAME, HandoverEntry::NAME);
        let ended = CancellationEntry::NAME;
        for (op, order, has_code, messages) in [
            (ordered, &paid, false, "ordered bought"),
            (handed, &paid, false, "handed sent"),
            (handed, &paid, true, "handed handed"),
            (ended, &paid, false, "cancelled-free cancelled"),
            (ended, &promised, false, "cancelled-free cancelled-free"),
        ] {
            let orders = [order, &order.for_buyer()];
            let both = orders.map(|order| &message(op, order, has_code)["told-".len()..]);
            assert_eq!(both.join(" "), messages, "{op}");
        }
    }

    #[test]
    fn a_seller_is_told_of_a_review_and_of_a_problem_until_it_is_solved() {
        let order = Order::sample();
        let problem = order.vary(|order| order.problem = Some(ProblemKind::Broken));
        for (op, order, text) in [
            (ReviewEntry::NAME, &order, "told-reviewed"),
            (ProblemEntry::NAME, &problem, "told-problem"),
            (ProblemEntry::NAME, &order, "told-solved"),
        ] {
            assert_eq!(message(op, order, false), text);
        }
    }
}
