use std::collections::BTreeSet;
use std::sync::Mutex;

use imajin_protocol::Did;
use proptest::prelude::*;

use super::*;

fn receipt(n: u64) -> Receipt {
    // Receipts are in no order, like those that browsers draw.
    let digest = imajin_dfos::cid::sha256(&n.to_be_bytes());
    digest[..16].try_into().unwrap()
}

fn new_box() -> (tempfile::TempDir, BallotBox) {
    let folder = tempfile::tempdir().unwrap();
    let made = BallotBox::make(&folder.path().join("a.sqlite"), [7; 32]).unwrap();
    (folder, made)
}

fn person(n: u8) -> Did {
    Did::from_key(&[n; 32])
}

fn all(sealed: &BallotBox) -> Vec<Released> {
    let mut all = Vec::new();
    loop {
        let part = sealed.released(all.len() as i64).unwrap();
        if part.is_empty() {
            return all;
        }
        all.extend(part);
    }
}

#[test]
fn each_voter_votes_once_and_a_lost_answer_can_be_asked_for_again() {
    let (_folder, mut open) = new_box();
    let (ada, bob) = (person(1), person(2));
    let yes = VoteContent::Ballot("yes");
    let mut cast = |voter, n, kept: &VoteContent<'_>| open.cast(&voter, &receipt(n), kept);
    assert_eq!(cast(Voter::Person(ada.clone()), 1, &yes).unwrap(), Cast::Counted);
    assert_eq!(cast(Voter::Person(ada.clone()), 1, &yes).unwrap(), Cast::Again);
    let other = cast(Voter::Person(ada.clone()), 1, &VoteContent::Ballot("no"));
    assert!(matches!(other, Err(NotCast::Receipt)));
    let second = cast(Voter::Person(ada.clone()), 2, &yes);
    assert!(matches!(second, Err(NotCast::Voted)));
    let of_ada = cast(Voter::Person(bob.clone()), 1, &yes);
    assert!(matches!(of_ada, Err(NotCast::Receipt)));
    assert_eq!(cast(Voter::Seat("a".into()), 3, &yes).unwrap(), Cast::Counted);
    assert_eq!(cast(Voter::Anyone, 4, &yes).unwrap(), Cast::Counted);
    assert_eq!(cast(Voter::Anyone, 4, &yes).unwrap(), Cast::Again);
    assert_eq!(open.ballots().unwrap(), 3);
}

#[test]
fn a_slip_is_good_for_one_vote_and_others_for_none() {
    let (_folder, mut open) = new_box();
    open.add_slips(&["AAAA".to_owned()]).unwrap();
    let yes = VoteContent::Ballot("yes");
    let none = open.cast(&Voter::Slip("BBBB".into()), &receipt(1), &yes);
    assert!(matches!(none, Err(NotCast::Slip)));
    let first = open.cast(&Voter::Slip("AAAA".into()), &receipt(2), &yes).unwrap();
    assert_eq!(first, Cast::Counted);
    let second = open.cast(&Voter::Slip("AAAA".into()), &receipt(3), &yes);
    assert!(matches!(second, Err(NotCast::Voted)));
}

#[test]
fn a_sealed_box_takes_nothing_and_its_order_stays() {
    let (folder, mut open) = new_box();
    for n in 0..100 {
        let voter = person(n);
        let words = n.to_string();
        let content = VoteContent::Ballot(&words);
        open.cast(&Voter::Person(voter.clone()), &receipt(n.into()), &content).unwrap();
    }
    open.seal([1; 32], false).unwrap();
    let first = all(&open);
    assert_eq!(first.len(), 100);
    let late = open.cast(&Voter::Anyone, &receipt(200), &VoteContent::Ballot("late"));
    assert!(matches!(late, Err(NotCast::Sealed)));
    // After a crash during the close, the box is sealed again with another seed.
    drop(open);
    let mut again = BallotBox::open(&folder.path().join("a.sqlite")).unwrap();
    again.seal([2; 32], false).unwrap();
    assert_eq!(all(&again), first);
    let voters: i64 =
        again.db.query_row("SELECT count(*) FROM voters", [], |row| row.get(0)).unwrap();
    assert_eq!(voters, 0, "nobody is named any more");
}

