//! The role of each person on this node, which apps and the host ask the [`Node`] for.

use imajin_protocol::Did;
use parking_lot::Mutex;

use crate::bounded::Bounded;
use crate::capabilities::Authority;
use crate::node::Node;
use crate::problem::Problem;
use crate::role::Role;

/// People whose role is remembered; of others it is looked up.
const REMEMBERED: usize = 4_096;

/// The roles of those who asked lately. A stranger's is never remembered, so that an invite counts at once.
pub struct Roles(Mutex<State>);

struct State {
    known: Bounded<Did, Role>,
    /// Counts the changes: a role that was looked up before a change is not stored after it.
    generation: u64,
}

impl Default for Roles {
    fn default() -> Self {
        Self(Mutex::new(State { known: Bounded::new(REMEMBERED), generation: 0 }))
    }
}

impl Node {
    fn roles(&self) -> &Roles {
        self.part()
    }

    /// A person's role on this node.
    pub fn role(&self, did: &Did) -> Result<Role, Problem> {
        let generation = {
            let state = self.roles().0.lock();
            if let Some(role) = state.known.get(did) {
                return Ok(*role);
            }
            state.generation
        };
        let role = match self.get::<dyn Authority>() {
            Some(authority) => Role::from_facts(&authority.role_facts(self, did)?),
            None => Role::Stranger,
        };
        let mut state = self.roles().0.lock();
        if role > Role::Stranger && state.generation == generation {
            state.known.insert(did.clone(), role);
        }
        Ok(role)
    }

    /// Whether a person has at least this role.
    pub fn is_at_least(&self, did: &Did, least: Role) -> Result<bool, Problem> {
        Ok(self.role(did)? >= least)
    }

    /// Forgets a person's role after a change that may affect it: the next question looks it up.
    pub fn forget_role(&self, did: &Did) {
        let mut state = self.roles().0.lock();
        state.generation += 1;
        state.known.remove(did);
    }

    /// Forgets all roles after a change that may affect everyone.
    pub fn forget_roles(&self) {
        let mut state = self.roles().0.lock();
        state.generation += 1;
        state.known = Bounded::new(REMEMBERED);
    }
}
