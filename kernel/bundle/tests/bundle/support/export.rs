//! A data folder with a rich log and media, and an export of it.

use std::path::{Path, PathBuf};

use imajin_bundle::NoPage;
use imajin_bundle::export::{
    BundleSummary, ExportError, ExportOptions, Prepared, Ready, Signatures, Source, Target, prepare,
};
use imajin_dfos::Cid;
use imajin_ledger::media::MediaStore;
use imajin_log::format::manifest::{Signer, SignerKind};
use imajin_log::format::views::NoViews;
use imajin_log::verify::{BundleOptions, Report, VerifyOptions, verify_bundle};

use super::{Log, Party, ops, rich};

/// A folder with one person in it.
pub struct World {
    pub dir: tempfile::TempDir,
    pub log: Log,
    pub media: Vec<Cid>,
}

impl World {
    pub fn new() -> Self {
        Self::from_log(rich().0)
    }

    pub fn from_log(mut log: Log) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = std::sync::Arc::new(imajin_log::SystemClock);
        let store = MediaStore::new(&dir.path().join("data"), 1 << 20, clock);
        let did = log.owner.did.clone();
        let media: Vec<Cid> = [&b"a picture"[..], &[7u8; 3000]]
            .into_iter()
            .map(|bytes| store.put(&did, bytes).unwrap().cid)
            .collect();
        log.note_with_media("with pictures", &media);
        log.head();
        let world = Self { dir, log, media };
        world.save();
        world
    }

    pub fn save(&self) {
        let path = self.folder().join("log.sqlite");
        let _ = std::fs::remove_file(&path);
        self.log.write(&path);
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn folder(&self) -> PathBuf {
        self.data().join("users").join(self.log.owner.did.folder_name())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn prepare(&self, target: &Target, split: u64) -> Result<Prepared, ExportError> {
        let source = Source::standing(&self.data(), &self.log.owner.did, None);
        let options = ExportOptions { split, ..ExportOptions::default() };
        let staging = target.staging();
        prepare(&source, &ops(), &NoViews, &NoPage, &staging, &options)
    }

    pub fn ready(&self, target: &Target, split: u64) -> Ready {
        sign(self.prepare(target, split).unwrap(), &self.log.owner, SignerKind::Owner)
    }

    pub fn export(&self, target: &Target, split: u64) -> BundleSummary {
        self.ready(target, split).write(target, None, &mut |_| {}).unwrap()
    }
}

/// Signs as the page would: the texts go out, the signatures come back.
pub fn sign(prepared: Prepared, by: &Party, kind: SignerKind) -> Ready {
    let signer = Signer { kind, kid: by.kid().to_string() };
    let texts = prepared.to_sign(&signer);
    let signatures =
        Signatures { bundle: by.sign(&texts.bundle), manifest: by.sign(&texts.manifest) };
    prepared.sign(signer, signatures).unwrap()
}

/// Returns the defaults of a verification that reports to `progress` how many bytes it read.
pub fn bundle_options(progress: &mut dyn FnMut(u64)) -> BundleOptions<'_> {
    BundleOptions {
        log: VerifyOptions::default(),
        unlock: None,
        limits: Default::default(),
        anchors: None,
        progress,
    }
}

pub fn verify(path: &Path) -> Report {
    verify_bundle(path, &ops(), &NoViews, bundle_options(&mut |_| {})).unwrap()
}

/// Returns all files below a folder, by name.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths.extend(files(&path));
        } else {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}