#[test]
fn a_roll_names_those_who_voted_and_not_what_they_said() {
    let (_folder, mut open) = new_box();
    for n in 1..4 {
        let (voter, n) = (person(n), u64::from(n));
        open.cast(&Voter::Listed(voter.clone()), &receipt(n), &VoteContent::Ballot("yes")).unwrap();
    }
    open.seal([1; 32], true).unwrap();
    let roll: BTreeSet<String> = open.roll().unwrap().into_iter().collect();
    let people: BTreeSet<String> = (1..4).map(|n| person(n).to_string()).collect();
    assert_eq!(roll, people);
}

#[test]
fn parts_hold_every_ballot_once_and_none_is_too_large() {
    let (_folder, mut open) = new_box();
    let words = "x".repeat(16_000);
    for n in 0..80 {
        open.cast(&Voter::Anyone, &receipt(n), &VoteContent::Ballot(&words)).unwrap();
    }
    open.seal([3; 32], false).unwrap();
    let (mut from, mut parts, mut receipts) = (0, 0, BTreeSet::new());
    loop {
        let part = open.released(from).unwrap();
        if part.is_empty() {
            break;
        }
        let bytes: usize = part.iter().map(|one| one.words.len() + BALLOT_BYTES).sum();
        assert!(bytes <= PART_BYTES, "{bytes}");
        from += part.len() as i64;
        parts += 1;
        receipts.extend(part.into_iter().map(|one| one.receipt));
    }
    assert_eq!((from, parts, receipts.len()), (80, 3, 80));
}

#[test]
fn a_destroyed_box_is_overwritten_first() {
    let (folder, mut open) = new_box();
    let path = folder.path().join("a.sqlite");
    open.cast(&Voter::Anyone, &receipt(1), &VoteContent::Ballot("a secret")).unwrap();
    // A hard link keeps the bytes readable after the file is removed.
    let kept = folder.path().join("kept");
    fs::hard_link(&path, &kept).unwrap();
    open.destroy().unwrap();
    assert!(!path.exists());
    assert!(fs::read(&kept).unwrap().iter().all(|byte| *byte == 0));
    destroy(&path).unwrap();
}

#[test]
fn no_voter_is_readable_in_a_box_without_a_roll_and_no_slip_in_any() {
    let (folder, mut open) = new_box();
    let ada = person(1);
    open.add_slips(&["SLIPCODE".to_owned()]).unwrap();
    open.cast(&Voter::Person(ada.clone()), &receipt(1), &VoteContent::Ballot("words")).unwrap();
    let bytes = fs::read(folder.path().join("a.sqlite")).unwrap();
    let has = |text: &str| bytes.windows(text.len()).any(|at| at == text.as_bytes());
    assert!(has("words"));
    assert!(!has(ada.as_str()) && !has("SLIPCODE"));
}

#[test]
fn fifty_at_once_are_all_counted_once() {
    let (_folder, open) = new_box();
    let open = Mutex::new(open);
    std::thread::scope(|scope| {
        for voter in 0..50_u8 {
            let open = &open;
            scope.spawn(move || {
                for try_n in 0..4_u64 {
                    let content = VoteContent::Sums(&|sums: Option<&str>| {
                        let n: u64 = sums.map_or(0, |sums| sums.parse().unwrap());
                        (n + 1).to_string()
                    });
                    let n = u64::from(voter) * 10 + try_n / 2;
                    let ada = person(voter);
                    // The first vote counts, its repetition is accepted, and a second receipt is refused.
                    let cast = open.lock().unwrap().cast(
                        &Voter::Person(ada.clone()),
                        &receipt(n),
                        &content,
                    );
                    assert_eq!(cast.is_ok(), try_n < 2);
                }
            });
        }
    });
    let open = open.into_inner().unwrap();
    assert_eq!(open.sums().unwrap().as_deref(), Some("50"));
    assert_eq!(open.ballots().unwrap(), 50);
}

