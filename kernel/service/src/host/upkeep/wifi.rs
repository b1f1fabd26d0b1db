//! The Wi-Fi of a box that runs the image: what its owner chooses, and whether it worked.

/// The state of the Wi-Fi.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WifiState {
    /// The box joins none, and opens none.
    Off,
    /// The settings on the card name one, and win over the page.
    Card,
    /// The box has opened a Wi-Fi of its own, for its first start.
    Own,
    /// It is trying what was chosen last.
    Joining,
    /// It is in the Wi-Fi that was chosen last.
    Joined,
    /// What was chosen last could not be joined, and what was before is back.
    Failed,
}

/// What is chosen on the page. It has no `Debug`: the password is written nowhere but where root keeps it.
pub struct WifiChoice {
    /// The network's name.
    pub network: String,
    /// Its password; empty for an open network.
    pub password: String,
    /// The country whose radio rules hold (ISO 3166); empty if not set.
    pub country: String,
}
