//! Tiers: computed from what somebody has done, never assigned; and the one table of what each may do (WIRE.md §2).
//!
//! Always: pure. Who counts connections and days, and where the thresholds come from, is not known here.

use crate::identity::Tier;
use serde::{Deserialize, Serialize};

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Read what is not for everybody.
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
    /// Speak for somebody with one's own name.
    Vouch,
    /// Attest in words that nobody knows yet.
    Attest,
    /// Warn of somebody, and take it back.
    Warn,
    /// Invite people to the node.
    Invite,
}

/// The table: from which tier on.
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

/// How many people one may have invited to connect at a time (WIRE.md §7); the node's owner as many as they like.
pub const INVITE_QUOTAS: &[(Tier, u32)] = &[
    (Tier::Soft, 0),
    (Tier::Preliminary, 5),
    (Tier::Established, 20),
];

/// How many people somebody of this tier may have invited to connect at a time.
pub fn invite_quota(tier: Tier) -> u32 {
    let row = INVITE_QUOTAS.iter().find(|row| row.0 == tier);
    row.map_or(0, |row| row.1)
}

impl Capability {
    /// From which tier on.
    pub fn tier(self) -> Tier {
        let row = CAPABILITIES.iter().find(|row| row.0 == self);
        // A test walks all of them; what nobody thought of is for few.
        row.map_or(Tier::Established, |row| row.1)
    }

    /// Whether somebody of this tier may.
    pub fn is_for(self, tier: Tier) -> bool {
        tier >= self.tier()
    }

    /// What it is, in words that end a sentence: "… may …".
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

/// What it takes to be established, as configuration: the `[tiers]` table of the node's TOML file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Countersigned connections to different people who are preliminary or better. 5.
    pub connections: u32,
    /// Attendances and settled payments. 1.
    pub occasions: u32,
    /// Days since the log began. 28.
    pub history_days: u32,
    /// Open warnings that are borne. 0.
    pub warnings: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            connections: 5,
            occasions: 1,
            history_days: 28,
            warnings: 0,
        }
    }
}

/// What counts for a tier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Record {
    /// Whether there is a chain of their own behind the DID, that was let in here.
    pub has_chain: bool,
    /// Whether they are the node's owner, or the node.
    pub is_root: bool,
    /// Countersigned connections to different people who are preliminary or better.
    pub connections: u32,
    /// Attendances and settled payments.
    pub occasions: u32,
    /// Whole days since the log began.
    pub history_days: u32,
    /// Warnings by somebody established or by a root that nobody took back.
    pub warnings: u32,
}

/// One thing that is asked of who is established, and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub name: &'static str,
    /// How much is asked for; of warnings, how many are borne.
    pub wanted: u32,
    /// How much there is.
    pub there: u32,
    /// Whether it is enough.
    pub enough: bool,
}

impl Record {
    /// The tier.
    pub fn tier(&self, thresholds: &Thresholds) -> Tier {
        if self.is_root {
            return Tier::Established;
        }
        if !self.has_chain {
            return Tier::Soft;
        }
        match self.steps(thresholds).iter().all(|step| step.enough) {
            true => Tier::Established,
            false => Tier::Preliminary,
        }
    }

    /// How far the way to established is.
    pub fn steps(&self, thresholds: &Thresholds) -> [Step; 4] {
        let at_least = |name, wanted, there| Step {
            name,
            wanted,
            there,
            enough: there >= wanted,
        };
        [
            at_least("connections", thresholds.connections, self.connections),
            at_least("occasions", thresholds.occasions, self.occasions),
            at_least("historyDays", thresholds.history_days, self.history_days),
            Step {
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
        let wanted = Thresholds::default();
        let enough = Record {
            has_chain: true,
            is_root: false,
            connections: 5,
            occasions: 1,
            history_days: 28,
            warnings: 0,
        };
        assert_eq!(enough.tier(&wanted), Tier::Established);
        for lacking in [
            Record {
                connections: 4,
                ..enough
            },
            Record {
                occasions: 0,
                ..enough
            },
            Record {
                history_days: 27,
                ..enough
            },
            Record {
                warnings: 1,
                ..enough
            },
        ] {
            assert_eq!(lacking.tier(&wanted), Tier::Preliminary, "{lacking:?}");
            assert_eq!(
                lacking
                    .steps(&wanted)
                    .iter()
                    .filter(|step| !step.enough)
                    .count(),
                1
            );
        }
        let bare = Record {
            has_chain: false,
            ..enough
        };
        assert_eq!(bare.tier(&wanted), Tier::Soft);
        let owner = Record {
            is_root: true,
            ..Record::default()
        };
        assert_eq!(owner.tier(&wanted), Tier::Established);
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
