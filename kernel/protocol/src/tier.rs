//! Tiers: computed from a person's history, never assigned; and the table of what each tier may do (docs/api.md,
//! "Tiers").
//!
//! Always: pure. The caller counts connections and days, and supplies the thresholds.

use crate::identity::Tier;
use serde::{Deserialize, Serialize};

/// Something that needs a certain tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Read pages that are not public.
    Read,
    /// Take part in conversations.
    Chat,
    /// Hold tickets.
    Ticket,
    /// Take courses.
    Course,
    /// Make events.
    CreateEvent,
    /// Invite to connect, and accept.
    Connect,
    /// Vouch for a person.
    Vouch,
    /// Attest with a type that is not listed.
    Attest,
    /// Warn about a person, and withdraw the warning.
    Warn,
    /// Invite people to the node.
    Invite,
}

/// The lowest tier for each capability.
pub const CAPABILITIES: &[(Capability, Tier)] = &[
    (Capability::Read, Tier::Soft),
    (Capability::Chat, Tier::Soft),
    (Capability::Ticket, Tier::Soft),
    (Capability::Course, Tier::Soft),
    (Capability::CreateEvent, Tier::Preliminary),
    (Capability::Connect, Tier::Preliminary),
    (Capability::Vouch, Tier::Established),
    (Capability::Attest, Tier::Established),
    (Capability::Warn, Tier::Established),
    (Capability::Invite, Tier::Established),
];

/// Maximum number of open invitations to connect by tier (docs/api.md, "Connections and profiles"); the
/// node's owner has no limit.
pub const INVITE_QUOTAS: &[(Tier, u32)] =
    &[(Tier::Soft, 0), (Tier::Preliminary, 5), (Tier::Established, 20)];

/// With how many open invitations at a time a member who isn't established brings new people in, where the node's owner
/// lets members.
pub const MEMBER_INVITATIONS: u32 = 3;

/// Returns how many open invitations to connect a person of this tier may have.
pub fn invite_quota(tier: Tier) -> u32 {
    let row = INVITE_QUOTAS.iter().find(|row| row.0 == tier);
    row.map_or(0, |row| row.1)
}

impl Capability {
    /// Returns the lowest tier with this capability.
    pub fn tier(self) -> Tier {
        let row = CAPABILITIES.iter().find(|row| row.0 == self);
        // A test checks that all are listed; an unlisted one needs the highest tier.
        row.map_or(Tier::Established, |row| row.1)
    }

    /// Returns whether a person of this tier has the capability.
    pub fn is_for(self, tier: Tier) -> bool {
        tier >= self.tier()
    }

    /// Returns the capability in words that complete a sentence: "… may …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Read => "read this",
            Self::Chat => "take part in conversations",
            Self::Ticket => "hold tickets",
            Self::Course => "take courses",
            Self::CreateEvent => "make events",
            Self::Connect => "connect with others",
            Self::Vouch => "vouch for others",
            Self::Attest => "attest what others did",
            Self::Warn => "warn of others",
            Self::Invite => "invite people to this node",
        }
    }
}

/// The requirements for the tier *established*, as configuration: the `[tiers]` table of the node's TOML file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Countersigned connections to different people who are preliminary or better. Default: 5.
    pub connections: u32,
    /// Attendances and settled payments. Default: 1.
    pub occasions: u32,
    /// Days since the log began. Default: 28.
    pub history_days: u32,
    /// Open warnings that are tolerated. Default: 0.
    pub warnings: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { connections: 5, occasions: 1, history_days: 28, warnings: 0 }
    }
}

/// A person's history, as far as tiers depend on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Record {
    /// Whether the DID has its own chain, which this node admitted.
    pub has_chain: bool,
    /// Whether the DID is a bare key of the person's own, whom this node let in with an invitation. Such a person doesn't become
    /// *established*: what counts for that is countersigned by a chain.
    pub is_invited_key: bool,
    /// Whether this is the node's owner, or the node.
    pub is_root: bool,
    /// Countersigned connections to different people who are preliminary or better.
    pub connections: u32,
    /// Attendances and settled payments.
    pub occasions: u32,
    /// Whole days since the log began.
    pub history_days: u32,
    /// Open warnings by an established person or by a root.
    pub warnings: u32,
}

