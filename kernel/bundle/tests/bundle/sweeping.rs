//! The sweep of the media store, over random histories: what no entry of any log names goes a day after it came, and nothing
//! that one names ever does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use crate::copies::{again, export, move_home, take};
use crate::world::{Party, Say, World};
use imajin_dfos::Cid;
use imajin_ledger::UNNAMED_KEPT;
use imajin_log::Clock as _;
use imajin_protocol::{Fact, FactItem, FactValue, IdText};

const HOUR_MS: i64 = 3_600_000;
/// The node under test, and one that people come from.
const NODE: u64 = 1;
const ELSEWHERE: u64 = 2;

/// A seeded generator of numbers (xorshift, Marsaglia 2003).
struct Rng(u64);

impl Rng {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

/// An entry that names files.
#[derive(Clone)]
struct Entry {
    body: Cid,
    media: Vec<Cid>,
    erased: bool,
}

/// The expected state of a person.
#[derive(Clone)]
struct Person {
    party: Party,
    entries: Vec<Entry>,
    /// Files named in an abandoned branch.
    side: BTreeSet<Cid>,
    /// Files of the branch's entries that were erased before: these may stay.
    side_erased: BTreeSet<Cid>,
    /// The copy from before the damage, if the person's log is damaged now.
    damaged: Option<PathBuf>,
    /// Whether the quarantine has a damaged file of the person's log: the files that it names are unknown.
    was_damaged: bool,
}

impl Person {
    fn new(party: Party) -> Self {
        Self {
            party,
            entries: Vec::new(),
            side: BTreeSet::new(),
            side_erased: BTreeSet::new(),
            damaged: None,
            was_damaged: false,
        }
    }

    fn referenced_files(&self) -> BTreeSet<Cid> {
        let left = self.entries.iter().filter(|entry| !entry.erased);
        let named = left.flat_map(|entry| entry.media.iter().copied());
        named.chain(self.side.iter().copied()).collect()
    }
}

struct History {
    world: World,
    people: Vec<Person>,
    rng: Rng,
    copies: tempfile::TempDir,
    count: u64,
    /// Number of files that sweeps removed. With `done`, it shows the test that something happened.
    removed: usize,
    done: BTreeMap<&'static str, usize>,
}

fn named_note(world: &World, party: &Party, media: &[Cid]) -> Option<Entry> {
    let ids = media.iter().map(|cid| FactItem::Id(IdText::parse(&cid.to_string()).unwrap()));
    let mut say = Say::note("look");
    say.fact = Some(Fact::new([("media", FactValue::List(ids.collect()))]).unwrap());
    let body = say.body_cid().unwrap();
    world.submit(party, say).ok()?;
    Some(Entry { body, media: media.to_vec(), erased: false })
}

fn put(world: &World, party: &Party, n: usize) -> Cid {
    let bytes = format!("picture {n}");
    let store = world.ledger().media();
    store.put(&party.did, bytes.as_bytes()).unwrap().cid
}

impl History {
    fn new(seed: u64) -> Self {
        let world = World::with_seed(NODE);
        let people: Vec<Person> = (100..103).map(Party::new).map(Person::new).collect();
        for person in &people {
            world.create(&person.party);
        }
        Self {
            world,
            people,
            rng: Rng(seed * 2 + 1),
            copies: tempfile::tempdir().unwrap(),
            count: seed << 32,
            removed: 0,
            done: BTreeMap::new(),
        }
    }

    fn copy_path(&mut self) -> PathBuf {
        self.count += 1;
        self.copies.path().join(self.count.to_string())
    }

    /// Returns a person's files, with their arrival times in milliseconds.
    fn files(&self, at: usize) -> BTreeMap<Cid, i64> {
        let store = self.world.ledger().media();
        let did = &self.people[at].party.did;
        let list = store.list(did).unwrap();
        let came = |cid: &Cid| {
            let path = store.path(did, cid).unwrap();
            let modified = fs::metadata(path).unwrap().modified().unwrap();
            let came = modified.duration_since(UNIX_EPOCH).unwrap();
            i64::try_from(came.as_millis()).unwrap()
        };
        list.iter().map(|(cid, _)| (*cid, came(cid))).collect()
    }

