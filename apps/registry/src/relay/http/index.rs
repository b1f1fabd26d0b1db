//! The index: lists over what is here, for browsing. Nothing in it is an authority.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde_json::{Value as Json_, json};

use super::answer::{Params, Reply, gate};
use super::proof::list;
use crate::relay::Relay;
use crate::relay::page::{
    self, ArtifactQuery, By, CHAIN_ORDERS, ContentQuery, CountersignQuery, CredentialQuery,
    CreditQuery, IdentityQuery, ListedContent, ListedIdentity, OperationQuery, Page, QueryError,
    RECENCY_ORDERS,
};
use crate::relay::store::Kind;

fn open(relay: &Relay) -> Result<(), super::answer::Problem> {
    gate(relay.inner.capabilities.index, "index not available")
}

fn chains(params: &Params) -> Result<Page, QueryError> {
    Page::parse(params.get("order"), params.get("after"), CHAIN_ORDERS, None)
}

fn recency(params: &Params, default: Option<By>) -> Result<Page, QueryError> {
    let (order, after) = (params.get("order"), params.get("after"));
    Page::parse(order, after, RECENCY_ORDERS, default)
}

/// Everything that matches an empty part matches: the same as not asking for it.
fn part(params: &Params, name: &str) -> Option<String> {
    params.filled(name).map(str::to_owned)
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
    let rows = relay
        .read(move |_, reads| reads.list_identities(&query))
        .await?;
    let next = page::next(&rows, limit, |row| {
        page.cursor(|by| chain_time(by, &row.genesis_at, &row.head_at), &row.did)
    });
    Ok(list(
        "identities",
        rows.iter().map(identity).collect(),
        next,
    ))
}

fn chain_time(by: By, genesis_at: &str, head_at: &str) -> String {
    match by {
        By::Genesis => genesis_at.to_owned(),
        _ => head_at.to_owned(),
    }
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
    let rows = relay
        .read(move |_, reads| reads.list_content(&query))
        .await?;
    let next = page::next(&rows, limit, |row| {
        page.cursor(
            |by| chain_time(by, &row.genesis_at, &row.head_at),
            &row.content_id,
        )
    });
    Ok(list(
        "content",
        rows.iter().map(content_row).collect(),
        next,
    ))
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
    let rows = relay
        .read(move |_, reads| reads.list_credits(&query))
        .await?;
    let next = page::next(&rows, limit, |row| {
        page::credit_cursor(&row.content_id, row.position)
    });
    let rows = rows.iter().map(|row| {
        json!({
            "contentId": row.content_id,
            "did": row.did,
            "role": row.role,
            "position": row.position,
            "hasClaim": row.has_claim,
        })
    });
    Ok(list("credits", rows.collect(), next))
}

fn recency_time(by: By, created_at: &str, ingested_at: &str) -> String {
    match by {
        By::Created => created_at.to_owned(),
        _ => ingested_at.to_owned(),
    }
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
    let rows = relay
        .read(move |_, reads| reads.list_artifacts(&query))
        .await?;
    let next = page::next(&rows, limit, |row| {
        page.cursor(
            |by| recency_time(by, &row.created_at, &row.ingested_at),
            &row.cid,
        )
    });
    let rows = rows.iter().map(|row| {
        json!({
            "cid": row.cid,
            "signerDID": row.signer,
            "createdAt": row.created_at,
            "ingestedAt": row.ingested_at,
            "docSchema": row.schema,
        })
    });
    Ok(list("artifacts", rows.collect(), next))
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
    let next = page::next(&rows, limit, |row| {
        page.cursor(
            |by| recency_time(by, &row.created_at, &row.ingested_at),
            &row.cid,
        )
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
    let rows = relay
        .read(move |_, reads| reads.list_credentials(&query))
        .await?;
    let next = page::next(&rows, limit, |row| row.cid.clone());
    let rows = rows.iter().map(|row| {
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
    });
    Ok(list("credentials", rows.collect(), next))
}

pub(super) async fn operations(State(relay): State<Relay>, params: Params) -> Reply {
    open(&relay)?;
    let kind = match params.get("kind") {
        None => None,
        Some(name) => Some(Kind::from_name(name).ok_or(QueryError::Kind)?),
    };
    let page = recency(&params, Some(By::Ingested))?;
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
    let rows = relay
        .read(move |_, reads| reads.list_operations(&query))
        .await?;
    let next = page::next(&rows, limit, |row| {
        page.cursor(
            |by| recency_time(by, &row.created_at, &row.ingested_at),
            &row.cid,
        )
    });
    let rows = rows.iter().map(|row| {
        json!({
            "cid": row.cid,
            "kind": row.kind.name(),
            "chainId": row.chain_id,
            "createdAt": row.created_at,
            "ingestedAt": row.ingested_at,
        })
    });
    Ok(list("operations", rows.collect(), next))
}
