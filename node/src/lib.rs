//! The `imajin` program as a library, so that end-to-end tests and benchmarks use the same client.
//!
//! | room | what stands in it |
//! |---|---|
//! | [`backup`] | backups of the whole node, and the way back |
//! | [`cli`] | what can be typed |
//! | [`commands`] | one file a command |
//! | [`config`] | settings: file, environment, flags |
//! | [`client`] | speaking to a node as a person does |
//! | [`open`] | a data folder in use |
//! | [`outbox`] | what people's logs carry for the network, given to relays |
//! | [`register`] | telling registries of the node |
//! | [`serve`] | a running node |
//! | [`key`] | a person's key file and recovery sheet |
//! | [`lan`] | being found on the local network, and who else is there |
//! | [`entries`] | entries as people read them |
//! | [`source`] | a bundle as the stream that an import sends |
//! | [`survey`] | what is in a data folder |
//! | [`target`] | where a bundle goes |
//! | [`tls`] | certificates |
//! | [`versions`] | versions of the program that updates brought, and which one runs |
//! | [`failure`], [`output`], [`logging`] | how a command ends and speaks |

pub mod backup;
pub mod cli;
pub mod client;
pub mod commands;
pub mod config;
pub mod entries;
pub mod failure;
pub mod key;
pub mod lan;
pub mod logging;
pub mod open;
pub mod outbox;
pub mod output;
pub mod register;
pub mod serve;
pub mod source;
pub mod survey;
pub mod tls;
pub mod versions;
