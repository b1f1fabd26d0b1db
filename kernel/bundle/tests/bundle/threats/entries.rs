//! The rows of docs/threats.md on single entries: dropped, re-ordered, re-dated, inserted, changed, cut off, replayed.

use imajin_log::entry::{Sealed, encode_body};
use imajin_protocol::Fact;

use crate::threats::custodial_row;
use crate::threats::prelude::*;

#[test]
fn dropping() {
    let log = diary();
    assert_eq!(valid(&log).attested_to, Some(6));
    // Anyone removes the row.
    let mut gone = log.clone();
    gone.entries.remove(4);
    gone.bodies.remove(&4);
    caught(&gone, 4, "seq");
    // Anyone gives its number to the next entry, which breaks the link.
    let mut numbered = rows(&log);
    numbered.remove(4);
    numbered[4].header.seq = 4;
    let mut taken = cut(&log, 4);
    taken.entries.push(Sealed::seal(numbered[4].header.clone(), None));
    taken.bodies.insert(4, numbered[4].body.clone().unwrap());
    caught(&taken, 4, "prev");
    // A forger who links the rest again has no head for it.
    let mut linked = rows(&log);
    linked.remove(4);
    let linked = relink(&log, linked);
    caught(&linked, 6, "cut");
    // The home has one. A session's entry is the home's word, so only a head that someone kept reveals it.
    let mut headed = linked.clone();
    headed.head();
    assert_eq!(valid(&headed).by_will.custodial, 1);
    caught_knowing(&headed, log.last());
    assert_eq!(against(&log, &headed)[0].seq, Some(4));
}

#[test]
fn dropping_signed() {
    let log = diary();
    valid(&log);
    for (dropped, found) in [(1, 2), (3, 4), (5, 5)] {
        let mut rest = rows(&log);
        rest.remove(dropped);
        caught(&relink_as_home(&log, rest), found, "order");
    }
}

#[test]
fn reordering() {
    let log = diary();
    valid(&log);
    let swapped = |one: usize, other: usize| {
        let mut all = rows(&log);
        all.swap(one, other);
        let at = all[one].header.at;
        all[one].header.at = all[other].header.at;
        all[other].header.at = at;
        relink_as_home(&log, all)
    };
    caught(&swapped(5, 6), 5, "order");
    caught(&swapped(1, 3), 1, "order");
    // Only a head fixes the place of a session's entry.
    let moved = swapped(4, 5);
    valid(&moved);
    caught_knowing(&moved, log.last());
    let mut kept = moved;
    kept.heads = log.heads.clone();
    caught(&kept, 6, "head");
}

#[test]
fn redating() {
    let log = diary();
    valid(&log);
    let shifted = |from: usize, millis: i64| {
        let mut all = rows(&log);
        for row in &mut all[from..] {
            row.header.at = row.header.at.checked_add_millis(millis).unwrap();
        }
        relink_as_home(&log, all)
    };
    caught(&shifted(3, 300_001), 3, "iat");
    caught(&shifted(0, -300_001), 0, "iat");
    // The home may shift dates by up to 300 s, until it has signed a head.
    let moved = shifted(3, 300_000);
    valid(&moved);
    caught_knowing(&moved, log.last());
    let mut kept = moved;
    kept.heads = log.heads.clone();
    caught(&kept, 6, "head");
    // The person's own proof fixes what they saw.
    caught(&shifted(0, -300_000), 1, "order");
    // The log's time never goes back.
    let back = change_as_home(&log, 4, |row| row.header.at = at(3));
    caught(&back, 4, "at");
}

#[test]
fn a_wrong_clock_does_not_bar_the_exit() {
    const CENTURY_S: i64 = 3_155_760_000;
    let begin = || {
        let mut log = Log::begin(&ann(), &first_box());
        log.signed(update("on time"));
        log
    };
    let mut log = begin();
    log.later += CENTURY_S;
    log.custodial(update("in 2126"));
    log.later -= CENTURY_S;
    valid(&log);
    let seq = log.seq();
    // Any other entry dated before it is at fault, also one that the owner signs.
    let mut signed = log.clone();
    signed.signed(update("now"));
    caught(&signed, seq, "at");
    let mut by_session = log.clone();
    by_session.custodial(update("now"));
    caught(&by_session, seq, "at");
    // The owner's home entry is their word that the date was wrong; from there on time continues.
    let mut moved = log;
    moved.move_to(&second_box());
    moved.signed(update("now"));
    moved.head();
    valid(&moved);
    // The date cannot go back if the date before it fits the signature.
    let mut near = begin();
    near.later += 200;
    near.custodial(update("soon"));
    near.later -= 200;
    let seq = near.seq();
    near.move_to(&second_box());
    caught(&near, seq, "at");
}

#[test]
fn inserting() {
    let log = diary();
    valid(&log);
    let with = |row: Row| {
        let mut all = rows(&log);
        let mut row = row;
        row.header.at = just_after(&all[4]);
        all.insert(5, row);
        relink_as_home(&log, all)
    };
    // An entry with a signature that the owner gave to something else.
    let borrowed = rows(&log)[5].clone().with_body(update("never said"));
    caught(&with(borrowed), 5, "proof");
    // An entry signed by the home's own key, under the owner's name and under its own.
    let upto = cut(&log, 5);
    let mut forged = owner(&upto);
    forged.key = first_box().key;
    let mut own = forged.clone();
    own.kid = first_box().kid();
    let foreign = stranger(&upto, &first_box());
    for (hand, code) in [(forged, "proof"), (own, "key"), (foreign, "will")] {
        let mut longer = upto.clone();
        let seen = entry_position(&upto, 0);
        enter(&mut longer, update("never said"), &hand, seen);
        caught(&with(rows(&longer).pop().unwrap()), 5, code);
    }
}

