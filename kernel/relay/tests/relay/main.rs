//! The relay through its routes, over real sockets. Tests of the relay in its program are in `apps/registry/tests/relay`.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report, in its helpers as well")]

mod admission;
mod blobs;
mod budget;
mod capabilities;
mod content;
mod credentials;
mod host;
mod identities;
mod index;
mod lists;
mod sequencing;
mod signing;
mod statements;
mod support;
mod withdrawn;
