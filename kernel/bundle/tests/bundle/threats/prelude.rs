//! The names that most of these tests use.

pub(super) use std::path::Path;

pub(super) use imajin_dfos::cid::dag_cbor_cid;
pub(super) use imajin_dfos::{Value, hex};
pub(super) use imajin_log::entry::{Header, Will};
pub(super) use imajin_log::verify::VerifyOptions;
pub(super) use imajin_protocol::{Did, FactValue, IdText};
pub(super) use serde_json::{Value as Json, json};

pub(super) use super::{ann, bob, first_box, second_box};
pub(super) use crate::support::{Log, Make, Party, at};
pub(super) use crate::tools::acts::*;
pub(super) use crate::tools::bundles;
pub(super) use crate::tools::forge::*;
pub(super) use crate::tools::judge::*;
