//! The users of the sticks in the node's machine: the first one may have a stick removed.

use std::collections::HashMap;

use imajin_ledger::stick::{State, Stick};
use imajin_protocol::Did;
use parking_lot::{Mutex, MutexGuard};

/// The person that first used each stick since it was plugged in. A node has one (`Node::state`), which its apps share.
#[derive(Debug, Default)]
pub struct StickUsers(Mutex<HashMap<String, Did>>);

impl StickUsers {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Did>> {
        self.0.lock()
    }

    /// Notes who writes to the stick of this name or reads from it: the first one is remembered.
    pub fn note(&self, stick: &str, did: &Did) {
        let mut users = self.lock();
        users.entry(stick.to_owned()).or_insert_with(|| did.clone());
    }

    /// Whether this person was the first.
    pub fn is_first(&self, stick: &str, did: &Did) -> bool {
        self.lock().get(stick) == Some(did)
    }

    /// Forgets the users of sticks that are not mounted any more: another one may come under the same name.
    pub fn forget_gone(&self, sticks: &[Stick]) {
        let is_mounted = |name: &str| {
            let mut named = sticks.iter().filter(|stick| stick.name == name);
            named.any(|stick| matches!(stick.state, State::Mounted | State::Leaving))
        };
        self.lock().retain(|name, _| is_mounted(name));
    }
}
