//! This service through a real socket, one file a group of routes.

mod support;

mod access;
mod challenge;
mod commands;
mod delegations;
mod edge;
mod identity;
mod invites;
mod keys;
mod log;
mod node;
mod openapi;
mod register;
mod sessions;
mod tokens;
