//! The relay through its routes, over real sockets.

#![expect(
    clippy::unwrap_used,
    reason = "in a test a panic is the report, in its helpers as well"
)]

mod admission;
mod blobs;
mod budget;
mod capabilities;
mod content;
mod convergence;
mod crash;
mod credentials;
mod identities;
mod index;
mod lists;
mod peers;
mod sequencing;
mod signing;
mod statements;
mod support;
mod withdrawn;
