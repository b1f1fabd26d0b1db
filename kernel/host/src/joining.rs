//! The owner's choice: may strangers begin an identity here, and may members bring in others?
//!
//! Always: `node/joining.json` is replaced as a whole, and a backup contains it. The choices count while the node has an owner. Who
//! may begin is chosen where the settings leave it open: an operator's file outweighs a page.

use std::path::{Path, PathBuf};

use imajin_app::{Admittance, Invitation, Node, Problem, choices, extension, refuse_if};
use imajin_protocol::Did;
use imajin_protocol::tier::{Capability, MEMBER_INVITATIONS};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use crate::config::Registration;
use crate::prelude::*;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Choice {
    registration: Option<Registration>,
    /// Whether members bring people in by invitations of theirs; they do if nothing was chosen.
    members_invite: Option<bool>,
}

/// The choice of this node's owner.
pub(crate) struct Joining {
    file: PathBuf,
    now: RwLock<Choice>,
}

impl Joining {
    /// Opens the settings of a data folder.
    pub(crate) fn open(data: &Path) -> Self {
        let file = data.join("node/joining.json");
        let now = RwLock::new(choices::read(&file).unwrap_or_default());
        Self { file, now }
    }

    fn now(&self) -> Choice {
        *self.now.read()
    }

    fn choose(&self, change: impl FnOnce(&mut Choice)) -> Result<(), Problem> {
        let mut now = self.now.write();
        let mut choice = *now;
        change(&mut choice);
        choices::write(&self.file, &choice)?;
        *now = choice;
        Ok(())
    }
}

/// The owner's decision who may join.
#[extension(pub trait Joins)]
impl Node {
    /// The rule for beginning an identity here.
    fn registration(&self) -> Registration {
        let registration = if self.is_registration_fixed() || !self.is_claimed() {
            None
        } else {
            self.part::<Joining>().now().registration
        };
        registration.unwrap_or_else(|| {
            let is_owned = self.is_claimed() || self.was_released();
            self.config().registration(is_owned)
        })
    }

    /// Whether the operator's settings say who may join, so that no page does.
    fn is_registration_fixed(&self) -> bool {
        self.config().registration.is_some()
    }

    /// Lets these people begin an identity from now on. Waits for the disk on this thread.
    ///
    /// # Errors
    /// The operator's settings say it, or the disk fails.
    fn set_registration(&self, registration: Registration) -> Result<(), Problem> {
        refuse_if!(self.is_registration_fixed(), choices::by_settings());
        self.part::<Joining>().choose(|choice| choice.registration = Some(registration))?;
        self.forget_roles();
        Ok(())
    }

    /// Whether members bring people in by invitations of theirs.
    fn members_invite(&self) -> bool {
        self.part::<Joining>().now().members_invite.unwrap_or(true)
    }

    /// Lets members bring people in from now on, or not. Waits for the disk on this thread.
    fn let_members_invite(&self, may: bool) -> Result<(), Problem> {
        self.part::<Joining>().choose(|choice| choice.members_invite = Some(may))
    }

    /// Whether an invitation to connect brings a new person in now.
    fn admittance(&self, invitation: &Invitation) -> Result<Admittance, Problem> {
        self.admittance_by(&invitation.inviter, invitation.older)
    }

    /// Whether an inviter's invitation brings a new person in while `older` other ones of theirs are open.
    fn admittance_by(&self, inviter: &Did, older: u32) -> Result<Admittance, Problem> {
        match self.registration() {
            Registration::Open => return Ok(Admittance::Granted),
            Registration::Closed => return Ok(Admittance::Closed),
            Registration::Invite => {}
        }
        let tier = self.tier(inviter)?;
        Ok(if Capability::Invite.is_for(tier) {
            Admittance::Granted
        } else if !Capability::Connect.is_for(tier) {
            Admittance::Inviter
        } else if !self.members_invite() {
            Admittance::Members
        } else if older >= MEMBER_INVITATIONS {
            Admittance::Allowance
        } else {
            Admittance::Granted
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("node")).unwrap();
        let joining = Joining::open(folder.path());
        assert_eq!(joining.now(), Choice::default());
        joining.choose(|choice| choice.members_invite = Some(false)).unwrap();
        for registration in [Registration::Open, Registration::Closed] {
            joining.choose(|choice| choice.registration = Some(registration)).unwrap();
            let chosen = Choice { registration: Some(registration), members_invite: Some(false) };
            assert_eq!(Joining::open(folder.path()).now(), chosen);
        }
        // A file from before the choice about members.
        let file = folder.path().join("node/joining.json");
        std::fs::write(file, r#"{"registration":"open"}"#).unwrap();
        let before = Joining::open(folder.path()).now();
        assert_eq!(before.registration, Some(Registration::Open));
        assert_eq!(before.members_invite, None);
    }
}
