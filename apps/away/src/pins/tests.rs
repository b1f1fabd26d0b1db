use imajin_dfos::identity::{Key, Keys, Verified, sign_create, sign_update};
use imajin_dfos::{PublicKey, SigningKey};
use imajin_log::home::{HomeNode, ProvenEntry};
use imajin_log::rules::Home;

use super::*;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_780_000_000_000 + millis).unwrap()
}

/// An identity, with each of its operations.
struct Identity {
    did: Did,
    log: Vec<String>,
}

impl Identity {
    /// An identity of `operations` operations. `branch` makes other ones after the first.
    fn new(seed: u8, operations: usize, branch: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let public = PublicKey::from(&key);
        let keys = |branch| {
            let other = PublicKey::from(&SigningKey::from_bytes(&[branch; 32]));
            Keys { auth: vec![Key::new(&other)], ..Keys::single(Key::new(&public)) }
        };
        let did = Did::from_key(public.as_bytes());
        let genesis = sign_create(keys(seed), vec![], at(0), &public.key_id(), &key).unwrap();
        let (mut chain, mut log): (Verified, _) = (genesis.verified, vec![genesis.token]);
        for number in 1..operations {
            let next = u8::try_from(number).unwrap() + branch;
            let when = at(i64::from(next));
            let signed = sign_update(
                &chain,
                keys(next),
                vec![],
                when,
                &format!("{did}#{}", public.key_id()),
                &key,
            )
            .or_else(|_| sign_update(&chain, keys(next), vec![], when, &public.key_id(), &key))
            .unwrap();
            chain = signed.verified;
            log.push(signed.token);
        }
        Self { did, log }
    }

    fn chain(&self) -> Chain {
        Chain::verify(&self.did, &self.log).unwrap()
    }
}

/// A proven home, as the verification gives it.
fn home(maya: &Identity, node: &Identity, epoch: u64, position: usize) -> ProvenHome {
    ProvenHome {
        did: maya.did.clone(),
        home: Home {
            node: node.did.clone(),
            url: format!("https://{}.example", &node.did.as_str()[20..30]).into(),
            epoch,
        },
        chain: maya.chain(),
        position,
        node_chain: node.chain(),
    }
}

fn proof(home: &ProvenHome) -> HomeProof {
    HomeProof {
        chain: home.chain.tokens().iter().map(ToString::to_string).collect(),
        entry: ProvenEntry::new(&[1; 600], &[2; 900]),
        head: "h".repeat(500),
        node: HomeNode {
            did: home.home.node.to_string(),
            chain: home.node_chain.tokens().iter().map(ToString::to_string).collect(),
            url: home.home.url.to_string(),
        },
        card: None,
    }
}

struct Pins(Connection);

impl Pins {
    fn new() -> Self {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(crate::schema::SCHEMA).unwrap();
        Self(db)
    }

    fn accept_at(&mut self, home: &ProvenHome, at: Timestamp) -> Verdict {
        let transaction = self.0.transaction().unwrap();
        let checked = Checked { home, proof: &proof(home), tls_key: None, at };
        let verdict = accept(&transaction, &checked).unwrap();
        transaction.commit().unwrap();
        verdict
    }

    fn accept(&mut self, home: &ProvenHome) -> Verdict {
        self.accept_at(home, at(0))
    }

    fn epoch(&self, did: &Did) -> u64 {
        person(&self.0, did).unwrap().unwrap().epoch
    }
}

#[test]
fn pins_never_go_back() {
    let (a, b) = (Identity::new(2, 2, 0), Identity::new(3, 1, 0));
    let [short, long, other] =
        [(1, 0), (3, 0), (3, 50)].map(|(n, branch)| Identity::new(1, n, branch));
    let mut pins = Pins::new();
    assert_eq!(pins.accept(&home(&short, &a, 1, 0)), Verdict::Believed);
    assert_eq!(pins.accept(&home(&long, &a, 1, 0)), Verdict::Believed);
    let refused = [
        (home(&short, &a, 1, 0), PinFault::OlderChain),
        (home(&short, &b, 9, 0), PinFault::OlderChain),
        (home(&other, &a, 1, 0), PinFault::OtherChain),
        // Named by keys that had been replaced when the first home was seen.
        (home(&long, &b, 2, 1), PinFault::ReplacedKey),
        (home(&long, &b, 1, 1), PinFault::ReplacedKey),
    ];
    for (home, fault) in refused {
        assert_eq!(pins.accept(&home), Verdict::Refused(fault));
    }
    assert_eq!(pins.accept(&home(&long, &b, 2, 2)), Verdict::Believed);
    assert_eq!(pins.accept(&home(&long, &a, 1, 0)), Verdict::Refused(PinFault::LowerEpoch));
    let older = Identity::new(2, 1, 0);
    assert_eq!(pins.accept(&home(&long, &older, 3, 2)), Verdict::Refused(PinFault::NodeChain));
    assert_eq!(pins.epoch(&long.did), 2);
}

