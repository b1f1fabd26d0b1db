//! The names that most measures use.

pub(super) use super::actor::Actor;
pub(super) use super::{Bench, Sizes, settle};
pub(super) use crate::ceiling;
pub(super) use crate::load::{self, Load, request};
pub(super) use crate::process::Watch;
pub(super) use crate::report::{Report, number};
pub(super) use crate::{Failed, Outcome};
pub(super) use imajin_box::key::PersonKey;
pub(super) use imajin_node::client::{Client, Draft};
pub(super) use serde_json::json;
pub(super) use std::path::Path;
pub(super) use std::time::{Duration, Instant};
