use super::*;
use crate::SAFE_INTEGER_MAX;
use proptest::prelude::*;

impl Delegation {
    /// Returns the body of the entry `auth.delegation.create`.
    fn to_body(&self, salt: &[u8; SALT_BYTES]) -> Value {
        let scope = self.scope.iter().map(|pattern| Value::from(pattern.as_str()));
        let mut members = vec![
            ("key", Value::from(self.key.to_multikey())),
            ("scope", Value::List(scope.collect())),
            ("until", Value::from(self.until.to_string())),
            ("salt", Value::from(salt.to_vec())),
        ];
        if let Some(uses) = self.uses {
            members.push(("uses", Value::Int(i64::try_from(uses).unwrap_or(SAFE_INTEGER_MAX))));
        }
        Value::map(members)
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn delegation(scope: &[&str]) -> Delegation {
    Delegation {
        key: PublicKey::from_bytes([7; 32]),
        scope: scope.iter().map(|text| ScopePattern::parse(text).unwrap()).collect(),
        until: at("2027-01-01T00:00:00.000Z"),
        uses: Some(3),
    }
}

#[test]
fn patterns() {
    for good in ["profile.*", "profile.update", "auth.identity.update"] {
        assert_eq!(ScopePattern::parse(good).unwrap().as_str(), good);
    }
    let cases = "|*|profile|profile.|profile.handle.*|*.update|Profile.*|profile.*.x|profile.u*";
    for bad in cases.split('|') {
        assert!(ScopePattern::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn allows_what_the_scope_says_and_nothing_of_ones_own() {
    let before = at("2026-12-31T23:59:59.999Z");
    let some = delegation(&["profile.update", "events.*"]);
    assert!(some.allows("profile.update", before));
    assert!(some.allows("events.ticket.buy", before));
    assert!(!some.allows("profile.handle.claim", before));
    assert!(!some.allows("profile.update.more", before));
    assert!(!some.allows("eventsx.y", before));
    assert!(!some.allows("events", before));
    assert!(!some.allows("profile.update", some.until));
    let all = delegation(&["auth.*", "auth.home", "auth.identity.update"]);
    let cases = "auth.home auth.delete auth.identity.create auth.identity.update \
        auth.delegation.create auth.delegation.end auth.body.erased auth.settings.update \
        auth.side.adopt auth.home.x";
    for op in cases.split(' ') {
        assert!(!all.allows(op, before), "{op}");
    }
    assert!(all.allows("auth.attestation.create", before));
    assert!(all.allows("auth.homepage.x", before));
}

#[test]
fn what_may_be_granted() {
    let now = at("2026-06-01T00:00:00.000Z");
    assert_eq!(delegation(&["auth.*", "profile.update"]).check_grant(now), Ok(()));
    let never = ScopePattern::parse("auth.home").unwrap();
    assert_eq!(delegation(&["auth.home"]).check_grant(now), Err(DelegationError::Never(never)));
    assert_eq!(delegation(&[]).check_grant(now), Err(DelegationError::Scope));
    assert_eq!(delegation(&["a.*"; 65]).check_grant(now), Err(DelegationError::Scope));
    let expected = Err(DelegationError::Over);
    assert_eq!(delegation(&["a.*"]).check_grant(at("2027-01-01T00:00:00.000Z")), expected);
    let expected = Err(DelegationError::Over);
    assert_eq!(Delegation { uses: Some(0), ..delegation(&["a.*"]) }.check_grant(now), expected);
}

#[test]
fn refused_bodies() {
    let good = delegation(&["a.*"]).to_body(&[0; 16]);
    assert!(Delegation::from_body(&good).is_ok());
    let bad = |key: &str, value: Option<Value>| {
        let mut members = good.as_map().unwrap().clone();
        match value {
            Some(value) => members.insert(key.into(), value),
            None => members.remove(key),
        };
        Delegation::from_body(&Value::Map(members)).is_err()
    };
    for key in ["key", "scope", "until", "salt"] {
        assert!(bad(key, None), "{key}");
    }
    assert!(!bad("uses", None));
    assert!(bad("uses", Some(Value::Int(-1))));
    assert!(bad("uses", Some(Value::Null)));
    assert!(bad("salt", Some(Value::from(vec![0u8; 15]))));
    assert!(bad("scope", Some(Value::List(vec![]))));
    assert!(bad("scope", Some(Value::List(vec![Value::Int(1)]))));
    assert!(bad("scope", Some(Value::List(vec![Value::from("a.b c")]))));
    assert!(bad("key", Some(Value::from("did:key:z6Mk"))));
    assert!(bad("until", Some(Value::from("2027-01-01"))));
    assert!(bad("more", Some(Value::Null)));
    assert!(Delegation::from_body(&Value::Null).is_err());
}

proptest! {
    #[test]
    fn round_trip(
        key: [u8; 32],
        scope in proptest::collection::vec("[a-z][a-z0-9]{0,15}\\.(\\*|[a-z0-9]{1,9}(\\.[a-z0-9]{1,9}){0,2})", 1..8),
        millis in 0i64..253_402_300_799_999,
        uses in proptest::option::of(0u64..1 << 53),
        salt: [u8; 16],
    ) {
        let scope = scope.iter().map(|text| ScopePattern::parse(text).unwrap()).collect();
        let delegation = Delegation { key: PublicKey::from_bytes(key), scope, until: Timestamp::from_millis(millis).unwrap(), uses };
        prop_assert_eq!(Delegation::from_body(&delegation.to_body(&salt)), Ok(delegation));
    }

    /// Tests that a wider scope includes every operation of a narrower one that it covers.
    #[test]
    fn covering_agrees_with_matching(wide in "(a|b)\\.(\\*|x|y|x\\.y)", narrow in "(a|b)\\.(\\*|x|y|x\\.y)", op in "(a|b|ab)\\.(x|y|z|x\\.y)") {
        let (wide, narrow) = (ScopePattern::parse(&wide).unwrap(), ScopePattern::parse(&narrow).unwrap());
        if wide.covers(&narrow) && narrow.matches(&op) {
            prop_assert!(wide.matches(&op));
        }
    }
}
