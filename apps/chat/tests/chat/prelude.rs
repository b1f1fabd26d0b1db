//! The names that most of these tests use.

pub(crate) use imajin_dfos::Value;
pub(crate) use imajin_edge::testing::{Ask, Write};
pub(crate) use imajin_protocol::Did;
pub(crate) use imajin_room::ops::Role;
pub(crate) use serde_json::{Value as Json, json};

pub(crate) use crate::world::{Room, Somebody, World, reason};
