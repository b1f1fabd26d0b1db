//! Helpers: programs that read and write for a person within a delegation, by the Model Context Protocol (MCP).
//!
//! | module | contents |
//! |---|---|
//! | `operations`, `fields` | the operations, each with its decision |
//! | `projection`, `queries` | the tables and their queries |
//! | `data_rights` | export, count, delete, transfer |
//! | `helper` | the program that a request comes from, and its delegation |
//! | `audience` | who sees what a helper writes without saying so |
//! | `tools` | what a delegation opens: reading an app, entering an operation |
//! | `mcp` | JSON-RPC over HTTP at `/mcp` |
//! | `routes`, `pages` | HTML pages |
//!
//! Always: a token is kept nowhere. Each call asks whether the delegation is in force and covers the tool; the writer asks again.
#![forbid(unsafe_code)]

mod audience;
mod data_rights;
mod fields;
mod helper;
mod manifest;
mod mcp;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod tools;

use imajin_app::{Node, Service};

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Agents;

impl Service for Agents {
    imajin_app::from_modules!(manifest, operations, projection, routes);

    fn protocol_at_root(&self, node: Node) -> Option<(&'static [&'static str], axum::Router)> {
        Some((&[mcp::PATH], mcp::router(node)))
    }
}
