//! The ledger from outside: writes, reads, repeats, crashes, rebuild.

use std::sync::Arc;
use std::time::Duration;

use crate::world::{Party, Say, World};
use imajin_dfos::Value;
use imajin_dfos::cid::raw_cid;
use imajin_ledger::{CommandWill, Limits, RefusalKind, SubmitError};

#[test]
fn a_write_is_read_and_moved_and_verifies() {
    let mut world = World::new();
    let ada = Party::new(1);
    let receipt = world.create(&ada);
    assert_eq!((receipt.seq, receipt.entries.len(), receipt.repeated), (0, 1, false));
    for n in 0..100 {
        let receipt = world.submit(&ada, Say::note(&format!("note {n}"))).unwrap();
        assert_eq!(receipt.seq, n + 1);
        assert_eq!(receipt.value, Some(n.into()));
    }
    assert_eq!(world.notes(&ada.did).len(), 100);
    let entries = world.ledger().entries(&ada.did, None, 1_000).unwrap();
    assert_eq!(entries.len(), 101);
    assert!(
        entries.iter().enumerate().all(|(n, entry)| entry.seq == n as u64 && entry.body.is_some())
    );
    let status = world.ledger().status(&ada.did).unwrap().unwrap();
    assert_eq!((status.seq, status.bare_key, status.read_only), (100, false, None));
    let head = world.ledger().head(&ada.did).unwrap().unwrap();
    assert_eq!(imajin_protocol::Head::parse(&head).unwrap().payload.seq, 100);
    world.stop();
    world.assert_valid(&ada);
    world.open();
    assert_eq!(world.ledger().entries(&ada.did, Some(99), 10).unwrap().len(), 1);
    assert_eq!(world.submit(&ada, Say::note("after a restart")).unwrap().seq, 101);
    world.assert_rebuildable();
}

#[test]
fn a_ledger_that_freed_its_memory_writes_and_reads_on() {
    let mut world = World::new();
    let ada = world.person(1);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for n in 1..4 {
        assert_eq!(world.submit(&ada, Say::note("a note")).unwrap().seq, n);
        runtime.block_on(world.ledger().release_memory());
        assert_eq!(world.notes(&ada.did).len() as u64, n);
    }
    world.assert_rebuildable();
}

#[test]
fn the_same_proof_again_gets_the_same_answer() {
    let world = World::new();
    let (ada, ben) = (world.person(1), world.person(2));
    let ping = world.signed(&ada, &ada.did, Say::ping(std::slice::from_ref(&ben.did)));
    let first = world.ledger().submit_blocking(ping.clone()).unwrap();
    assert_eq!(first.entries.len(), 2);
    for n in 0..40 {
        let again = world.ledger().submit_blocking(ping.clone()).unwrap();
        assert!(again.repeated);
        assert_eq!((again.cid, again.at, &again.entries), (first.cid, first.at, &first.entries));
        world.submit(&ada, Say::note(&n.to_string())).unwrap();
        world.submit(&ben, Say::note(&n.to_string())).unwrap();
    }
    // A command that follows the first, although others came since: a conflict that names the right `after`.
    let after = world.ledger().after(&ada.did, &ada.kid.to_string()).unwrap();
    let stale = world.signed_as(
        &ada,
        &ada.did,
        Say::note("x"),
        newest_position(&world, &ada),
        Some(first_payload(&ping)),
    );
    match world.ledger().submit_blocking(stale) {
        Err(SubmitError::Refused(refusal)) => {
            assert_eq!(refusal.kind, RefusalKind::Conflict);
            let extra = refusal.into_inner().extra.unwrap();
            assert_eq!(extra["after"], after.unwrap().to_string());
            assert_eq!(extra["head"]["seq"], 41);
        }
        other => panic!("{other:?}"),
    }
}

fn first_payload(command: &imajin_ledger::Command) -> imajin_dfos::Cid {
    let CommandWill::Signed(proof) = &command.will else { panic!("it is signed") };
    proof.payload.cid()
}

fn newest_position(world: &World, party: &Party) -> Option<imajin_protocol::proof::EntryPosition> {
    let status = world.ledger().status(&party.did).unwrap().unwrap();
    Some(imajin_protocol::proof::EntryPosition { seq: status.seq, cid: status.cid })
}

