//! Releases: publishing them, taking them back, asking for them.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use imajin_service::Problem;
use imajin_service::extract::Query;
use serde_json::{Value, json};

use super::answer::{Paging, json as read_json};
use super::show;
use crate::directory::{Directory, Policy};

/// What may run here, the newest first.
pub(super) async fn list(
    State(directory): State<Directory>,
    Query(paging): Query<Paging>,
) -> Result<Json<Value>, Problem> {
    let answer = directory.work(move |core| {
        let (limit, offset) = (paging.limit(), paging.offset());
        core.read(|reads| {
            let total = reads.release_count()?;
            let releases = reads.releases(limit, offset)?;
            let forks = reads.forks()?;
            let own = forks.iter().find(|fork| fork.name.is_empty());
            let others = forks.iter().filter(|fork| !fork.name.is_empty());
            Ok(Json(json!({
                "policy": core.config.policy.name(),
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
pub(super) async fn verify(
    State(directory): State<Directory>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Problem> {
    let body = read_json(body)?;
    let answer = directory.work(move |core| {
        let hash = body
            .get("buildHash")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let known = core.known(hash)?;
        Ok(Json(json!({
            "approved": known.is_approved,
            "mayRegister": known.is_approved || core.config.policy == Policy::Open,
            "policy": core.config.policy.name(),
            "minVersion": known.minimum,
            "build": known.release.as_ref().map(show::release),
        })))
    });
    Ok(answer.await?)
}

/// Publishes a release.
pub(super) async fn release(
    State(directory): State<Directory>,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let body = read_json(body)?;
    let release = directory.work(move |core| core.release(&body)).await?;
    Ok((StatusCode::CREATED, Json(show::release(&release))))
}

/// Takes a release back.
pub(super) async fn withdraw(
    State(directory): State<Directory>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Problem> {
    let body = read_json(body)?;
    let release = directory.work(move |core| core.withdraw(&body)).await?;
    Ok(Json(show::release(&release)))
}
