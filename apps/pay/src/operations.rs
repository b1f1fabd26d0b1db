//! The operations of this service, each declared once, as a type. Related operations share a file.
//!
//! | module | contents |
//! |---|---|
//! | `world` | inputs and results of decisions |
//! | `fields`, `terms` | field types; the terms that a payer agrees to |
//! | `books`, `cover`, `release` | postings; checks of balances; when held parts become free |
//! | `manifests`, `division`, `settle`, `receipts` | publishing manifests; dividing a payment along them; its entries |
//! | `awaited`, `checkout`, `topup`, `arrivals` | payments from outside: begun, and arrived |
//! | `giving_back`, `refund`, `sent_back`, `returns` | refunds, and their outcome at a bank or the provider |
//! | `lost`, `disputes` | disputes, and amounts that a bank takes back |
//! | `strays` | payments that no order awaited, and their refunds |
//! | `debts`, `declining` | debts after e-transfers, and hiding those that others state |
//! | `payouts`, `limits`, `fees`, `cards`, `callback`, `details` | other operations of people and the owner |
//! | `notices`, `transfers` | the node's entries about the world outside |
//! | `budget` | how many entries a person may leave in others' logs without paying |

mod arrivals;
mod awaited;
mod books;
mod budget;
mod callback;
mod cards;
mod checkout;
mod cover;
mod debts;
mod declining;
mod details;
mod disputes;
mod division;
mod fees;
mod fields;
mod giving_back;
mod limits;
mod lost;
mod manifests;
mod notices;
mod payouts;
mod receipts;
mod refund;
mod release;
mod returns;
mod sent_back;
mod settle;
mod strays;
mod terms;
mod topup;
mod transfers;
mod world;

pub(crate) use arrivals::{ConfirmTransfer, Paid, PaidRefusal, SoldRefusal};
pub(crate) use awaited::{AwaitedPayment, Pending};
pub(crate) use books::{Credit, Posted};
pub(crate) use callback::{CallbackUrl, ChooseCallback};
pub(crate) use cards::TakeCards;
pub(crate) use checkout::{Checkout, Expected, check_sale};
pub(crate) use debts::{DebtChange, ForgiveDebt, PayDebt};
pub(crate) use declining::DeclineDebts;
pub(crate) use details::{NOTE_BYTES_MAX, SetDetails};
pub(crate) use disputes::{Disputed, ReverseTopUp};
pub(crate) use division::{DivisionRefusal, division};
pub(crate) use fees::{ChangeFees, FeesChanged, Profile};
pub(crate) use fields::{Amount, Flag, Note, OutsideRail};
pub(crate) use giving_back::Refunded;
pub(crate) use limits::{Limited, SetLimit};
pub(crate) use manifests::PublishManifest;
pub(crate) use notices::{
    Called, Failed, FreedPayment, Fulfilled, OpenedPage, ProviderAccount, Stray,
};
pub(crate) use payouts::{AskPayout, ClosePayout, PaidOut};
pub(crate) use receipts::PaymentReceipt;
pub(crate) use refund::{Refund, Return};
pub(crate) use release::Later;
pub(crate) use returns::{ReturnStatus, Returned};
pub(crate) use sent_back::SendBack;
pub(crate) use settle::Settle;
pub(crate) use strays::{ReturnStray, StrayDue, StrayReturned};
pub(crate) use terms::{Conditions, Purchase};
pub(crate) use topup::TopUp;
pub(crate) use transfers::{Transfer, TransferStatus, Transferred, ready};
pub(crate) use world::{Case, Movement, News, look};

use imajin_app::operation::{Context, Decide, Decision};
use imajin_log::RequiredAuthority;

imajin_app::declarations! {
    PublishManifest, Settle, Checkout, TopUp, ConfirmTransfer, PayDebt, ForgiveDebt, DeclineDebts,
    AskPayout, ClosePayout, SetLimit, ReverseTopUp, Refund, SendBack, ChangeFees, TakeCards,
    ChooseCallback, SetDetails, OpenedPage, Called, Paid, Failed, Fulfilled, Return, Returned,
    Disputed, Stray, ReturnStray, StrayDue, StrayReturned, FreedPayment, Transfer, Transferred,
    ProviderAccount, PaymentReceipt, Credit, Refunded, Pending, Expected, AwaitedPayment, Posted,
    DebtChange, Later, PaidOut, Limited, FeesChanged,
}

/// Decides operations by their consequences alone, which a function enters.
macro_rules! decide_by_consequences {
    ($($enter:path: $($operation:ident),+;)+) => {
        $($(impl Decide for $operation {
            fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<Self::Refusal> {
                $enter(ctx, self)
            }
        })+)+
    };
}

decide_by_consequences! {
    world::decide: PublishManifest, ConfirmTransfer, PayDebt, ForgiveDebt, DeclineDebts,
    ClosePayout, SetLimit, ReverseTopUp, SendBack, ChangeFees, TakeCards, ChooseCallback, SetDetails, OpenedPage, Called,
    Paid, Failed, Fulfilled, Return, Returned, Disputed, Stray, ReturnStray, StrayReturned,
    Transfer, Transferred, ProviderAccount, Later;
    world::decide_prepared: Settle, AskPayout;
    awaited::decide: Checkout, TopUp;
}

/// Whether an operation is made by the node itself.
pub(crate) fn is_nodes(op: &str) -> bool {
    let mut specs = ALL.iter().map(|declaration| &declaration.spec);
    specs.any(|spec| spec.op == op && spec.by == RequiredAuthority::Node)
}

#[cfg(test)]
mod tests {
    use imajin_selling as sale;

    use super::*;

    #[test]
    fn each_operation_reads_its_sample() {
        for declaration in &ALL {
            assert_eq!(declaration.reads_its_sample(), Ok(()), "{}", declaration.spec.op);
        }
    }

    #[test]
    fn services_that_sell_know_the_operations_by_the_same_names() {
        let names = [Settle::NAME, Checkout::NAME, Refund::NAME];
        assert_eq!([sale::SETTLE, sale::CHECKOUT, sale::GIVE_BACK], names);
        let follow = [
            (sale::RECEIPT, PaymentReceipt::NAME),
            (sale::CREDIT, Credit::NAME),
            (sale::POSTED, Posted::NAME),
            (sale::PENDING, Pending::NAME),
            (sale::EXPECTED, Expected::NAME),
            (sale::HELD, AwaitedPayment::NAME),
            (sale::REFUNDED, Refunded::NAME),
            (sale::OWED, DebtChange::NAME),
            (sale::LATER, Later::NAME),
        ];
        for (derivation, name) in follow {
            assert_eq!(derivation.op, name);
        }
    }
}
