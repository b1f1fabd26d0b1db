//! The states of disputes, as the provider names them.

use imajin_app::operation::Choice;

/// The state of a dispute. Entries keep the provider's name for it, also an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum DisputeStatus {
    #[field(name = "warning_needs_response")]
    WarningNeedsResponse,
    #[field(name = "warning_under_review")]
    WarningUnderReview,
    #[field(name = "warning_closed")]
    WarningClosed,
    #[field(name = "needs_response")]
    NeedsResponse,
    #[field(name = "under_review")]
    UnderReview,
    /// The payer got the money back by a refund. Only older versions of the provider's API name it.
    #[field(name = "charge_refunded")]
    ChargeRefunded,
    /// The provider settled it before the bank took anything: a refund, if there was one, is reported as such.
    Prevented,
    Won,
    Lost,
}

impl DisputeStatus {
    /// Whether the dispute is closed: nothing is to be answered, and no money is held for it.
    pub(crate) fn is_over(self) -> bool {
        match self {
            Self::WarningNeedsResponse
            | Self::WarningUnderReview
            | Self::NeedsResponse
            | Self::UnderReview => false,
            Self::WarningClosed
            | Self::ChargeRefunded
            | Self::Prevented
            | Self::Won
            | Self::Lost => true,
        }
    }
}

/// Whether a dispute whose status has this name is closed. One with an unknown status counts as open.
pub(crate) fn is_over(name: &str) -> bool {
    DisputeStatus::from_name(name).is_some_and(DisputeStatus::is_over)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dispute_with_an_unknown_status_counts_as_open() {
        for (name, expected) in [
            ("warning_needs_response", false),
            ("warning_closed", true),
            ("under_review", false),
            ("prevented", true),
            ("lost", true),
            ("invented", false),
        ] {
            assert_eq!(is_over(name), expected, "{name}");
        }
    }
}
