//! A family's photos during repeated kills of the node. Afterwards each acknowledged offset and file is there, complete
//! and once. The moments depend on a seed, and on the timing of the node and the clients.

use crate::kill::all_is_well;
use imajin_dfos::cid::raw_cid;
use imajin_e2e::Strike;
use imajin_e2e::prelude::*;
use reqwest::blocking::Body;
use std::io::{self, Cursor, Read};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Number of kills in an ordinary run; the part `rounds` sets thirty with `IMAJIN_KILLS`.
const KILLS: u64 = 4;
/// Photos per kill, unless `IMAJIN_PHOTOS` sets their total: about one is complete before the next kill.
const PHOTOS_PER_KILL: u64 = 3;
/// Number of people, each of whom sends one photo after the other.
const FAMILY: u64 = 3;
const SEED: u64 = 0x5eed;
const PHOTO_BYTES: Range<u64> = 200_000..5_000_000;
/// Size of an upload request: some photos need one request, others thirty.
const PART_BYTES: Range<u64> = 50_000..2_000_000;
/// Number of durable calls of one thread before a kill: a photo needs some twenty.
const CALLS: Range<u64> = 1..17;
/// Number of bytes sent by the clients before a kill of the other kind.
const SENT_BYTES: Range<u64> = 1..4_000_000;
/// Maximum length of a list of files in an answer.
const PAGE: usize = 100;

fn number(variable: &str, default: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// An xorshift generator: the same numbers in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start)
    }
}

enum Moment {
    /// At the n-th durable call of a thread of the node.
    Call(u32),
    /// Once the clients have sent this many bytes.
    Sent(i64),
    Never,
}

/// Kills a process once the clients have sent this many bytes.
struct Fuse {
    left: AtomicI64,
    pid: u32,
}

impl Fuse {
    fn burn(&self, bytes: i64) {
        let left = self.left.fetch_sub(bytes, Ordering::Relaxed);
        if (1..=bytes).contains(&left) {
            let pid = self.pid.to_string();
            let killed = Command::new("kill").args(["-KILL", &pid]).status();
            assert!(killed.is_ok_and(|status| status.success()));
        }
    }
}

/// A request body with part of a photo.
struct Part {
    bytes: Cursor<Vec<u8>>,
    fuse: Arc<Fuse>,
}

impl Read for Part {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(out)?;
        self.fuse.burn(i64::try_from(count).unwrap());
        Ok(count)
    }
}

struct Photo {
    name: String,
    seed: u64,
    length: u64,
    cid: String,
    /// The path of its upload.
    at: Option<String>,
    /// The acknowledged number of bytes.
    offset: usize,
    receipt: Option<Receipt>,
    is_here: bool,
}

impl Photo {
    fn new(name: String, random: &mut Random) -> Self {
        let mut photo = Self {
            name,
            seed: random.next(),
            length: random.within(PHOTO_BYTES),
            cid: String::new(),
            at: None,
            offset: 0,
            receipt: None,
            is_here: false,
        };
        photo.cid = raw_cid(&photo.bytes()).to_string();
        photo
    }

    /// Returns its bytes, which begin like a JPEG.
    fn bytes(&self) -> Vec<u8> {
        let mut random = Random(self.seed);
        let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
        while bytes.len() < usize::try_from(self.length).unwrap() {
            bytes.extend(random.next().to_le_bytes());
        }
        bytes
    }

    /// Sends the missing parts and adds the photo, like the page.
    fn send(&mut self, uploader: &Uploader, random: &mut Random, fuse: &Arc<Fuse>) -> Outcome<()> {
        let bytes = self.bytes();
        let at = match &self.at {
            Some(at) => at.clone(),
            None => self.at.insert(uploader.begin(&self.name, bytes.len())?).clone(),
        };
        let mut progress = uploader.look(&at)?;
        let (name, offset) = (&self.name, self.offset);
        assert!(progress.offset >= offset, "{name} was at {offset}, and is at {}", progress.offset);
        while progress.offset < bytes.len() {
            let some = usize::try_from(random.within(PART_BYTES)).unwrap();
            let end = bytes.len().min(progress.offset + some);
            let part = Part {
                bytes: Cursor::new(bytes[progress.offset..end].to_vec()),
                fuse: Arc::clone(fuse),
            };
            let length = (end - progress.offset).try_into().unwrap();
            progress = uploader.part(&at, progress.offset, Body::sized(part, length))?;
            assert_eq!(progress.offset, end, "{name}");
            self.offset = end;
        }
        assert_eq!(progress.media.as_deref(), Some(&*self.cid), "{name}");
        match uploader.add(name, &progress, &json!({})) {
            Ok((_, receipt)) => self.receipt = Some(receipt),
            Err(ClientError::Refused { problem, .. }) if problem["reason"] == "exists" => {}
            Err(error) => return Err(error),
        }
        self.is_here = true;
        Ok(())
    }
}

struct Member {
    key: PersonKey,
    photos: Vec<Photo>,
    random: Random,
}

impl Member {
    fn did(&self) -> &str {
        self.key.did().as_str()
    }

    /// Checks the acknowledged photos, and sends the rest.
    fn send_all(&mut self, url: &str, fuse: &Arc<Fuse>) -> Outcome<()> {
        let uploader = Uploader::sign_in(url, &self.key)?;
        let here = self.photos.iter().filter(|photo| photo.is_here);
        let here: Vec<&str> = here.map(|photo| &*photo.cid).collect();
        assert_eq!(uploader.have(&here)?, here, "acknowledged photos are lost");
        let left = self.photos.iter_mut().filter(|photo| !photo.is_here);
        for photo in left {
            photo.send(&uploader, &mut self.random, fuse)?;
        }
        Ok(())
    }

