//! A bundle on this machine as the stream of its canonical tar, whatever form it stands in: what an import sends.

use crate::failure::{Failure, OrFail, Outcome};
use crate::key::{PersonKey, passphrase};
use imajin_dfos::order::Order as _;
use imajin_ledger::bundle::age::{MAGIC, Unlock, decrypt};
use imajin_ledger::bundle::parts;
use imajin_ledger::bundle::tar::{TarWriter, tar_bytes};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};

/// A bundle that can be read as often as it takes.
pub enum Bundle {
    /// A folder: its files by name.
    Folder(Vec<(String, PathBuf, u64)>),
    /// A tar, in one file or in parts.
    Tar(PathBuf, u64),
    /// An encrypted tar, in one file or in parts.
    Encrypted(PathBuf, Unlock),
}

impl Bundle {
    /// What stands at a path. An encrypted bundle is opened with the owner's key where one is given, else with a
    /// passphrase that is asked for.
    pub fn open(path: &Path, key: Option<&PersonKey>) -> Outcome<Self> {
        let doing = || format!("cannot read {}", path.display());
        let metadata = std::fs::metadata(path).or_unusable(doing())?;
        if metadata.is_dir() && !parts::is_parts(path) {
            let mut files = Vec::new();
            list(path, "", &mut files).or_unusable(doing())?;
            files.order();
            return Ok(Self::Folder(files));
        }
        let mut start = Vec::new();
        let (file, bytes) = parts::open(path).or_unusable(doing())?;
        file.take(32).read_to_end(&mut start).or_unusable(doing())?;
        if start.starts_with(b"SQLite format 3\0") {
            let problem = format!(
                "{} is a bare log: import the whole bundle (folder or tar) that it stands in",
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

    /// How large the tar is, where that is known beforehand.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Folder(files) => Some(tar_bytes(files.iter().map(|(_, _, size)| *size))),
            Self::Tar(_, size) => Some(*size),
            Self::Encrypted(..) => None,
        }
    }

    /// The tar, from a byte on.
    pub fn tar(&self, from: u64) -> Outcome<Box<dyn Read + Send>> {
        let mut tar: Box<dyn Read + Send> = match self {
            Self::Folder(files) => Box::new(packed(files.clone())?),
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

/// An age file says in its first lines who can open it.
fn is_for_passphrase(path: &Path) -> Outcome<bool> {
    let mut start = Vec::new();
    parts::open(path)
        .and_then(|(file, _)| file.take(64).read_to_end(&mut start))
        .or_unusable(path.display())?;
    Ok(start[MAGIC.len().min(start.len())..].starts_with(b"-> scrypt"))
}

/// Files below a folder, with names as in a bundle.
fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf, u64)>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.file_type()?.is_dir() {
            true => list(&entry.path(), &format!("{name}/"), files)?,
            false => files.push((name, entry.path(), entry.metadata()?.len())),
        }
    }
    Ok(())
}

/// A tar that a thread writes while it is read.
fn packed(files: Vec<(String, PathBuf, u64)>) -> Outcome<impl Read + Send> {
    let (reader, writer) = io::pipe().or_unusable("cannot make a pipe")?;
    std::thread::spawn(move || {
        let mut tar = TarWriter::new(BufWriter::new(writer));
        for (name, path, size) in files {
            let Ok(file) = File::open(path) else { return };
            // A reader that goes away, and a file that changes meanwhile, both end the tar before its end: it is then
            // refused, and the import says so.
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
        std::fs::create_dir(folder.path().join("media")).unwrap();
        std::fs::write(folder.path().join("media/x"), vec![7; 1000]).unwrap();
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
}
