//! Manifests, and files in memory that watch how they are read.

use imajin_dfos::{SigningKey, cid};
use imajin_fair::{Derived, Error, Fair, Obstacle, Recipe, Stripped, embed, read, strip};
use imajin_protocol::Did;
use imajin_protocol::fair::{Manifest, SuffixKeys, Work};
use serde_json::json;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub(crate) fn did(seed: u8) -> Did {
    Did::from_key(key(seed).verifying_key().as_bytes())
}

/// A signed .fair of a work, by the first of some people in equal parts; the others agree.
pub(crate) fn fair(work: &[u8], title: &str, people: u8) -> Fair {
    let share = 1.0 / f64::from(people);
    let people: Vec<u8> = (1..=people).collect();
    let contributors: Vec<_> = people
        .iter()
        .map(|seed| json!({"id": did(*seed), "weight": share, "role": title}))
        .collect();
    let manifest = Manifest::from_value(json!({
        "id": "w", "version": "0.3.0", "type": "song", "contributors": contributors, "terms": {"note": title},
        "work": Work::from_sha256(cid::sha256(work), work.len() as u64).to_value(),
    }));
    let manifest = manifest.unwrap().sign(&key(1)).unwrap();
    let signed = manifest.clone().verify(&SuffixKeys).unwrap();
    let mut fair = Fair::from_manifest(manifest);
    for seed in people.iter().skip(1) {
        fair.agreed.put(signed.agree(&did(*seed), &key(*seed)).unwrap());
    }
    fair
}

/// A file that counts what is read of it.
pub(crate) struct Watched {
    file: Cursor<Vec<u8>>,
    read: u64,
}

impl Watched {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let file = Cursor::new(bytes.to_vec());
        Self { file, read: 0 }
    }
}

impl Read for Watched {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.file.get_ref().len();
        assert!(out.len() <= len.max(64), "memory for more than the file has");
        let count = self.file.read(out)?;
        self.read += count as u64;
        // A PDF's tables may name one object often, within the 64 kB that are read of each.
        assert!(self.read <= 256 * (len as u64 + 1024), "read again and again");
        Ok(count)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

pub(crate) fn written(recipe: &Recipe, original: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    recipe.write(&mut Cursor::new(original), &mut out).unwrap();
    assert_eq!(out.len() as u64, recipe.bytes());
    let mut read = Vec::new();
    Derived::new(recipe, &mut Cursor::new(original)).read_to_end(&mut read).unwrap();
    assert_eq!(out, read, "a derived file reads as it is written");
    out
}

/// The obstacle of a result; a fault of the disk can't be here.
pub(crate) fn obstacle<T>(result: Result<T, Error>) -> Result<T, Obstacle> {
    result.map_err(|error| match error {
        Error::Obstacle(obstacle) => obstacle,
        Error::Io(error) => panic!("a file in memory is read: {error}"),
    })
}

pub(crate) fn embed_in(bytes: &[u8], fair: &Fair) -> Result<Vec<u8>, Obstacle> {
    let recipe = obstacle(embed(&mut Watched::new(bytes), fair))?;
    Ok(written(&recipe, bytes))
}

pub(crate) fn read_in(bytes: &[u8]) -> Result<Option<Fair>, Obstacle> {
    obstacle(read(&mut Watched::new(bytes)))
}

pub(crate) fn strip_in(bytes: &[u8]) -> Result<Option<(Fair, Vec<u8>)>, Obstacle> {
    let stripped = obstacle(strip(&mut Watched::new(bytes)))?;
    Ok(stripped.map(|Stripped { fair, recipe }| (fair, written(&recipe, bytes))))
}

/// Puts a .fair into a file and takes it out again; what is derived.
pub(crate) fn there_and_back(bytes: &[u8], fair: &Fair) -> Vec<u8> {
    let with = embed_in(bytes, fair).unwrap();
    assert_ne!(with, bytes);
    assert_eq!(read_in(&with).unwrap().as_ref(), Some(fair));
    let (back, original) = strip_in(&with).unwrap().unwrap();
    assert_eq!(&back, fair);
    assert!(original == bytes, "byte for byte");
    assert_eq!(embed_in(&with, fair), Err(Obstacle::Already));
    with
}
