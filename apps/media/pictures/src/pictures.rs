//! The parent's side: files in, facts and previews out, through a child or two.
//!
//! Always: the parent checks what the child says before it returns it. A file is given up after two children died of it, and
//! at once where it used up its processor time.

use crate::cancel::CancelToken;
use crate::facts::Facts;
use crate::jpeg::plain_size;
use crate::kind::Kind;
use crate::movie;
use crate::wire::{FILE_BYTES_MAX, FIRST_BYTES_MAX, Refusal, SIZES_MAX, Size, Task};
use crate::worker::{Broken, End, Worker};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

/// Children that a file may kill.
const DEATHS_MAX: u32 = 2;

/// Memory of a box (kB) that has room for a second child: at most 128 MiB each.
const MEMORY_FOR_TWO_KB: u64 = 768 << 10;

/// Looks at pictures and makes previews, in child processes. Clones share these.
///
/// Its methods block: call them where that is allowed. Calls wait for each other where all children are at work.
#[derive(Clone)]
pub struct Pictures {
    shared: Arc<Shared>,
    cancel: CancelToken,
}

struct Shared {
    program: PathBuf,
    /// The children, if they were started; they may have ended in the meantime. The caller that holds a lock talks with one.
    first: Mutex<Option<Worker>>,
    others: Vec<Mutex<Option<Worker>>>,
}

/// How many children a box has room for: two, so that one picture doesn't keep others waiting; one with little memory.
fn children() -> usize {
    let about = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = about.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let total = total.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    if total.is_some_and(|total| total >= MEMORY_FOR_TWO_KB) { 2 } else { 1 }
}

/// Why a file has no facts or previews.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum PictureError {
    #[error("the file is no picture that can be decoded")]
    NotDecodable,
    #[error(
        "the picture is too large: at most 64 MiB, and 24 megapixels if it can't be decoded row by row"
    )]
    TooLarge,
    /// The file used up its processor time, or two children died of it.
    #[error("the picture could not be decoded within the limits of memory and time")]
    Failed,
    #[error("the box is too busy to decode the picture now")]
    Busy,
    #[error("the caller left before the picture was ready")]
    Cancelled,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl std::fmt::Debug for Pictures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pictures").field(&self.shared.program).finish()
    }
}

impl Pictures {
    /// Starts `program` with the word [`COMMAND`](crate::COMMAND) when there is something to do; nothing before.
    pub fn new(program: PathBuf) -> Self {
        Self::with_children(program, children())
    }

    /// With at most so many children at work.
    pub fn with_children(program: PathBuf, children: usize) -> Self {
        let others = std::iter::repeat_with(|| Mutex::new(None)).take(children.saturating_sub(1));
        Self {
            shared: Arc::new(Shared { program, first: Mutex::new(None), others: others.collect() }),
            cancel: CancelToken::default(),
        }
    }

    /// Returns the number of calls that can run at the same time.
    pub fn children(&self) -> usize {
        1 + self.shared.others.len()
    }

    /// Returns a handle to these children for work that this token cancels.
    #[must_use]
    pub fn cancelled_by(&self, cancel: &CancelToken) -> Self {
        Self { shared: Arc::clone(&self.shared), cancel: cancel.clone() }
    }