#[test]
fn of_two_homes_in_one_epoch_neither_is_believed_until_the_next() {
    let maya = Identity::new(1, 1, 0);
    let nodes = [2, 3, 4].map(|seed| Identity::new(seed, 1, 0));
    let [a, b, c] = nodes.each_ref().map(|node| home(&maya, node, 1, 0));
    let texts = [&a, &b].map(|home| serde_json::to_string(&proof(home)).unwrap());
    let mut pins = Pins::new();
    assert_eq!(pins.accept(&a), Verdict::Believed);
    let both = Verdict::TwoHomes(texts);
    assert_eq!(pins.accept(&b), both);
    assert_eq!(pins.accept(&a), both, "nor the first one again");
    let pin = person(&pins.0, &maya.did).unwrap().unwrap();
    assert!(!pin.is_fresh(at(0)));
    assert!(matches!(pins.accept(&c), Verdict::TwoHomes(_)));
    assert_eq!(pins.accept(&home(&maya, &nodes[1], 2, 0)), Verdict::Believed);
    assert!(person(&pins.0, &maya.did).unwrap().unwrap().is_fresh(at(0)));
}

#[test]
fn a_pin_answers_for_a_day_and_not_in_the_future() {
    let (maya, node) = (Identity::new(1, 1, 0), Identity::new(2, 1, 0));
    let mut pins = Pins::new();
    pins.accept(&home(&maya, &node, 1, 0));
    let pin = person(&pins.0, &maya.did).unwrap().unwrap();
    assert!(pin.is_fresh(at(DAY_MS - 1)));
    assert!(!pin.is_fresh(at(DAY_MS)) && !pin.is_fresh(at(-1)));
}

#[test]
fn a_handle_keeps_its_first_did_for_everybody_who_does_not_accept_another() {
    let mut pins = Pins::new();
    let address = Address::parse("@maya@box.example").unwrap();
    let [first, second, ann, ben] = [1, 2, 3, 4].map(|seed| Did::from_key(&[seed; 32]));
    pins.0
        .execute(
            "INSERT INTO away_accepted VALUES (?1, ?2, ?3)",
            [ann.as_str(), &address.to_string(), second.as_str()],
        )
        .unwrap();
    let mut note = |did: &Did| {
        let db = pins.0.transaction().unwrap();
        note_handle(&db, &address, did, at(0)).unwrap();
        let before = known_before(&db, &ben, &address, did).unwrap();
        let accepted = known_before(&db, &ann, &address, did).unwrap();
        db.commit().unwrap();
        assert_eq!(accepted, Some(second.clone()).filter(|known| known != did));
        before
    };
    assert_eq!(note(&first), None);
    assert_eq!(note(&second), Some(first.clone()));
    assert_eq!(note(&second), Some(first.clone()), "it warns again");
    assert_eq!(note(&first), None);
    let pin = handle(&pins.0, &address).unwrap().unwrap();
    assert!(pin.did == first && pin.is_fresh(at(1)));
}

#[test]
fn two_thousand_dead_nodes_cost_less_than_two_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pins.sqlite");
    let mut pins = Pins(Connection::open(&path).unwrap());
    pins.0.execute_batch(crate::schema::SCHEMA).unwrap();
    pins.0.pragma_update(None, "journal_mode", "OFF").unwrap();
    pins.0.pragma_update(None, "synchronous", "OFF").unwrap();
    let chains = [1, 2].map(|seed| Identity::new(seed, 3, 0));
    for number in 0..2_000_u16 {
        let mut home = home(&chains[0], &chains[1], 1, 0);
        let [high, low] = number.to_be_bytes();
        let mut key = [7; 32];
        (key[0], key[1]) = (high, low);
        home.did = Did::from_key(&key);
        key[2] = 8;
        home.home.node = Did::from_key(&key);
        home.home.url = format!("https://box-{number}.nodes.example").into();
        let db = pins.0.transaction().unwrap();
        let (proof, tls_key) = (proof(&home), Some([9; 32]));
        let checked = Checked { home: &home, proof: &proof, tls_key, at: at(i64::from(number)) };
        assert_eq!(accept(&db, &checked).unwrap(), Verdict::Believed);
        let address = Address::parse(&format!("@somebody_{number}@box-{number}.nodes.example"));
        note_handle(&db, &address.unwrap(), &home.did, at(i64::from(number))).unwrap();
        db.commit().unwrap();
    }
    let bytes = std::fs::metadata(&path).unwrap().len();
    assert!(bytes < 2 << 20, "{bytes}");
    let count = |sql: &str| pins.0.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM away_people"), 2_000, "no pin is lost");
    assert!(count("SELECT sum(length(proof)) FROM away_proofs") <= PROOF_BYTES_KEPT);
}
