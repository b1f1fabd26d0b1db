//! The audience of what a helper writes without saying who sees it: an item stays as it is, and a new one is its owner's alone.
//!
//! Always: a write publishes only what it calls public. The default of the operations, everyone, is for pages that show
//! people what they choose.

use axum::http::StatusCode;
use imajin_app::operation::{Declaration, FieldError, Member, Part, Parts};
use imajin_app::{Answer, CommandRequest, Node, Problem};
use imajin_protocol::{Fact, IdText, naming};
use serde_json::{Map, Value as Json};

use crate::helper::{Helper, not_read};

/// The member of a fact that says who sees an item.
const VISIBILITY: &str = "visibility";
/// The members of a fact that say who sees an item, and when.
const SHOWING: [&str; 4] = [VISIBILITY, "on", "from", "until"];
/// The audience of a new item.
const PRIVATE: &str = "private";
/// The default of the operations, as their descriptions state it.
const PUBLIC_DEFAULT: &str = " Default: `public`.";
/// The default for helpers.
const DEFAULT: &str = "Without it a new item is `private`, and another one is seen as before: what you leave out of `visibility`, `on`, \
    `from` and `until` stays as it is.";
/// Bytes of an item that is read, with all its words.
const ITEM_BYTES_MAX: usize = 1024 * 1024;

/// Returns the description of a member of an operation, with the default that it has for helpers.
pub(crate) fn describe(member: &Member) -> String {
    if is_audience(member) {
        let about = member.about.trim_end_matches(PUBLIC_DEFAULT);
        format!("{about} {DEFAULT}")
    } else {
        member.about.to_owned()
    }
}

/// Adds to a write the members that it leaves out: who sees the item, and when.
///
/// # Errors
/// The item can't be read, or the fact gets too large.
pub(crate) async fn complete(
    node: &Node,
    helper: &Helper,
    declaration: &Declaration,
    request: &mut CommandRequest,
) -> Answer<()> {
    if !lacks_audience(declaration, request) {
        return Ok(());
    }
    let item = read_item(node, helper, request.op, request.reference.as_ref()).await?;
    let mut members = showing(&item);
    if let Some(Json::Object(stated)) = request.fact.as_ref().map(Fact::to_json) {
        members.extend(stated);
    }
    let fact = Fact::from_json(&Json::Object(members));
    let fact = fact.map_err(|error| Problem::field("fact", format!("{error}.")))?;
    // Items of some kinds, such as a page of links, have no audience.
    let wrong = read(declaration, request, Some(&fact)).err().map(FieldError::into_inner);
    if wrong.is_none_or(|wrong| wrong.field != VISIBILITY) {
        request.fact = Some(fact);
    }
    Ok(())
}

/// Returns whether a write leaves out who sees the item, or when, and could say it. A write that is refused in any case can't.
fn lacks_audience(declaration: &Declaration, request: &CommandRequest) -> bool {
    let fact = request.fact.as_ref();
    let is_stated = |name: &&str| fact.is_some_and(|fact| fact.get(name).is_some());
    declaration.part(Part::Fact).any(is_audience)
        && !SHOWING.iter().all(is_stated)
        && read(declaration, request, fact).is_ok()
}

fn is_audience(member: &Member) -> bool {
    member.part == Part::Fact && member.name == VISIBILITY
}

fn read(
    declaration: &Declaration,
    request: &CommandRequest,
    fact: Option<&Fact>,
) -> Result<(), FieldError> {
    let (reference, body) = (request.reference.as_ref(), request.body.as_ref());
    (declaration.reads)(&Parts::new(reference, fact, body))
}

/// Reads the owner's item that an operation is about; null if there is none. The helper gets none of it.
async fn read_item(node: &Node, helper: &Helper, op: &str, id: Option<&IdText>) -> Answer<Json> {
    let app = naming::service_of(op);
    let service = node.services().get(app);
    let reads = service.map_or(&[][..], |service| service.manifest().agents.reads);
    let route = reads.iter().find(|route| route.ends_with("/{item}"));
    let (Some(route), Some(id)) = (route, id) else {
        return Ok(Json::Null);
    };
    let (route, owner) = (format!("/{app}{route}"), helper.owner().as_str());
    let path = route.replace("{owner}", owner).replace("{item}", id.as_str());
    let path = format!("{path}?owner={owner}");
    let (status, item) = helper.read(node, &path, (route, ITEM_BYTES_MAX)).await?;
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Json::Null),
        status if status.is_success() => Ok(item),
        status => Err(not_read(status, &item)),
    }
}

/// Returns who sees an item and when, as the members of a fact.
fn showing(item: &Json) -> Map<String, Json> {
    let mut members = Map::new();
    for name in [VISIBILITY, "from", "until"] {
        if let Some(value) = item.get(name) {
            members.insert(name.to_owned(), value.clone());
        }
    }
    if item.get("on") == Some(&Json::Bool(false)) {
        members.insert("on".to_owned(), 0.into());
    }
    members.entry(VISIBILITY).or_insert_with(|| PRIVATE.into());
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_item_keeps_its_audience_and_a_new_one_is_private() {
        let members = |item: Json| Json::Object(showing(&item));
        assert_eq!(members(Json::Null), json!({ "visibility": "private" }));
        let public = json!({ "id": "itm_1", "visibility": "public", "on": true });
        assert_eq!(members(public), json!({ "visibility": "public" }));
        let draft = json!({ "visibility": "connections", "on": false, "from": 7, "until": 9 });
        let kept = json!({ "visibility": "connections", "on": 0, "from": 7, "until": 9 });
        assert_eq!(members(draft), kept);
    }
}
