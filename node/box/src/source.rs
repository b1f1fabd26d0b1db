//! A bundle on this machine, in any form, as the stream of its canonical tar: what an import sends.

use crate::failure::{Failure, OrFail, Outcome};
use crate::key::{PersonKey, passphrase};
use imajin_log::format::age::{MAGIC, Unlock, decrypt};
use imajin_log::format::parts;
use imajin_log::format::regular::{self, FileKind};
use imajin_log::format::tar::{TarLimits, TarWriter, tar_bytes};
use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};

/// A bundle that can be read as often as it takes.
pub enum Bundle {
    /// A folder, and its files by name with their lengths.
    Folder(PathBuf, BTreeMap<String, u64>),
    /// A tar, in one file or in parts.
    Tar(PathBuf, u64),
    /// An encrypted tar, in one file or in parts.
    Encrypted(PathBuf, Unlock),
}

impl Bundle {
    /// Opens the bundle at a path. An encrypted bundle opens with the owner's key if given, else with a passphrase from
    /// the terminal.
    pub fn open(path: &Path, key: Option<&PersonKey>) -> Outcome<Self> {
        let doing = || format!("cannot read {}", path.display());
        let kind = regular::look(path).or_unusable(doing())?;
        if kind == FileKind::Folder && !parts::is_parts(path) {
            let files = regular::files(path, TarLimits::default()).or_unusable(doing())?;
            return Ok(Self::Folder(path.to_path_buf(), files));
        }
        let mut start = Vec::new();
        let (file, bytes) = parts::open(path).or_unusable(doing())?;
        file.take(32).read_to_end(&mut start).or_unusable(doing())?;
        if start.starts_with(b"SQLite format 3\0") {
            let problem = format!(
                "{} is a bare log: import the whole bundle (folder or tar) that it belongs to",
                path.display()
            );
            return Err(Failure::unusable(problem));
        }
        if !start.starts_with(MAGIC) {
            return Ok(Self::Tar(path.to_path_buf(), bytes));
        }
        let unlock = match key {
            Some(key) if !is_for_passphrase(path)? => Unlock::Key(*key.encryption_secret()),
            _ => Unlock::passphrase(passphrase::ask("The copy's passphrase: ")?),
        };
        Ok(Self::Encrypted(path.to_path_buf(), unlock))
    }

    /// The size of the tar, if known beforehand.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Folder(_, files) => Some(tar_bytes(files.values().copied())),
            Self::Tar(_, size) => Some(*size),
            Self::Encrypted(..) => None,
        }
    }

    /// The tar, from a byte on.
    pub fn tar(&self, from: u64) -> Outcome<Box<dyn Read + Send>> {
        let mut tar: Box<dyn Read + Send> = match self {
            Self::Folder(root, files) => Box::new(packed(root.clone(), files.clone())?),
            Self::Tar(path, _) => parts::open(path).or_unusable(path.display())?.0,
            Self::Encrypted(path, unlock) => {
                let input = BufReader::new(parts::open(path).or_unusable(path.display())?.0);
                Box::new(decrypt(unlock, input).or_unusable(path.display())?)
            }
        };
        io::copy(&mut tar.by_ref().take(from), &mut io::sink())
            .or_unusable("cannot read the bundle")?;
        Ok(tar)
    }
}

/// The first lines of an age file name its recipients.
fn is_for_passphrase(path: &Path) -> Outcome<bool> {
    let mut start = Vec::new();
    parts::open(path)
        .and_then(|(file, _)| file.take(64).read_to_end(&mut start))
        .or_unusable(path.display())?;
    Ok(start[MAGIC.len().min(start.len())..].starts_with(b"-> scrypt"))
}

/// A tar that a thread writes while it is read.
fn packed(root: PathBuf, files: BTreeMap<String, u64>) -> Outcome<impl Read + Send> {
    let (reader, writer) = io::pipe().or_unusable("cannot make a pipe")?;
    std::thread::spawn(move || {
        let mut tar = TarWriter::new(BufWriter::new(writer));
        for (name, size) in files {
            let Ok(file) = regular::open_below(&root, &name) else {
                return;
            };
            // If the client disconnects or a file changes, the tar ends early: the import refuses it with that reason.
            if tar.add(&name, size, file, &mut |_| {}).is_err() {
                return;
            }
        }
        let _ = tar.finish();
    });
    Ok(reader)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_streams_as_its_tar_from_any_byte() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("manifest.json"), "{}").unwrap();
        std::fs::write(folder.path().join("log.sqlite"), vec![7; 1000]).unwrap();
        let bundle = Bundle::open(folder.path(), None).unwrap();
        let read = |from: u64| {
            let mut bytes = Vec::new();
            bundle.tar(from).unwrap().read_to_end(&mut bytes).unwrap();
            bytes
        };
        let whole = read(0);
        assert_eq!(whole.len() as u64, bundle.size().unwrap());
        assert_eq!(read(700), whole[700..]);
    }

    #[test]
    fn a_bundle_with_a_link_a_pipe_or_another_name_is_not_sent() {
        type Put = fn(&Path);
        let puts: [(&str, Put); 4] = [
            ("a link", |at| {
                std::os::unix::fs::symlink("/etc/hostname", at.join("index.html")).unwrap()
            }),
            ("a link", |at| std::os::unix::fs::symlink("/etc", at.join("media")).unwrap()),
            ("a pipe", |at| {
                let mode = rustix::fs::Mode::RWXU;
                rustix::fs::mkfifoat(rustix::fs::CWD, at.join("log.sqlite"), mode).unwrap()
            }),
            ("no file of this name", |at| std::fs::write(at.join("id_ed25519"), "mine").unwrap()),
        ];
        for (what, put) in puts {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("manifest.json"), "{}").unwrap();
            put(folder.path());
            let Err(failure) = Bundle::open(folder.path(), None) else {
                panic!("a bundle with {what} was opened");
            };
            assert!(failure.text().contains(what), "{}", failure.text());
        }
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for target in [folder.path().to_path_buf(), folder.path().join("copy.tar")] {
            let link = elsewhere.path().join("link");
            let _ = std::fs::remove_file(&link);
            std::os::unix::fs::symlink(target, &link).unwrap();
            assert!(Bundle::open(&link, None).is_err(), "a link is no bundle");
        }
    }
}
