//! Routes about a person's standing on this node, with everything that counts for it (docs/standing.md).

use axum::Json;
use imajin_app::extract::{Path, Person, Query};
use imajin_app::{Answer, Problem};
use imajin_host::prelude::*;
use imajin_identity::people;
use imajin_protocol::identity::Tier;
use imajin_protocol::standing::{Mode, Term};
use imajin_protocol::tier::Requirement;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{standing, tier};

#[derive(Debug, Deserialize)]
pub(crate) struct StandingQuery {
    mode: Option<String>,
}

/// Somebody's standing. Numbers are parts per million of what the node's owner has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StandingAnswer {
    /// Whose.
    did: String,
    /// `community` or `cross-node`.
    mode: &'static str,
    /// The answer: received × diversity − taken.
    standing_ppm: u64,
    /// Whether standing begins with them: the node, and its owner.
    root: bool,
    /// The sum that was received.
    received_ppm: u64,
    /// From how many, if all had given alike.
    counterparties_ppm: u64,
    /// The effective number of types: their number, if all had given alike.
    types_ppm: u64,
    /// The diversity that results from these numbers.
    diversity_ppm: u64,
    /// The sum that open warnings take away.
    taken_ppm: u64,
    /// The terms of attestations that you may see, the largest first.
    terms: Vec<TermAnswer>,
    /// Open warnings that you may see.
    warnings: Vec<TermAnswer>,
    /// The terms of attestations that you may not see.
    withheld: Withheld,
    /// The tier.
    #[schema(value_type = String, example = "preliminary")]
    tier: Tier,
    /// The steps to `established`; shown to themselves.
    steps: Vec<StepAnswer>,
    /// Whether fewer people live on this box than a share of standing says something about; told to themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    few_people: Option<bool>,
}

/// One attestation's share.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TermAnswer {
    /// Which.
    cid: String,
    /// The DID of the issuer.
    issuer_did: String,
    /// The type of attestation.
    #[serde(rename = "type")]
    kind: String,
    /// The issuer's standing.
    issuer_ppm: u64,
    /// The type's weight.
    weight_ppm: u64,
    /// The part that its age leaves.
    decay_ppm: u64,
    /// How many of the same type by the same issuer count before it; each halves it.
    repeat: u32,
    /// How much the issuer gives out in all; above 1 000 000 it is shared.
    given_out_ppm: u64,
    /// The amount that it adds, or takes.
    amount_ppm: u64,
}

/// The terms that are not shown one by one.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Withheld {
    /// How many.
    terms: u64,
    /// The amount that they add.
    amount_ppm: u64,
}

/// One requirement for being established.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepAnswer {
    /// `connections`, `occasions`, `historyDays` or `warnings`.
    name: &'static str,
    /// How much is required.
    wanted: u32,
    /// How much there is.
    there: u32,
    /// Whether it is enough.
    enough: bool,
}

impl From<Term> for TermAnswer {
    fn from(term: Term) -> Self {
        Self {
            cid: term.cid,
            issuer_did: term.issuer.to_string(),
            kind: term.kind.to_string(),
            issuer_ppm: term.issuer_ppm,
            weight_ppm: term.type_ppm,
            decay_ppm: term.decay_ppm,
            repeat: term.repeat,
            given_out_ppm: term.given_out_ppm,
            amount_ppm: term.amount_ppm,
        }
    }
}

impl From<Requirement> for StepAnswer {
    fn from(step: Requirement) -> Self {
        Self { name: step.name, wanted: step.wanted, there: step.there, enough: step.enough }
    }
}

/// People of a box among whom a share of standing says something.
const MEMBERS_LEAST: u64 = 20;

/// Explains the tier that a person has on this node.
#[utoipa::path(
    get, path = "/api/standing/{did}", tag = "attestations",
    params(
        ("did" = String, Path, description = "A DID in any form, or a handle"),
        ("mode" = Option<String>, Query, description = "`community` (all that this node knows) or `cross-node` (what verifies anywhere)"),
    ),
    responses((status = 200, body = StandingAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "This node does not know the DID")),
)]
pub(crate) async fn standing(
    Person(node, session): Person,
    Path(name): Path<String>,
    Query(asked): Query<StandingQuery>,
) -> Answer<Json<StandingAnswer>> {
    let did = people::by_name_for(&node, &name, Some(&session.did))?;
    people::get(&node, &did)?;
    let mode = mode(asked.mode.as_deref().unwrap_or("community"))?;
    let standing = standing::standing_of(&node, &did, mode)?;
    let is_self = session.did == did;
    let record = tier::record(&node, &did)?;
    let thresholds = &node.config().tiers;
    let sees = |term: &Term| is_self || term.public || term.issuer == session.did;
    let (terms, hidden): (Vec<Term>, Vec<Term>) = standing.terms.into_iter().partition(sees);
    let flags = standing.flags.into_iter().filter(sees);
    Ok(Json(StandingAnswer {
        did: did.to_string(),
        mode: mode.as_str(),
        standing_ppm: standing.total_ppm,
        root: standing.root,
        received_ppm: standing.received_ppm,
        counterparties_ppm: standing.counterparties_ppm,
        types_ppm: standing.kinds_ppm,
        diversity_ppm: standing.diversity_ppm,
        taken_ppm: standing.taken_ppm,
        warnings: flags.map(TermAnswer::from).collect(),
        withheld: Withheld {
            terms: hidden.len() as u64,
            amount_ppm: hidden.iter().map(|term| term.amount_ppm).sum(),
        },
        terms: terms.into_iter().map(TermAnswer::from).collect(),
        tier: record.tier(thresholds),
        steps: if is_self {
            record.steps(thresholds).map(StepAnswer::from).into()
        } else {
            Vec::new()
        },
        few_people: if is_self { Some(people::members(&node)? < MEMBERS_LEAST) } else { None },
    }))
}

fn mode(text: &str) -> Answer<Mode> {
    [Mode::Community, Mode::CrossNode]
        .into_iter()
        .find(|mode| mode.as_str() == text)
        .ok_or_else(|| Problem::field("mode", "mode must be community or cross-node."))
}
