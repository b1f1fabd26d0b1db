//! Answering without a name.

use axum::Extension;
use axum::http::StatusCode;
use imajin_app::extract::{Caller, Json, Path, Visitor};
use imajin_app::{Answer, Peer, Problem};
use imajin_dfos::hex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::asking;
use crate::ballots::{Cast, Receipt};
use crate::voting::{self, Vote};

/// An answer to a survey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    /// 128 bits that the voter's device drew, as 32 of 0-9 a-f: by which a lost answer is sent again, and a ballot found.
    #[schema(example = "00000000000000000000000000000001")]
    receipt: String,
    /// The answers by the names of the questions.
    #[schema(value_type = Object)]
    answers: Value,
    /// The code on paper, where each code answers.
    slip: Option<String>,
}

/// An answer was taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answered)]
pub(crate) struct BallotReceipt {
    /// Its receipt.
    receipt: String,
}

/// Parses a receipt in hex.
pub(super) fn receipt(text: &str) -> Option<Receipt> {
    let bytes = hex::decode(text).filter(|_| text.len() == 32)?;
    bytes.try_into().ok()
}

/// Answers a survey without a name. Send the very same again if the reply got lost.
#[utoipa::path(
    post, path = "/api/surveys/{owner}/{survey}/answers", tag = "dykil", request_body = AnswerBody,
    params(
        ("owner" = String, Path, description = "A DID or a short name"),
        ("survey" = String, Path, description = "An id or slug"),
    ),
    responses(
        (status = 201, body = BallotReceipt), (status = 200, body = BallotReceipt, description = "It was taken before"),
        (status = 400, description = "The question, and what is wrong with its answer"),
        (status = 401, description = "Only people who are signed in answer this"),
        (status = 403, description = "No ticket, no such code, not at this time, or answered with a name"),
        (status = 404, description = "It is not there for you"),
        (status = 409, description = "You have answered, or the receipt is another answer's, or its room is full"),
        (status = 410, description = "It takes no answers now"), (status = 413, description = "Over 16 kB"),
        (status = 429, description = "Too often from one address"), (status = 507, description = "The disk is full"),
    ),
)]
pub(crate) async fn answer(
    Visitor(node, Caller(session)): Visitor,
    Path((whose, name)): Path<(String, String)>,
    peer: Option<Extension<Peer>>,
    Json(body): Json<AnswerBody>,
) -> Answer<(StatusCode, axum::Json<BallotReceipt>)> {
    let receipt = receipt(&body.receipt)
        .ok_or_else(|| Problem::field("receipt", "receipt must be 32 of 0-9 a-f."))?;
    let owner = node.person(&whose)?;
    let person = session.map(|session| session.did);
    let survey = asking::seen(&node, &owner, person.as_ref(), &name)?;
    let vote = Vote {
        owner,
        survey,
        person,
        from: peer.map(|Extension(peer)| peer.address),
        slip: body.slip,
        receipt,
        answers: body.answers,
    };
    let status = match voting::vote(&node, vote).await? {
        Cast::Counted => StatusCode::CREATED,
        Cast::Again => StatusCode::OK,
    };
    let receipt = hex::encode(&receipt);
    Ok((status, axum::Json(BallotReceipt { receipt })))
}
