//! The amount of data that a node has about a person, by service.
//!
//! Always: every mounted service is asked, and those without data are left out.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use imajin_app::extract::{Authed, Query};
use imajin_app::{Answer, Count, Lang, Node, Words};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access;

/// The identity whose data is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SubjectQuery {
    /// The DID, or another name of it; the one who asks if left out.
    pub(super) did: Option<String>,
}

/// Numbers by service and kind.
pub(super) type Counts = BTreeMap<String, BTreeMap<String, u64>>;

/// Counts of a person's data on this node.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountAnswer {
    /// Whose.
    #[schema(value_type = String, example = "did:imajin:6ASf5EcmmEHTgDJ4X4ZT5vT6iHVJBXPg5AN5YoTCpGWt")]
    did: Did,
    /// Numbers by service and kind.
    #[schema(example = json!({"profile": {"followers": 3, "profile updates": 12}}))]
    counts: Counts,
    /// These numbers as a text for people.
    #[schema(example = "12 profile updates, 3 followers")]
    text: String,
}

/// The services that hold a person's data.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServicesAnswer {
    /// Whose.
    #[schema(value_type = String)]
    did: Did,
    /// Names of services, in the order in which they are mounted.
    #[schema(example = json!(["auth", "profile"]))]
    services: Vec<String>,
}

/// Counts your data on this node.
#[utoipa::path(
    get, path = "/api/count", tag = "your data", params(SubjectQuery),
    responses((status = 200, body = CountAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's data")),
)]
pub(super) async fn count(
    State(node): State<Node>,
    asks: Authed,
    Query(whose): Query<SubjectQuery>,
    lang: Lang,
) -> Answer<Json<CountAnswer>> {
    let did = access::own_or_kept(&node, &asks, whose.did.as_deref())?;
    let all = counts_of(&node, &did)?;
    let words = node.services().words().with_lang(lang);
    Ok(Json(CountAnswer {
        text: sentence(all.iter().flat_map(|(_, counts)| counts), &words),
        counts: table(&all),
        did,
    }))
}

/// Lists the services of this node that hold data of yours.
#[utoipa::path(
    get, path = "/api/services", tag = "your data", params(SubjectQuery),
    responses((status = 200, body = ServicesAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's data")),
)]
pub(super) async fn services(
    State(node): State<Node>,
    asks: Authed,
    Query(whose): Query<SubjectQuery>,
) -> Answer<Json<ServicesAnswer>> {
    let did = access::own(&node, &asks, whose.did.as_deref())?;
    let services =
        counts_of(&node, &did)?.into_iter().map(|(service, _)| service.to_owned()).collect();
    Ok(Json(ServicesAnswer { did, services }))
}

/// Returns the counts of each service that has data about the person, in mounting order.
pub(super) fn counts_of(node: &Node, did: &Did) -> Answer<Vec<(&'static str, Vec<Count>)>> {
    let mut all = Vec::new();
    for service in node.services().iter() {
        let counts = node.read(service.name(), |db| service.count(db, did))?;
        let counts: Vec<Count> = counts.into_iter().filter(|count| count.number > 0).collect();
        if !counts.is_empty() {
            all.push((service.name(), counts));
        }
    }
    Ok(all)
}

pub(super) fn table(all: &[(&'static str, Vec<Count>)]) -> Counts {
    let mut table = Counts::new();
    for (service, counts) in all {
        let kinds = table.entry((*service).to_owned()).or_default();
        kinds.extend(counts.iter().map(|count| (count.kind.clone(), count.number)));
    }
    table
}

/// "47 assets, 312 messages, 3 tickets".
pub(super) fn sentence<'c>(counts: impl IntoIterator<Item = &'c Count>, words: &Words) -> String {
    let counts = counts.into_iter();
    let parts: Vec<String> = counts.map(|count| count.translate(words)).collect();
    if parts.is_empty() { words.sentence("nothing").into_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_people_say_them() {
        let words = Words::default();
        let all = [
            ("media", vec![Count::new("assets", 47)]),
            ("chat", vec![Count::new("messages", 312), Count::new("tickets", 3)]),
            ("auth", vec![Count::new("identities", 1), Count::new("keys", 1)]),
        ];
        let line = sentence(all.iter().flat_map(|(_, counts)| counts), &words);
        assert_eq!(line, "47 assets, 312 messages, 3 tickets, 1 identity, 1 key");
        assert_eq!(sentence([], &words), "nothing");
        assert_eq!(
            serde_json::to_string(&table(&all)).unwrap(),
            r#"{"auth":{"identities":1,"keys":1},"chat":{"messages":312,"tickets":3},"media":{"assets":47}}"#
        );
    }
}
