//! Background exports, each in its own folder below `<data>/export/`.
//!
//! Always: bounded in number, for each person and in all, and in age. When all slots are taken, a stranger's copy is
//! removed before a guest's, and a guest's before a member's. Removing a job removes its folder; folders that a run
//! left are removed at the next start, since the texts to be signed are gone with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use imajin_app::task::boxed;
use imajin_app::{Lang, Node, Problem, Role, refuse_if};
use imajin_bundle::export::{
    ExportOptions, Prepared, Progress, Ready, Signatures, Target, default_name,
};
use imajin_host::account::{self, Purpose, Reserved};
use imajin_host::jobs::JobOwner;
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_host::room::For;
use imajin_ledger::durable::if_there;
use imajin_log::format::age::Recipient;
use imajin_log::format::manifest::{Signer, SignerKind};
use imajin_protocol::{Did, Kid};
use parking_lot::Mutex;

use super::errors::Failed;
use super::{Shared, download, errors, places, space};

/// Copies of one person at once: one plain, one encrypted.
const PER_DID: usize = 2;
/// Lifetime of a job and its copy: a download that failed in the evening can be repeated in the morning.
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// Age after which a copy may be removed for one of a person with the same role: time for a download that went well.
const SETTLED: Duration = Duration::from_secs(3600);
/// Age after which a copy of a person without an inviter may be removed.
const SETTLED_FEW: Duration = Duration::from_secs(600);

/// Retry-After in seconds when all slots are taken.
const RETRY_S: u32 = 600;

pub(super) struct ExportJobs {
    /// The folder with the copies.
    pub(super) folder: PathBuf,
    most: usize,
    table: Mutex<Vec<Arc<Job>>>,
}

/// The recipient of the copy's encryption.
#[derive(Clone)]
pub(super) enum Encrypt {
    No,
    Passphrase(String),
    Owner,
}

pub(super) struct Job {
    pub(super) id: String,
    pub(super) did: Did,
    role: Role,
    /// The key that signs, unless another does in the end.
    pub(super) kid: Option<Kid>,
    encrypt: Encrypt,
    /// The stick that it goes to, if it goes to one.
    pub(super) stick: Option<String>,
    /// The language of the copy's page.
    lang: Lang,
    folder: PathBuf,
    begun: Duration,
    pub(super) progress: Mutex<JobProgress>,
    /// The reservation on the owner's quota, while files of the job exist.
    room: Mutex<Option<Reserved>>,
}

pub(super) struct JobProgress {
    pub(super) stage: Stage,
    pub(super) written: Progress,
    pub(super) signed_by: Option<SignerKind>,
    /// The copy's name on its stick, once written.
    pub(super) copy: Option<String>,
}

pub(super) enum Stage {
    Preparing,
    ToSign(Box<Prepared>),
    Finishing,
    Ready,
    Failed(Failed),
}

impl Stage {
    /// Returns the name for the API.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::ToSign(_) => "to_sign",
            Self::Finishing => "finishing",
            Self::Ready => "ready",
            Self::Failed(_) => "failed",
        }
    }

    /// Returns the texts that the owner signs with this key, while the job waits for it.
    pub(super) fn to_sign(&self, kid: &Kid) -> Option<(String, String)> {
        let Self::ToSign(prepared) = self else {
            return None;
        };
        let texts = prepared.to_sign(&owner(kid));
        Some((texts.bundle, texts.manifest))
    }
}

impl ExportJobs {
    /// None yet: what an earlier run left is removed.
    pub(super) fn new(data: &Path, most: usize) -> Self {
        let folder = data.join("export");
        if let Err(error) = if_there(fs::remove_dir_all(&folder)) {
            tracing::warn!("{}: {error}", folder.display());
        }
        Self { folder, most: most.max(1), table: Mutex::default() }
    }

    /// Removes those that were kept long enough.
    pub(super) fn expire(&self, now: Duration) {
        self.table.lock().retain(|job| now.saturating_sub(job.begun) < KEPT);
    }

