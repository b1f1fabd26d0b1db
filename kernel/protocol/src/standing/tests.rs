use super::*;
use crate::attestation::kind;
use imajin_dfos::cid::sha256;
use proptest::prelude::*;

const NOW_MS: i64 = 1_800_000_000_000;
const DAY_MS: i64 = 24 * 3_600_000;
/// The rounding loss allowed in a graph of some thousand edges.
const ROUNDING_PPM: u64 = 5;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn did(number: u32) -> Did {
    Did::from_key(&sha256(&number.to_be_bytes()))
}

fn say(issuer: u32, subject: u32, word: &str, name: &str) -> AttestationRecord {
    AttestationRecord {
        cid: format!("{issuer}-{subject}-{word}-{name}"),
        issuer: did(issuer),
        subject: did(subject),
        kind: Kind::parse(word).unwrap(),
        context_id: None,
        bilateral: true,
        portable: true,
        public: true,
        issued_at: at(NOW_MS),
    }
}

fn vouch(issuer: u32, subject: u32) -> AttestationRecord {
    say(issuer, subject, kind::VOUCH, "")
}

/// Computes the graph of these attestations. The owner is number 0.
fn graph(given: Vec<AttestationRecord>) -> Graph {
    Graph::new(given, &[did(0)], at(NOW_MS), Mode::Community)
}

fn total(given: Vec<AttestationRecord>, who: u32) -> u64 {
    graph(given).standing_of(&did(who)).total_ppm
}

#[test]
fn the_worked_example_of_the_documentation() {
    // docs/standing.md, "An example": the owner vouches for Ann, Ann for Ben, and the node saw Ann pay.
    let mut paid = say(0, 1, kind::TRANSACTION_SETTLED, "");
    paid.issued_at = at(NOW_MS - HALF_LIFE_DAYS * DAY_MS);
    let graph = graph(vec![vouch(0, 1), paid, vouch(1, 2)]);
    let ann = graph.standing_of(&did(1));
    // One vouch fills the edge; the payment of a year ago shares it: 1 000 000 and 125 000 of 1 125 000.
    assert_eq!(ann.received_ppm, 499_999);
    assert_eq!(ann.terms.len(), 2);
    assert_eq!((ann.terms[0].amount_ppm, ann.terms[1].amount_ppm), (444_444, 55_555));
    assert_eq!((ann.terms[1].decay_ppm, ann.terms[1].type_ppm), (500_000, 250_000));
    assert_eq!(ann.counterparties_ppm / 1_000, 1_000);
    assert_eq!(ann.kinds_ppm / 1_000, 1_246);
    assert_eq!((ann.diversity_ppm, ann.total_ppm), (592_307, 296_153));
    let ben = graph.standing_of(&did(2));
    assert_eq!((ben.received_ppm, ben.diversity_ppm, ben.total_ppm), (250_000, 580_000, 145_000));
    assert_eq!(ben.terms[0].issuer_ppm, 500_000);
    let owner = graph.standing_of(&did(0));
    assert_eq!((owner.root, owner.total_ppm), (true, ONE_PPM));
}

#[test]
fn begins_at_nothing_and_with_the_owner() {
    assert_eq!(total(vec![], 7), 0);
    assert_eq!(total(vec![vouch(1, 2), vouch(2, 1), vouch(2, 3)], 3), 0, "no way from the owner");
    assert_eq!(total(vec![vouch(0, 0)], 0), ONE_PPM, "the owner's own word adds nothing");
    assert_eq!(total(vec![vouch(1, 1)], 1), 0);
}

#[test]
fn what_is_not_known_not_answered_or_not_yet_counts_nothing() {
    assert_eq!(total(vec![say(0, 1, "skill.baking", "")], 1), 0);
    assert_eq!(total(vec![say(0, 1, kind::SESSION_CREATED, "")], 1), 0);
    let mut pending = say(0, 1, kind::CONNECTION_ACCEPTED, "");
    assert!(total(vec![pending.clone()], 1) > 0);
    pending.bilateral = false;
    assert_eq!(total(vec![pending], 1), 0);
    let mut tomorrow = vouch(0, 1);
    tomorrow.issued_at = at(NOW_MS + DAY_MS);
    assert_eq!(total(vec![tomorrow], 1), 0);
}

