use super::*;
use imajin_protocol::{FactItem, FactValue, IdText};
use serde_json::{Map, json};

fn body(json: Json) -> Value {
    let mut value = imajin_dfos::cbor::from_dag_json(&json).unwrap();
    value
        .as_map_mut()
        .unwrap()
        .insert("salt".to_owned(), Value::Bytes(vec![1; 16]));
    value
}

fn refused(json: Json) -> String {
    let refusal = check(&body(json.clone()), None).expect_err(&json.to_string());
    refusal.field.unwrap_or_default()
}

const PICTURE: &str = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq";

fn media_fact(cids: &[&str]) -> Fact {
    let items = cids
        .iter()
        .map(|cid| FactItem::Id(IdText::parse(cid).unwrap()))
        .collect();
    Fact::new([(FACT_MEDIA, FactValue::List(items))]).unwrap()
}

#[test]
fn what_a_profile_may_say() {
    let good = json!({
        "displayName": "Ada", "bio": "One\ntwo", "links": [{"title": "Home", "url": "https://ada.example/"}, {"url": "mailto:ada@example.org"}],
        "visibility": "incognito", "fieldVisibility": {"bio": "private", "links": {"selective": [Did::from_key(&[1; 32]).as_str()]}},
        "featureToggles": {"tips": true}, "avatar": null,
    });
    check(&body(good), None).unwrap();
    check(
        &body(json!({"avatar": PICTURE, "banner": PICTURE})),
        Some(&media_fact(&[PICTURE])),
    )
    .unwrap();
}

#[test]
fn every_refusal_names_its_field() {
    assert_eq!(refused(json!({})), "body");
    assert_eq!(refused(json!({"name": "Ada"})), "name");
    assert_eq!(refused(json!({"displayName": 5})), "displayName");
    assert_eq!(refused(json!({"displayName": "a\nb"})), "displayName");
    assert_eq!(
        refused(json!({"displayName": "x".repeat(101)})),
        "displayName"
    );
    assert_eq!(refused(json!({"bio": "\u{0}"})), "bio");
    assert_eq!(
        refused(json!({"avatar": "https://elsewhere.example/a.png"})),
        "avatar"
    );
    assert_eq!(refused(json!({"visibility": null})), "visibility");
    assert_eq!(refused(json!({"visibility": "friends"})), "visibility");
    assert_eq!(
        refused(json!({"links": [{"title": "x", "url": "javascript:alert(1)"}]})),
        "links"
    );
    assert_eq!(
        refused(json!({"links": [{"title": "x", "url": "https://a b"}]})),
        "links"
    );
    assert_eq!(
        refused(json!({"links": [{"url": "https://a.example", "onclick": "x"}]})),
        "links"
    );
    assert_eq!(
        refused(json!({"fieldVisibility": {"visibility": "private"}})),
        "fieldVisibility"
    );
    assert_eq!(
        refused(json!({"fieldVisibility": {"bio": {"selective": ["ada"]}}})),
        "fieldVisibility"
    );
    assert_eq!(
        refused(json!({"featureToggles": {"a": 1}})),
        "featureToggles"
    );
}

#[test]
fn the_fact_names_exactly_the_files() {
    let two = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    let named = body(json!({"avatar": PICTURE}));
    assert!(check(&named, None).is_err());
    assert!(check(&named, Some(&media_fact(&[two]))).is_err());
    assert!(check(&named, Some(&media_fact(&[PICTURE, two]))).is_err());
    assert!(check(&body(json!({"bio": "x"})), Some(&media_fact(&[PICTURE]))).is_err());
}

fn seen(members: &Members, viewer: Viewer<'_>) -> Map<String, Json> {
    let owned = |(name, value): (&str, &Json)| (name.to_owned(), value.clone());
    members.seen_by(viewer).map(owned).collect()
}

fn stranger(did: &Did) -> Viewer<'_> {
    Viewer {
        did: Some(did.as_str()),
        connected: false,
    }
}

#[test]
fn others_see_what_is_meant_for_them() {
    let friend = Did::from_key(&[2; 32]);
    let mut members = Members::default();
    members.set(&body(
        json!({"displayName": "Ada", "bio": "secret", "links": [], "avatar": PICTURE,
        "fieldVisibility": {"bio": {"selective": [friend.as_str()]}, "avatar": "connections"}}),
    ));
    let all = seen(&members, Viewer::EVERYBODY);
    assert_eq!(all["displayName"], "Ada");
    assert!(
        all["bio"].is_null() && all["avatar"].is_null() && !all.contains_key("fieldVisibility")
    );
    assert_eq!(seen(&members, stranger(&friend))["bio"], "secret");
    let connected = Viewer {
        connected: true,
        ..Viewer::EVERYBODY
    };
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
fn a_foreign_body_never_breaks_it() {
    let mut members = Members::default();
    members.set(&body(json!({"displayName": [1], "visibility": 7, "fieldVisibility": "x", "links": {"/": {"bytes": "AQ"}}})));
    assert_eq!(members.get("links"), &json!({"/": {"bytes": "AQ"}}));
    let (public, hidden) = (
        to_json(members.seen_by(Viewer::EVERYBODY)),
        members.hidden().map(to_json),
    );
    assert_eq!(Members::read(&public, hidden.as_deref()), members);
    assert_eq!(Members::read("[", Some("{\"bio\":")), Members::default());
}
