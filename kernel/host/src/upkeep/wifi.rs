//! The Wi-Fi of a box that runs the image: what its owner chooses, and whether it worked.

/// The state of the Wi-Fi.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WifiState {
    /// The box joins none, and opens none.
    Off,
    /// The settings on the card name one, and win over the page.
    Card,
    /// The box has opened its own Wi-Fi, for its first start.
    Own,
    /// The box is joining the network that was chosen last.
    Joining,
    /// The box is in the network that was chosen last.
    Joined,
    /// The box could not join the network that was chosen last, and is back in the previous one.
    Failed,
}

/// The owner's choice on the page. Without `Debug`, because the password is written only where root keeps it.
pub struct WifiChoice {
    /// The network's name.
    pub network: String,
    /// The network's password; empty for an open network.
    pub password: String,
    /// The country whose radio rules hold (ISO 3166); empty if not set.
    pub country: String,
}