    fn step(&mut self) {
        let at = self.rng.next(self.people.len());
        let what = match self.rng.next(24) {
            0..=5 => self.upload(at),
            6..=9 => self.name(at),
            10..=12 => self.erase(at),
            13..=16 => self.wait(),
            17..=19 => self.sweep(),
            20 => self.arrive(),
            21 => self.fork(at),
            22 => self.damage(at),
            _ => self.restart(),
        };
        *self.done.entry(what).or_default() += 1;
    }

    fn upload(&mut self, at: usize) -> &'static str {
        let n = self.rng.next(12);
        put(&self.world, &self.people[at].party, n);
        "upload"
    }

    fn name(&mut self, at: usize) -> &'static str {
        let files: Vec<Cid> = self.files(at).into_keys().collect();
        if files.is_empty() || self.people[at].damaged.is_some() {
            return "nothing";
        }
        let count = 1 + self.rng.next(2);
        let mut media: Vec<Cid> = (0..count).map(|_| files[self.rng.next(files.len())]).collect();
        media.dedup();
        let named = named_note(&self.world, &self.people[at].party, &media);
        self.people[at].entries.extend(named);
        "name"
    }

    fn erase(&mut self, at: usize) -> &'static str {
        let count = self.people[at].entries.len();
        if count == 0 || self.people[at].damaged.is_some() {
            return "nothing";
        }
        let n = self.rng.next(count);
        let person = &mut self.people[at];
        let say = Say::erase(&[person.entries[n].body]);
        person.entries[n].erased |= self.world.submit(&person.party, say).is_ok();
        "erase"
    }

    fn wait(&mut self) -> &'static str {
        let hours = 1 + self.rng.next(16) as i64;
        self.world.clock.advance(hours * HOUR_MS);
        "wait"
    }

    /// Imports a person's log from another node, as a backup or as a new home.
    fn arrive(&mut self) -> &'static str {
        let elsewhere = World::with_seed(ELSEWHERE);
        elsewhere.clock.set(self.world.clock.now());
        self.count += 1;
        let mut person = Person::new(Party::new(1_000 + self.count));
        elsewhere.create(&person.party);
        for n in 0..1 + self.rng.next(4) {
            let cid = put(&elsewhere, &person.party, n);
            let entry = named_note(&elsewhere, &person.party, &[cid]).unwrap();
            person.entries.push(entry);
        }
        let path = self.copy_path();
        let bundle = export(&elsewhere, &person.party, &path);
        match self.rng.next(2) {
            0 => take(&self.world, &bundle).unwrap(),
            _ => move_home(&self.world, &person.party, &bundle).unwrap(),
        };
        self.people.push(person);
        "arrive"
    }

    /// Continues a copy of the whole node separately, and imports its log, which is ahead.
    fn fork(&mut self, at: usize) -> &'static str {
        let status = self.world.ledger().status(&self.people[at].party.did);
        let may_write = status.is_ok_and(|status| status.unwrap().read_only.is_none());
        if !may_write || self.people[at].was_damaged {
            return "nothing";
        }
        self.world.ledger().drain();
        let folder = tempfile::tempdir().unwrap();
        crate::world::copy_folder(self.world.folder.path(), folder.path());
        let card = again(folder, Party::new(NODE));
        card.clock.set(self.world.clock.now());
        let mut there = self.people[at].clone();
        for n in 20..24 {
            let cid = put(&card, &there.party, n);
            there.entries.extend(named_note(&card, &there.party, &[cid]));
        }
        let here = put(&self.world, &there.party, 30);
        let branch = named_note(&self.world, &there.party, &[here]).unwrap();
        self.world.clock.set(card.clock.now());
        there.side.extend(self.people[at].referenced_files());
        there.side.extend(branch.media);
        let all = self.people[at].entries.iter();
        there.side_erased.extend(all.flat_map(|entry| &entry.media));
        let path = self.copy_path();
        let bundle = export(&card, &there.party, &path);
        move_home(&self.world, &there.party, &bundle).unwrap();
        self.people[at] = there;
        "fork"
    }

    /// Damages a person's log, with entries pending for it; the next call repairs it from a copy.
    fn damage(&mut self, at: usize) -> &'static str {
        if let Some(bundle) = self.people[at].damaged.take() {
            take(&self.world, &bundle).unwrap();
            return "repair";
        }
        let party = self.people[at].party.clone();
        let status = self.world.ledger().status(&party.did);
        let may_write = status.is_ok_and(|status| status.unwrap().read_only.is_none());
        if !may_write || self.people[at].was_damaged {
            return "nothing";
        }
        let path = self.copy_path();
        let bundle = export(&self.world, &party, &path);
        self.world.stop();
        self.world.open();
        let n = self.rng.next(12);
        let cid = put(&self.world, &party, n);
        let waiting = named_note(&self.world, &party, &[cid]).unwrap();
        self.people[at].entries.push(waiting);
        let log = self.world.log_path(&party);
        let log = log.strip_prefix(self.world.folder.path()).unwrap().to_owned();
        self.world.crash_with(|data| {
            let bytes = fs::read(data.join(&log)).unwrap();
            fs::write(data.join(&log), &bytes[..bytes.len() / 2]).unwrap();
            let _ = fs::remove_file(data.join(&log).with_extension("sqlite-wal"));
        });
        self.world.ledger().drain();
        self.people[at].damaged = Some(bundle);
        self.people[at].was_damaged = true;
        "damage"
    }

    fn restart(&mut self) -> &'static str {
        match self.rng.next(2) {
            0 => self.world.crash(),
            _ => {
                self.world.stop();
                self.world.open();
            }
        }
        "restart"
    }

    fn sweep(&mut self) -> &'static str {
        let kept = i64::try_from(UNNAMED_KEPT.as_millis()).unwrap();
        let than = self.world.clock.now().as_millis() - kept;
        let before: Vec<_> = (0..self.people.len()).map(|at| self.files(at)).collect();
        for folder in self.world.ledger().user_folders().unwrap() {
            self.world.ledger().sweep_media(&folder).unwrap();
        }
        for (at, before) in before.iter().enumerate() {
            let (after, person) = (self.files(at), &self.people[at]);
            let named = person.referenced_files();
            if let Some(cid) = named.difference(&after.keys().copied().collect()).next() {
                panic!("{cid} is named and not there (before the sweep: {:?})", before.get(cid));
            }
            for (cid, came) in before {
                let is_here = after.contains_key(cid);
                self.removed += usize::from(!is_here);
                assert!(is_here || *came < than, "{cid} is young and went");
                let may_stay = person.was_damaged || person.side_erased.contains(cid);
                let goes = *came < than && !named.contains(cid) && !may_stay;
                assert!(!(is_here && goes), "{cid} is named by nothing and stayed");
            }
        }
        "sweep"
    }
}

