use imajin_app::operation::Parts;
use imajin_ledger::Refusal;
use imajin_protocol::{Fact, FactItem, FactValue, IdText};
use serde_json::Value as Json;

use super::*;
use crate::members::tests::{PICTURE, body};

fn refused(json: Json) -> String {
    let refusal = check(&body(json.clone()), None).expect_err(&json.to_string());
    refusal.into_inner().field.unwrap_or_default()
}

fn check(body: &Value, fact: Option<&Fact>) -> Result<UpdateProfile, Refusal> {
    UpdateProfile::read(&Parts::new(None, fact, Some(body))).map_err(Refusal::from)
}

fn media_fact(cids: &[&str]) -> Fact {
    let items = cids.iter().map(|cid| FactItem::Id(IdText::parse(cid).unwrap())).collect();
    Fact::new([("media", FactValue::List(items))]).unwrap()
}

#[test]
fn what_a_profile_may_say() {
    let good = json!({
        "displayName": "Ada", "bio": "One\ntwo", "links": [{"title": "Home", "url": "https://ada.example/"}, {"url": "mailto:ada@example.org"}],
        "visibility": "incognito", "fieldVisibility": {"bio": "private", "links": {"selective": [Did::from_key(&[1; 32]).as_str()]}},
        "featureToggles": {"tips": true}, "avatar": null,
    });
    check(&body(good), None).unwrap();
    check(&body(json!({"avatar": PICTURE, "banner": PICTURE})), Some(&media_fact(&[PICTURE])))
        .unwrap();
}

#[test]
fn every_refusal_names_its_field() {
    assert_eq!(refused(json!({})), "body");
    assert_eq!(refused(json!({"name": "Ada"})), "name");
    assert_eq!(refused(json!({"displayName": 5})), "displayName");
    assert_eq!(refused(json!({"displayName": "a\nb"})), "displayName");
    for nothing in ["\u{200b}", " \u{3164}", "\u{2800}\u{2800}", "Ada\u{202e}"] {
        assert_eq!(refused(json!({"displayName": nothing})), "displayName", "{nothing:?}");
    }
    assert_eq!(refused(json!({"displayName": "x".repeat(101)})), "displayName");
    assert_eq!(refused(json!({"bio": "\u{0}"})), "bio");
    assert_eq!(refused(json!({"avatar": "https://elsewhere.example/a.png"})), "avatar");
    assert_eq!(refused(json!({"visibility": null})), "visibility");
    assert_eq!(refused(json!({"visibility": "friends"})), "visibility");
    assert_eq!(refused(json!({"links": [{"title": "x", "url": "javascript:alert(1)"}]})), "links");
    assert_eq!(refused(json!({"links": [{"title": "x", "url": "https://a b"}]})), "links");
    assert_eq!(refused(json!({"links": [{"url": "https://a.example", "onclick": "x"}]})), "links");
    assert_eq!(refused(json!({"fieldVisibility": {"visibility": "private"}})), "fieldVisibility");
    let update = json!({"fieldVisibility": {"bio": {"selective": ["ada"]}}});
    assert_eq!(refused(update), "fieldVisibility");
    assert_eq!(refused(json!({"featureToggles": {"a": 1}})), "featureToggles");
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