#[test]
fn refusals_leave_no_trace() {
    let mut world = World::new();
    let (ada, ben) = (Party::new(1), Party::new(2));
    world.create(&ada);
    let kind = |result: Result<imajin_ledger::Receipt, SubmitError>| match result {
        Err(SubmitError::Refused(refusal)) => refusal.kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(kind(world.submit(&ada, Say::op("note.refused"))), RefusalKind::Forbidden);
    assert_eq!(kind(world.submit(&ben, Say::note("nobody"))), RefusalKind::NotFound);
    assert_eq!(kind(world.submit(&ada, Say::op("note.unknown"))), RefusalKind::NotFound);
    // One of several logs does not exist: the others get no entry.
    let expected = RefusalKind::NotFound;
    assert_eq!(kind(world.submit(&ada, Say::ping(std::slice::from_ref(&ben.did)))), expected);
    let mut forged = world.signed(&ada, &ada.did, Say::note("x"));
    if let CommandWill::Signed(proof) = &mut forged.will {
        Arc::make_mut(proof).signature[3] ^= 1;
    }
    assert_eq!(kind(world.ledger().submit_blocking(forged)), RefusalKind::Unauthorized);
    let mut swapped = world.signed(&ada, &ada.did, Say::note("x"));
    swapped.body = Say::note("y").body;
    assert_eq!(kind(world.ledger().submit_blocking(swapped)), RefusalKind::BadRequest);
    let custodial = CommandWill::Custodial { author: ada.did.clone(), via: raw_cid(b"session") };
    let own = world.command(&ada.did, Say::op("note.own"), custodial.clone());
    assert_eq!(kind(world.ledger().submit_blocking(own)), RefusalKind::Forbidden);
    let any = world.command(&ada.did, Say::op("note.plain"), custodial);
    assert_eq!(world.ledger().submit_blocking(any).unwrap().seq, 1);
    assert_eq!(world.ledger().status(&ada.did).unwrap().unwrap().seq, 1);
    world.assert_rebuildable();
}

#[test]
fn operations_over_several_logs_verify_in_each() {
    let mut world = World::new();
    let people: Vec<Party> = (1..5).map(Party::new).collect();
    people.iter().for_each(|party| drop(world.create(party)));
    for round in 0..30 {
        for party in &people {
            let others: Vec<_> = people
                .iter()
                .filter(|other| other.did != party.did)
                .map(|other| other.did.clone())
                .collect();
            let receipt = world.submit(party, Say::ping(&others)).unwrap();
            assert_eq!(receipt.entries.len(), 4, "round {round}");
        }
    }
    world.assert_sound(&people);
}

#[test]
fn nothing_acknowledged_is_lost_in_a_crash() {
    let mut world = World::new();
    let people: Vec<Party> = (1..4).map(Party::new).collect();
    people.iter().for_each(|party| drop(world.create(party)));
    for round in 0..12 {
        let mut acknowledged = Vec::new();
        for n in 0..(round * 7 + 3) {
            let party = &people[n % people.len()];
            acknowledged.push(world.submit(party, Say::note(&format!("{round} {n}"))).unwrap());
        }
        if round % 3 == 0 {
            world.ledger().drain();
        }
        if round % 4 == 1 {
            assert!(world.ledger().settle());
        }
        world.crash();
        for receipt in &acknowledged {
            let entries =
                world.ledger().entries(&receipt.did, receipt.seq.checked_sub(1), 1).unwrap();
            assert_eq!(
                imajin_dfos::cid::dag_cbor_cid(&entries[0].header),
                receipt.cid,
                "round {round}"
            );
        }
    }
    world.assert_sound(&people);
}

#[test]
fn runtime_can_be_deleted() {
    let mut world = World::new();
    let ada = world.person(1);
    for n in 0..50 {
        world.submit(&ada, Say::note(&n.to_string())).unwrap();
    }
    world.stop();
    std::fs::remove_dir_all(world.data().join("runtime")).unwrap();
    world.open();
    assert_eq!(world.notes(&ada.did).len(), 50);
    world.stop();
    // Removes the journal too: after a graceful stop the logs alone have everything.
    std::fs::remove_dir_all(world.data().join("runtime")).unwrap();
    for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"] {
        let _ = std::fs::remove_file(world.data().join("node").join(name));
    }
    world.open();
    assert_eq!(world.notes(&ada.did).len(), 50);
    world.submit(&ada, Say::note("on")).unwrap();
    world.version = 2;
    world.crash();
    assert_eq!(world.notes(&ada.did).len(), 51);
    world.assert_rebuildable();
}

