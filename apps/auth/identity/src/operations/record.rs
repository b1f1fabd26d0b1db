//! A record as a whole: its home, its settings, what of it is erased, its end.

use imajin_app::operation::{Decide, Int, Operation};
use imajin_protocol::Did;

use super::fields::{EntryCid, Epoch, Home, Text};

/// Moves your record to a home.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.home",
    authority = Controller,
    erasable_by = Nobody,
    after_commit,
    kernel
)]
pub struct MoveHome {
    /// The node that writes the record from now on.
    pub node: Did,
    /// Its address.
    pub url: Text,
    /// One more than the epoch of the home before.
    pub epoch: Epoch,
    /// The head that the owner gives up, if entries after a backup are lost.
    pub abandons: Option<Text>,
}

impl MoveHome {
    pub(crate) fn to(home: Home) -> Self {
        let Home { node, url, epoch } = home;
        Self { node, url, epoch, abandons: None }
    }
}

impl Decide for MoveHome {}

/// Says whether the home may enter something on the word of a session.
#[derive(Debug, Operation)]
#[operation(name = "auth.settings.update", authority = OwnKey, facts, kernel)]
pub struct UpdateSettings {
    /// 1: every entry needs your own signature from now on. 0: a session is enough.
    require_signed: Int<0, 1>,
}

impl Decide for UpdateSettings {}

/// Takes over the entries of a branch that was set aside.
#[derive(Debug, Operation)]
#[operation(name = "auth.side.adopt", authority = OwnKey, kernel)]
pub struct AdoptSide {
    /// The branch's last entry.
    #[reference]
    entry: EntryCid,
}

impl Decide for AdoptSide {}
