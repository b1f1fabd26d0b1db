//! What the registry decides about nodes.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use imajin_service::Problem;
use serde_json::Value;

use super::answer::json as read_json;
use super::show;
use crate::directory::{Decision, Directory};

type Body = Result<Bytes, BytesRejection>;

async fn decide(
    directory: Directory,
    decision: Decision,
    body: Body,
) -> Result<Json<Value>, Problem> {
    let body = read_json(body)?;
    let answer = directory.work(move |core| {
        let node = core.decide(decision, &body)?;
        Ok(Json(show::node(core, &node)))
    });
    Ok(answer.await?)
}

pub(super) async fn revoke(
    State(directory): State<Directory>,
    body: Body,
) -> Result<Json<Value>, Problem> {
    decide(directory, Decision::Revoke, body).await
}

pub(super) async fn suspend(
    State(directory): State<Directory>,
    body: Body,
) -> Result<Json<Value>, Problem> {
    decide(directory, Decision::Suspend, body).await
}

pub(super) async fn reinstate(
    State(directory): State<Directory>,
    body: Body,
) -> Result<Json<Value>, Problem> {
    decide(directory, Decision::Reinstate, body).await
}