#[test]
fn whatever_happens_a_sweep_takes_what_no_entry_names_and_nothing_else() {
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    let mut removed = 0;
    for seed in 0..8 {
        let mut history = History::new(seed);
        for step in 0..50 {
            let stepped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| history.step()));
            assert!(stepped.is_ok(), "seed {seed}, step {step}");
        }
        history.sweep();
        if history.people.iter().all(|person| person.damaged.is_none()) {
            history.world.assert_rebuildable();
        }
        removed += history.removed;
        for (what, count) in history.done {
            *done.entry(what).or_default() += count;
        }
    }
    assert!(removed > 20, "{removed}");
    for what in ["erase", "arrive", "fork", "damage", "repair", "restart"] {
        assert!(done.get(what).is_some_and(|count| *count > 1), "{done:?}");
    }
}

#[test]
fn a_file_stays_a_day_and_is_young_again_when_it_comes_again() {
    let world = World::new();
    let anna = world.person(1);
    let folder = anna.did.folder_name();
    let sweep = || world.ledger().sweep_media(&folder).unwrap().files;
    let day = i64::try_from(UNNAMED_KEPT.as_millis()).unwrap();
    let (one, two) = (put(&world, &anna, 1), put(&world, &anna, 2));
    world.clock.advance(day);
    assert_eq!(sweep(), 0, "not before a day is over");
    put(&world, &anna, 2);
    world.clock.advance(1);
    assert_eq!(sweep(), 1);
    let store = world.ledger().media();
    assert!(store.size(&anna.did, &one).unwrap().is_none());
    assert!(store.size(&anna.did, &two).unwrap().is_some());
    let stats = world.ledger().stats();
    assert_eq!((stats.swept_files, stats.swept_bytes), (1, 9));
    // A file named at the last moment stays; also while the entry waits to be moved.
    world.clock.advance(day - 10);
    named_note(&world, &anna, &[two]).unwrap();
    world.clock.advance(3 * day);
    assert_eq!(sweep(), 0);
    assert!(Duration::from_secs(24 * 3600) == UNNAMED_KEPT);
}
