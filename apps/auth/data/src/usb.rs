//! Sticks in the node's machine: what is plugged in, copies that are written there and read from there, safe removal.
//!
//! Always: only people of this node see sticks, each their own copies on them (the node's owner all); everybody takes away
//! their own data only; nothing on a stick is replaced, nothing removed but what a copy left that never came to its end,
//! and no database there is opened for writing; a stick that a copy is written to or brought from is not given up for removal. What other
//! apps read of it pauses.

pub(super) mod check;
pub(super) mod list;
pub(super) mod remove;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use imajin_app::{Node, Problem, StickBusy, StickTask, StickUsers, refuse_if};
use imajin_bundle::export::{ExportError, Progress, Ready, default_name};
use imajin_bundle::stick::{Copy, CopyError};
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_ledger::stick::{Stick, StickError, Sticks};
use imajin_log::format::age::Recipient;
use imajin_protocol::Did;

use super::on_stick::OnStick;
use super::{access, errors, imports};

/// The sticks, and what is being done with them.
pub(super) struct Usb {
    sticks: Sticks,
    pub(super) users: Arc<StickUsers>,
}

impl Usb {
    pub(super) fn new(sticks: Sticks, users: Arc<StickUsers>) -> Self {
        Self { sticks, users }
    }

    /// A stick that can be used.
    pub(super) fn find(&self, name: &str) -> Result<Stick, Problem> {
        self.sticks.find(name).map_err(errors::stick)
    }

    /// Asks the machine to unmount a stick that nothing is written to and no copy comes from. Ends checks of its copies, and pauses what
    /// apps read of it in the background.
    fn remove(&self, name: &str, by: &Did, is_owner: bool) -> Result<(), Problem> {
        if !is_owner && !self.users.is_first(name, by) {
            return Err(Problem::forbidden(
                "This stick is removed by the person who first used it since it was plugged in, or by the owner of this box.",
            ));
        }
        let removed = self.users.remove(name, || self.sticks.remove(name));
        let removed = removed.map_err(|busy| {
            let text = match busy {
                StickBusy::Reading => {
                    "The box is still reading a file from this stick. Try again in a moment."
                }
                StickBusy::Copying => {
                    "The stick is being written or read. It can be removed when that is done."
                }
            };
            Problem::conflict(text).slug("busy")
        });
        removed?.map_err(errors::stick)
    }

