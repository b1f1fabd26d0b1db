//! Target of a person's command: a node, or a data folder that is opened for it.

use super::Person;
use crate::cli::{DataLocation, PlaceArgs};
use crate::config;
use crate::open::OpenFolder;
use crate::serve::LocalNode;
use imajin_box::failure::{Failure, Outcome};
use imajin_protocol::Did;
use std::path::PathBuf;

pub(super) enum DataAccess {
    /// A person with a key, at a node or at a folder that is opened as one.
    Person {
        person: Box<Person>,
        /// The folder, to be closed at the end.
        local: Option<Box<LocalNode>>,
    },
    /// A folder without a key: access by the disk.
    Folder(Box<OpenFolder>),
}

impl DataAccess {
    /// Finds out, and opens it.
    pub(super) fn new(args: &PlaceArgs) -> Outcome<Self> {
        match args.place().map_err(Failure::unusable)? {
            DataLocation::Node { url, key, trust } => Ok(Self::Person {
                person: Box::new(Person::connect(&url, &key, trust)?),
                local: None,
            }),
            DataLocation::Folder { data, key } => {
                Self::folder(config::node_folder(data.as_deref()).map_err(Failure::unusable)?, key)
            }
        }
    }

    fn folder(data: PathBuf, key: Option<PathBuf>) -> Outcome<Self> {
        let config = config::of_node(&data).map_err(Failure::unusable)?;
        match key {
            None => Ok(Self::Folder(Box::new(OpenFolder::existing(&data, &config)?))),
            Some(key) => {
                let local = LocalNode::start(&data, &config)?;
                match Person::local(&local.url(), &key) {
                    Ok(person) => {
                        Ok(Self::Person { person: Box::new(person), local: Some(Box::new(local)) })
                    }
                    Err(failure) => {
                        local.close()?;
                        Err(failure)
                    }
                }
            }
        }
    }

    /// Ends a command: a folder that was opened is closed, whatever the outcome.
    pub(super) fn close<T>(self, outcome: Outcome<T>) -> Outcome<T> {
        let closed = match self {
            Self::Person { local: Some(local), .. } => local.close(),
            Self::Person { local: None, .. } => Ok(()),
            Self::Folder(opened) => opened.close(),
        };
        let value = outcome?;
        closed.map(|()| value)
    }

    /// The DID that the command is about: the given one, else the key's.
    pub(super) fn did(&self, named: Option<&str>) -> Outcome<Did> {
        match (named, self) {
            (Some(text), _) => Did::parse(text).map_err(Failure::unusable),
            (None, Self::Person { person, .. }) => Ok(person.key.did().clone()),
            (None, Self::Folder(_)) => {
                Err(Failure::unusable("whose data? Name the DID, or give --key FILE"))
            }
        }
    }
}
