//! The names that most of these tests use.

pub(crate) use std::time::Duration;

pub(crate) use imajin_dfos::Value;
pub(crate) use imajin_edge::testing::{
    Ask, Person, Reply, TestNode, Write, open_config, populated,
};
pub(crate) use imajin_host::{Config, Registration};
pub(crate) use imajin_protocol::Did;
pub(crate) use serde_json::{Value as Json, json};

pub(crate) use crate::support::{
    bio, get, node, node_that_is, node_with, owner, person, post, send,
};
