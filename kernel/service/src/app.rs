//! Building blocks for apps: the trait that an app implements, the operations that it declares, and the types that its
//! handlers and pages use. An app's author needs this module alone, and the handles that a [`Node`] hands out.
//!
//! Always: this module imports neither of the other two. Questions to the node that runs the app go through traits that
//! are found by type (`gate`), or through parts that the host puts into the [`Node`].

pub mod access;
pub mod blocking;
pub(crate) mod bounded;
pub mod browser;
pub(crate) mod by_type;
pub mod capabilities;
pub mod check;
pub mod chooser;
pub mod chosen;
pub mod command_request;
pub mod csv;
pub mod data_rights;
pub mod direction;
pub mod disk_body;
pub mod exchange;
pub mod extract;
pub mod fair;
pub mod front;
pub(crate) mod gate;
pub mod icons;
pub mod lines;
pub mod log_rows;
pub mod machine;
pub mod manifest;
pub mod node;
pub mod notices;
pub mod operation;
pub mod outcome;
pub mod page;
pub mod peer;
mod people;
pub mod pieces;
pub mod problem;
pub mod ranged;
pub mod recent;
pub mod right;
pub mod role;
pub(crate) mod roles;
pub mod routing;
pub mod search;
pub mod service;
pub mod services;
pub mod session;
pub mod socket;
pub(crate) mod stick_users;
pub mod tagged;
pub mod time;
pub mod views;
pub mod words;

pub use access::{Access, Allowance, Budgeted, Reach, not_accepted, reaches_others};
pub use capabilities::{
    Admittance, Answers, Authority, Card, Contact, Given, HandleState, Hit, HomeCard, HomeCards,
    HomeSection, InRoom, Inherited, Inherits, Invitation, JoinedRoom, News, NewsLine, Notice,
    Offers, Owner, OwnerChecks, OwnerNotice, PeopleDirectory, Question, RobotRules, Robots,
    RoomAbout, RoomRole, Rooms, Searchable, SocialGraph, Zones,
};
pub use command_request::CommandRequest;
pub use data_rights::{
    Count, DataRights, DeletePlan, HoldsNothing, KeepsEntries, Retained, Things, TransferPlan,
};
pub use icons::Icon;
pub use machine::Machine;
pub use manifest::{Manifest, NavItem, NewsSource, NoticeKind, Ports, Shown};
pub use node::Node;
pub use outcome::CommandOutcome;
pub use page::Page;
pub use peer::Peer;
pub use problem::{Answer, Problem};
pub use right::Right;
pub use role::{Known, Role};
pub use search::SearchWords;
pub use service::Service;
pub use services::Services;
pub use session::Session;
pub use stick_users::StickUsers;
pub use time::Time;
pub use views::ServiceViews;
pub use words::{Catalogue, Label, Lang, Reader, Texts, Words, Zone, ZoneName};