    /// Asserts that every photo is listed once, with its bytes; both verifiers find them in a copy.
    fn find_all(&self, url: &str, folder: &Path) {
        let uploader = Uploader::sign_in(url, &self.key).unwrap();
        let mut listed = Vec::new();
        loop {
            let path = format!("/media/api/assets?limit={PAGE}&offset={}", listed.len());
            let (status, page) = uploader.get(&path);
            assert_eq!(status, 200);
            let page: Json = serde_json::from_slice(&page).unwrap();
            listed.extend(page["assets"].as_array().unwrap().iter().cloned());
            if page["hasMore"] != true {
                break;
            }
        }
        assert_eq!(listed.len(), self.photos.len());
        let downloads: BTreeSet<String> = listed
            .iter()
            .map(|asset| {
                let (status, bytes) = uploader.get(asset["url"].as_str().unwrap());
                assert_eq!(status, 200, "{asset}");
                let cid = raw_cid(&bytes).to_string();
                assert_eq!(asset["hash"], *cid);
                cid
            })
            .collect();
        assert_eq!(downloads, self.cids());
        let key = uploader.person.key_file(folder);
        let copy = key.with_extension("tar");
        let [key, copy] = [&key, &copy].map(|path| path.to_str().unwrap());
        imajin(["export", "--to", copy, "--node", url, "--key", key]).ok();
        imajin(["verify", copy]).ok();
        python_verifier([copy]).ok();
    }

    fn cids(&self) -> BTreeSet<String> {
        self.photos.iter().map(|photo| photo.cid.clone()).collect()
    }

    /// Asserts that the log and the folder of a stopped node have every photo once, and every acknowledged entry.
    fn stands_in(&self, data: &Path) {
        let log = log_of(data, self.did());
        let added = log.iter().filter(|entry| entry.op == "media.add");
        let added: Vec<&str> =
            added.map(|entry| entry.json["fact"]["media"][0].as_str().expect("a CID")).collect();
        let named: BTreeSet<String> = added.iter().map(|cid| (*cid).to_owned()).collect();
        assert_eq!((added.len(), named), (self.photos.len(), self.cids()));
        for receipt in self.photos.iter().filter_map(|photo| photo.receipt.as_ref()) {
            let place = usize::try_from(receipt.seq).unwrap();
            assert_eq!(log[place].cid, receipt.cid);
        }
        let media = newest_log(data, self.did()).with_file_name("media");
        let name =
            |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let stored: Vec<String> =
            files(&media).iter().map(name).filter(|name| !name.starts_with('.')).collect();
        assert_eq!(stored.len(), self.photos.len());
        assert_eq!(BTreeSet::from_iter(stored), self.cids());
    }
}

/// Sends until everything is sent or the node is killed. Returns whether everything is sent.
fn send_until(family: &mut [Member], node: &Node, moment: &Moment) -> bool {
    let (strike, bytes) = match moment {
        Moment::Call(n) => (Some(Strike::at(node.pid(), *n)), i64::MAX),
        Moment::Sent(bytes) => (None, *bytes),
        Moment::Never => (None, i64::MAX),
    };
    let fuse = Arc::new(Fuse { left: AtomicI64::new(bytes), pid: node.pid() });
    let (url, fuse) = (&node.url, &fuse);
    let ends: Vec<Outcome<()>> = std::thread::scope(|scope| {
        let members = family.iter_mut();
        let members = members.map(|member| scope.spawn(move || member.send_all(url, fuse)));
        let members: Vec<_> = members.collect();
        let ends = members.into_iter().map(|member| member.join().unwrap());
        ends.collect()
    });
    drop(strike);
    let died: Vec<ClientError> = ends.into_iter().filter_map(Result::err).collect();
    for error in &died {
        assert!(error.is_outcome_unknown(), "{error}");
    }
    died.is_empty()
}

#[test]
fn photos_arrive_whole_however_often_the_box_is_killed() {
    let (folder, data) = imajin_e2e::data_folder();
    let mut random = Random(SEED);
    let kills = number("IMAJIN_KILLS", KILLS);
    let photos = number("IMAJIN_PHOTOS", PHOTOS_PER_KILL * kills);
    let mut node = Node::start(&data);
    let mut family: Vec<Member> = (0..FAMILY)
        .map(|_| Member {
            key: Person::new(&node.url).key,
            photos: Vec::new(),
            random: Random(random.next()),
        })
        .collect();
    for (n, member) in (0..photos).zip((0..family.len()).cycle()) {
        let photo = Photo::new(format!("photo-{n}.jpg"), &mut random);
        family[member].photos.push(photo);
    }
    let mut interrupted = 0;
    for round in 0..kills {
        let moment = match round % 2 {
            0 => Moment::Call(random.within(CALLS).try_into().unwrap()),
            _ => Moment::Sent(random.within(SENT_BYTES).try_into().unwrap()),
        };
        let is_done = send_until(&mut family, &node, &moment);
        interrupted += u64::from(!is_done);
        node.kill();
        node = Node::start(&data);
    }
    println!("{photos} photos, {kills} kills, {interrupted} of them while photos were sent");
    assert!(2 * interrupted > kills, "hardly anything was interrupted");
    assert!(send_until(&mut family, &node, &Moment::Never));
    for member in &family {
        member.find_all(&node.url, folder.path());
    }
    let (status, _) = node.stop();
    assert!(status.success());
    for member in &family {
        member.stands_in(&data);
    }
    let dids: Vec<&str> = family.iter().map(Member::did).collect();
    all_is_well(&data, &dids);
}
