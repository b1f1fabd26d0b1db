//! The trait of an app of an Imajin node, the node's parts for apps, and the edge that answers HTTP. The crate knows no
//! app.
//!
//! | room | what is in it |
//! |---|---|
//! | [`app`] | what an app is: the [`Service`] trait, operations, manifest, data rights, capabilities, views, problems, access, extractors, routes, the frame of pages |
//! | [`host`] | what a node gives its apps: commands, sessions, secrets, custodial keys, mail, clock, limits, jobs, outgoing requests, metrics, alarms, upkeep |
//! | [`edge`] | what every request passes: connections, server, site, browser rules, bodies, documents, the pages of a locked and of a full box |
//!
//! The rooms import each other in one direction: the edge imports the host and the app, the host imports the app, and the
//! app imports neither. [`Node`] is the handle that all three share: `app::node` defines it with nothing but the ledger, the
//! node's own identity and its time; every other part is found by its type, and the module that owns the part adds the
//! methods.
#![forbid(unsafe_code)]

// The derives of this crate generate code that names the crate as other crates do.
extern crate self as imajin_service;

pub mod app;
pub mod edge;
pub mod host;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

// The paths by which other crates know the items of the rooms.
pub use app::{
    access, blocking, browser, capabilities, chooser, chosen, csv, data_rights, disk_body,
    exchange, extract, fair, front, icons, lines, log_rows, machine, manifest, notices, operation,
    page, problem, ranged, recent, role, routing, search, service, socket, views, words,
};
pub use edge::{bodies, full, locked, openapi, server, site};
pub use host::{
    account, alarms, backoff, budget, challenges, clock, codes, commands, config, custodial_keys,
    derived, dispatch, jobs, limits, mail, mapping, metrics, names, network, node, outgoing,
    own_name, pinned, prefix, random, rate, reached, room, rounds, scrub, secrets, sessions, stop,
    sweep, upkeep, usage,
};

pub use app::tagged::tagged;
pub use app::{
    Access, Admittance, Allowance, Answer, Answers, Authority, Budgeted, Card, Catalogue,
    CommandOutcome, CommandRequest, Contact, Count, DataRights, DeletePlan, Given, HandleState,
    Hit, HoldsNothing, HomeCard, HomeCards, HomeSection, Icon, InRoom, Inherited, Inherits,
    Invitation, JoinedRoom, KeepsEntries, Known, Label, Lang, Machine, Manifest, NavItem, News,
    NewsLine, NewsSource, Node, Notice, NoticeKind, Offers, Owner, OwnerChecks, OwnerNotice, Page,
    Peer, PeopleDirectory, Ports, Problem, Question, Reach, Reader, Retained, Right, RobotRules,
    Robots, Role, RoomAbout, RoomRole, Rooms, SearchWords, Searchable, Service, ServiceViews,
    Services, Session, Shown, SocialGraph, StickUsers, Texts, Things, Time, TransferPlan, Words,
    Zone, ZoneName, Zones, not_accepted, reaches_others,
};
pub use edge::site::Site;
pub use host::Left;
pub use host::clock::SystemClock;
pub use host::config::{Config, Registration};
pub use host::limits::Limits;
pub use host::node::{NodeError, NodeOptions};
pub use host::upkeep::Upkeep;