#[test]
fn changing() {
    let log = diary();
    valid(&log);
    // Anyone changes the text.
    let mut forged = log.clone();
    forged.bodies.insert(3, encode_body(&update("Eve").body.unwrap()).unwrap());
    caught(&forged, 3, "body");
    // Anyone changes a session's entry, which the next link reveals.
    let next = change(&log, 4, |row| *row = row.clone().with_body(update("Eve")));
    caught(&next, 5, "prev");
    // The home, which can link and sign again, changes each part that the proof covers.
    type Edit = fn(&mut Row);
    let edits: [Edit; 5] = [
        |row| *row = row.clone().with_body(update("Eve")),
        |row| row.header.op = "profile.handle.claim".into(),
        |row| row.header.reference = Some(IdText::parse("eve").unwrap()),
        |row| row.header.fact = Some(Fact::new([("n", FactValue::Int(1))]).unwrap()),
        |row| {
            if let Will::Signed(part) = &mut row.header.will {
                part.to.push(bob().did);
            }
        },
    ];
    for edit in edits {
        caught(&change(&log, 3, edit), 3, "proof");
        caught(&change_as_home(&log, 3, edit), 3, "proof");
    }
    // The home also passes its own word off as the owner's.
    let word = custodial_row(&log, update("Eve"));
    let claimed = change_as_home(&log, 3, |row| {
        row.header.will = Will::Custodial;
        row.header.via = word.header.via;
    });
    caught(&claimed, 5, "order");
}

#[test]
fn inserting_custodial() {
    let log = diary();
    valid(&log);
    let inserted = |head: bool| {
        let mut all = rows(&log);
        let mut row = custodial_row(&log, update("never asked for"));
        row.header.at = just_after(&all[3]);
        all.insert(4, row);
        let mut out = relink(&log, all);
        if head {
            out.head();
        }
        out
    };
    // Before a head nothing reveals the insertion: the entry is the node's word, and counted as such.
    let early = inserted(true);
    let report = valid(&early);
    assert_eq!((report.entries, report.by_will.custodial), (8, 3));
    // After a head the head reveals it, as does anyone who knows the head.
    caught(&inserted(false), 6, "head");
    caught_knowing(&early, log.last());
    let equivocations = against(&log, &early);
    assert_eq!((equivocations[0].kind, equivocations[0].seq), ("entry", Some(4)));
    // An owner can require signatures.
    let mut strict = begin(&ann(), &first_box());
    let fact = Fact::new([("require_signed", FactValue::Int(1))]).unwrap();
    let demand = Make { fact: Some(fact), ..Make::op("auth.settings.update") };
    will(&mut strict, demand);
    valid(&strict);
    strict.custodial(update("never asked for"));
    strict.head();
    caught(&strict, 2, "will");
}

#[test]
fn truncating() {
    let log = diary();
    valid(&log);
    // The head is past the end.
    caught(&cut(&log, 4), 6, "cut");
    // Without a head, or with an older one, the log is an older state: only someone who knows a newer one can tell.
    let mut bare = cut(&log, 4);
    bare.heads.clear();
    assert_eq!(valid(&bare).attested_to, None);
    let mut older = cut(&log, 4);
    older.head();
    assert_eq!(valid(&older).attested_to, Some(3));
    for short in [bare, older] {
        caught_knowing(&short, log.last());
        assert_eq!(judge_knowing(&short, log.entries[3].cid).fault, None);
        assert!(against(&log, &short).is_empty(), "older is no other history");
    }
}

#[test]
fn replaying() {
    let log = diary();
    valid(&log);
    for (again, after) in [(3, 6), (6, 6), (1, 4)] {
        let mut all = rows(&log);
        let mut row = all[again].clone();
        row.header.at = just_after(&all[after]);
        all.insert(after + 1, row);
        caught(&relink_as_home(&log, all), after as u64 + 1, "order");
    }
}

#[test]
fn replaying_elsewhere() {
    let log = diary();
    valid(&log);
    let proof = header(&log, 1);
    // In another person's log: no one may write there under her name; for an unknown op, the proof is for another log.
    let mut others = begin(&bob(), &first_box());
    others.chains.insert(ann().did.to_string(), vec![ann().genesis.token]);
    let replay = |into: &Log, proof: &Header, make: Make| {
        let mut out = into.clone();
        out.push(make, proof.author.clone(), proof.will.clone(), None, None, None);
        out.head();
        out
    };
    caught(&replay(&others, &proof, update("Ann")), 1, "will");
    let mut side = begin(&ann(), &first_box());
    will(&mut side, Make::op("note.write").body(vec![("text", "mine".into())]));
    assert!(unknown(&side).unknown_ops.contains("note.write"));
    let note = Make::op("note.write").body(vec![("text", "mine".into())]);
    let mut unseen = header(&side, 1);
    if let Will::Signed(part) = &mut unseen.will {
        part.seen = None;
    }
    caught(&replay(&others, &unseen, note), 1, "proof");
    // Under his name the key is not his.
    let mut as_bob = proof.clone();
    as_bob.author = bob().did;
    caught(&replay(&others, &as_bob, update("Ann")), 1, "key");
    // At another node: an entry addressed to the previous home.
    let mut moved = log.clone();
    move_to(&mut moved, &second_box());
    moved.head();
    valid(&moved);
    let mut late = owner(&moved);
    late.aud = first_box().did;
    will_by(&mut moved, update("for the old home"), &late);
    moved.head();
    caught(&moved, 8, "aud");
}