/// One requirement for the tier *established*, and the person's progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// The requirement's name.
    pub name: &'static str,
    /// The required number; for warnings, the tolerated number.
    pub wanted: u32,
    /// The person's number.
    pub there: u32,
    /// Whether it is met.
    pub enough: bool,
}

impl Record {
    /// Returns the tier.
    pub fn tier(&self, thresholds: &Thresholds) -> Tier {
        if self.is_root {
            return Tier::Established;
        }
        let has_earned = || self.steps(thresholds).iter().all(|step| step.enough);
        match (self.has_chain, self.is_invited_key) {
            (true, _) if has_earned() => Tier::Established,
            (true, _) | (false, true) => Tier::Preliminary,
            (false, false) => Tier::Soft,
        }
    }

    /// Returns the progress towards *established*.
    pub fn steps(&self, thresholds: &Thresholds) -> [Requirement; 4] {
        let at_least =
            |name, wanted, there| Requirement { name, wanted, there, enough: there >= wanted };
        [
            at_least("connections", thresholds.connections, self.connections),
            at_least("occasions", thresholds.occasions, self.occasions),
            at_least("historyDays", thresholds.history_days, self.history_days),
            Requirement {
                name: "warnings",
                wanted: thresholds.warnings,
                there: self.warnings,
                enough: self.warnings <= thresholds.warnings,
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Capability; 10] = [
        Capability::Read,
        Capability::Chat,
        Capability::Ticket,
        Capability::Course,
        Capability::CreateEvent,
        Capability::Connect,
        Capability::Vouch,
        Capability::Attest,
        Capability::Warn,
        Capability::Invite,
    ];

    #[test]
    fn the_table_has_each_once() {
        for capability in ALL {
            let rows = CAPABILITIES.iter().filter(|row| row.0 == capability);
            assert_eq!(rows.count(), 1, "{capability:?}");
            assert!(capability.is_for(Tier::Established));
        }
        assert_eq!(ALL.len(), CAPABILITIES.len());
        assert!(Capability::Ticket.is_for(Tier::Soft) && !Capability::Connect.is_for(Tier::Soft));
        assert!(!Capability::Vouch.is_for(Tier::Preliminary));
    }

    #[test]
    fn established_is_earned_in_every_way() {
        let thresholds = Thresholds::default();
        let enough = Record {
            has_chain: true,
            is_invited_key: false,
            is_root: false,
            connections: 5,
            occasions: 1,
            history_days: 28,
            warnings: 0,
        };
        assert_eq!(enough.tier(&thresholds), Tier::Established);
        for lacking in [
            Record { connections: 4, ..enough },
            Record { occasions: 0, ..enough },
            Record { history_days: 27, ..enough },
            Record { warnings: 1, ..enough },
        ] {
            assert_eq!(lacking.tier(&thresholds), Tier::Preliminary, "{lacking:?}");
            assert_eq!(lacking.steps(&thresholds).iter().filter(|step| !step.enough).count(), 1);
        }
        let bare = Record { has_chain: false, ..enough };
        assert_eq!(bare.tier(&thresholds), Tier::Soft);
        let invited = Record { is_invited_key: true, ..bare };
        assert_eq!(invited.tier(&thresholds), Tier::Preliminary);
        let owner = Record { is_root: true, ..Record::default() };
        assert_eq!(owner.tier(&thresholds), Tier::Established);
    }

    #[test]
    fn quotas_grow_with_the_tier() {
        let quotas = [Tier::Soft, Tier::Preliminary, Tier::Established].map(invite_quota);
        assert_eq!(quotas, [0, 5, 20]);
    }

    #[test]
    fn thresholds_are_configuration() {
        let set: Thresholds = serde_json::from_str(r#"{"connections": 2}"#).unwrap();
        assert_eq!((set.connections, set.history_days), (2, 28));
        assert!(serde_json::from_str::<Thresholds>(r#"{"conections": 2}"#).is_err());
    }
}
