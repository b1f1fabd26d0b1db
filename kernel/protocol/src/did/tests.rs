use super::*;
use proptest::prelude::*;
use std::collections::HashMap;

/// The public key of RFC 8032 §7.1, test 1.
const KEY: [u8; 32] = [
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
    0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
];

fn did(text: &str) -> Did {
    Did::parse(text).unwrap()
}

#[test]
fn a_key_and_its_multikey_name_the_same_did() {
    let by_key = Did::from_key(&KEY);
    assert_eq!(by_key, "did:imajin:FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z");
    assert_eq!(did("did:mjn:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"), by_key);
    assert_eq!(by_key.key_bytes(), Some(KEY));
    assert_eq!(by_key.kind(), DidKind::Key);
}

#[test]
fn conversations() {
    let (a, b) = (Did::from_key(&KEY), Did::from_key(&[9; 32]));
    let dm = Did::direct(&a, &b);
    assert_eq!(dm, Did::direct(&b, &a));
    assert_eq!(dm.kind(), DidKind::Direct);
    assert_eq!(did(dm.as_str()), dm);
    assert_eq!(dm.key_bytes(), None);
    let group = did("did:imajin:group:8B2D3A50-95E1-4D54-9B06-5F6D4F8A8C11");
    assert_eq!(group, "did:imajin:group:8b2d3a50-95e1-4d54-9b06-5f6d4f8a8c11");
    assert_eq!(group.kind(), DidKind::Group);
    assert_eq!(did("did:imajin:event:evt_9f").kind(), DidKind::Event);
    assert_eq!(did("did:dfos:2346789acdefhknrtvz2346789acdef").kind(), DidKind::Dfos);
}

#[test]
fn direct_is_the_hash_of_both_in_order() {
    let (a, b) = (Did::event("a").unwrap(), Did::event("b").unwrap());
    // printf 'did:imajin:event:a:did:imajin:event:b' | sha256sum
    assert_eq!(Did::direct(&b, &a), "did:imajin:dm:34d445bde9297d49");
}

#[test]
fn email_aliases() {
    for (address, alias) in [
        ("ada@example.org", "did:email:ada_at_example.org"),
        ("ada.l+x-y@Example.ORG", "did:email:ada.l+x-y_at_example.org"),
        ("a_at_b@c.d", "did:email:a%5Fat%5Fb_at_c.d"),
        ("Ada@example.org", "did:email:ada_at_example.org"),
        ("JÜRGEN@Example.org", "did:email:j%C3%BCrgen_at_example.org"),
        ("a@b@c.d", "did:email:a%40b_at_c.d"),
        ("jürgen@example.org", "did:email:j%C3%BCrgen_at_example.org"),
        ("100%@example.org", "did:email:100%25_at_example.org"),
    ] {
        let did = Did::from_email(address).unwrap();
        assert_eq!(did, alias);
        assert_eq!(Did::parse(alias).unwrap(), did);
        assert_eq!(did.email().unwrap(), address.to_lowercase());
        assert!(did.is_personal());
    }
    // Other spellings of the same alias are read and put right.
    assert_eq!(did("did:email:%61da_at_EXAMPLE.org"), "did:email:ada_at_example.org");
    assert_eq!(did("did:email:%41da_at_example.org"), "did:email:ada_at_example.org");
    assert_eq!(did("did:email:j%c3%bcrgen_at_x.de"), "did:email:j%C3%BCrgen_at_x.de");
}

#[test]
fn refused() {
    for (texts, error) in [
        ("|did:web:example.org|DID:imajin:x| did:imajin:x", DidError::Method),
        ("did:imajin:|did:imajin:0|did:imajin:room:x", DidError::Key),
        ("did:imajin:FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z ", DidError::Key),
        ("did:mjn:FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z", DidError::Key),
        ("did:imajin:dm:0123456789ABCDEF|did:imajin:dm:0123456789abcde", DidError::Direct),
        ("did:imajin:group:x", DidError::Group),
        ("did:imajin:group:8b2d3a50-95e1-4d54-9b06-5f6d4f8a8c1é", DidError::Group),
        ("did:imajin:event:|did:imajin:event:a:b|did:imajin:event:a/b", DidError::Event),
        ("did:dfos:2346789acdefhknrtvz2346789acde", DidError::Dfos),
        ("did:dfos:0346789acdefhknrtvz2346789acdef", DidError::Dfos),
        ("did:email:ada@example.org|did:email:a%2_at_example.org", DidError::EmailForm),
        ("did:email:a%FF_at_example.org|did:email:a\"_at_example.org", DidError::EmailForm),
        ("did:email:_at_example.org|did:email:a%0Ab_at_example.org", DidError::EmailLocal),
        ("did:email:a_at_|did:email:a_at_b..c|did:email:a_at_b_c", DidError::EmailDomain),
        ("did:email:a_at_-b.c", DidError::EmailDomain),
    ] {
        for text in texts.split('|') {
            assert_eq!(Did::parse(text), Err(error.clone()), "{text:?}");
        }
    }
    assert_eq!(Did::parse(&format!("did:email:{}", "a".repeat(500))), Err(DidError::TooLong));
    assert_eq!(Did::from_email("ada"), Err(DidError::EmailLocal));
    assert_eq!(Did::from_email(&format!("{}@x.de", "a".repeat(65))), Err(DidError::EmailLocal));
}

