//! What this node owes somebody, and what others do.

use axum::extract::State;
use imajin_protocol::Did;
use imajin_service::extract::{Authed, Path};
use imajin_service::{Node, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::own;
use crate::projection::PROJECTION;
use crate::reads;

/// Credit: what can be spent here, and what other nodes owe.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BalanceAnswer {
    did: String,
    /// Spendable here. Below zero where more was given back than had come in.
    balances: Vec<Amount>,
    /// Claims on other nodes, as one's own record has them; spendable there only.
    owed: Vec<Owed>,
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

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Owed {
    /// The node that owes it.
    node: String,
    currency: String,
    /// In minor units.
    amount: i64,
}

/// One's own credit.
#[utoipa::path(get, path = "/api/balance/{did}", tag = "pay", params(("did" = String, Path)), responses((status = 200, body = BalanceAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's")))]
pub(crate) async fn balance(
    State(node): State<Node>,
    who: Authed,
    Path(did): Path<String>,
) -> Result<axum::Json<BalanceAnswer>, Problem> {
    let did: Did = own(&node, &who, &did)?;
    let (balances, credit) = node.read(PROJECTION.name, |db| {
        let balances = reads::balances(db, node.did(), &did)?;
        Ok((balances, reads::credit_by_node(db, &did)?))
    })?;
    let amount = |(currency, amount): (imajin_protocol::Currency, imajin_protocol::Minor)| Amount {
        currency: currency.to_string(),
        amount: amount.get(),
        display: amount.display(currency),
    };
    let elsewhere =
        |(other, _, sum): &(String, String, i64)| *other != node.did().as_str() && *sum != 0;
    let owed = credit.into_iter().filter(elsewhere);
    Ok(axum::Json(BalanceAnswer {
        did: did.to_string(),
        balances: balances.into_iter().map(amount).collect(),
        owed: owed
            .map(|(node, currency, amount)| Owed {
                node,
                currency,
                amount,
            })
            .collect(),
    }))
}
