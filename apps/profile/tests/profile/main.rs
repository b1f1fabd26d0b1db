//! The routes of this service through a real socket, with real identities.

mod follow;
mod handle;
mod media;
mod support;
mod update;
