//! The names that most of these tests use.

pub(crate) use std::sync::Arc;
pub(crate) use std::time::Duration;

pub(crate) use imajin_app::Service;
pub(crate) use imajin_edge::testing::{Ask, TestNode, Write, each};
pub(crate) use imajin_protocol::fair::Manifest;
pub(crate) use serde_json::{Value as Json, json};

pub(crate) use crate::support::{
    Somebody, balances, close, days, node, node_with_people, order, owner, passes_on, shares,
    somebody, until, until_some,
};
