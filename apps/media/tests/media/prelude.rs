//! The names that most of these tests use.

pub(crate) use std::time::Duration;

pub(crate) use imajin_dfos::cid::sha256;
pub(crate) use imajin_dfos::hex;
pub(crate) use imajin_edge::testing::{Ask, Reply, Write};
pub(crate) use imajin_host::Config;
pub(crate) use imajin_media::Settings;
pub(crate) use serde_json::{Value as Json, json};

pub(crate) use crate::support::{Put, Somebody, World, asset_id, somebody, world, world_of};
