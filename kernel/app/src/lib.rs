//! Building blocks for the apps of an Imajin node: the trait that an app implements, the operations that it declares, and
//! the types that its handlers and pages use. The crate knows no app.
//!
//! | modules | what is in them |
//! |---|---|
//! | `service`, `manifest`, `machine`, `services` | the [`Service`] trait, an app's [`Manifest`], and all apps as the ledger's one state machine |
//! | [`operation`], [`command_request`], [`notices`], [`log_rows`] | declarations of operations, requests for them, what their entries tell |
//! | [`data_rights`], [`access`], `role` | export, count, deletion and transfer; who may do what |
//! | [`capabilities`], [`home_proof()`] | what apps do for each other, and what the node asks them; the proof of a home |
//! | [`extract`], [`routing`], [`problem`], [`browser`], [`exchange`], [`socket`], [`disk_body`], [`ranged`], [`own_routes`] | requests and answers of handlers |
//! | [`mod@page`], [`help`], [`words`], `icons`, [`chooser`], `views`, [`front`] | pages and their languages |
//! | [`node`] | [`Node`], the handle that every handler gets |
//!
//! Always: this crate imports neither `imajin_host` nor `imajin_edge`. Questions to the node that runs the app go through
//! traits that are found by type ([`gate`]), or through parts that the host puts into the [`Node`].
#![forbid(unsafe_code)]

// The derives generate code that names the crate as other crates do.
extern crate self as imajin_app;

pub mod access;
pub mod blocking;
pub mod bounded;
pub mod browser;
mod by_type;
pub mod capabilities;
pub mod check;
pub mod choices;
pub mod chooser;
pub mod command_request;
pub mod csv;
pub mod data_rights;
pub mod direction;
pub mod disk_body;
pub mod exchange;
pub mod extract;
pub mod fair;
pub mod front;
pub mod gate;
pub mod help;
mod home_proof;
mod icons;
pub mod lines;
pub mod log_rows;
mod machine;
mod manifest;
pub mod node;
pub mod notices;
pub mod operation;
mod outcome;
pub mod own_routes;
pub mod page;
pub mod peer;
mod people;
pub mod pieces;
pub mod problem;
pub mod ranged;
pub mod recent;
mod right;
mod role;
pub mod roles;
pub mod routing;
pub mod search;
mod service;
mod services;
pub mod session;
mod settings;
pub mod socket;
mod stick_users;
mod tagged;
pub mod task;
pub mod time;
mod views;
pub mod words;

pub use access::{Access, Allowance, Budgeted, Reach, not_accepted, reaches_others};
pub use capabilities::{
    Admittance, Answers, Authority, Card, Contact, DelegationRecord, HandleState, Hit, HomeCard,
    HomeCards, HomeSection, InRoom, Inherited, Inherits, Invitation, JoinedRoom, News, NewsLine,
    Notice, Offers, Owner, OwnerChecks, OwnerNotice, PeopleDirectory, Question, RobotRules, Robots,
    RoomAbout, RoomRole, Rooms, Searchable, SocialGraph, Zones,
};
pub use command_request::CommandRequest;
pub use data_rights::{
    Count, DataRights, DeletePlan, HoldsNothing, KeepsEntries, Retained, Things, TransferPlan,
};
pub use home_proof::home_proof;
pub use icons::Icon;
pub use imajin_derive::{FromRow, extension};
pub use machine::Machine;
pub use manifest::{AgentAccess, Manifest, NavItem, NewsSource, NoticeKind, PagePlacement, Ports};
pub use node::Node;
pub use outcome::CommandOutcome;
pub use page::Page;
pub use peer::Peer;
pub use problem::{Answer, Problem};
pub use right::Right;
pub use role::{Role, RoleFacts};
pub use search::SearchWords;
pub use service::Service;
pub use services::Services;
pub use session::Session;
pub use stick_users::{StickBusy, StickProgress, StickTask, StickUse, StickUsers};
pub use tagged::{TaggedBytes, tagged};
pub use time::Time;
pub use views::ServiceViews;
pub use words::{Catalogue, Label, Lang, Reader, Texts, Words, Zone, ZoneName};
