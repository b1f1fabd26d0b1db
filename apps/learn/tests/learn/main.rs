//! Courses on a node with identities, connections, profiles and payments.
#![allow(clippy::unwrap_used, reason = "tests")]

#[macro_use]
extern crate imajin_edge;

mod certificates;
mod copying;
mod courses;
mod files;
mod packs;
mod paying;
mod quizzes;
mod rights;
mod studying;
mod support;