    /// Reserves room for a copy on a person's account. If it fits only without an older copy of theirs that may go, it gets the
    /// room of that copy.
    fn reserve(&self, node: &Node, did: &Did, bytes: u64) -> Result<Reserved, Problem> {
        let now = node.monotonic();
        self.expire(now);
        let refused = match account::reserve_copy(node, did, bytes, Purpose::CopyMade) {
            Err(problem) if account::is_refusal(&problem) => problem,
            reserved => return reserved,
        };
        let Some(oldest) = self.superseded(did, now) else {
            return Err(refused);
        };
        let Some(mut room) = oldest.room.lock().take() else {
            return Err(refused);
        };
        if let Err(problem) = room.resize(node, bytes) {
            *oldest.room.lock() = Some(room);
            return Err(problem);
        }
        self.remove(&oldest.id, did);
        Ok(room)
    }

    /// The oldest copy of a person, if a newer one may take its place.
    fn superseded(&self, did: &Did, now: Duration) -> Option<Arc<Job>> {
        let table = self.table.lock();
        let mut theirs = table.iter().filter(|job| job.did == *did);
        let count = theirs.clone().count();
        let oldest = theirs.next()?;
        let may_go = count >= PER_DID || now.saturating_sub(oldest.begun) >= SETTLED;
        may_go.then(|| Arc::clone(oldest))
    }

    /// Takes a job in; the oldest of the same person makes room.
    fn add(&self, job: Arc<Job>, now: Duration) -> Result<(), Problem> {
        self.expire(now);
        let mut table = self.table.lock();
        while table.iter().filter(|other| other.did == job.did).count() >= PER_DID {
            let Some(oldest) = table.iter().position(|other| other.did == job.did) else {
                break;
            };
            table.remove(oldest);
        }
        let is_one_of_few = |job: &Job| job.role < Role::Member;
        let others = table.iter().filter(|job| is_one_of_few(job)).count();
        let is_full =
            table.len() >= self.most || (is_one_of_few(&job) && others >= places::few(self.most));
        if is_full {
            make_room(&mut table, job.role, now)?;
        }
        table.push(job);
        Ok(())
    }

    /// A job of its owner's.
    pub(super) fn find(&self, id: &str, did: &Did, now: Duration) -> Result<Arc<Job>, Problem> {
        self.expire(now);
        let table = self.table.lock();
        let entry = table.iter().find(|job| job.id == id && job.did == *did).cloned();
        // A deletion of everything removes the folders without going through this table.
        entry.filter(|job| job.folder.is_dir()).ok_or_else(|| {
            Problem::not_found("There is no such copy, or it was removed: begin another one.")
        })
    }

    /// Removes a job. Its folder is removed when the last writer is done.
    pub(super) fn remove(&self, id: &str, did: &Did) -> bool {
        let mut table = self.table.lock();
        let before = table.len();
        table.retain(|job| job.id != id || job.did != *did);
        table.len() < before
    }
}

/// Removes the oldest copy of the lowest role. A copy of the same role is removed only after its time; one of a higher
/// role never.
fn make_room(table: &mut Vec<Arc<Job>>, role: Role, now: Duration) -> Result<(), Problem> {
    let settled = if role < Role::Member { SETTLED_FEW } else { SETTLED };
    let may_go = |job: &Job| {
        job.role < role || (job.role == role && now.saturating_sub(job.begun) >= settled)
    };
    let candidates = table.iter().enumerate().filter(|(_, job)| may_go(job));
    let first = candidates.min_by_key(|(_, job)| (job.role, job.begun));
    let Some((at, _)) = first else {
        return Err(Problem::busy(
            RETRY_S,
            "This node keeps as many copies as it can. Some are removed within the hour; try again then.",
        ));
    };
    table.remove(at);
    Ok(())
}

