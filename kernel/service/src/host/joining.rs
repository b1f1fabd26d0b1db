//! Which people may begin an identity here, as the owner chose on a page.
//!
//! Always: `node/joining.json` is replaced as a whole, and a backup contains it. The choice counts while the node has an owner, and
//! where the settings leave it open: an operator's file outweighs a page.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::app::chosen;
use crate::app::node::Node;
use crate::app::problem::Problem;
use crate::host::config::Registration;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Choice {
    registration: Option<Registration>,
}

/// The choice of this node's owner.
pub(crate) struct Joining {
    file: PathBuf,
    now: RwLock<Choice>,
}

impl Joining {
    /// That of a data folder.
    pub(crate) fn open(data: &Path) -> Self {
        let file = data.join("node/joining.json");
        let now = RwLock::new(chosen::read(&file).unwrap_or_default());
        Self { file, now }
    }

    fn now(&self) -> Option<Registration> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.registration
    }

    fn choose(&self, registration: Registration) -> Result<(), Problem> {
        let choice = Choice {
            registration: Some(registration),
        };
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        chosen::write(&self.file, &choice)?;
        *now = choice;
        Ok(())
    }
}

impl Node {
    /// The rule for beginning an identity here.
    pub fn registration(&self) -> Registration {
        let chosen = match self.is_registration_fixed() || !self.is_claimed() {
            true => None,
            false => self.part::<Joining>().now(),
        };
        chosen.unwrap_or_else(|| {
            let is_owned = self.is_claimed() || self.was_released();
            self.config().registration(is_owned)
        })
    }

    /// Whether the operator's settings say who may join, so that no page does.
    pub fn is_registration_fixed(&self) -> bool {
        self.config().registration.is_some()
    }

    /// Lets these people begin an identity from now on. Waits for the disk on this thread.
    ///
    /// # Errors
    /// The operator's settings say it, or the disk fails.
    pub fn set_registration(&self, registration: Registration) -> Result<(), Problem> {
        if self.is_registration_fixed() {
            return Err(chosen::by_settings());
        }
        self.part::<Joining>().choose(registration)?;
        self.forget_roles();
        Ok(())
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
        assert_eq!(joining.now(), None);
        for choice in [Registration::Open, Registration::Closed] {
            joining.choose(choice).unwrap();
            assert_eq!(Joining::open(folder.path()).now(), Some(choice));
        }
    }
}
