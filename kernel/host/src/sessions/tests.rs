use super::*;
use imajin_log::clock::Clock;

struct ManualClock(Mutex<(Timestamp, Duration)>);

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.0.lock().0
    }
}

impl Time for ManualClock {
    fn monotonic(&self) -> Duration {
        self.0.lock().1
    }
}

fn sessions(folder: &std::path::Path, clock: &Arc<ManualClock>) -> Sessions {
    let secrets = Secrets::for_tests(&folder.join("secrets.sqlite"), &[SCHEMA]);
    Sessions::new(secrets, Arc::clone(clock) as Arc<dyn Time>, Duration::from_secs(3600), 2)
        .unwrap()
}

fn clock() -> Arc<ManualClock> {
    let at = Timestamp::parse("2026-11-20T10:00:00.000Z").unwrap();
    Arc::new(ManualClock(Mutex::new((at, Duration::from_secs(5)))))
}

fn key() -> PublicKey {
    PublicKey::from_bytes([7; 32])
}

#[tokio::test]
async fn the_oldest_makes_room_and_what_was_ended_is_not_remembered() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock());
    let sessions = sessions(folder.path(), &clock);
    let did = Did::from_key(&[7; 32]);
    let mut begun = Vec::new();
    for minute in 0..3 {
        clock.0.lock().0 = Timestamp::from_millis(1_790_000_000_000 + minute * 60_000).unwrap();
        begun.push(sessions.begin(did.clone(), &key(), "key", "a\u{7}b").await.unwrap());
    }
    assert!(sessions.find(&did, &begun[0].id).unwrap().is_none());
    let lines = sessions.list(&did).unwrap();
    assert_eq!(lines.iter().map(|line| line.label.as_str()).collect::<Vec<_>>(), ["ab", "ab"]);
    assert!(sessions.find(&Did::from_key(&[8; 32]), &begun[1].id).unwrap().is_none());

    // Looked up before the end, remembered after it: not believed.
    let generation = sessions.generation();
    let session = sessions.find(&did, &begun[1].id).unwrap().unwrap();
    assert!(sessions.end(&did, &begun[1].public_id()).await.unwrap());
    sessions.remember("token", session, generation);
    assert_eq!(sessions.recall("token"), None);
    assert!(!sessions.end(&did, &begun[1].public_id()).await.unwrap());
}

#[tokio::test]
async fn one_sign_in_too_many_ends_the_session_that_was_used_the_longest_ago() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock());
    let sessions = sessions(folder.path(), &clock);
    let did = Did::from_key(&[7; 32]);
    let mut begun = Vec::new();
    for token in ["first", "second"] {
        let session = sessions.begin(did.clone(), &key(), "key", token).await.unwrap();
        sessions.remember(token, session.clone(), sessions.generation());
        begun.push(session);
        clock.0.lock().0 = clock.now().checked_add_millis(1000).unwrap();
    }
    // Used after the second, and not written down yet.
    assert!(sessions.recall("first").is_some());
    let generation = sessions.generation();
    sessions.begin(did.clone(), &key(), "key", "third").await.unwrap();
    assert!(sessions.recall("first").is_some() && sessions.recall("second").is_none());
    assert!(sessions.find(&did, &begun[0].id).unwrap().is_some());
    assert!(sessions.find(&did, &begun[1].id).unwrap().is_none());
    assert_ne!(sessions.generation(), generation);
}

#[tokio::test]
async fn a_clock_that_jumps_ends_no_session_at_the_next_sign_in() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock());
    let sessions = sessions(folder.path(), &clock);
    let did = Did::from_key(&[7; 32]);
    let session = sessions.begin(did.clone(), &key(), "key", "x").await.unwrap();
    sessions.remember("token", session.clone(), sessions.generation());
    clock.0.lock().0 = Timestamp::parse("2031-01-01T00:00:00.000Z").unwrap();
    sessions.begin(Did::from_key(&[8; 32]), &key(), "key", "y").await.unwrap();
    assert!(sessions.recall("token").is_some());
    assert_eq!(sessions.list(&did).unwrap().len(), 1);
    clock.0.lock().1 += Duration::from_secs(3600);
    sessions.begin(Did::from_key(&[8; 32]), &key(), "key", "z").await.unwrap();
    assert!(sessions.find(&did, &session.id).unwrap().is_none());
    assert!(sessions.list(&did).unwrap().is_empty());
}

#[tokio::test]
async fn within_a_run_by_the_monotonic_clock_and_after_it_never_longer_than_a_whole_session() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock());
    let did = Did::from_key(&[7; 32]);
    let first = sessions(folder.path(), &clock);
    let session = first.begin(did.clone(), &key(), "key", "x").await.unwrap();
    first.remember("token", session.clone(), first.generation());
    let now = clock.now();
    clock.0.lock().0 = Timestamp::MAX;
    assert!(first.recall("token").is_some() && first.find(&did, &session.id).unwrap().is_some());
    // Another run, whose clock was set far back.
    clock.0.lock().0 = now.checked_add_millis(-10 * 3_600_000).unwrap();
    let second = sessions(folder.path(), &clock);
    let second_session = second.find(&did, &session.id).unwrap().unwrap();
    assert_eq!(second_session.ends, Duration::from_secs(5 + 3600));
    clock.0.lock().1 += Duration::from_secs(3600);
    assert!(first.recall("token").is_none());
    second.end_all(&did).unwrap();
    assert!(second.find(&did, &session.id).unwrap().is_none());
}
