//! The time for finding the distance between two people, in a projection that the service built from a large node's
//! number of connections: with the code that answers `GET /connections/api/distance/{did}`, on a file.

use crate::measure::prelude::*;
use imajin_app::Service;
use imajin_dfos::Timestamp;
use imajin_log::{Applied, Offset, Seq, WillKind};
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use rusqlite::{Connection, OpenFlags};

/// Total number of connections: a query of this size takes at most 10 ms.
const EDGES: usize = 100_000;
/// Number of people, with ten connections each.
const PEOPLE: usize = 20_000;
const QUESTIONS: usize = 1_000;
/// Maximum time of a query, in milliseconds.
const MS_MAX: f64 = 10.0;

/// Measures one graph in which almost all distances are at most six, and two disconnected graphs, for which the search
/// visits the most people.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let services = imajin_node::open::all_services();
    let service = services.iter().find(|service| service.name() == "connections");
    let service = service.ok_or("no service knows connections")?;
    for (name, halves) in [("one graph", 1), ("two graphs apart", 2)] {
        let folder = tempfile::tempdir_in(folder)?;
        let path = folder.path().join("connections.sqlite");
        fill(&path, service.as_ref(), halves)?;
        ask(&path, name, halves, report)?;
    }
    Ok(())
}

/// A generator of the same numbers in each run.
struct Lot(u64);

impl Lot {
    fn below(&mut self, end: usize) -> usize {
        // xorshift: sufficiently uniform for a graph.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap_or(0)
    }
}

fn person(n: usize) -> Did {
    Did::from_key(&imajin_dfos::cid::sha256(&n.to_be_bytes()))
}

/// Builds the tables from the entries of both sides of each connection.
fn fill(path: &Path, service: &dyn Service, halves: usize) -> Outcome {
    let db = Connection::open(path)?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN")?;
    db.execute_batch(service.projection().schema)?;
    let (mut lot, mut offset) = (Lot(7), 0);
    let invite = || IdText::parse("inv_000000000000000000000000").map(FactValue::Id);
    while offset < 2 * EDGES as u64 {
        let half = lot.below(halves) * (PEOPLE / halves);
        let a = half + lot.below(PEOPLE / halves);
        let b = half + lot.below(PEOPLE / halves);
        if a == b {
            continue;
        }
        let (one, other) = (person(a), person(b));
        let named = FactValue::List(vec![FactItem::Id(IdText::from_did(&other)?)]);
        let accept = Fact::new([("dids", named), ("invite", invite()?)])?;
        let accepted = Fact::new([("invite", invite()?)])?;
        for (did, op, reference, fact) in [
            (&one, "connections.accept", None, &accept),
            (&other, "connections.accepted", Some(one.as_str()), &accepted),
        ] {
            offset += 1;
            let entry = Applied {
                offset: Offset(offset),
                did,
                seq: Seq(offset),
                at: Timestamp::from_millis(0)?,
                service: service.name(),
                op,
                reference,
                body: None,
                fact: Some(fact),
                author: &one,
                will: WillKind::Signed,
            };
            service.apply(&db, &entry)?;
        }
    }
    db.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

fn ask(path: &Path, name: &str, halves: usize, report: &mut Report) -> Outcome {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    // The cache size of the node's readers.
    db.execute_batch("PRAGMA cache_size = -256")?;
    let mut lot = Lot(11);
    let (mut times, mut found) = (Vec::with_capacity(QUESTIONS), 0);
    for _ in 0..QUESTIONS {
        let from = person(lot.below(PEOPLE / halves));
        let to = person(PEOPLE - 1 - lot.below(PEOPLE / halves));
        let begun = Instant::now();
        found += usize::from(imajin_connections::distance(&db, &from, &to)?.is_some());
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let beside = format!(
        "{EDGES} connections of {PEOPLE} people; found in {found} of {QUESTIONS}; slowest {:.2} ms",
        ms(times[QUESTIONS - 1])
    );
    for (which, at) in [("half of them within", 500), ("99 of 100 within", 990)] {
        report
            .row(format!("distance, {name}: {which}"))
            .at_most(ms(times[at]), "ms", MS_MAX)
            .beside(beside.clone());
    }
    Ok(())
}