#[test]
fn a_damaged_log_is_set_aside_and_others_go_on() {
    let mut world = World::new();
    let (ada, ben) = (world.person(1), world.person(2));
    world.submit(&ada, Say::note("x")).unwrap();
    world.stop();
    let log = world.data().join("users").join(ada.did.folder_name()).join("log.sqlite");
    let bytes = std::fs::read(&log).unwrap();
    std::fs::write(&log, &bytes[..bytes.len() / 2]).unwrap();
    world.open();
    match world.submit_raw(&ada, Say::note("y")) {
        Err(SubmitError::Quarantined { did, .. }) => assert_eq!(did, ada.did),
        other => panic!("{other:?}"),
    }
    world.submit(&ben, Say::note("fine")).unwrap();
    assert_eq!(world.ledger().quarantined().len(), 1);
    world.stop();
}

#[test]
fn more_entries_wait_than_memory_holds() {
    let limits = Limits {
        waiting_bytes_max: 20_000,
        move_entries: 1_000,
        move_age_max: Duration::from_secs(3_600),
        ..Limits::default()
    };
    let mut world = World::with_limits(limits);
    let (ada, ben) = (world.person(1), world.person(2));
    for n in 0..60 {
        world.submit(&ada, Say::note(&n.to_string())).unwrap();
        world.submit(&ada, Say::ping(std::slice::from_ref(&ben.did))).unwrap();
    }
    assert_eq!(world.ledger().entries(&ada.did, None, 1_000).unwrap().len(), 121);
    assert_eq!(world.ledger().entries(&ben.did, None, 1_000).unwrap().len(), 61);
    world.crash();
    assert_eq!(world.ledger().entries(&ada.did, None, 1_000).unwrap().len(), 121);
    world.assert_sound(&[ada, ben]);
}

#[test]
fn several_threads_move_a_crowd() {
    let mut world = World::with_limits(Limits {
        open_logs_max: 4,
        move_age_max: Duration::from_secs(3_600),
        move_age_crowded_max: Duration::from_secs(3_600),
        ..Limits::default()
    });
    let people: Vec<Party> = (1..=24).map(|n| world.person(n)).collect();
    for (n, one) in people.iter().enumerate() {
        world.submit(one, Say::note("to myself")).unwrap();
        let next = &people[(n + 1) % people.len()];
        world.submit(one, Say::ping(std::slice::from_ref(&next.did))).unwrap();
    }
    // Nothing moves before the stop.
    assert!(world.ledger().stats().waiting > 24 * 3);
    world.assert_sound(&people);
}

#[test]
fn keys_change_by_position() {
    let world = World::new();
    let ada = world.person(1);
    let spare = Party::new(77);
    let chain = imajin_dfos::identity::verify_log([&ada.token]).unwrap();
    let key = imajin_dfos::identity::Key::new(&imajin_dfos::PublicKey::from(&spare.key));
    let at = imajin_dfos::Timestamp::from_millis(crate::world::START_MS).unwrap();
    let update = imajin_dfos::identity::sign_update(
        &chain,
        imajin_dfos::identity::Keys::single(key.clone()),
        Vec::new(),
        at,
        ada.kid.key_id(),
        &ada.key,
    )
    .unwrap();
    let say =
        Say::op("auth.identity.update").body(vec![("token", Value::from(update.token.as_str()))]);
    let command = world.signed(&ada, &ada.did, say);
    let first = world.ledger().submit_blocking(command.clone()).unwrap();
    // The reply got lost: a repeat gets the same receipt, although the key is no longer in force.
    let again = world.ledger().submit_blocking(command).unwrap();
    assert!(again.repeated);
    assert_eq!(again.cid, first.cid);
    assert!(matches!(world.submit(&ada, Say::note("old key")), Err(SubmitError::Refused(_))));
    let mut new = ada.clone();
    new.key = spare.key;
    new.kid = imajin_protocol::Kid::new(ada.did.clone(), key.id()).unwrap();
    new.chain = update.cid;
    assert_eq!(world.submit(&new, Say::note("new key")).unwrap().seq, 2);
}

