//! Finds the .fair of a file, and writes files whole or not at all.

use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_fair::{Derived, Error, Fair, Kind, Obstacle, Recipe, SIDECAR_BYTES_MAX, sidecar_name};
use imajin_ledger::durable;
use imajin_protocol::fair::Work;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

pub(super) enum FairLocation {
    /// Embedded in the file; with the recipe of the file without it, unless another program changed the file later.
    Inside(Kind, Option<Recipe>),
    /// In a sidecar next to the file.
    Beside(PathBuf),
    /// The file is the .fair.
    Alone,
}

pub(super) struct FairFile {
    pub(super) fair: Fair,
    pub(super) place: FairLocation,
}

/// The file with the .fair of another one.
pub(super) fn sidecar_path(path: &Path) -> PathBuf {
    path.with_file_name(sidecar_name(&path.file_name().unwrap_or_default().to_string_lossy()))
}

/// Opens a plain file.
pub(super) fn open(path: &Path) -> Outcome<File> {
    let doing = || format!("cannot read {}", path.display());
    if std::fs::metadata(path).or_unusable(doing())?.is_file() {
        File::open(path).or_unusable(doing())
    } else {
        Err(Failure::unusable(format!("{}: it is no file", doing())))
    }
}

/// Reads a standalone .fair file.
pub(super) fn read_fair(path: &Path) -> Outcome<Fair> {
    let mut bytes = Vec::new();
    open(path)?
        .take(SIDECAR_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .or_unusable(format!("cannot read {}", path.display()))?;
    Fair::parse(&bytes).or_no(path.display())
}

impl FairFile {
    /// The .fair in a file, else the one next to it, else the file itself if it is one.
    pub(super) fn look(path: &Path) -> Outcome<Option<Self>> {
        let mut file = open(path)?;
        let kind = imajin_fair::kind(&mut file).or_unusable(path.display())?;
        let Some(kind) = kind else {
            return Self::outside(path);
        };
        let inside = |fair, recipe| Some(Self { fair, place: FairLocation::Inside(kind, recipe) });
        match imajin_fair::strip(&mut file) {
            Ok(Some(stripped)) => Ok(inside(stripped.fair, Some(stripped.recipe))),
            Err(Error::Obstacle(Obstacle::Rewritten)) => {
                let fair = imajin_fair::read(&mut file).or_unusable(path.display())?;
                Ok(fair.and_then(|fair| inside(fair, None)))
            }
            Err(Error::Obstacle(Obstacle::Fair(error))) => {
                Err(Failure::no(format!("{}: its .fair: {error}", path.display())))
            }
            Err(Error::Io(error)) => Err(error).or_unusable(path.display()),
            Ok(None) | Err(Error::Obstacle(_)) => Self::in_sidecar(path),
        }
    }

    fn in_sidecar(path: &Path) -> Outcome<Option<Self>> {
        let sidecar = sidecar_path(path);
        if !sidecar.exists() {
            return Ok(None);
        }
        Ok(Some(Self { fair: read_fair(&sidecar)?, place: FairLocation::Beside(sidecar) }))
    }

    /// Finds the .fair of a file that can't embed one: its sidecar, or the file itself if it is JSON.
    fn outside(path: &Path) -> Outcome<Option<Self>> {
        let sidecar = Self::in_sidecar(path)?;
        let mut start = [0];
        let is_json =
            open(path)?.read(&mut start).or_unusable(path.display())? == 1 && start == *b"{";
        if sidecar.is_some() || !is_json {
            return Ok(sidecar);
        }
        Ok(Some(Self { fair: read_fair(path)?, place: FairLocation::Alone }))
    }

    /// Returns the CID and length of the file without its .fair; `None` for a standalone .fair, and for an embedded one that
    /// cannot be stripped.
    pub(super) fn work(&self, path: &Path) -> Outcome<Option<Work>> {
        let mut file = open(path)?;
        let work = match &self.place {
            FairLocation::Alone | FairLocation::Inside(_, None) => return Ok(None),
            FairLocation::Beside(_) => imajin_fair::work(&mut file),
            FairLocation::Inside(_, Some(recipe)) => {
                imajin_fair::work(&mut Derived::new(recipe, &mut file))
            }
        };
        work.map(Some).or_unusable(path.display())
    }
}

/// A file to be written.
pub(super) struct Target {
    path: PathBuf,
    is_replaced: bool,
}

impl Target {
    /// A file that must not be there yet.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), is_replaced: false }
    }

    /// A file that is replaced; where a link leads, not the link.
    pub(super) fn replaced(path: &Path) -> Outcome<Self> {
        Ok(Self { path: path.canonicalize().or_unusable(path.display())?, is_replaced: true })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses early what would be refused at the end.
    pub(super) fn check(&self) -> Outcome {
        if !self.is_replaced && self.path.symlink_metadata().is_ok() {
            Err(Failure::unusable(format!(
                "{} exists already, and nothing is overwritten unasked: choose another name",
                self.path.display()
            )))
        } else {
            Ok(())
        }
    }

    /// Writes it whole, readable by the same people as `like`, and returns when it would survive a power cut.
    pub(super) fn write(
        &self,
        like: &Path,
        content: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Outcome {
        let doing = || format!("cannot write {}", self.path.display());
        self.check()?;
        let folder = match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let permissions = std::fs::metadata(like).or_unusable(doing())?.permissions();
        let mut partial = tempfile::Builder::new()
            .prefix(".imajin-fair")
            .tempfile_in(folder)
            .or_unusable(doing())?;
        content(partial.as_file_mut()).or_unusable(doing())?;
        let file = partial.as_file();
        file.set_permissions(permissions).and_then(|()| file.sync_all()).or_unusable(doing())?;
        let persisted = if self.is_replaced {
            partial.persist(&self.path)
        } else {
            partial.persist_noclobber(&self.path)
        };
        persisted.map_err(|error| error.error).or_unusable(doing())?;
        durable::sync_folder(folder).or_unusable(doing())
    }

    /// Writes a pretty-printed, standalone .fair file.
    pub(super) fn write_fair(&self, like: &Path, fair: &Fair) -> Outcome {
        let text = serde_json::to_string_pretty(&fair.to_value()).map_err(Failure::no)?;
        self.write(like, |file| writeln!(file, "{text}"))
    }
}
