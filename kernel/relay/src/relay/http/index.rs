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
    CreditQuery, IdentityQuery, ListedContent, ListedCountersign, ListedCredential, ListedCredit,
    ListedIdentity, ListedOperation, OperationQuery, OrderBy, Page, QueryError, RECENCY_ORDERS,
};
use crate::store::{Answer, ArtifactRow, Kind, Snapshot};

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

/// Answers with a page of a list: reads the rows, and shows each, with the cursor to the next page.
async fn answer<T: Send + 'static>(
    relay: &Relay,
    name: &str,
    limit: usize,
    read: impl FnOnce(&Snapshot<'_>) -> Answer<Vec<T>> + Send + 'static,
    cursor: impl FnOnce(&T) -> String,
    show: impl Fn(&T) -> Json_,
) -> Reply {
    let rows = relay.read(move |_, reads| read(reads)).await?;
    let next = page::next(&rows, limit, cursor);
    Ok(list(name, rows.iter().map(show).collect(), next))
}

/// The cursor after a chain.
fn chain_cursor(page: &Page, genesis_at: &str, head_at: &str, key: &str) -> String {
    let at = |by| match by {
        OrderBy::Genesis => genesis_at.to_owned(),
        _ => head_at.to_owned(),
    };
    page.cursor(at, key)
}

/// The cursor after an operation.
fn recency_cursor(page: &Page, created_at: &str, ingested_at: &str, cid: &str) -> String {
    let at = |by| match by {
        OrderBy::Created => created_at.to_owned(),
        _ => ingested_at.to_owned(),
    };
    page.cursor(at, cid)
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
    let (page, limit) = (query.page.clone(), query.limit);
    let cursor =
        |row: &ListedIdentity| chain_cursor(&page, &row.genesis_at, &row.head_at, &row.did);
    let read = move |reads: &Snapshot<'_>| reads.list_identities(&query);
    answer(&relay, "identities", limit, read, cursor, identity).await
}

fn identity(row: &ListedIdentity) -> Json_ {
    let profile = row.profile.as_ref().map(|profile| {
        json!({
            "anchor": profile.anchor,
            "publicRead": profile.public_read,
            "docSchema": profile.schema,
            "name": profile.name,
        })
    });
    json!({
        "did": row.did,
        "headCID": row.head_cid,
        "opCount": row.op_count,
        "genesisAt": row.genesis_at,
        "headAt": row.head_at,
        "isDeleted": row.is_deleted,
        "profile": profile,
    })
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
    let (page, limit) = (query.page.clone(), query.limit);
    let cursor =
        |row: &ListedContent| chain_cursor(&page, &row.genesis_at, &row.head_at, &row.content_id);
    let read = move |reads: &Snapshot<'_>| reads.list_content(&query);
    answer(&relay, "content", limit, read, cursor, content_row).await
}

fn content_row(row: &ListedContent) -> Json_ {
    json!({
        "contentId": row.content_id,
        "genesisCID": row.genesis_cid,
        "headCID": row.head_cid,
        "creatorDID": row.creator,
        "isDeleted": row.is_deleted,
        "opCount": row.op_count,
        "genesisAt": row.genesis_at,
        "headAt": row.head_at,
        "currentDocumentCID": row.document,
        "publicRead": row.public_read,
        "docSchema": row.schema,
        "title": row.title,
    })
}

pub(super) async fn credits(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let query = CreditQuery {
        did: params.did("did")?,
        content_id: params.owned("contentId"),
        role: params.owned("role"),
        after: params
            .filled("after")
            .map(page::parse_credit_cursor)
            .transpose()?,
        limit: params.limit(),
        now_secs: relay.now().as_secs(),
    };
    let limit = query.limit;
    let cursor = |row: &ListedCredit| page::credit_cursor(&row.content_id, row.position);
    let show = |row: &ListedCredit| {
        json!({
            "contentId": row.content_id,
            "did": row.did,
            "role": row.role,
            "position": row.position,
            "hasClaim": row.has_claim,
        })
    };
    let read = move |reads: &Snapshot<'_>| reads.list_credits(&query);
    answer(&relay, "credits", limit, read, cursor, show).await
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
    let (page, limit) = (query.page.clone(), query.limit);
    let cursor =
        |row: &ArtifactRow| recency_cursor(&page, &row.created_at, &row.ingested_at, &row.cid);
    let show = |row: &ArtifactRow| {
        json!({
            "cid": row.cid,
            "signerDID": row.signer,
            "createdAt": row.created_at,
            "ingestedAt": row.ingested_at,
            "docSchema": row.schema,
        })
    };
    let read = move |reads: &Snapshot<'_>| reads.list_artifacts(&query);
    answer(&relay, "artifacts", limit, read, cursor, show).await
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
    let (page, limit) = (query.page.clone(), query.limit);
    let rows = relay
        .read(move |_, reads| reads.list_countersigns(&query))
        .await?;
    let next = page::next(&rows, limit, |row: &ListedCountersign| {
        recency_cursor(&page, &row.created_at, &row.ingested_at, &row.cid)
    });
    let rows: Vec<Json_> = rows
        .iter()
        .map(|row| {
            json!({
                "cid": row.cid,
                "targetCID": row.target,
                "relation": row.relation,
                "jwsToken": row.token,
            })
        })
        .collect();
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
    let limit = query.limit;
    let cursor = |row: &ListedCredential| row.cid.clone();
    let show = |row: &ListedCredential| {
        let scope = row.scope.iter();
        let scope =
            scope.map(|(resource, action)| json!({ "resource": resource, "action": action }));
        json!({
            "cid": row.cid,
            "issuerDID": row.issuer,
            "aud": "*",
            "att": scope.collect::<Vec<Json_>>(),
            "exp": row.expires_at_secs,
            "jwsToken": row.token,
        })
    };
    let read = move |reads: &Snapshot<'_>| reads.list_credentials(&query);
    answer(&relay, "credentials", limit, read, cursor, show).await
}

pub(super) async fn operations(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let kind = match params.get("kind") {
        None => None,
        Some(name) => Some(Kind::from_name(name).ok_or(QueryError::Kind)?),
    };
    let page = recency(&params, Some(OrderBy::Ingested))?;
    let Page::Time(by, after) = page.clone() else {
        return Err(QueryError::Order.into());
    };
    let query = OperationQuery {
        kind,
        chain_id: params.owned("chainId"),
        by,
        after,
        limit: params.limit(),
    };
    let limit = query.limit;
    let cursor =
        |row: &ListedOperation| recency_cursor(&page, &row.created_at, &row.ingested_at, &row.cid);
    let show = |row: &ListedOperation| {
        json!({
            "cid": row.cid,
            "kind": row.kind.name(),
            "chainId": row.chain_id,
            "createdAt": row.created_at,
            "ingestedAt": row.ingested_at,
        })
    };
    let read = move |reads: &Snapshot<'_>| reads.list_operations(&query);
    answer(&relay, "operations", limit, read, cursor, show).await
}