#[test]
fn delegations_hold_within_their_scope() {
    let mut world = World::new();
    let (ada, agent) = (Party::new(1), Party::new(9));
    world.create(&ada);
    let key = imajin_dfos::PublicKey::from(&agent.key).to_multikey();
    let say = Say::op("auth.delegation.create").body(vec![
        ("key", Value::from(key)),
        ("scope", Value::List(vec![Value::from("note.*")])),
        ("until", Value::from("2027-01-01T00:00:00.000Z")),
        ("uses", Value::Int(2)),
    ]);
    let delegation = world.submit(&ada, say).unwrap();
    let delegation = delegation.cid;
    let write_under = |world: &World, via: Option<imajin_dfos::Cid>, say: Say| {
        world.clock.advance(1);
        let kid = imajin_protocol::Kid::of_bare_key(&agent.did).unwrap();
        let after = world.ledger().after(&ada.did, &kid.to_string()).unwrap();
        let mut command =
            world.signed_as(&agent, &ada.did, say, newest_position(world, &ada), after);
        if let CommandWill::Signed(proof) = &command.will {
            let mut payload = proof.payload.clone();
            payload.chain = None;
            payload.via = via;
            let signed = imajin_protocol::Proof::sign(&agent.key, kid, payload).unwrap();
            command.will = CommandWill::Signed(Arc::new(signed));
        }
        world.ledger().submit_blocking(command)
    };
    let write = |world: &World, say: Say| write_under(world, Some(delegation), say);
    let refused_at_via = |answer: Result<_, SubmitError>, kind| match answer {
        Err(SubmitError::Refused(refusal)) => {
            assert_eq!((refusal.kind, refusal.field.as_deref()), (kind, Some("via")));
        }
        other => panic!("{other:?}"),
    };
    write(&world, Say::note("one")).unwrap();
    // In the older form the home chooses the delegation.
    refused_at_via(write_under(&world, None, Say::note("unnamed")), RefusalKind::BadRequest);
    let elsewhere = Some(imajin_dfos::cid::dag_cbor_cid(b"elsewhere"));
    refused_at_via(write_under(&world, elsewhere, Say::note("elsewhere")), RefusalKind::Forbidden);
    assert!(matches!(write(&world, Say::op("note.own")), Err(SubmitError::Refused(_))));
    // Uses are counted across a restart.
    world.stop();
    world.open();
    write(&world, Say::note("two")).unwrap();
    assert!(matches!(write(&world, Say::note("three")), Err(SubmitError::Refused(_))));
    // Another delegation to the same key does not replace the one that was signed.
    let key = imajin_dfos::PublicKey::from(&agent.key).to_multikey();
    let say = Say::op("auth.delegation.create").body(vec![
        ("key", Value::from(key)),
        ("scope", Value::List(vec![Value::from("note.*")])),
        ("until", Value::from("2027-01-01T00:00:00.000Z")),
    ]);
    let wide = world.submit(&ada, say).unwrap().cid;
    let three = write(&world, Say::note("three"));
    refused_at_via(three, RefusalKind::Forbidden);
    write_under(&world, Some(wide), Say::note("three")).unwrap();
    let mut end = Say::op("auth.delegation.end");
    end.reference = Some(delegation.to_string());
    world.submit(&ada, end).unwrap();
    world.stop();
    world.assert_valid(&ada);
    world.open();
}

/// A disk with fsyncs that fail on request.
#[derive(Default)]
struct Failing(std::sync::atomic::AtomicBool);

impl imajin_ledger::Disk for Failing {
    fn sync_file(&self, _: &std::path::Path, file: &std::fs::File) -> std::io::Result<()> {
        if self.0.load(std::sync::atomic::Ordering::SeqCst) {
            Err(std::io::Error::other("the card is worn out"))
        } else {
            file.sync_data()
        }
    }

    fn sync_dir(&self, _: &std::path::Path) -> std::io::Result<()> {
        Ok(())
    }
}

/// A disk that notes which folders were synced.
#[derive(Default)]
struct Noting(std::sync::Mutex<Vec<std::path::PathBuf>>);

impl imajin_ledger::Disk for Noting {
    fn sync_file(&self, _: &std::path::Path, file: &std::fs::File) -> std::io::Result<()> {
        file.sync_data()
    }

    fn sync_dir(&self, dir: &std::path::Path) -> std::io::Result<()> {
        self.0.lock().unwrap().push(dir.to_owned());
        Ok(())
    }
}

