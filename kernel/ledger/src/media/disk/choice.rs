//! Choosing where people's files go, and giving up a disk that is lost.

use std::io;

use imajin_dfos::Timestamp;
use imajin_log::Space;
use imajin_protocol::Did;

use super::marker::{self, Marker};
use super::{DiskRefusal, FoundDisk, Going, LostDisk, NodeDisk, Standing, Whereabouts};
use crate::media::{MediaError, MediaStore};

/// Returns the number of bytes that stay free on a disk of this size.
pub type Reserve<'r> = &'r dyn Fn(u64) -> u64;

/// Why another place was not chosen. Nothing changed.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum PlaceError {
    #[error("there is no disk {0}: plug it in, and look again")]
    Unknown(String),
    #[error("files cannot move to this disk")]
    Refused(DiskRefusal),
    #[error("the files are on another disk, {0}: move them back to the card first")]
    OtherDisk(String),
    #[error("the files are there already")]
    Already,
    #[error("{needed} bytes are needed, and {free} are free")]
    NoRoom { needed: u64, free: u64 },
    #[error("the disk {0} is plugged in: it is not lost")]
    NotLost(String),
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl From<io::Error> for PlaceError {
    fn from(error: io::Error) -> Self {
        Self::Media(error.into())
    }
}

impl MediaStore {
    /// Says where the node looks for disks, besides where it found its own last.
    pub fn look_for_disks_in(&self, places: super::DiskPlaces) {
        self.roots.look_in(places);
    }

    /// Returns the disks that are plugged in.
    pub fn disks(&self, node: &Did) -> Vec<FoundDisk> {
        self.roots.plugged_disks(node)
    }

    /// Returns the places of people's files.
    pub fn whereabouts(&self) -> Whereabouts {
        let standing = self.roots.standing.read();
        let going = standing.disk.as_ref().map(|disk| disk.going);
        Whereabouts {
            disk: (standing.disk.as_ref()).map(|disk| (disk.id.clone(), disk.name.clone())),
            is_missing: self.roots.now_of(&standing).missing.is_some(),
            to_disk: going == Some(Going::ToDisk),
            to_card: going == Some(Going::ToCard),
            lost: standing.lost.clone(),
        }
    }

    /// Returns the display name of the missing disk, if any.
    pub fn missing_disk(&self) -> Option<String> {
        self.roots.now().missing
    }

    /// Fails if the disk is missing.
    pub fn check_disk(&self) -> Result<(), MediaError> {
        self.roots.now().whole().map(drop)
    }

    /// Returns the room of the disk that new files go to; `None` if that is the card.
    ///
    /// # Errors
    /// [`MediaError::DiskMissing`], or the disk doesn't tell.
    pub fn disk_space(&self) -> Result<Option<Space>, MediaError> {
        let root = self.roots.target_of(&self.roots.standing.read())?;
        if root.is_disk() { Ok(Some(Space::measure(&root.top())?)) } else { Ok(None) }
    }

    /// Has files go to a disk from now on, and those that are on the card move there ([`MediaStore::move_files`]). A disk that
    /// belongs to no node becomes this node's.
    pub fn choose_disk(
        &self,
        node: &Did,
        key: &str,
        reserve: Reserve<'_>,
    ) -> Result<(), PlaceError> {
        let candidate = self.disks(node).into_iter().find(|disk| disk.key == key);
        let candidate = candidate.ok_or_else(|| PlaceError::Unknown(key.to_owned()))?;
        if let Some(refusal) = candidate.refusal {
            return Err(PlaceError::Refused(refusal));
        }
        let mut standing = self.roots.standing.write();
        match &standing.disk {
            Some(disk) if candidate.id.as_ref() != Some(&disk.id) => {
                return Err(PlaceError::OtherDisk(disk.name.clone()));
            }
            Some(disk) if disk.going != Going::ToCard => return Err(PlaceError::Already),
            Some(_) | None => {}
        }
        let card = self.roots.now_of(&Standing::default());
        let to_move = card.roots.first().map_or(Ok(0), |card| self.bytes_in(card))?;
        let space = Space { total: candidate.bytes, free: candidate.free };
        has_room(to_move, space, reserve)?;
        let id = self.mark(node, &candidate)?;
        let mut next = standing.with_disk(Some(NodeDisk {
            id: id.clone(),
            node: node.clone(),
            name: candidate.name,
            place: candidate.place,
            going: Going::ToDisk,
        }));
        next.lost.retain(|lost| lost.id != id);
        Ok(self.roots.note(&mut standing, next)?)
    }

