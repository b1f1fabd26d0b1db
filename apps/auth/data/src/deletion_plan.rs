//! The deletion plan: the data that a deletion erases, and the data that stays with the reasons. Shown before the
//! person signs, and again in the receipt.

use imajin_app::{Count, Lang, Node, Problem, Words, Zone};
use imajin_protocol::Did;
use serde::Serialize;
use serde_json::Value as Object;
use utoipa::ToSchema;

use super::count::{self, Counts};

/// Something that goes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ErasedItem {
    /// The service that holds it.
    service: String,
    /// What.
    kind: String,
    /// How many.
    number: u64,
    /// Number and kind as a text for people.
    #[schema(example = "47 assets")]
    what: String,
}

/// Something that stays, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct RetainedItem {
    /// The service that holds it.
    pub(super) service: String,
    /// What.
    pub(super) kind: String,
    /// How many.
    pub(super) number: u64,
    /// Number and kind as a text for people.
    #[schema(example = "3 followers")]
    pub(super) what: String,
    /// Why.
    pub(super) why: String,
}

/// The effects of a deletion.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plan {
    /// Whose.
    #[schema(value_type = String)]
    pub(super) did: Did,
    /// Numbers by service and kind: what is signed.
    pub(super) counts: Counts,
    /// These numbers as a text for people.
    text: String,
    /// Things that are erased.
    goes: Vec<ErasedItem>,
    /// Things that stay, each with its reason.
    stays: Vec<RetainedItem>,
    /// Copies that this node cannot erase.
    out_of_reach: Vec<String>,
    /// The body of `auth.delete`, without the salt, which the signer adds.
    #[schema(value_type = Object)]
    body: Object,
}

impl Plan {
    /// The plan for people who read these words' language. What is signed (`counts`, `body`) stays as it is.
    pub(super) fn in_words(mut self, words: &Words) -> Self {
        if words.lang == Lang::En {
            return self;
        }
        let what = |kind: &str, number| match number {
            0 => words.sentence(kind).into_owned(),
            _ => Count::new(kind, number).translate(words),
        };
        for goes in &mut self.goes {
            goes.what = what(&goes.kind, goes.number);
        }
        for stays in &mut self.stays {
            stays.what = what(&stays.kind, stays.number);
            stays.why = words.sentence(&stays.why).into_owned();
        }
        for copies in &mut self.out_of_reach {
            *copies = words.sentence(copies).into_owned();
        }
        let kinds = self.counts.values().flatten();
        let counts: Vec<_> = kinds.map(|(kind, n)| Count::new(kind.as_str(), *n)).collect();
        self.text = count::sentence(&counts, words);
        self
    }
}

/// Returns the plan of a person's deletion as of now.
pub(super) fn plan_of(node: &Node, did: &Did) -> Result<Plan, Problem> {
    let all = count::counts_of(node, did)?;
    let counts = count::table(&all);
    let mut goes = Vec::new();
    for service in node.services().iter() {
        let plan = node.read(service.name(), |db| service.delete(db, did))?;
        goes.extend(plan.goes.into_iter().filter(|count| count.number > 0).map(|count| {
            ErasedItem {
                service: service.name().to_owned(),
                what: count.to_string(),
                kind: count.kind,
                number: count.number,
            }
        }));
    }
    Ok(Plan {
        text: count::sentence(all.iter().flat_map(|(_, counts)| counts), node.services().words()),
        body: serde_json::json!({ "counts": counts }),
        counts,
        goes,
        stays: with_names(node, stays(node, did)?)?,
        out_of_reach: out_of_reach(node),
        did: did.clone(),
    })
}

/// Returns the data that stays: each service's, and the headers of the log itself.
pub(super) fn stays(node: &Node, did: &Did) -> Result<Vec<RetainedItem>, Problem> {
    let mut stays = Vec::new();
    for service in node.services().iter() {
        let plan = node.read(service.name(), |db| service.delete(db, did))?;
        stays.extend(plan.stays.into_iter().map(|stay| RetainedItem {
            service: service.name().to_owned(),
            what: if stay.number > 0 {
                format!("{} {}", stay.number, stay.kind)
            } else {
                stay.kind.clone()
            },
            kind: stay.kind,
            number: stay.number,
            why: stay.why,
        }));
    }
    let entries = node.status(did)?.map_or(0, |status| status.seq + 1);
    stays.push(RetainedItem {
        service: imajin_identity::NAME.to_owned(),
        kind: "entries without their words".to_owned(),
        number: entries,
        what: format!("{entries} entries without their words"),
        why: "When something was entered and by whom stays, so that others can check what they hold of you; what you wrote does not".to_owned(),
    });
    Ok(stays)
}

/// Replaces DIDs by people's names, for display only: a receipt is kept permanently and names DIDs.
fn with_names(node: &Node, mut stays: Vec<RetainedItem>) -> Result<Vec<RetainedItem>, Problem> {
    for stay in &mut stays {
        stay.kind = replace_dids(node, &stay.kind)?;
        stay.what = replace_dids(node, &stay.what)?;
    }
    Ok(stays)
}

fn replace_dids(node: &Node, text: &str) -> Result<String, Problem> {
    let mut words = Vec::new();
    for word in text.split(' ') {
        words.push(match Did::parse(word) {
            Ok(did) => called(node, &did)?,
            Err(_) => word.to_owned(),
        });
    }
    Ok(words.join(" "))
}

/// Returns a person's display name, else their handle, else their DID.
fn called(node: &Node, did: &Did) -> Result<String, Problem> {
    let name = node.card(did)?.and_then(|card| {
        let handle = card.handle.map(|handle| format!("@{handle}"));
        card.display_name.or(handle)
    });
    Ok(name.unwrap_or_else(|| did.to_string()))
}

/// Returns the texts about data that no node can erase.
pub(super) fn out_of_reach(node: &Node) -> Vec<String> {
    let always = [
        "Copies that you or others took away: bundles, sticks, backups of this node.",
        "Copies that other nodes keep of your record, until they learn of this deletion.",
        "What others wrote or photographed themselves.",
    ];
    let lost = node.ledger().media().whereabouts().lost;
    let lost = lost.iter().map(|disk| {
        let (name, day) = (&disk.name, Zone::home().local(disk.at).date());
        format!(
            "Your files on the disk {name}, which the owner of this node gave up as lost on {day}."
        )
    });
    let always = always.map(str::to_owned);
    always.into_iter().chain(lost).collect()
}
