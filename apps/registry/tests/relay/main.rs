//! The relay through its routes, over real sockets.

mod admission;
mod blobs;
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
