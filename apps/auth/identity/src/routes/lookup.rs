//! Finding people by what they are called.

use axum::Json;
use axum::extract::State;
use imajin_app::extract::{Page, Path, Query, Visitor};
use imajin_app::{Answer, Card, Node, Problem, SearchWords};
use imajin_protocol::identity::Tier;
use imajin_protocol::{Did, EncryptionKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::people;

/// Maximum length of a search text, in characters.
const QUERY_CHARS_MAX: usize = 100;

/// The public facts about an identity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicIdentity {
    /// The DID.
    id: String,
    /// The DID again.
    did: String,
    /// The DFOS identity behind it; none for a bare key.
    dfos_did: Option<String>,
    /// The key that signs entries, 64 hex digits: the first one in force.
    public_key: Option<String>,
    /// The sub-type, else the scope.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Whom it stands for.
    scope: &'static str,
    /// The kind of actor.
    subtype: Option<&'static str>,
    /// The tier that it has on this node.
    #[schema(value_type = String, example = "preliminary")]
    tier: Tier,
    /// The handle.
    handle: Option<String>,
    /// The name, if everybody may see it.
    name: Option<String>,
    /// The picture, if everybody may see it.
    avatar: Option<String>,
    /// Where the log is kept.
    home: HomeAnswer,
    /// X25519, 64 hex digits: for copies that only they can open, the key of a recovery sheet of theirs, else that of entry 0.
    encryption_key: Option<String>,
    /// When it began.
    created_at: String,
}

/// Where a log is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeAnswer {
    /// The node.
    node: String,
    /// Where it answers.
    url: String,
    /// Counts up with every move.
    epoch: i64,
}

pub(super) fn public(node: &Node, did: &Did) -> Result<PublicIdentity, Problem> {
    let identity = people::get(node, did)?;
    let key = people::login_keys(node, &identity)?.first().map(|key| key.to_hex());
    let encryption = people::owner_keys(node, &identity)?;
    let card = node.card(did)?.unwrap_or_else(|| Card::unnamed(did.clone()));
    Ok(PublicIdentity {
        id: did.to_string(),
        did: did.to_string(),
        public_key: key,
        kind: identity.kind(),
        scope: identity.scope.as_str(),
        subtype: identity.subtype.map(|subtype| subtype.as_str()),
        tier: node.tier(&identity.did)?,
        handle: card.handle,
        name: card.display_name,
        avatar: card.avatar,
        home: HomeAnswer {
            node: identity.home.node,
            url: identity.home.url,
            epoch: identity.home.epoch,
        },
        encryption_key: encryption.first().map(EncryptionKey::to_hex),
        created_at: identity.created_at.to_string(),
        dfos_did: identity.dfos_did,
    })
}

/// Who goes by this name?
#[utoipa::path(
    get, path = "/api/lookup/{id}", tag = "people", params(("id" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 200, body = PublicIdentity), (status = 404, description = "Nobody here goes by that name"), (status = 410, description = "Deleted")),
)]
pub(crate) async fn lookup(
    Visitor(node, caller): Visitor,
    Path(id): Path<String>,
) -> Answer<Json<PublicIdentity>> {
    let did = people::by_name_for(&node, &id, caller.did())?;
    public(&node, &did).map(Json)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Words {
    q: Option<String>,
}

/// Who was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchResults {
    /// The best match first.
    results: Vec<Card>,
    /// Whether there are more behind these.
    has_more: bool,
}

/// Search by handle or name.
#[utoipa::path(
    get, path = "/api/search", tag = "people",
    params(("q" = String, Query, description = "Words"), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = SearchResults), (status = 400, description = "Nothing to search for")),
)]
pub(crate) async fn search(
    State(node): State<Node>,
    page: Page,
    Query(words): Query<Words>,
) -> Answer<Json<SearchResults>> {
    let words = words.q.unwrap_or_default();
    let words = words.trim();
    if !(1..=QUERY_CHARS_MAX).contains(&words.chars().count()) {
        return Err(Problem::field(
            "q",
            format!("q must be 1 to {QUERY_CHARS_MAX} characters to search for."),
        ));
    }
    // One extra result tells whether there are more.
    let mut results = node.search(&SearchWords::parse(words), page.limit + 1, page.offset)?;
    let has_more = results.len() > page.limit;
    results.truncate(page.limit);
    Ok(Json(SearchResults { results, has_more }))
}
