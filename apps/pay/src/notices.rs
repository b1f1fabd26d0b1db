//! Notices of payments, and their sentences with the amount: money arrived, is owed, or was paid out.

use imajin_app::capabilities::{NewsEntry, NewsItem, SaysNews};
use imajin_app::data_rights::entries::Entry;
use imajin_app::notices::{About, Notice, Tells};
use imajin_app::{Answer, Lang, Node, Problem, args};
use imajin_log::Applied;
use imajin_protocol::{Currency, Did};

use crate::Pay;
use crate::manifest::{PAGE, TEXTS};
use crate::operations::{Credit, DebtChange, PaidOut, Posted, Refunded};
use crate::queries::{self, Payment};

/// The operations that give notices.
pub(crate) const TELLS: &[Tells] = &[
    Tells::new(
        Credit::NAME,
        "told-credit",
        &[
            "told-got",
            "told-got-back",
            "told-got-back-left",
            "told-buyer-credit",
            "told-parts-back",
            "told-kept",
            "told-debt-paid",
            "told-not-sent",
            "told-added",
        ],
    ),
    Tells::new(Refunded::NAME, "told-refund", &["told-refund-sum", "told-refund-sum-left"]),
    Tells::new(DebtChange::NAME, "told-owed", &["told-owed-sum"]),
    Tells::new(PaidOut::NAME, "told-payout", &["told-paid-out", "told-payout-refused"]),
];

/// Returns the notices about an entry in a person's log.
pub(crate) fn from_entry(entry: &Applied<'_>) -> Vec<Notice> {
    let is_more = entry.int("amount").is_some_and(|amount| amount > 0);
    let is_told = match entry.op {
        // The selling service tells the seller of a sale, and the payer of a refund for what that service made void.
        Credit::NAME => is_more && entry.id("sold").is_none() && entry.int("told") != Some(1),
        // Money that goes back to a card or an account changes no credit.
        Refunded::NAME => entry.int("told") == Some(0),
        // Creditors have the entry in their records, too, but are told only when the money arrives.
        DebtChange::NAME => is_more && entry.id("debtor") == Some(entry.did.as_str()),
        _ => true,
    };
    is_told.then(|| Notice::for_owner(entry, About::Payment)).into_iter().collect()
}

/// Formats the amount of an entry in a language; `None` if the entry isn't the person's any more.
fn sum(entry: &Entry, lang: Lang) -> Option<String> {
    let currency = Currency::parse(entry.fact["currency"].as_str()?).ok()?;
    Some(lang.amount(entry.fact["amount"].as_i64()?, currency))
}

/// Returns the message for more credit by a posting of this kind, and its doer besides the entry's author. `person` is
/// the reader.
fn credited(
    person: &Did,
    payment: Option<Payment>,
    kind: Option<&str>,
) -> (&'static str, Option<Did>) {
    let Some(paid) = payment.filter(|_| kind != Some("topup")) else {
        return ("told-added", None);
    };
    let is_payer = paid.payer == *person;
    match kind {
        Some("debt") => ("told-debt-paid", None),
        Some("untransferred") => ("told-not-sent", None),
        Some("kept" | "lost") => ("told-kept", Some(paid.seller)),
        Some("refund" | "dispute" | "repaid") if !is_payer => ("told-parts-back", Some(paid.payer)),
        Some("ledger" | "free" | "emt" | "stripe") if is_payer => {
            ("told-buyer-credit", Some(paid.seller))
        }
        _ if is_payer => ("told-got-back", Some(paid.seller)),
        _ => ("told-got", Some(paid.payer)),
    }
}

/// Returns the message for a refund by the node of what was paid to a seller who has left; `None` for other messages.
fn after_leaving(message: &str) -> Option<&'static str> {
    match message {
        "told-got-back" => Some("told-got-back-left"),
        "told-refund-sum" => Some("told-refund-sum-left"),
        _ => None,
    }
}

/// Whether a payment's receipt is more useful than a message.
fn is_of_sale(message: &str) -> bool {
    matches!(
        message,
        "told-got"
            | "told-got-back"
            | "told-got-back-left"
            | "told-buyer-credit"
            | "told-parts-back"
            | "told-kept"
            | "told-refund-sum"
            | "told-refund-sum-left"
    )
}