#[test]
fn decay_halves_and_never_rises() {
    assert_eq!(decay_ppm(0), ONE_PPM);
    assert_eq!(decay_ppm(-5), ONE_PPM);
    assert_eq!(decay_ppm(HALF_LIFE_DAYS * DAY_MS), 500_000);
    assert_eq!(decay_ppm(HALF_LIFE_DAYS * DAY_MS / 2), 750_000);
    assert_eq!(decay_ppm(2 * HALF_LIFE_DAYS * DAY_MS), 250_000);
    assert_eq!(decay_ppm(i64::MAX), 0);
    let ages = (0..8_000).map(|day| decay_ppm(day * DAY_MS));
    assert!(ages.clone().zip(ages.skip(1)).all(|(young, old)| old <= young));
}

#[test]
fn diversity_counts_who_gives_not_who_is_there() {
    assert_eq!(effective_number_ppm([]), 0);
    for count in [1_u64, 2, 7, 10] {
        let amounts = (0..count).map(|_| 250_000_000_000);
        assert_eq!((effective_number_ppm(amounts) + 500) / 1_000, count * 1_000);
    }
    // A crowd with nothing to give, next to one person who gives.
    let crowd = std::iter::once(500_000_000_000).chain((0..1_000).map(|_| 1_000_000));
    assert!(effective_number_ppm(crowd) < 1_010_000);
    assert_eq!(diversity_ppm(0, 0), 500_000);
    assert_eq!(diversity_ppm(u64::MAX, u64::MAX), ONE_PPM);
}

#[test]
fn the_same_word_again_counts_half_and_another_word_counts_whole() {
    let again = |count: u32| -> Vec<AttestationRecord> {
        (0..count).map(|n| say(0, 1, kind::CUSTOMER, &n.to_string())).collect()
    };
    let once = graph(again(1)).standing_of(&did(1)).received_ppm;
    let twice = graph(again(2)).standing_of(&did(1)).received_ppm;
    let many = graph(again(50)).standing_of(&did(1)).received_ppm;
    assert_eq!((once, twice), (75_000, 112_500));
    assert!(many < 2 * once, "{many}");
    let other = vec![say(0, 1, kind::CUSTOMER, ""), say(0, 1, kind::EVENT_ATTENDANCE, "")];
    assert_eq!(graph(other).standing_of(&did(1)).received_ppm, 75_000 + 150_000);
}

#[test]
fn warnings_take_by_who_gives_them_until_they_are_taken_back() {
    let vouches = || vec![vouch(0, 1), vouch(0, 2)];
    let before = total(vouches(), 1);
    let flag = |issuer| say(issuer, 1, kind::FLAG_YELLOW, "");
    let with = |more: Vec<AttestationRecord>| total(vouches().into_iter().chain(more).collect(), 1);
    assert_eq!(with(vec![flag(99)]), before, "a stranger's warning takes nothing");
    assert_eq!(with(vec![flag(2)]), before - 125_000);
    assert_eq!(with(vec![flag(0)]), 0);
    let mut again = flag(2);
    again.cid.push('b');
    assert_eq!(with(vec![flag(2), again]), before - 125_000, "said twice is said once");
    let clears = |issuer: u32| {
        let mut cleared = say(issuer, 1, kind::FLAG_CLEARED, "");
        cleared.context_id = Some(flag(2).cid);
        cleared
    };
    assert_eq!(with(vec![flag(2), clears(1)]), before - 125_000, "not by whom it is about");
    assert_eq!(with(vec![flag(2), clears(2)]), before);
    assert_eq!(with(vec![flag(2), clears(0)]), before);
}

#[test]
fn elsewhere_only_what_verifies_there_counts() {
    let mut here = vouch(0, 1);
    here.portable = false;
    let of = |mode| {
        let attestations = vec![here.clone(), vouch(0, 2)];
        let graph = Graph::new(attestations, &[did(0)], at(NOW_MS), mode);
        (graph.standing_of(&did(1)).total_ppm, graph.standing_of(&did(2)).total_ppm)
    };
    assert_eq!(of(Mode::Community), (145_000, 145_000), "two share what the owner gives");
    assert_eq!(of(Mode::CrossNode), (0, 290_000));
}

/// Makes a ring in which everyone vouches for the next `out` ones, countersigns and trades; `honest` people, all
/// vouched for by the owner, each vouch for one of the ring.
fn ring(size: u32, out: u32, honest: u32) -> Vec<AttestationRecord> {
    let mut attestations = Vec::new();
    for person in 1..=honest {
        attestations.push(vouch(0, person));
        attestations.push(vouch(person, 10_000 + person % size));
    }
    for member in 0..size {
        for step in 1..=out {
            let (from, to) = (10_000 + member, 10_000 + (member + step) % size);
            for word in [kind::VOUCH, kind::CONNECTION_ACCEPTED, kind::CUSTOMER] {
                attestations.push(say(from, to, word, ""));
            }
        }
    }
    attestations
}

