//! Fees: what a node's owner takes off each payment, within bounds, and how that may change.
//!
//! Always: a lower fee applies at once, and a higher one only a day after its announcement.

use super::SettlementError;
use crate::money::split;
use crate::{Did, Minor, Ppm};
use imajin_dfos::Timestamp;
use serde::{Deserialize, Serialize};

/// Milliseconds between the announcement of a higher fee and its start: 24 hours.
pub const NOTICE_MS: i64 = 24 * 3600 * 1000;

/// The shares of a payment that are not its seller's. The default takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeeProfile {
    protocol: Ppm,
    node: Ppm,
    buyer_credit: Ppm,
}

/// The purpose of a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FeeKind {
    /// The network's fee.
    Protocol,
    /// The node's fee.
    Node,
    /// The fee returned to the payer as credit.
    BuyerCredit,
}

/// A fee of one payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeLine {
    /// The fee's purpose.
    pub kind: FeeKind,
    /// The fee's recipient.
    pub to: Did,
    /// The fee's share of the gross amount.
    pub share: Ppm,
    /// The fee's amount.
    pub amount: Minor,
}

/// The recipients of fees; the buyer's credit goes to the payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeParties {
    /// The network's.
    pub protocol: Did,
    /// The node's.
    pub node: Did,
}

/// Why fees are not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum FeeError {
    #[error("the node's fee in the profile mjn is 0.25 % to 2 %")]
    Node,
    #[error("a fee profile is \"none\" or \"mjn\"")]
    Profile,
}

impl FeeProfile {
    /// No fees.
    pub const NONE: Self = Self { protocol: Ppm::ZERO, node: Ppm::ZERO, buyer_credit: Ppm::ZERO };
    /// The profile `mjn`: the network's 1.00 % and the buyer's 0.25 % are fixed; in millionths.
    const MJN_PROTOCOL: u32 = 10_000;
    const MJN_BUYER_CREDIT: u32 = 2_500;
    /// The node's 0.50 % of the profile `mjn` by default, in millionths.
    pub const MJN_NODE: u32 = 5_000;
    const MJN_NODE_BOUNDS: std::ops::RangeInclusive<u32> = 2_500..=20_000;

    /// Returns the profile `mjn`, with the node's fee in millionths.
    pub fn mjn(node: u32) -> Result<Self, FeeError> {
        if !Self::MJN_NODE_BOUNDS.contains(&node) {
            return Err(FeeError::Node);
        }
        let ppm = |millionths| Ppm::new(millionths).map_err(|_| FeeError::Node);
        Ok(Self {
            protocol: ppm(Self::MJN_PROTOCOL)?,
            node: ppm(node)?,
            buyer_credit: ppm(Self::MJN_BUYER_CREDIT)?,
        })
    }

    /// Returns the profile with this name.
    pub fn from_name(name: &str, node: Option<u32>) -> Result<Self, FeeError> {
        match name {
            "none" => Ok(Self::NONE),
            "mjn" => Self::mjn(node.unwrap_or(Self::MJN_NODE)),
            _ => Err(FeeError::Profile),
        }
    }

    /// Returns the network's share.
    pub fn protocol(&self) -> Ppm {
        self.protocol
    }

    /// Returns the node's share.
    pub fn node(&self) -> Ppm {
        self.node
    }

    /// Returns the share that returns to the payer as credit.
    pub fn buyer_credit(&self) -> Ppm {
        self.buyer_credit
    }

    /// Returns the rest of a gross amount, and the fees. The seller gets a remainder before any fee does.
    pub(super) fn take(
        &self,
        gross: Minor,
        payer: &Did,
        parties: &FeeParties,
    ) -> Result<(Minor, Vec<FeeLine>), SettlementError> {
        let fees = [
            (FeeKind::Protocol, &parties.protocol, self.protocol),
            (FeeKind::Node, &parties.node, self.node),
            (FeeKind::BuyerCredit, payer, self.buyer_credit),
        ];
        let taken: u32 = fees.iter().map(|(_, _, share)| share.get()).sum();
        // The shares of a profile add up to a few percent; one from elsewhere is not trusted to.
        let rest = Ppm::WHOLE.get().saturating_sub(taken);
        let mut weights = vec![u64::from(rest)];
        weights.extend(fees.iter().map(|(_, _, share)| u64::from(share.get())));
        let parts = split(gross, &weights).map_err(crate::fair::ChainError::from)?;
        let net = parts[0];
        let lines = fees.iter().zip(&parts[1..]);
        let lines =
            lines.filter(|(_, amount)| !amount.is_zero()).map(|((kind, to, share), amount)| {
                FeeLine { kind: *kind, to: (*to).clone(), share: *share, amount: *amount }
            });
        Ok((net, lines.collect()))
    }

    /// Combines two profiles share by share.
    fn zip(&self, other: &Self, pick: impl Fn(Ppm, Ppm) -> Ppm) -> Self {
        Self {
            protocol: pick(self.protocol, other.protocol),
            node: pick(self.node, other.node),
            buyer_credit: pick(self.buyer_credit, other.buyer_credit),
        }
    }
}

/// The fees in force, and announced ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FeeSchedule {
    current: FeeProfile,
    next: Option<(FeeProfile, i64)>,
}

impl FeeSchedule {
    /// Makes a history with these fees from the beginning.
    pub fn new(current: FeeProfile) -> Self {
        Self { current, next: None }
    }

    /// Returns the fees in force at a time.
    pub fn at(&self, time: Timestamp) -> FeeProfile {
        match self.next {
            Some((profile, from_ms)) if time.as_millis() >= from_ms => profile,
            _ => self.current,
        }
    }

    /// Returns the fees announced at a time, and when they start in milliseconds since 1970.
    pub fn announced(&self, time: Timestamp) -> Option<(FeeProfile, i64)> {
        self.next.filter(|(_, from_ms)| time.as_millis() < *from_ms)
    }

    /// Changes the fees: each share that goes down does so at once, each that goes up after the notice. Cancels an
    /// earlier announcement that is not in force yet.
    pub fn change(&self, to: FeeProfile, asked_at: Timestamp) -> Self {
        let now = self.at(asked_at);
        let current = now.zip(&to, Ppm::min);
        let next = (current != to).then_some((to, asked_at.as_millis().saturating_add(NOTICE_MS)));
        Self { current, next }
    }
}
