use super::*;
use crate::projection::PROJECTION;
use proptest::prelude::*;
use std::collections::VecDeque;

fn did(n: u8) -> Did {
    Did::from_key(&[n; 32])
}

/// A database in which these pairs are connected; a half is a row of the first person's record alone.
fn world(pairs: &[(u8, u8)], halves: &[(u8, u8)]) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(PROJECTION.schema).unwrap();
    let both = pairs.iter().flat_map(|&(a, b)| [(a, b), (b, a)]);
    for (a, b) in both.chain(halves.iter().copied()) {
        db.execute(
            "INSERT OR IGNORE INTO connections (owner_did, did, a, b, since, invited, confirmed) VALUES (?1, ?2, ?3, ?4, 0, 0, 0)",
            rusqlite::params![did(a).as_str(), did(b).as_str(), number(&did(a)), number(&did(b))],
        )
        .unwrap();
    }
    db
}

fn far(db: &Connection, a: u8, b: u8) -> Option<u8> {
    distance(db, &did(a), &did(b)).unwrap()
}

#[test]
fn along_a_line_to_six() {
    let line: Vec<(u8, u8)> = (0..9).map(|n| (n, n + 1)).collect();
    let db = world(&line, &[]);
    for n in 0..=6 {
        assert_eq!(far(&db, 0, n), Some(n));
        assert_eq!(far(&db, n, 0), Some(n));
    }
    assert_eq!((far(&db, 0, 7), far(&db, 0, 9), far(&db, 0, 99)), (None, None, None));
}

#[test]
fn one_record_alone_is_no_connection() {
    let db = world(&[(0, 1)], &[(1, 2), (3, 0)]);
    assert!(connected((&db).into(), &did(0), &did(1)).unwrap());
    assert!(!connected((&db).into(), &did(1), &did(2)).unwrap());
    assert!(!connected((&db).into(), &did(2), &did(1)).unwrap());
    assert_eq!((far(&db, 0, 2), far(&db, 0, 3), far(&db, 3, 1)), (None, None, None));
}

/// The plain way: breadth first from one end.
fn plain(pairs: &[(u8, u8)], from: u8, to: u8) -> Option<u8> {
    let mut seen = vec![from];
    let mut left = VecDeque::from([(from, 0)]);
    while let Some((at, depth)) = left.pop_front() {
        if at == to {
            return Some(depth);
        }
        if depth == DISTANCE_MAX {
            continue;
        }
        for &(a, b) in pairs {
            for next in [(a == at).then_some(b), (b == at).then_some(a)].into_iter().flatten() {
                if !seen.contains(&next) {
                    seen.push(next);
                    left.push_back((next, depth + 1));
                }
            }
        }
    }
    None
}

proptest! {
    /// Checks that a search from both ends finds the same distance as one from a single end, in any graph.
    #[test]
    fn from_both_ends_as_from_one(pairs in prop::collection::vec((0_u8..24, 0_u8..24), 0..40), from in 0_u8..24, to in 0_u8..24) {
        let pairs: Vec<_> = pairs.into_iter().filter(|(a, b)| a != b).collect();
        let db = world(&pairs, &[]);
        prop_assert_eq!(far(&db, from, to), plain(&pairs, from, to));
        prop_assert_eq!(far(&db, to, from), plain(&pairs, from, to));
        let edge = pairs.contains(&(from, to)) || pairs.contains(&(to, from));
        prop_assert_eq!(connected((&db).into(), &did(from), &did(to)).unwrap(), edge);
    }
}
