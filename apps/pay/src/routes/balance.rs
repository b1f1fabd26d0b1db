//! A person's balances on this node, and their debts and claims.

use axum::extract::State;
use imajin_app::extract::{Authed, Path};
use imajin_app::{Lang, Node, Problem, time};
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use super::own;
use crate::operations::{self, Credit};
use crate::queries;

/// Credit: what can be spent here, and what other nodes owe.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceAnswer {
    did: String,
    /// The credit that can be spent here now. Below zero where a limit was used, or a dispute was lost.
    balances: Vec<Amount>,
    /// Money that is coming: held until the thing that was sold is delivered, so that it can still be refunded.
    coming: Vec<Coming>,
    /// The debts of others for e-transfers that never passed through this box: a claim on them, on no rail.
    owed_by: Vec<Debt>,
    /// The number of these that are by manifests that you never signed, also those that are too many for `owedBy`: any person can name
    /// any other. `POST /pay/api/debts/decline` removes those of a person permanently.
    owed_by_said: u64,
    /// Your debts to others for such e-transfers.
    owing: Vec<Debt>,
    /// Claims on other nodes, as your own record has them; spendable there only.
    owed: Vec<NodeDebt>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Amount {
    currency: String,
    /// In minor units.
    amount: i64,
    /// For people.
    #[schema(example = "12.50 CHF")]
    display: String,
}

/// Money that is held.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Coming {
    currency: String,
    /// In minor units.
    amount: i64,
    /// For people.
    #[schema(example = "12.50 CHF")]
    display: String,
    /// When it can be spent; none if that is not known yet (what was paid for is not done, or the payer's bank asks).
    free_at: Option<String>,
    /// The payment that it is of.
    payment: String,
}

/// A line on no rail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Debt {
    /// The payment that it is of.
    payment: String,
    /// Who owes it, or is owed it.
    with: String,
    currency: String,
    /// In minor units.
    amount: i64,
    /// For people.
    #[schema(example = "3.00 CHF")]
    display: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Owed)]
pub(crate) struct NodeDebt {
    /// The node that owes it.
    node: String,
    currency: String,
    /// In minor units.
    amount: i64,
}

/// Your own credit.
#[utoipa::path(get, path = "/api/balance/{did}", tag = "pay", params(("did" = String, Path)), responses((status = 200, body = BalanceAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's")))]
pub(crate) async fn balance(
    State(node): State<Node>,
    who: Authed,
    lang: Lang,
    Path(did): Path<String>,
) -> Result<axum::Json<BalanceAnswer>, Problem> {
    let did: Did = own(&node, &who, &did)?;
    let now = node.now().as_millis();
    let (balances, coming, debts, credit) = queries::read(&node, |db| {
        let mut balances = queries::balances(db, node.did(), &did)?;
        for (currency, amount) in &mut balances {
            *amount = queries::free(db, node.did(), &did, *currency, now)?;
        }
        Ok((
            balances,
            queries::coming(db, node.did(), &did, now)?,
            queries::debts(db, node.did(), &did, operations::DebtChange::NAME)?,
            queries::credit_by_node(db, &did, Credit::NAME)?,
        ))
    })?;
    let said_in_all = debts.said_in_all;
    let (signed, owing): (Vec<_>, Vec<_>) =
        debts.signed.into_iter().partition(|debt| debt.creditor == did);
    let owed_by = signed.into_iter().chain(debts.said);
    let debt = |debt: queries::Debt| Debt {
        with: if debt.creditor == did {
            debt.debtor.to_string()
        } else {
            debt.creditor.to_string()
        },
        payment: debt.payment,
        currency: debt.currency.to_string(),
        amount: debt.left.get(),
        display: lang.amount(debt.left.get(), debt.currency),
    };
    let coming = coming.into_iter().map(|one| Coming {
        currency: one.currency.to_string(),
        amount: one.amount.get(),
        display: lang.amount(one.amount.get(), one.currency),
        free_at: one.free_at.and_then(time::text),
        payment: one.payment,
    });
    let amount = |(currency, amount): (imajin_protocol::Currency, imajin_protocol::Minor)| Amount {
        currency: currency.to_string(),
        amount: amount.get(),
        display: lang.amount(amount.get(), currency),
    };
    let elsewhere =
        |(other, _, sum): &(String, String, i64)| *other != node.did().as_str() && *sum != 0;
    let owed = credit.into_iter().filter(elsewhere);
    Ok(axum::Json(BalanceAnswer {
        did: did.to_string(),
        balances: balances.into_iter().map(amount).collect(),
        coming: coming.collect(),
        owed_by: owed_by.map(debt).collect(),
        owed_by_said: said_in_all,
        owing: owing.into_iter().map(debt).collect(),
        owed: owed.map(|(node, currency, amount)| NodeDebt { node, currency, amount }).collect(),
    }))
}