#[test]
fn folders_that_a_killed_program_made_are_synced_before_the_journal_drops_their_entries() {
    let disk = Arc::new(Noting::default());
    let mut world = World::on(tempfile::tempdir().unwrap(), Limits::default(), disk.clone());
    let ada = world.person(1);
    world.ledger().drain();
    world.crash_with(|_| disk.0.lock().unwrap().clear());
    assert!(world.ledger().stats().journal_bytes > 0);
    world.ledger().purge(&ada.did).unwrap();
    assert_eq!(world.ledger().stats().journal_bytes, 0);
    assert!(disk.0.lock().unwrap().contains(&world.data().join("users")));
}

#[test]
fn a_failed_fsync_stops_the_ledger_and_a_restart_recovers() {
    let disk = Arc::new(Failing::default());
    let mut world = World::on(tempfile::tempdir().unwrap(), Limits::default(), disk.clone());
    let ada = world.person(1);
    world.ledger().drain();
    world.submit(&ada, Say::note("in the journal")).unwrap();
    disk.0.store(true, std::sync::atomic::Ordering::SeqCst);
    world.ledger().drain();
    assert!(world.ledger().fatal().is_some_and(|reason| reason.contains("worn out")));
    assert_eq!(world.submit_raw(&ada, Say::note("no more")), Err(SubmitError::OutcomeUnknown));
    // Reads continue.
    assert_eq!(world.notes(&ada.did), ["in the journal"]);
    disk.0.store(false, std::sync::atomic::Ordering::SeqCst);
    world.crash();
    assert_eq!(world.notes(&ada.did), ["in the journal"]);
    world.submit(&ada, Say::note("again")).unwrap();
    world.assert_rebuildable();
}

#[test]
fn a_batch_is_decided_on_one_that_is_not_durable_and_both_are_unknown_if_the_disk_fails() {
    for fails in [false, true] {
        let disk = Arc::new(Failing::default());
        let folder = tempfile::tempdir().unwrap();
        let mut world = World::on(folder, Limits::default(), disk.clone());
        let (ada, ben) = (world.person(1), world.person(2));
        let first = world.signed(&ada, &ada.did, Say::note("first"));
        // The ping writes to the log whose newest entry only the writer has.
        let second = world.signed(&ben, &ben.did, Say::ping(std::slice::from_ref(&ada.did)));
        let (ledger, mut stepper) = world.stepped();
        let notes = |ledger: &imajin_ledger::Ledger| {
            let count = "SELECT count(*) FROM note";
            let read = ledger.read("note", |db| db.query_row(count, [], |row| row.get(0)));
            read.unwrap()
        };
        let newest = |ledger: &imajin_ledger::Ledger| ledger.status(&ada.did).unwrap().unwrap().seq;
        let (before, seq): (i64, u64) = (notes(&ledger), newest(&ledger));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let mut answers: Vec<_> = [first, second]
            .map(|command| {
                let mut answer = Box::pin(ledger.submit(command));
                assert!(answer.as_mut().poll(&mut context).is_pending());
                // The second batch is committed after the first is durable.
                disk.0.store(fails, std::sync::atomic::Ordering::SeqCst);
                assert_eq!((notes(&ledger), newest(&ledger)), (before, seq));
                assert!(stepper.write_ahead() || ledger.fatal().is_some());
                answer
            })
            .into();
        stepper.sync();
        for answer in &mut answers {
            let outcome = answer.as_mut().poll(&mut context);
            let std::task::Poll::Ready(outcome) = outcome else {
                panic!("no answer");
            };
            assert_eq!(outcome.is_ok(), !fails, "{outcome:?}");
        }
        drop(answers);
        if fails {
            assert!(ledger.fatal().is_some_and(|reason| reason.contains("worn out")));
            assert_eq!((notes(&ledger), newest(&ledger)), (before, seq));
        } else {
            assert_eq!((notes(&ledger), newest(&ledger)), (before + 1, seq + 2));
        }
        disk.0.store(false, std::sync::atomic::Ordering::SeqCst);
        drop((stepper, ledger));
        world.open();
        world.assert_rebuildable();
    }
}

#[test]
fn one_data_folder_has_one_node() {
    let world = World::new();
    let node = imajin_ledger::NodeKey {
        did: world.node.did.clone(),
        kid: world.node.kid.clone(),
        key: world.node.key.clone(),
    };
    let options = imajin_ledger::Options {
        data: world.data(),
        machine: world.machine(),
        node,
        clock: world.clock.clone(),
        limits: Limits::default(),
    };
    let error = imajin_ledger::Ledger::open(options).err().unwrap().to_string();
    assert!(error.contains("in use by the process"), "{error}");
}

