//! The names that most of these tests use.

pub(crate) use imajin_edge::testing::{Ask, TestNode, Write, each};
pub(crate) use imajin_protocol::Did;
pub(crate) use serde_json::{Value as Json, json};

pub(crate) use crate::support::{
    Somebody, World, close, kind, manifest, party, published, published_as, somebody, world,
};