    /// The place of a child that does nothing, or else the first that comes free.
    fn slot(&self) -> MutexGuard<'_, Option<Worker>> {
        for worker in std::iter::once(&self.shared.first).chain(&self.shared.others) {
            if let Some(slot) = worker.try_lock() {
                return slot;
            }
        }
        self.shared.first.lock()
    }

    /// Returns the facts in a picture or film. The child reads the first half megabyte of a picture at most; of a film,
    /// this process looks for some boxes, wherever they are.
    ///
    /// # Errors
    /// Any [`PictureError`] but that the file is too large.
    pub fn look(&self, file: File) -> Result<Facts, PictureError> {
        let kind = kind(&file)?;
        if !kind.says_facts() {
            return Err(PictureError::NotDecodable);
        }
        if kind.is_film() {
            return Ok(movie::facts(file)?);
        }
        let len = file.metadata()?.len().min(FIRST_BYTES_MAX);
        self.ask(&file, len, &Task(Vec::new()), |parts| match &parts[..] {
            [facts] => Facts::from_bytes(facts),
            _ => None,
        })
    }

    /// Previews of a picture in these sizes, in their order: JPEGs without metadata, turned as the picture is to be shown. Those of
    /// HEIC and AVIF are made from the JPEG in them.
    /// Colours are taken for sRGB, transparency is white, an animation is its first frame. The picture is decoded once.
    ///
    /// # Errors
    /// Any [`PictureError`].
    pub fn render(&self, file: File, sizes: &[Size]) -> Result<Vec<Vec<u8>>, PictureError> {
        if !kind(&file)?.may_have_previews() {
            return Err(PictureError::NotDecodable);
        }
        let len = file.metadata()?.len();
        if len > FILE_BYTES_MAX {
            return Err(PictureError::TooLarge);
        }
        let mut previews = Vec::with_capacity(sizes.len());
        for sizes in sizes.chunks(SIZES_MAX) {
            let is_right = |preview: &Vec<u8>, size: &Size| {
                let (across, down) = size.bounds();
                plain_size(preview).is_some_and(|(width, height)| width <= across && height <= down)
            };
            let task = Task(sizes.to_vec());
            previews.extend(self.ask(&file, len, &task, |parts| {
                let are_right =
                    parts.iter().zip(sizes).all(|(preview, size)| is_right(preview, size));
                (parts.len() == sizes.len() && are_right).then_some(parts)
            })?);
        }
        Ok(previews)
    }

    /// Asks the child about the first `len` bytes of a file, and a new one if it dies; `check` reads what it answers.
    fn ask<T>(
        &self,
        file: &File,
        len: u64,
        task: &Task,
        check: impl Fn(Vec<Vec<u8>>) -> Option<T>,
    ) -> Result<T, PictureError> {
        let len = u32::try_from(len).map_err(|_| PictureError::TooLarge)?;
        let mut slot = self.slot();
        let mut deaths = 0;
        while deaths < DEATHS_MAX {
            if self.cancel.is_cancelled() {
                return Err(PictureError::Cancelled);
            }
            let old = slot.take().filter(|worker| !worker.is_gone());
            let is_new = old.is_none();
            let mut worker = match old {
                Some(worker) => worker,
                None => Worker::start(&self.shared.program)?,
            };
            let process = Arc::clone(&worker.process);
            let outcome = self
                .cancel
                .during(process, || worker.ask(&mut FromStart { file, at: 0 }, len, task));
            let answer = match outcome {
                Ok(Ok(parts)) => check(parts).map(Ok),
                Ok(Err(Refusal::NotDecodable)) => Some(Err(PictureError::NotDecodable)),
                Ok(Err(Refusal::TooLarge)) => Some(Err(PictureError::TooLarge)),
                Err(Broken::Child) => None,
                Err(Broken::Late) => return Err(PictureError::Busy),
                Err(Broken::File(error)) => return Err(error.into()),
            };
            if let Some(answer) = answer {
                *slot = Some(worker);
                return answer;
            }
            // A child that was idle for too long ended while it was asked: the file has nothing to do with that.
            match worker.end() {
                End::Time => return Err(PictureError::Failed),
                End::Idle if !is_new => {}
                End::Idle | End::Other => deaths += 1,
            }
        }
        Err(if self.cancel.is_cancelled() { PictureError::Cancelled } else { PictureError::Failed })
    }
}

fn kind(file: &File) -> io::Result<Kind> {
    let mut first = Vec::with_capacity(Kind::FIRST_BYTES);
    let file = FromStart { file, at: 0 };
    file.take(Kind::FIRST_BYTES as u64).read_to_end(&mut first)?;
    Ok(Kind::detect(&first))
}

/// Reads a file from its beginning, without the place that it has in common with its clones.
struct FromStart<'a> {
    file: &'a File,
    at: u64,
}

impl Read for FromStart<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(room, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
