//! Releases: publishing them, taking them back, asking for them.

use axum::Json;
use axum::http::StatusCode;
use imajin_app::Answer;
use imajin_app::extract::Query;
use serde_json::{Value, json};

use super::answer::{Body, Paging, json as read_json};
use super::show;
use crate::directory::builds::minimum;
use crate::directory::message::hash;
use crate::directory::refusal::field;
use crate::directory::{Directory, Policy};

/// Lists the releases that may run here, the newest first.
#[utoipa::path(get, path = "/api/builds", tag = "directory", params(("limit" = Option<usize>, Query, description = "1 to 100, 20 by default"), ("offset" = Option<usize>, Query, description = "After so many")),
    responses((status = 200, description = "`{policy, keys, minVersion, builds, forks, total, hasMore}`", body = Object), (status = 404, description = "Not known, or this node keeps no directory")))]
pub(super) async fn list(
    directory: Directory,
    Query(paging): Query<Paging>,
) -> Answer<Json<Value>> {
    let answer = directory.work(move |core| {
        let (limit, offset) = (paging.limit(), paging.offset());
        core.read(|reads| {
            let total = reads.release_count()?;
            let releases = reads.releases(limit, offset)?;
            let forks = reads.forks()?;
            let own = forks.iter().find(|fork| fork.name.is_empty());
            let others = forks.iter().filter(|fork| !fork.name.is_empty());
            Ok(Json(json!({
                "policy": core.config.policy,
                "keys": core.keys,
                "minVersion": own.and_then(|own| own.minimum.as_ref()),
                "builds": releases.iter().map(show::release).collect::<Vec<Value>>(),
                "forks": others.map(show::fork).collect::<Vec<Value>>(),
                "total": total,
                "hasMore": paging.has_more(total),
            })))
        })
    });
    Ok(answer.await?)
}

/// Whether a program may run here.
#[utoipa::path(post, path = "/api/builds/verify", tag = "directory", request_body(content = Object, description = "`{buildHash}`"),
    responses((status = 200, description = "`{approved, mayRegister, policy, minVersion, build}`", body = Object), (status = 400, description = "No hash"), (status = 404, description = "Not known, or this node keeps no directory")))]
pub(super) async fn verify(directory: Directory, body: Body) -> Answer<Json<Value>> {
    let body = read_json(body)?;
    let answer = directory.work(move |core| {
        let hash = body.get("buildHash").and_then(Value::as_str).and_then(hash);
        let hash =
            hash.ok_or_else(|| field("buildHash", "buildHash must be 64 hexadecimal digits"))?;
        core.read(|reads| {
            let release = reads.release_of(&hash)?;
            let is_approved = release.as_ref().is_some_and(|release| release.withdrawn.is_none());
            let min_version = minimum(reads, &core.config, &hash)?;
            Ok(Json(json!({
                "approved": is_approved,
                "mayRegister": is_approved || core.config.policy == Policy::Open,
                "policy": core.config.policy,
                "minVersion": min_version.map(|version| version.to_string()),
                "build": release.as_ref().map(show::release),
            })))
        })
    });
    Ok(answer.await?)
}

/// Publishes a release.
#[utoipa::path(post, path = "/api/builds", tag = "directory", request_body(content = Object, description = "A `SignedMessage` of one of the registry's keys, or of an approved fork"),
    responses((status = 201, description = "The release", body = Object), (status = 400, description = "Form"), (status = 401, description = "Signature"), (status = 403, description = "Not the key of this registry or fork"), (status = 404, description = "Not known, or this node keeps no directory"), (status = 409, description = "Taken before, or a hash of another release")))]
pub(super) async fn release(directory: Directory, body: Body) -> Answer<(StatusCode, Json<Value>)> {
    let body = read_json(body)?;
    let release = directory.work(move |core| core.release(&body)).await?;
    Ok((StatusCode::CREATED, Json(show::release(&release))))
}

/// Withdraws a release.
#[utoipa::path(post, path = "/api/builds/withdraw", tag = "directory", request_body(content = Object, description = "A `SignedMessage` of one of the registry's keys, or of the fork"),
    responses((status = 200, description = "The release", body = Object), (status = 400, description = "Form"), (status = 401, description = "Signature"), (status = 403, description = "Not the key of this registry or fork"), (status = 404, description = "Not known, or this node keeps no directory"), (status = 409, description = "Taken before")))]
pub(super) async fn withdraw(directory: Directory, body: Body) -> Answer<Json<Value>> {
    let body = read_json(body)?;
    let release = directory.work(move |core| core.withdraw(&body)).await?;
    Ok(Json(show::release(&release)))
}