/// Whether a person deleted their record here.
pub(crate) fn has_left(node: &Node, did: &Did) -> Answer<bool> {
    Ok(node.status(did)?.is_some_and(|status| status.deleted))
}

impl SaysNews for Pay {
    fn describe_news(
        &self,
        node: &Node,
        told: NewsEntry<'_>,
        lang: Lang,
    ) -> Result<Option<NewsItem>, Problem> {
        let (entry, payment, kind) = queries::read(node, |db| {
            let payment = told.reference.map(|id| queries::payment(db, node.did(), id));
            let kind = queries::posting_kind(db, node.did(), Posted::NAME, (told.log, told.seq))?;
            Ok((queries::entry(db, told.log, told.seq)?, payment.transpose()?.flatten(), kind))
        })?;
        let Some((entry, sum)) = entry.and_then(|entry| {
            let sum = sum(&entry, lang)?;
            Some((entry, sum))
        }) else {
            return Ok(None);
        };
        // The node enters other people's payments; the payers are the doers.
        let (message, doer) = match (told.op, payment) {
            (Credit::NAME, payment) => credited(told.person, payment, kind.as_deref()),
            (Refunded::NAME, paid) => ("told-refund-sum", paid.map(|paid| paid.seller)),
            (DebtChange::NAME, paid) => ("told-owed-sum", paid.map(|paid| paid.payer)),
            (PaidOut::NAME, _) if entry.fact["paid"] == 0 => ("told-payout-refused", None),
            (PaidOut::NAME, _) => ("told-paid-out", None),
            _ => return Ok(None),
        };
        let by_node = after_leaving(message).filter(|_| told.author == node.did());
        let (message, doer) = match (by_node, doer) {
            (Some(left), Some(seller)) if has_left(node, &seller)? => (left, None),
            (_, doer) => (message, doer),
        };
        let doer = doer.map(|doer| node.called(&doer)).transpose()?.flatten();
        let who = doer.as_deref().unwrap_or(told.who);
        let href = match told.reference {
            Some(payment) if is_of_sale(message) => format!("{PAGE}/receipts/{payment}"),
            _ => PAGE.to_owned(),
        };
        let message = (TEXTS.for_reader(lang), message);
        Ok(Some(NewsItem::by(who, message, args![sum = sum], href)))
    }
}

#[cfg(test)]
mod tests {
    use imajin_protocol::Minor;

    use super::*;

    #[test]
    fn credit_is_told_by_what_moved_it() {
        let [payer, seller, other] = [1, 2, 3].map(|n| Did::from_key(&[n; 32]));
        let amount = Minor::new(500).unwrap();
        let payment = Payment {
            rail: "stripe".to_owned(),
            payer: payer.clone(),
            seller: seller.clone(),
            currency: Currency::parse("CHF").unwrap(),
            gross: amount,
            refunded: Minor::ZERO,
            voided: Minor::ZERO,
            sent: Minor::ZERO,
            free_at: 0,
        };
        for (person, kind, message, doer) in [
            (&payer, "stripe", "told-buyer-credit", Some(&seller)),
            (&payer, "refund", "told-got-back", Some(&seller)),
            (&payer, "repaid", "told-got-back", Some(&seller)),
            (&payer, "kept", "told-kept", Some(&seller)),
            (&payer, "topup", "told-added", None),
            (&other, "stripe", "told-got", Some(&payer)),
            // The others' parts of an e-transfer return to its seller.
            (&seller, "refund", "told-parts-back", Some(&payer)),
            // The creditor is neither payer nor seller: the debtor pays, and is the entry's author.
            (&other, "debt", "told-debt-paid", None),
            (&other, "untransferred", "told-not-sent", None),
        ] {
            let (found, who) = credited(person, Some(payment.clone()), Some(kind));
            assert_eq!((found, who.as_ref()), (message, doer), "{kind}");
        }
        // This node doesn't have the books of another node.
        assert_eq!(credited(&payer, None, None), ("told-added", None));
    }

    #[test]
    fn only_what_goes_back_to_a_payer_is_told_as_left_by_its_seller() {
        for message in TELLS.iter().flat_map(Tells::messages) {
            let left = after_leaving(message);
            let is_back = matches!(message, "told-got-back" | "told-refund-sum");
            assert_eq!(left.is_some(), is_back, "{message}");
            assert!(left.is_none_or(|left| TELLS.iter().any(|one| one.full.contains(&left))));
        }
    }
}