/// Returns Spearman's rank correlation of two orders of the same `n` things.
fn correlation(places: &[usize]) -> f64 {
    let n = places.len() as f64;
    let squares = places.iter().enumerate().map(|(voted, released)| {
        let distance = voted as f64 - *released as f64;
        distance * distance
    });
    1.0 - 6.0 * squares.sum::<f64>() / (n * (n * n - 1.0))
}

/// Over 200 closes of 100 ballots the release order is independent of the voting order: the correlations have the mean
/// and the deviation of random orders (standard deviation 1/√(n − 1) each).
#[test]
fn the_order_of_the_result_and_that_of_voting_correlate_by_chance_only() {
    const RUNS: usize = 200;
    const BALLOTS: usize = 100;
    let mut all_of = Vec::new();
    for run in 0..RUNS {
        let mut order: Vec<usize> = (0..BALLOTS).collect();
        // Like the box: ordered by receipt.
        order.sort_by_key(|n| receipt((run * BALLOTS + n) as u64));
        shuffle(&mut order, imajin_dfos::cid::sha256(&run.to_be_bytes()));
        let mut places = vec![0; BALLOTS];
        for (released, voted) in order.iter().enumerate() {
            places[*voted] = released;
        }
        all_of.push(correlation(&places));
    }
    let spread = 1.0 / ((BALLOTS - 1) as f64).sqrt();
    let mean = all_of.iter().sum::<f64>() / RUNS as f64;
    assert!(mean.abs() < 4.0 * spread / (RUNS as f64).sqrt(), "{mean}");
    let variance = all_of.iter().map(|one| one * one).sum::<f64>() / RUNS as f64;
    let ratio = variance / (spread * spread);
    // The variance ratio of 200 such values lies between 0.6 and 1.4, except in one of 10 000 runs.
    assert!((0.6..1.4).contains(&ratio), "{ratio}");
    let largest = all_of.iter().fold(0.0_f64, |most, one| most.max(one.abs()));
    assert!(largest < 4.5 * spread, "{largest}");
}

proptest! {
    /// For any sequence of attempts, a voter has at most one ballot, a receipt names one ballot, and the released
    /// ballots are the acknowledged ones.
    #[test]
    fn what_was_acknowledged_is_what_is_released(tries in prop::collection::vec((0..6_u8, 0..8_u64, 0..2_u8), 0..40)) {
        let (_folder, mut open) = new_box();
        let mut counted = std::collections::BTreeMap::new();
        for (voter, n, said) in tries {
            let (did, words) = (person(voter), said.to_string());
            match open.cast(&Voter::Person(did.clone()), &receipt(n), &VoteContent::Ballot(&words)) {
                Ok(Cast::Counted) => {
                    prop_assert!(!counted.values().any(|(by, _)| *by == voter));
                    prop_assert!(counted.insert(hex::encode(&receipt(n)), (voter, words)).is_none());
                }
                // The box itself can't check the voter: nothing ties a receipt to one.
                Ok(Cast::Again) => {
                    prop_assert!(counted.values().any(|(by, _)| *by == voter));
                    prop_assert_eq!(&counted[&hex::encode(&receipt(n))].1, &words);
                }
                Err(_) => {}
            }
        }
        open.seal([9; 32], false).unwrap();
        let released: std::collections::BTreeMap<_, _> = all(&open).into_iter().map(|one| (one.receipt, one.words)).collect();
        let counted: std::collections::BTreeMap<_, _> = counted.into_iter().map(|(receipt, (_, words))| (receipt, words)).collect();
        prop_assert_eq!(released, counted);
    }
}
