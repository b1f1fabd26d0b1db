//! Paper codes, each valid for one answer.

use imajin_app::extract::{Json, Path, Person};
use imajin_app::{Answer, Problem, args, refuse_if};
use imajin_host::random;
use imajin_items::ItemPages;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Dykil;
use crate::asking;
use crate::ballots::{NotCast, SLIPS_MAX};
use crate::boxes;
use crate::manifest::TEXTS;
use crate::survey::Each;

/// Maximum number of codes per request.
const AT_ONCE: usize = 1_000;
/// Number of letters in a code: 60 bits, so that codes can't be guessed.
const LETTERS: usize = 12;
/// Letters and digits that can't be confused on paper.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// How many codes to draw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrawBody {
    /// 1 to 1 000.
    number: usize,
}

/// Codes, told this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Slips {
    /// In groups of four letters.
    codes: Vec<String>,
}

/// Draws codes for paper. The node keeps only a hash of each, so they are told this once.
#[utoipa::path(
    post, path = "/api/surveys/{owner}/{survey}/slips", tag = "dykil", request_body = DrawBody,
    params(
        ("owner" = String, Path, description = "Your DID or short name"),
        ("survey" = String, Path, description = "An id or slug"),
    ),
    responses(
        (status = 200, body = Slips), (status = 401, description = "Not signed in"),
        (status = 404, description = "You have no such survey"), (status = 409, description = "It has no codes, or as many as it can have"),
        (status = 410, description = "It is not open"),
    ),
)]
pub(crate) async fn draw(
    Person(node, session): Person,
    Path((whose, name)): Path<(String, String)>,
    Json(body): Json<DrawBody>,
) -> Answer<axum::Json<Slips>> {
    let owner = node.person(&whose)?;
    refuse_if!(owner != session.did, Dykil::not_found());
    if !(1..=AT_ONCE).contains(&body.number) {
        return Err(Problem::field("number", "number must be from 1 to 1 000."));
    }
    let survey = asking::seen(&node, &owner, Some(&owner), &name)?;
    if survey.item.own.each != Each::Slip {
        return Err(Problem::conflict(TEXTS.say("no-slips", args![])).slug("no-slips"));
    }
    if !survey.state.is_open(&survey.item, node.now()) {
        return Err(Problem::gone(TEXTS.say("slips-closed", args![])));
    }
    let codes: Vec<String> = (0..body.number).map(|_| code()).collect::<Result<_, _>>()?;
    let drawn = codes.clone();
    let whose = (&owner, survey.item.id.as_str());
    match boxes::with_box(&node, whose, move |open| open.add_slips(&drawn)).await? {
        Some(Ok(())) => {}
        Some(Err(NotCast::Full)) => {
            let text = TEXTS.say("slips-full", args![most = SLIPS_MAX]);
            return Err(Problem::conflict(text).slug("full"));
        }
        Some(Err(NotCast::Stored(error))) => return Err(error.into()),
        _ => return Err(Problem::gone(TEXTS.say("slips-closed", args![]))),
    }
    let codes = codes.iter().map(|code| grouped(code)).collect();
    Ok(axum::Json(Slips { codes }))
}

fn code() -> Answer<String> {
    let bytes = random::bytes::<LETTERS>()?;
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
    Ok(bytes.iter().map(letter).collect())
}

/// Formats a code as people read it: `ABCD-EFGH-JKLM`.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
    groups.join("-")
}