#[test]
fn what_a_decision_refuses_now_is_answered_again() {
    let world = World::new();
    let ada = Party::new(1);
    // Repeats the creation itself, and a write that is followed by others.
    let creation = world.signed(&ada, &ada.did, world.creation(&ada));
    let first = world.ledger().submit_blocking(creation.clone()).unwrap();
    let note = world.signed(&ada, &ada.did, Say::note("once"));
    let second = world.ledger().submit_blocking(note.clone()).unwrap();
    world.submit(&ada, Say::note("twice")).unwrap();
    for (command, receipt) in [(creation, first), (note, second)] {
        let again = world.ledger().submit_blocking(command).unwrap();
        assert!(again.repeated);
        assert_eq!((again.cid, again.entries), (receipt.cid, receipt.entries));
    }
    // Another creation is not a repeat.
    let other = world.signed_as(&ada, &ada.did, world.creation(&ada), None, None);
    assert!(matches!(world.ledger().submit_blocking(other), Err(SubmitError::Refused(_))));
}

#[test]
fn a_stopped_ledger_gives_the_folder_back() {
    let mut world = World::new();
    let kept = world.ledger().clone();
    world.stop();
    world.open();
    assert_eq!(world.submit(&world.node.clone(), Say::note("on")).unwrap().seq, 1);
    assert_eq!(
        kept.submit_blocking(world.signed(&world.node, &world.node.did, Say::note("x"))),
        Err(SubmitError::Closed)
    );
}

#[test]
fn a_log_that_is_being_copied_holds_up_nobody_else() {
    let limits = Limits { move_entries: 1, journal_swap_entries: 10, ..Limits::default() };
    let world = World::with_limits(limits);
    let (ada, ben) = (world.person(1), world.person(2));
    world
        .ledger()
        .read_log(&ada.did, |_| {
            for n in 0..50 {
                world.submit(&ada, Say::note(&n.to_string())).unwrap();
                world.submit(&ben, Say::note(&n.to_string())).unwrap();
            }
            // All of Ben's entries are moved meanwhile, and all of Ada's wait.
            for _ in 0..200 {
                if world.ledger().stats().waiting <= 50 {
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            assert_eq!(world.ledger().stats().waiting, 50);
            Ok(())
        })
        .unwrap();
    assert_eq!(world.ledger().entries(&ada.did, None, 100).unwrap().len(), 51);
}

#[test]
fn a_log_takes_no_more_entries_than_its_time_goes_on_and_no_other_log_pays() {
    let limits = Limits { log_entries_per_second: 1, log_entries_burst: 10, ..Limits::default() };
    let world = World::with_limits(limits);
    let (ada, ben) = (world.person(1), world.person(2));
    let mut last = None;
    let refused = (0..50).find_map(|n| {
        let command = world.signed(&ada, &ada.did, Say::note(&n.to_string()));
        match world.ledger().submit_blocking(command.clone()) {
            Ok(_) => last = Some(command),
            Err(error) => return Some((command, error)),
        }
        None
    });
    let (command, error) = refused.unwrap();
    let SubmitError::TooFast { did, wait } = error else {
        panic!("{error}");
    };
    assert_eq!(did, ada.did);
    assert!(wait <= Duration::from_secs(1), "{wait:?}");
    // A consequence in Ada's log would count there, too, so the whole operation waits.
    let ping = world.signed(&ben, &ben.did, Say::ping(std::slice::from_ref(&ada.did)));
    let error = world.ledger().submit_blocking(ping).unwrap_err();
    assert!(matches!(&error, SubmitError::TooFast { did, .. } if *did == ada.did), "{error}");
    // Other people write, also entries that name the log's owner, and a repeated command gets its receipt.
    world.submit(&ben, Say::note("mine")).unwrap();
    assert!(world.ledger().submit_blocking(last.unwrap()).unwrap().repeated);
    // The same proof is accepted once the time is over.
    std::thread::sleep(wait + Duration::from_millis(50));
    world.ledger().submit_blocking(command).unwrap();
    let status = world.ledger().status(&ada.did).unwrap().unwrap();
    assert!(status.seq >= 10, "{}", status.seq);
}