#[test]
fn the_longest_did_is_accepted() {
    let domain = [63, 63, 63, 61].map(|n| "a".repeat(n)).join(".");
    let did = Did::from_email(&format!("{}@{domain}", "_".repeat(64))).unwrap();
    assert_eq!(did.as_str().len(), DID_BYTES_MAX);
    assert_eq!(Did::parse(did.as_str()).unwrap(), did);
}

#[test]
fn folder_names() {
    for (text, folder) in [
        (
            "did:imajin:FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z",
            "did_imajin_FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z",
        ),
        ("did:imajin:event:evt_9f", "did_imajin_event_evt_9f"),
        ("did:email:ada_at_example.org", "did_email_ada_at_example.org"),
        // printf … | sha256sum | xxd -r -p | base32 | tr A-Z a-z
        (
            "did:imajin:event:Evt_9f",
            "did_imajin_alwov4pr2uy63pa5ehyyresdikzsnvloqrbwnyhsnrhid44mc23a",
        ),
    ] {
        assert_eq!(did(text).folder_name(), folder);
    }
    assert!(did("did:email:%25da_at_example.org").folder_name().starts_with("did_email_"));
}

#[test]
fn serde_as_a_string() {
    let json = serde_json::json!("did:mjn:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw");
    let did: Did = serde_json::from_value(json).unwrap();
    assert_eq!(serde_json::to_string(&did).unwrap(), format!("\"{did}\""));
    assert!(serde_json::from_str::<Did>("\"did:web:x\"").is_err());
    let by_did = HashMap::from([(did.clone(), 1)]);
    assert_eq!(by_did.get(did.as_str()), Some(&1));
}

pub(crate) fn any_did() -> impl Strategy<Value = Did> {
    prop_oneof![
        4 => any::<[u8; 32]>().prop_map(|key| Did::from_key(&key)),
        1 => "[2346789acdefhknrtvz]{31}".prop_map(|id| did(&format!("did:dfos:{id}"))),
        1 => "[0-9a-f]{16}".prop_map(|id| did(&format!("did:imajin:dm:{id}"))),
        1 => "[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}".prop_map(|id| Did::group(&id).unwrap()),
        1 => "[A-Za-z0-9_-]{1,64}".prop_map(|id| Did::event(&id).unwrap()),
        1 => any_address().prop_map(|address| Did::from_email(&address).unwrap()),
    ]
}

fn any_address() -> impl Strategy<Value = String> {
    ("[!-~ä€😀_@%]{1,16}", "[a-z0-9]{1,8}(\\.[a-z0-9]{1,20}){0,5}")
        .prop_map(|(local, domain)| format!("{local}@{domain}"))
}

proptest! {
    #[test]
    fn round_trip(did in any_did()) {
        prop_assert_eq!(Did::parse(did.as_str()), Ok(did.clone()));
        prop_assert!(did.as_str().is_ascii() && did.as_str().len() <= DID_BYTES_MAX);
        if let Some(key) = did.key_bytes() {
            prop_assert_eq!(Did::from_key(&key), did);
        }
    }

    #[test]
    fn email_round_trip(address in any_address()) {
        let read = Did::from_email(&address).unwrap().email();
        prop_assert_eq!(read, Some(address.to_lowercase()));
    }

    /// Tests that every accepted text is canonical, and reads as itself.
    #[test]
    fn parsing_is_idempotent(text in "did:(imajin|dfos|email|mjn):[ -~]{0,60}|[ -~]{0,40}") {
        if let Ok(did) = Did::parse(&text) {
            prop_assert_eq!(Did::parse(did.as_str()), Ok(did));
        }
    }

    #[test]
    fn folder_names_are_safe_and_differ(dids in proptest::collection::hash_set(any_did(), 1..40)) {
        let mut seen = HashMap::new();
        for did in dids {
            let name = did.folder_name();
            prop_assert!(name.len() <= 100 && name.starts_with("did_"));
            prop_assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b".+-_".contains(&b)));
            prop_assert!(!name.ends_with('.'));
            prop_assert_eq!(seen.insert(name.to_ascii_lowercase(), did), None);
        }
    }

    /// Tests ids that differ only in case, or only in `:` against `_`: only these could collide.
    #[test]
    fn similar_ids_have_different_folders(a in "[aAbB_-]{1,3}", b in "[aAbB_-]{1,3}") {
        let (one, two) = (Did::event(&a).unwrap(), Did::event(&b).unwrap());
        let same = one.folder_name().eq_ignore_ascii_case(&two.folder_name());
        prop_assert_eq!(same, one == two);
    }
}

#[test]
fn a_groups_conversation_is_named_by_a_uuid_of_its_did() {
    let name = Did::conversation_of(&Did::from_key(&[7; 32]));
    assert_ne!(name, Did::conversation_of(&Did::from_key(&[8; 32])));
    assert_eq!(Did::parse(name.as_str()), Ok(name.clone()));
    assert_eq!(name.kind(), DidKind::Group);
    let uuid = name.as_str().rsplit(':').next().unwrap();
    assert_eq!(uuid.len(), 36);
    assert_eq!(uuid.as_bytes()[14], b'8');
    assert!(b"89ab".contains(&uuid.as_bytes()[19]));
}