    /// Writes a copy. Returns its name on the stick.
    pub(super) fn write(
        &self,
        node: &Node,
        name: &str,
        ready: Ready,
        recipient: Option<&Recipient>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<String, Problem> {
        let stick = self.find(name)?;
        let busy = self.users.begin(name, StickTask::Export, ready.tar_bytes());
        self.users.note(name, ready.did());
        refuse_if!(stick.free < ready.tar_bytes(), errors::stick_full());
        let target =
            imajin_bundle::stick::target(&stick, ready.did(), node.now(), recipient.is_some());
        let written = target.and_then(|target| {
            self.clear(name, target.path().parent(), ready.did());
            let written = ready.write(&target, recipient, &mut |done| {
                busy.set(done.bytes);
                progress(done);
            });
            written.map_err(CopyError::from)
        });
        let is_there = stick.is_there();
        match written {
            Ok(written) if is_there && written.path.exists() => {
                let copy = stick.name_of(&written.path);
                tracing::info!(stick = name, copy, "a copy was written to a stick");
                Ok(copy)
            }
            Err(error) if is_there && !is_device_gone(&error) => Err(errors::stick_copy(error)),
            Ok(_) => Err(errors::stick_pulled()),
            Err(error) => Err(errors::stick_pulled().with_log(error)),
        }
    }

    /// Removes what earlier copies of the same person left that never came to their end, unless one is being written now.
    fn clear(&self, stick: &str, folder: Option<&Path>, did: &Did) {
        let tasks = self.users.tasks(stick).into_iter();
        let is_alone = tasks.filter(|task| task.what == StickTask::Export).count() == 1;
        let Some(entries) = folder.filter(|_| is_alone).and_then(|at| fs::read_dir(at).ok()) else {
            return;
        };
        let begins = format!("{}-", default_name(did));
        for entry in entries.flatten() {
            let name = entry.file_name();
            let is_left = name
                .to_str()
                .is_some_and(|name| name.starts_with(&begins) && name.ends_with(".partial"));
            if is_left && let Err(error) = fs::remove_dir_all(entry.path()) {
                tracing::warn!("{}: {error}", entry.path().display());
            }
        }
    }

    /// Returns the copy on a stick that the request asks to import, or `None` if it asks for none.
    pub(super) fn wanted(
        &self,
        node: &Node,
        caller: Option<&Did>,
        wish: &imports::Begin,
    ) -> Result<Option<OnStick>, Problem> {
        let of = wish.of.as_deref().map(Did::parse).transpose();
        let of = of.map_err(|error| Problem::field("of", format!("of: {error}.")))?;
        let whose = match (caller, &wish.copy, of) {
            (_, None, None) if wish.stick.is_none() => return Ok(None),
            (_, None, None) => {
                let text = "Say which copy on the stick: `copy`, or `of` for somebody's newest.";
                return Err(Problem::field("copy", text));
            }
            (_, None, Some(of)) => Some(of),
            (None, Some(_), _) => {
                return Err(Problem::unauthorized(
                    "Sign in to choose a copy on a stick, or ask for somebody's newest: `of`.",
                ));
            }
            (Some(caller), Some(_), _) if access::owns(node, caller)? => None,
            (Some(caller), Some(_), _) => Some(caller.clone()),
        };
        if node.registration() != Registration::Open {
            let caller = caller.ok_or_else(|| {
                Problem::unauthorized("Sign in to read a copy from a stick in this box.")
            })?;
            access::of_the_house(node, caller)?;
        }
        let fits = |copy: &Copy| {
            let is_named = wish.copy.as_ref().is_none_or(|name| copy.name == *name);
            is_named && whose.as_ref().is_none_or(|did| copy.is_of(did))
        };
        let newest = self.newest(wish.stick.as_deref(), fits)?;
        Ok(Some(OnStick { of: whose, ..newest }))
    }

    /// The newest copy that fits, on the stick of this name or on any.
    fn newest(&self, name: Option<&str>, fits: impl Fn(&Copy) -> bool) -> Result<OnStick, Problem> {
        let sticks = match name {
            Some(name) => vec![self.find(name)?],
            None => self.sticks.mounted().map_err(errors::stick)?,
        };
        let newest = imajin_bundle::stick::newest(sticks, fits).map_err(errors::stick)?;
        let (stick, copy) = newest.ok_or_else(|| {
            Problem::not_found("There is no such copy of yours on a stick in this box.")
        })?;
        Ok(OnStick {
            path: copy.path(&stick),
            bytes: copy.bytes_on(&stick).map_err(errors::stick)?,
            name: copy.name,
            of: None,
            stick,
        })
    }
}

/// Whether an error means that the disk was removed.
fn is_device_gone(error: &CopyError) -> bool {
    use std::io::ErrorKind;
    let error = match error {
        CopyError::Export(ExportError::Io { error, .. })
        | CopyError::Stick(StickError::Io { error, .. }) => error,
        CopyError::Export(ExportError::Missing { .. }) => return true,
        _ => return false,
    };
    const EIO: i32 = 5;
    const ENXIO: i32 = 6;
    const ENODEV: i32 = 19;
    // A device that drops out takes its file system read-only first.
    matches!(error.raw_os_error(), Some(EIO | ENXIO | ENODEV))
        || error.kind() == ErrorKind::ReadOnlyFilesystem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stick_that_is_in_use_is_not_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let usb = Usb::new(Sticks::new(folder.path(), 1000), Arc::default());
        let owner = Did::from_key(&[1; 32]);
        let status = |name: &str| {
            usb.remove(name, &owner, true).map_err(|problem| problem.status().as_u16())
        };
        let busy = usb.users.begin("sda1", StickTask::Export, 10);
        busy.pass(3);
        assert_eq!(usb.users.tasks("sda1")[0].bytes, 3);
        assert!(usb.users.tasks("sdb1").is_empty());
        assert_eq!((status("sda1"), status("sdb1")), (Err(409), Err(404)));
        drop(busy);
        assert_eq!(status("sda1"), Err(404), "it is not there at all");
        assert!(usb.users.tasks("sda1").is_empty());
    }

    #[test]
    fn a_check_ends_when_its_stick_is_to_go() {
        let folder = tempfile::tempdir().unwrap();
        let usb = Usb::new(Sticks::new(folder.path(), 1000), Arc::default());
        let owner = Did::from_key(&[1; 32]);
        std::thread::scope(|scope| {
            let busy = usb.users.begin("sda1", StickTask::Verify, 10);
            scope.spawn(move || {
                let must_end = busy.must_end();
                while !must_end() {
                    std::thread::yield_now();
                }
            });
            let removed = usb.remove("sda1", &owner, true).map_err(|no| no.status());
            assert_eq!(removed, Err(axum::http::StatusCode::NOT_FOUND), "not busy");
        });
    }

    #[test]
    fn only_its_first_user_and_the_owner_have_a_stick_removed() {
        let folder = tempfile::tempdir().unwrap();
        let usb = Usb::new(Sticks::new(folder.path(), 1000), Arc::default());
        let (anna, bert) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let status = |by: &Did, is_owner| {
            usb.remove("sda1", by, is_owner).map_err(|problem| problem.status().as_u16())
        };
        assert_eq!(status(&anna, false), Err(403), "nobody used it yet");
        usb.users.note("sda1", &anna);
        usb.users.note("sda1", &bert);
        // 404: allowed, but the stick does not exist.
        assert_eq!((status(&anna, false), status(&bert, false)), (Err(404), Err(403)));
        assert_eq!(status(&bert, true), Err(404));
        usb.users.forget_gone(&[]);
        assert_eq!(status(&anna, false), Err(403), "another stick of that name");
    }
}
