//! The addresses of an identity in its chain: the entries `DfosRelay` and `ImajinHome` among its services.
//!
//! Always: a service with another id or type stays as it is.

use imajin_dfos::Value;
use imajin_dfos::identity::{IdentityError, Service};

use crate::Did;

/// The type of the service in a conversation's genesis that names the conversation (docs/conversations.md).
pub const CONVERSATION_SERVICE: &str = "ImajinConversation";

/// The type of the service in a chain that names the identity's home.
pub const HOME_SERVICE: &str = "ImajinHome";

const RELAY_ID: &str = "imajin-relay";
const HOME_ID: &str = "imajin-home";

/// The addresses of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The address of its home.
    pub home: String,
    /// The node that is its home.
    pub node: Did,
    /// The address of the relay that has its operations first; `None` if its home has no relay.
    pub relay: Option<String>,
}

impl Endpoints {
    /// Returns the services of a chain with these addresses added; `None` if they are there already.
    pub fn among(&self, services: &[Service]) -> Result<Option<Vec<Service>>, IdentityError> {
        let ours = self.services()?;
        let is_ours = |service: &&Service| matches!(service.id(), RELAY_ID | HOME_ID);
        let now: Vec<&Service> = services.iter().filter(is_ours).collect();
        if now.len() == ours.len() && ours.iter().all(|service| now.contains(&service)) {
            return Ok(None);
        }
        let others = services.iter().filter(|service| !is_ours(service));
        Ok(Some(others.cloned().chain(ours).collect()))
    }

    /// Returns these addresses as services.
    pub fn services(&self) -> Result<Vec<Service>, IdentityError> {
        let relay = self.relay.as_ref().map(|relay| {
            Value::map([
                ("id", Value::from(RELAY_ID)),
                ("type", Value::from("DfosRelay")),
                ("endpoint", Value::from(relay.as_str())),
            ])
        });
        let home = Value::map([
            ("id", Value::from(HOME_ID)),
            ("type", Value::from(HOME_SERVICE)),
            ("endpoint", Value::from(self.home.as_str())),
            ("node", Value::from(self.node.as_str())),
        ]);
        relay.into_iter().chain([home]).map(Service::new).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_and_relay_stand_beside_what_else_a_chain_names() {
        let at = |home: &str, relay: Option<&str>| Endpoints {
            home: home.to_owned(),
            node: Did::from_key(&[7; 32]),
            relay: relay.map(str::to_owned),
        };
        let other = Service::new(Value::map([
            ("id", Value::from("x")),
            ("type", Value::from("DfosRelay")),
            ("endpoint", Value::from("https://other.example")),
        ]))
        .unwrap();
        let here = at("https://box.example", Some("https://box.example"));
        let named = here.among(std::slice::from_ref(&other)).unwrap().unwrap();
        assert_eq!((named.len(), &named[0]), (3, &other));
        assert_eq!(here.among(&named), Ok(None), "once");
        // The next home has no relay: the old one is removed.
        let moved = at("https://next.example", None);
        let moved = moved.among(&named).unwrap().unwrap();
        let kinds: Vec<&str> = moved.iter().map(Service::kind).collect();
        assert_eq!(kinds, ["DfosRelay", "ImajinHome"]);
        assert_eq!(moved[1].get_str("endpoint"), Some("https://next.example"));
        assert_eq!(moved[0], other);
    }
}