#[test]
fn a_ring_of_a_thousand_gains_no_more_than_its_honest_edges_allow() {
    for (honest, out) in [(0, 3), (1, 1), (1, 5), (5, 3), (20, 5)] {
        let graph = graph(ring(1_000, out, honest));
        let members: std::collections::BTreeSet<Did> = (10_000..11_000).map(did).collect();
        let answers: Vec<Standing> = members.iter().map(|did| graph.standing_of(did)).collect();
        let inflow: u64 = answers
            .iter()
            .flat_map(|answer| &answer.terms)
            .filter(|term| !members.contains(&term.issuer))
            .map(|term| term.amount_ppm + 1)
            .sum();
        let together: u64 = answers.iter().map(|answer| answer.total_ppm).sum();
        assert!(together <= 2 * inflow, "{honest} {out}: {together} of {inflow}");
        assert_eq!(together > 0, honest > 0);
        // And of what their honest edges alone bring them.
        let alone = self::graph(ring(1_000, 0, honest));
        let received = |did: &Did| alone.standing_of(did).received_ppm + 1;
        let received: u64 = members.iter().map(received).sum();
        assert!(together <= 2 * received, "{honest} {out}: {together} of {received}");
    }
}

#[test]
fn a_larger_ring_gains_nothing() {
    let together = |size: u32| -> u64 {
        let graph = graph(ring(size, 3, 1));
        (10_000..10_000 + size).map(|number| graph.standing_of(&did(number)).total_ppm).sum()
    };
    let (small, large) = (together(10), together(1_000));
    assert!(large <= small + small / 50, "{small} {large}");
}

fn words() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        kind::VOUCH,
        kind::CONNECTION_ACCEPTED,
        kind::CONNECTION_INVITED,
        kind::EVENT_ATTENDANCE,
        kind::TRANSACTION_SETTLED,
        kind::CUSTOMER,
        kind::SESSION_CREATED,
        "skill.baking",
    ])
}

fn one_of(people: u32) -> impl Strategy<Value = AttestationRecord> {
    (0..people, 0..people, words(), 0_u32..3, 0_i64..2_000, any::<[bool; 3]>()).prop_map(
        |(issuer, subject, word, name, days, [bilateral, portable, public])| AttestationRecord {
            bilateral,
            portable,
            public,
            issued_at: at(NOW_MS - days * DAY_MS),
            ..say(issuer, subject, word, &name.to_string())
        },
    )
}