/// Removes a person's copies below `<data>/export/`.
pub(super) fn wipe(data: &Path, did: &Did) -> std::io::Result<()> {
    let prefix = format!("{}.", did.folder_name());
    for entry in if_there(fs::read_dir(data.join("export")))?.into_iter().flatten() {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

impl Drop for Job {
    fn drop(&mut self) {
        // A folder that cannot be removed now is removed at the next start.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(super) fn begin(
    node: &Node,
    shared: &Shared,
    did: Did,
    kid: Option<Kid>,
    encrypt: Encrypt,
    stick: Option<String>,
    lang: Lang,
) -> Result<Arc<Job>, Problem> {
    let jobs = &shared.exports;
    let role = places::role(node, &did)?;
    let (bytes, log) = (space::of_record(node, &did)?, space::of_logs(node, &did)?);
    let room = match &stick {
        // The log as its verified copy, and everything as the tar.
        None => {
            let all = bytes.saturating_add(log);
            node.need_room(all, For::Vital)?;
            jobs.reserve(node, &did, all)?
        }
        Some(stick) => {
            refuse_if!(shared.usb.find(stick)?.free < bytes, errors::stick_full());
            node.need_room(log, For::Vital)?;
            account::count(node, &did, log)
        }
    };
    let id = random::hex::<16>()?;
    let folder = jobs.folder.join(format!("{}.{id}", did.folder_name()));
    fs::create_dir_all(&folder)?;
    let progress = Mutex::new(JobProgress {
        stage: Stage::Preparing,
        written: Progress { bytes_total: bytes, ..Progress::default() },
        signed_by: None,
        copy: None,
    });
    let job = Arc::new(Job {
        id,
        did,
        role,
        kid,
        encrypt,
        stick,
        lang,
        folder,
        begun: node.monotonic(),
        progress,
        room: Mutex::new(Some(room)),
    });
    jobs.add(Arc::clone(&job), node.monotonic())?;
    job.work(node, shared, Job::prepare);
    Ok(job)
}

impl Job {
    /// The error for the person, told once; the node's log has the details.
    fn failed(&self, problem: Problem) -> Stage {
        tracing::warn!(job = self.id, "a copy could not be made: {problem:?}");
        // Only the failure itself is kept: the files are removed.
        if let Ok(entries) = fs::read_dir(&self.folder) {
            for entry in entries.flatten() {
                let path = entry.path();
                let _ =
                    if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            }
        }
        *self.room.lock() = None;
        Stage::Failed(Failed::from(problem))
    }

    /// Waits for a turn, and works up to the next stage, in the background.
    fn work(
        self: &Arc<Self>,
        node: &Node,
        shared: &Shared,
        work: impl FnOnce(&Self, &Node, &Shared) -> Result<Stage, Problem> + Send + 'static,
    ) {
        let (job, node, shared) = (Arc::clone(self), node.clone(), shared.clone());
        tokio::spawn(boxed(async move {
            let who = JobOwner::Person(job.did.clone());
            let stage = match node.jobs().turn(who, job.role).await {
                Ok(_turn) => {
                    let job = Arc::clone(&job);
                    download::long(move || work(&job, &node, &shared)).await
                }
                Err(problem) => Err(problem),
            };
            let stage = stage.unwrap_or_else(|problem| job.failed(problem));
            job.progress.lock().stage = stage;
        }));
    }

    /// Makes everything but the signatures.
    fn prepare(&self, node: &Node, shared: &Shared) -> Result<Stage, Problem> {
        let staging = self.folder.join("staging");
        let prepared = match &self.stick {
            None => download::prepare(node, shared, &self.did, &staging, self.lang),
            Some(stick) => {
                let options = ExportOptions {
                    split: shared.usb.find(stick)?.file_bytes,
                    ..ExportOptions::default()
                };
                download::prepare_for(node, shared, &self.did, &staging, self.lang, &options)
            }
        };
        Ok(Stage::ToSign(Box::new(prepared?)))
    }

    pub(super) fn is_encrypted(&self) -> bool {
        !matches!(self.encrypt, Encrypt::No)
    }

    /// Returns the ending of the copy's file name.
    pub(super) fn ending(&self) -> &'static str {
        if self.is_encrypted() { "tar.age" } else { "tar" }
    }

    pub(super) fn file_name(&self) -> String {
        format!("{}.{}", default_name(&self.did), self.ending())
    }

    fn path(&self) -> PathBuf {
        self.folder.join(format!("bundle.{}", self.ending()))
    }

    /// The finished copy.
    pub(super) fn open(&self) -> Result<fs::File, Problem> {
        if let Some(stick) = &self.stick {
            return Err(Problem::not_found(format!(
                "This copy is on the stick {stick}, not here."
            )));
        }
        match &self.progress.lock().stage {
            Stage::Ready => Ok(fs::File::open(self.path())?),
            Stage::Failed(failed) => Err(failed.into()),
            _ => Err(Problem::conflict("The copy is not finished yet: see its state.")
                .slug("unfinished")),
        }
    }

    /// Takes the owner's signatures, or with none the node's, and then writes the copy. The caller has checked the
    /// owner's key; here all of it is checked again with what the copied log says.
    pub(super) fn sign(
        self: &Arc<Self>,
        node: &Node,
        shared: &Shared,
        signatures: Option<(Kid, Signatures)>,
    ) -> Result<(), Problem> {
        let prepared = {
            let mut progress = self.progress.lock();
            match std::mem::replace(&mut progress.stage, Stage::Finishing) {
                Stage::ToSign(prepared) => *prepared,
                other => {
                    progress.stage = other;
                    return Err(Problem::conflict(
                        "This copy does not wait for a signature: see its state.",
                    )
                    .slug("unfinished"));
                }
            }
        };
        self.work(node, shared, move |job, node, shared| {
            job.finish(node, shared, prepared, signatures)
        });
        Ok(())
    }

    fn finish(
        &self,
        node: &Node,
        shared: &Shared,
        prepared: Prepared,
        signatures: Option<(Kid, Signatures)>,
    ) -> Result<Stage, Problem> {
        let recipient = self.recipient(&prepared)?;
        let (ready, by) = match signatures {
            Some((kid, signatures)) => (prepared.sign(owner(&kid), signatures), SignerKind::Owner),
            None => (prepared.sign_with_node(node.key()), SignerKind::Node),
        };
        let ready: Ready = ready.map_err(errors::export)?;
        self.progress.lock().signed_by = Some(by);
        if let Some(stick) = &self.stick {
            let written =
                shared.usb.write(node, stick, ready, recipient.as_ref(), &mut |progress| {
                    self.progress.lock().written = progress
                });
            self.progress.lock().copy = Some(written?);
            // The stick has it; nothing is kept here.
            *self.room.lock() = None;
            return Ok(Stage::Ready);
        }
        node.need_room(ready.tar_bytes(), For::Vital)?;
        let target = Target::Tar(self.path());
        ready
            .write(&target, recipient.as_ref(), &mut |progress| {
                self.progress.lock().written = progress
            })
            .map_err(errors::export)?;
        Ok(Stage::Ready)
    }

    fn recipient(&self, prepared: &Prepared) -> Result<Option<Recipient>, Problem> {
        Ok(match &self.encrypt {
            Encrypt::No => None,
            Encrypt::Passphrase(text) => Some(Recipient::passphrase(text.clone())),
            Encrypt::Owner => match prepared.encryption_keys() {
                [] => {
                    return Err(Problem::conflict(
                        "Your record names no encryption key: use a passphrase.",
                    ));
                }
                keys => Some(Recipient::Keys(keys.to_vec())),
            },
        })
    }
}

fn owner(kid: &Kid) -> Signer {
    Signer { kind: SignerKind::Owner, kid: kid.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(did: &Did, id: &str, folder: &Path, begun: u64) -> Arc<Job> {
        job_of(Role::Member, did, id, folder, begun)
    }

    fn job_of(role: Role, did: &Did, id: &str, folder: &Path, begun: u64) -> Arc<Job> {
        let folder = folder.join(format!("{}.{id}", did.folder_name()));
        fs::create_dir_all(&folder).unwrap();
        let progress = Mutex::new(JobProgress {
            stage: Stage::Preparing,
            written: Progress::default(),
            signed_by: None,
            copy: None,
        });
        let begun = Duration::from_secs(begun);
        Arc::new(Job {
            id: id.to_owned(),
            did: did.clone(),
            role,
            kid: None,
            encrypt: Encrypt::No,
            stick: None,
            lang: Lang::En,
            folder,
            begun,
            progress,
            room: Mutex::default(),
        })
    }

    #[test]
    fn jobs_are_bounded_in_number_and_age_and_take_their_folders_along() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir_all(data.path().join("export/left")).unwrap();
        let jobs = ExportJobs::new(data.path(), 3);
        assert!(!data.path().join("export").exists(), "what a run left is removed");
        let (ada, bob) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let at = Duration::from_secs;
        for (id, begun) in [("a", 0), ("b", 1), ("c", 2)] {
            jobs.add(job(&ada, id, &jobs.folder, begun), at(begun)).unwrap();
        }
        assert!(jobs.find("a", &ada, at(3)).is_err(), "two of one person");
        assert!(!data.path().join("export").join(format!("{}.a", ada.folder_name())).exists());
        assert!(jobs.find("b", &bob, at(3)).is_err(), "only its owner finds it");
        jobs.add(job(&bob, "d", &jobs.folder, 3), at(3)).unwrap();
        let refused = jobs.add(job(&Did::from_key(&[3; 32]), "e", &jobs.folder, 4), at(4));
        assert_eq!(refused.unwrap_err().status(), 503);
        wipe(data.path(), &ada).unwrap();
        assert!(jobs.find("b", &ada, at(4)).is_err(), "a deletion takes the folders");
        assert!(jobs.find("d", &bob, at(4)).is_ok());
        assert!(jobs.find("d", &bob, at(25 * 3600)).is_err(), "none is kept for ever");
    }

    #[test]
    fn a_copy_gives_its_room_to_a_newer_one_of_the_same_person_when_it_had_its_time() {
        let data = tempfile::tempdir().unwrap();
        let jobs = ExportJobs::new(data.path(), 9);
        let (ada, bob) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let at = Duration::from_secs;
        let add = |did, id, begun| jobs.add(job(did, id, &jobs.folder, begun), at(begun));
        let superseded = |now| jobs.superseded(&ada, at(now)).map(|job| job.id.clone());
        add(&bob, "b", 0).unwrap();
        assert_eq!(superseded(9_999), None, "another's");
        add(&ada, "a", 1).unwrap();
        assert_eq!(superseded(3_600), None, "it is being fetched");
        assert_eq!(superseded(3_601).as_deref(), Some("a"));
        add(&ada, "c", 2).unwrap();
        assert_eq!(superseded(3).as_deref(), Some("a"), "two of one person");
    }

    #[test]
    fn copies_of_strangers_keep_no_member_from_leaving() {
        let data = tempfile::tempdir().unwrap();
        let jobs = ExportJobs::new(data.path(), 12);
        let at = Duration::from_secs;
        let add = |role, n: u8, begun| {
            let did = Did::from_key(&[n; 32]);
            jobs.add(job_of(role, &did, &n.to_string(), &jobs.folder, begun), at(begun))
        };
        for n in 0..3 {
            add(Role::Stranger, n, 0).unwrap();
        }
        assert_eq!(add(Role::Stranger, 9, 1).unwrap_err().status(), 503);
        add(Role::Guest, 9, 1).unwrap();
        assert_eq!(add(Role::Stranger, 8, 1).unwrap_err().status(), 503);
        add(Role::Guest, 8, 1).unwrap();
        add(Role::Guest, 7, 1).unwrap();
        assert_eq!(add(Role::Guest, 6, 600).unwrap_err().status(), 503);
        add(Role::Guest, 6, 601).unwrap();
        for n in 10..22 {
            add(Role::Member, n, 1).unwrap();
        }
        assert_eq!(add(Role::Stranger, 9, 2).unwrap_err().status(), 503);
        assert_eq!(add(Role::Member, 23, 2).unwrap_err().status(), 503);
        add(Role::Owner, 24, 2).unwrap();
        add(Role::Member, 23, 2 + 3600).unwrap();
    }
}
