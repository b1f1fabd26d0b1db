use imajin_protocol::Did;
use serde_json::{Map, json};

use super::*;

/// Returns a body as it is entered, with a salt.
pub(crate) fn body(json: Json) -> Value {
    let mut value = imajin_dfos::cbor::from_dag_json(&json).unwrap();
    value.as_map_mut().unwrap().insert("salt".to_owned(), Value::Bytes(vec![1; 16]));
    value
}

pub(crate) const PICTURE: &str = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq";

fn seen(members: &Members, viewer: Viewer<'_>) -> Map<String, Json> {
    let owned = |(name, value): (&str, &Json)| (name.to_owned(), value.clone());
    members.seen_by(viewer).map(owned).collect()
}

fn stranger(did: &Did) -> Viewer<'_> {
    Viewer { did: Some(did.as_str()), connected: false }
}

#[test]
fn others_see_what_is_meant_for_them() {
    let friend = Did::from_key(&[2; 32]);
    let mut members = Members::default();
    members
        .set(&body(json!({"displayName": "Ada", "bio": "secret", "links": [], "avatar": PICTURE,
        "fieldVisibility": {"bio": {"selective": [friend.as_str()]}, "avatar": "connections"}})));
    let all = seen(&members, Viewer::EVERYBODY);
    assert_eq!(all["displayName"], "Ada");
    assert!(all["bio"].is_null() && all["avatar"].is_null());
    assert!(!all.contains_key("fieldVisibility"));
    assert_eq!(seen(&members, stranger(&friend))["bio"], "secret");
    let connected = Viewer { connected: true, ..Viewer::EVERYBODY };
    assert!(seen(&members, stranger(&friend))["avatar"].is_null());
    assert_eq!(seen(&members, connected)["avatar"], PICTURE);
    assert!(seen(&members, connected)["bio"].is_null());
    members.set(&body(json!({"visibility": "incognito"})));
    assert!(seen(&members, connected)["avatar"].is_null());
    let hidden = seen(&members, stranger(&friend));
    assert!(hidden["displayName"].is_null() && hidden["bio"].is_null());
    assert_eq!(hidden["visibility"], "incognito");
}

#[test]
fn what_is_cleared_is_as_if_it_was_never_set() {
    let mut members = Members::default();
    members.set(&body(json!({"visibility": "incognito", "bio": "x"})));
    members.set(&body(json!({"visibility": null, "bio": null})));
    assert_eq!(members, Members::default());
    // A map with the member `/` has no JSON form.
    let slash = Value::map([("/", Value::Int(1))]);
    members.set(&Value::map([("links", slash)]));
    assert_eq!(members, Members::default());
}

#[test]
fn a_foreign_body_never_breaks_it() {
    let mut members = Members::default();
    members.set(&body(json!({"displayName": [1], "visibility": 7, "fieldVisibility": "x", "links": {"/": {"bytes": "AQ"}}})));
    assert_eq!(members.get("links"), &json!({"/": {"bytes": "AQ"}}));
    let (public, hidden) =
        (to_json(members.seen_by(Viewer::EVERYBODY)), members.hidden().map(to_json));
    assert_eq!(Members::read(&public, hidden.as_deref()), members);
    assert_eq!(Members::read("[", Some("{\"bio\":")), Members::default());
}
