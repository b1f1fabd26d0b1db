//! The `imajin` program as a library, so that end-to-end tests and benchmarks use the same client.
//!
//! | room | what stands in it |
//! |---|---|
//! | [`cli`] | what can be typed |
//! | [`config`] | settings: file, environment, flags |
//! | [`key`] | a person's key file and recovery sheet |
//! | [`failure`], [`output`], [`logging`] | how a command ends and speaks |

pub mod cli;
pub mod config;
pub mod failure;
pub mod key;
pub mod logging;
pub mod output;
