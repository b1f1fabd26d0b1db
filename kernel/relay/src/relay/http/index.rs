//! The index: lists over what is here, for browsing. Nothing in it is an authority.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde_json::{Value as Json_, json};

use super::answer::{Params, Reply, gate};
use super::proof::list;
use crate::Relay;
use crate::page::{
    self, ArtifactQuery, CHAIN_ORDERS, ContentQuery, CountersignQuery, CredentialQuery,
    CreditQuery, IdentityQuery, OperationQuery, OrderBy, Page, QueryError, RECENCY_ORDERS,
};
use crate::store::lists::{self, Line};
use crate::store::{Answer, Kind, Snapshot};

fn open(relay: &Relay) -> Result<(), super::answer::Problem> {
    gate(relay.inner.capabilities.index, "index not available")
}

fn chains(params: &Params) -> Result<Page, QueryError> {
    Page::parse(params.get("order"), params.get("after"), CHAIN_ORDERS, None)
}

fn recency(params: &Params, default: Option<OrderBy>) -> Result<Page, QueryError> {
    let (order, after) = (params.get("order"), params.get("after"));
    Page::parse(order, after, RECENCY_ORDERS, default)
}

/// Returns the text to search for; an empty one matches everything, so it counts as missing.
fn part(params: &Params, name: &str) -> Option<String> {
    params.filled(name).map(str::to_owned)
}

/// Answers with a page of a list, and the cursor to the next one.
async fn answer<Q: Send + 'static>(
    relay: &Relay,
    name: &str,
    limit: usize,
    query: Q,
    read: fn(&Snapshot<'_>, &Q) -> Answer<Vec<Line>>,
) -> Reply {
    let lines = relay.read(move |_, reads| read(reads, &query)).await?;
    let next = page::next(&lines, limit, |line| line.cursor.clone());
    let entries = lines.into_iter().map(|line| line.entry);
    Ok(list(name, entries.collect(), next))
}

pub(super) async fn identities(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let query = IdentityQuery {
        has_public_profile: params.boolean("hasPublicProfile")?,
        did: params.did("did")?,
        name_contains: part(&params, "nameContains"),
        page: chains(&params)?,
        limit: params.limit(),
        now_secs: relay.now().as_secs(),
    };
    answer(&relay, "identities", params.limit(), query, lists::identities).await
}

pub(super) async fn content(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let creator = params.filled_did("creator")?;
    let signer = params.filled_did("signer")?;
    let public_read = params.boolean("publicRead")?;
    let by_title = params.get("titleContains").is_some();
    if by_title && public_read == Some(false) {
        return Err(QueryError::Combination.into());
    }
    let query = ContentQuery {
        content_id: params.owned("contentId"),
        creator,
        signer,
        schema: params.owned("docSchema"),
        document: params.owned("documentCID"),
        // Titles are only searched where everybody may read them.
        public_read: if by_title { Some(true) } else { public_read },
        is_deleted: params.boolean("isDeleted")?,
        title_contains: part(&params, "titleContains"),
        page: chains(&params)?,
        limit: params.limit(),
        now_secs: relay.now().as_secs(),
    };
    answer(&relay, "content", params.limit(), query, lists::content).await
}

pub(super) async fn credits(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let query = CreditQuery {
        did: params.did("did")?,
        content_id: params.owned("contentId"),
        role: params.owned("role"),
        after: params.filled("after").map(page::parse_credit_cursor).transpose()?,
        limit: params.limit(),
        now_secs: relay.now().as_secs(),
    };
    answer(&relay, "credits", params.limit(), query, lists::credits).await
}

pub(super) async fn artifacts(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let query = ArtifactQuery {
        signer: params.did("signer")?,
        cid: params.owned("cid"),
        schema: params.owned("docSchema"),
        page: recency(&params, None)?,
        limit: params.limit(),
    };
    answer(&relay, "artifacts", params.limit(), query, lists::artifacts).await
}

pub(super) async fn countersignatures(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let witness = params.did("witness")?.ok_or(QueryError::Did)?;
    let query = CountersignQuery {
        witness: witness.clone(),
        relation: params.owned("relation"),
        page: recency(&params, None)?,
        limit: params.limit(),
    };
    let limit = query.limit;
    let lines = relay.read(move |_, reads| lists::countersigns(reads, &query));
    let lines = lines.await?;
    let next = page::next(&lines, limit, |line| line.cursor.clone());
    let rows: Vec<Json_> = lines.into_iter().map(|line| line.entry).collect();
    let body = json!({ "witness": witness, "countersignatures": rows, "next": next });
    Ok(Json(body).into_response())
}

pub(super) async fn credentials(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let query = CredentialQuery {
        issuer: params.filled_did("issuer")?,
        resource: params.owned("resource"),
        action: params.owned("action"),
        after: params.after(),
        limit: params.limit(),
    };
    answer(&relay, "credentials", params.limit(), query, lists::credentials).await
}

pub(super) async fn operations(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let kind = match params.get("kind") {
        None => None,
        Some(name) => Some(Kind::from_name(name).ok_or(QueryError::Kind)?),
    };
    let Page::Time(by, after) = recency(&params, Some(OrderBy::Ingested))? else {
        return Err(QueryError::Order.into());
    };
    let query = OperationQuery {
        kind,
        chain_id: params.owned("chainId"),
        by,
        after,
        limit: params.limit(),
    };
    answer(&relay, "operations", params.limit(), query, lists::operations).await
}