    /// Finds or makes the marker of a disk; its id.
    fn mark(&self, node: &Did, found: &FoundDisk) -> Result<String, PlaceError> {
        let refused = |error: io::Error| match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                PlaceError::Refused(DiskRefusal::ReadOnly)
            }
            _ => error.into(),
        };
        let folder = marker::make_folder(&found.place).map_err(refused)?;
        // The disk may have been pulled out since it was found.
        if self.roots.is_on_card(&folder) {
            return Err(PlaceError::Refused(DiskRefusal::NotMounted));
        }
        let marker = match marker::read(&folder)? {
            Some(marker) if marker.node == *node => marker,
            Some(_) => return Err(PlaceError::Refused(DiskRefusal::OtherNode)),
            None => Marker::new(node)?,
        };
        // Written again where it was there: that shows that the disk can be written.
        marker::write(&folder, &marker).map_err(refused)?;
        Ok(marker.id)
    }

    /// Has files go to the card from now on, and those that are on the disk move back.
    pub fn choose_card(&self, reserve: Reserve<'_>) -> Result<(), PlaceError> {
        let mut standing = self.roots.standing.write();
        let disk = standing.disk.clone().ok_or(PlaceError::Already)?;
        if disk.going == Going::ToCard {
            return Err(PlaceError::Already);
        }
        let now = self.roots.now_of(&standing).whole()?;
        let to_move = now.roots.first().map_or(Ok(0), |disk| self.bytes_in(disk))?;
        let card = Space::measure(self.roots.users.parent().unwrap_or(&self.roots.users))?;
        has_room(to_move, card, reserve)?;
        let next = standing.with_disk(Some(NodeDisk { going: Going::ToCard, ..disk }));
        Ok(self.roots.note(&mut standing, next)?)
    }

    /// Gives up a missing disk: files go to the card from now on, and those that only the disk has are lost.
    ///
    /// # Errors
    /// [`PlaceError`]: the files are on another disk, or it is plugged in.
    pub fn give_up_disk(&self, id: &str, at: Timestamp) -> Result<(), PlaceError> {
        let mut standing = self.roots.standing.write();
        let disk = standing.disk.clone().filter(|disk| disk.id == id);
        let disk = disk.ok_or_else(|| PlaceError::Unknown(id.to_owned()))?;
        if self.roots.now_of(&standing).missing.is_none() {
            return Err(PlaceError::NotLost(disk.name));
        }
        let mut next = standing.with_disk(None);
        next.lost.push(LostDisk { id: disk.id, name: disk.name, at });
        Ok(self.roots.note(&mut standing, next)?)
    }

    /// Ends a move if nothing is left of it.
    pub(in crate::media) fn settle_move(&self) -> Result<bool, MediaError> {
        let mut standing = self.roots.standing.write();
        let Some(disk) = standing.disk.clone() else {
            return Ok(true);
        };
        let now = self.roots.now_of(&standing).whole()?;
        let Some(source) = now.roots.get(1) else {
            return Ok(false);
        };
        for folder in source.people()? {
            if !super::is_empty(&source.media(&folder))? {
                return Ok(false);
            }
        }
        let next = match disk.going {
            Going::OnDisk => return Ok(true),
            Going::ToDisk => Some(NodeDisk { going: Going::OnDisk, ..disk }),
            Going::ToCard => None,
        };
        let next = standing.with_disk(next);
        self.roots.note(&mut standing, next)?;
        Ok(true)
    }
}

/// Fails if this many bytes do not fit, with the reserve.
fn has_room(bytes: u64, space: Space, reserve: Reserve<'_>) -> Result<(), PlaceError> {
    let needed = bytes.saturating_add(reserve(space.total));
    let free = space.free;
    if needed <= free { Ok(()) } else { Err(PlaceError::NoRoom { needed, free }) }
}