fn many(people: u32) -> impl Strategy<Value = Vec<AttestationRecord>> {
    prop::collection::vec(one_of(people), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_order_of_what_is_known_does_not_matter(given in many(8), seed in any::<u64>()) {
        let mut other = given.clone();
        other.sort_by_key(|one| sha256(format!("{seed}{}", one.cid).as_bytes()));
        // The same attestation from the issuer's log and from the subject's.
        other.extend(other.clone());
        let keep_first = |given: Vec<AttestationRecord>| {
            let mut seen = std::collections::BTreeSet::new();
            given.into_iter().filter(|one| seen.insert(one.cid.clone())).collect::<Vec<_>>()
        };
        let (a, b) = (graph(keep_first(given.clone())), graph(keep_first(given)));
        let c = graph(keep_first(other));
        for who in 0..8 {
            prop_assert_eq!(a.standing_of(&did(who)), b.standing_of(&did(who)));
        }
        // Either of two attestations with one CID (impossible in practice) may count; without such pairs the order is
        // irrelevant.
        let names: std::collections::BTreeSet<_> = c.edges.iter().flat_map(|edge| &edge.parts).map(|part| &part.cid).collect();
        prop_assert!(names.len() <= 8 * 8 * 8 * 3);
    }

    #[test]
    fn nobody_gives_more_than_half_of_what_they_have(given in many(10)) {
        let graph = graph(given);
        let mut given_by: BTreeMap<Did, u64> = BTreeMap::new();
        for who in 0..10 {
            for term in graph.standing_of(&did(who)).terms {
                *given_by.entry(term.issuer).or_default() += term.amount_ppm;
            }
        }
        for (issuer, amount) in given_by {
            let number = graph.dids.binary_search(&issuer).unwrap();
            prop_assert!(amount <= graph.standing[number] / 1_000_000 / 2 + 1, "{issuer} {amount}");
        }
        let together: u64 = graph.standing.iter().sum();
        prop_assert!(together <= 2 * flow::FINE);
    }

    #[test]
    fn the_terms_are_the_answer(given in many(8), who in 0_u32..8) {
        let answer = graph(given).standing_of(&did(who));
        let sum: u64 = answer.terms.iter().map(|term| term.amount_ppm).sum();
        let own = if answer.root { ONE_PPM } else { 0 };
        prop_assert!(sum + own <= answer.received_ppm);
        prop_assert!(answer.received_ppm <= sum + own + answer.terms.len() as u64);
        let left = answer.received_ppm * answer.diversity_ppm / ONE_PPM;
        prop_assert!(answer.total_ppm <= left.saturating_sub(answer.taken_ppm) + 1);
        prop_assert!(left.saturating_sub(answer.taken_ppm) <= answer.total_ppm + 1);
    }

    #[test]
    fn a_good_word_more_never_takes_away(given in many(8), mut more in one_of(8)) {
        more.cid.push_str("-more");
        let who = more.subject.clone();
        let before = graph(given.clone()).standing_of(&who).received_ppm;
        let after = graph(given.into_iter().chain([more]).collect()).standing_of(&who).received_ppm;
        prop_assert!(after + ROUNDING_PPM >= before, "{before} {after}");
    }

    #[test]
    fn more_from_one_side_never_takes_away_by_being_less_diverse(amounts in prop::collection::vec(0_u64..1_000_000_000_000, 1..12), more in 0_u64..1_000_000_000_000) {
        let worth = |amounts: &[u64]| {
            let sum: u64 = amounts.iter().sum();
            // The worst case: issuers and types lean the same way.
            let number = effective_number_ppm(amounts.iter().copied());
            u128::from(sum) * u128::from(diversity_ppm(number, number)) / 1_000_000_000_000
        };
        let before = worth(&amounts);
        let mut after = amounts;
        after.push(more);
        prop_assert!(worth(&after) + 1 + before / 1_000 >= before);
    }

    #[test]
    fn the_same_worth_spread_over_more_people_is_worth_more(people in 2_u32..10) {
        // Each issuer has the same standing, and gives the same attestation.
        let from = |issuers: Vec<u32>| {
            let mut attestations: Vec<AttestationRecord> = (1..=people).map(|person| vouch(0, person)).collect();
            attestations.extend(issuers.into_iter().enumerate().map(|(n, issuer)| say(issuer, 50, kind::CUSTOMER, &n.to_string())));
            graph(attestations).standing_of(&did(50)).total_ppm
        };
        let single_issuer = from(vec![1; people as usize]);
        let spread = from((1..=people).collect());
        prop_assert!(spread > single_issuer);
    }

    #[test]
    fn a_ring_of_any_shape_holds_at_most_twice_what_comes_in(inside in many(12), over in prop::collection::vec((1_u32..4, 0_u32..12), 0..4)) {
        // The ring is numbers 100 to 111; its members attest anything to each other. Three people whom the owner knows
        // vouch for some.
        let move_in = |attestation: AttestationRecord| {
            let number = |did: &Did| (0..12).find(|n| self::did(*n) == *did).unwrap_or(0);
            let (from, to) = (number(&attestation.issuer), number(&attestation.subject));
            AttestationRecord { issuer: did(100 + from), subject: did(100 + to), ..attestation }
        };
        let mut attestations: Vec<AttestationRecord> = inside.into_iter().map(move_in).collect();
        attestations.extend((1..4).map(|person| vouch(0, person)));
        attestations.extend(over.into_iter().map(|(person, member)| vouch(person, 100 + member)));
        let graph = graph(attestations);
        let (mut together, mut inflow) = (0, 0);
        for answer in (100..112).map(|number| graph.standing_of(&did(number))) {
            together += answer.total_ppm;
            let honest = answer.terms.iter().filter(|term| (0..4).any(|person| did(person) == term.issuer));
            inflow += honest.map(|term| term.amount_ppm + 1).sum::<u64>();
        }
        prop_assert!(together <= 2 * inflow, "{together} of {inflow}");
    }

    #[test]
    fn older_is_never_worth_more(given in many(6), who in 0_u32..6, days in 1_i64..3_000) {
        // Dates everything that a subject got `days` earlier; nothing else changes.
        let aged = given.iter().cloned().map(|one| if one.subject == did(who) && who != 0 { AttestationRecord { issued_at: at(one.issued_at.as_millis() - days * DAY_MS), ..one } } else { one });
        let (young, old) = (graph(given.clone()).standing_of(&did(who)), graph(aged.collect()).standing_of(&did(who)));
        prop_assert!(old.received_ppm <= young.received_ppm + ROUNDING_PPM);
    }
}
