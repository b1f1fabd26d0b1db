//! The machine that a node runs on, as the program looks after it. It takes its settings as values ([`settings`]), and knows
//! neither the command line nor the person's client.
//!
//! | module | what it is for |
//! |---|---|
//! | [`backup`] | backups of the whole node, and the way back; the owner's page of the box |
//! | [`mending`] | damaged records mended from copies |
//! | [`source`] | a bundle as the stream that an import sends |
//! | [`doctor`] | the checks of the owner's page |
//! | [`survey`], [`usage`], [`size`] | what is in a data folder, and what uses the space of its disk |
//! | [`old_copy`] | signs that the data is an old copy, or that the box has a twin |
//! | [`tls`] | certificates |
//! | [`lan`] | announcing the node on the local network, and its neighbours there |
//! | [`mapping`] | a port of the router that leads to the box |
//! | [`names`], [`clock`] | the machine's names and addresses, and its time |
//! | [`wifi`] | the Wi-Fi that the owner of a box chooses on its page |
//! | [`power`] | restarting, stopping and resetting the box |
//! | [`versions`] | versions of the program that updates brought, and which one runs |
//! | [`outbox`] | sends the network operations in people's logs to relays |
//! | [`registry`] | a registry over HTTP |
//! | [`key`], [`identity`] | key files, and the node's own |
//! | [`seal`], [`lock`] | the node's key at rest, and the lock that its owner puts on it |
//! | [`address`], [`control`], [`work`] | where the running node answers, and the sockets by which commands ask it |
//! | [`folder`] | names below the data folder |
//! | [`failure`] | how a command ends |
//! | [`settings`] | settings of the machine |

pub mod address;
pub mod backup;
pub mod clock;
pub mod control;
pub mod doctor;
pub mod door;
pub mod failure;
pub mod folder;
pub mod identity;
pub mod key;
pub mod lan;
pub mod lock;
pub mod mapping;
pub mod mending;
pub mod names;
pub mod old_copy;
pub mod outbox;
pub mod power;
pub mod registry;
pub mod seal;
pub mod settings;
pub mod size;
pub mod source;
pub mod survey;
pub mod tls;
pub mod usage;
pub mod versions;
pub mod wifi;
pub mod work;
