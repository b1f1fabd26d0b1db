//! Operations: each is one Rust type, its declaration, and all that the node knows of it follows from there.
//!
//! `#[derive(Operation)]` gives the row of the table of operations, strict parsing with errors that name the field,
//! encoding, the schema, the page in `docs/operations`, the help of `imajin put`, and an example. Its label in *My data* is the message
//! `op-<operation>` of the service's words.
//! The service writes the decision: [`Decide`], and [`BeforeSubmit`] if it depends on something outside the writer.
//!
//! Always: a decision reads through a type that cannot write, and has no clock, randomness, key or network. What it needs
//! from there is the value that its declaration names as `prepared`.

mod content;
mod context;
mod document;
mod entry_operation;
mod field;
mod group;
mod handler;
mod lists;
mod money;
mod needs;
mod refusal;
mod sample;
mod schema;
mod text_field;
mod types;
mod undo;

use imajin_dfos::cbor::from_dag_json;
use imajin_log::OpSpec;
use imajin_protocol::{Fact, IdText};

pub use crate::direction::{settle_direction, turns_direction};
pub use content::{Content, FieldError, Parts};
pub use context::{CallService, Context, draft};
pub use document::{openapi, page, usage};
pub use entry_operation::{EntryOperation, read_operation};
pub use field::{Choice, Field, Invalid};
pub use group::Group;
pub use handler::{
    AfterCommit, AfterSubmit, BeforeSubmit, Decide, Handler, Nested, Request, Submitted, prepared,
};
pub use imajin_derive::{Choice, Group, Operation, Reasons, Record};
pub use needs::Needs;
pub use refusal::{Decision, Never, Reason, Reasons, Refused};
pub use sample::{Sample, Words};
pub use schema::MakesSchema;
pub use types::{
    Change, Day, Int, ItemId, Line, List, MediaFile, Paragraphs, Title, Url, is_ignored, shows,
};
pub use undo::Undo;

/// Items that the derives refer to. Services take the names that they need from [`crate::operation`].
pub mod declare {
    pub use super::content::{Content, FieldError, Parts};
    pub use super::field::{Choice, Field, Invalid, any_members, member, member_entered, members};
    pub use super::group::has_body;
    pub use super::handler::Handler;
    pub use super::lists::{count, join};
    pub use super::refusal::{Never, Reason, Reasons, members_of};
    pub use super::sample::Words;
    pub use super::schema::{choice_schema, described, object_schema};
    pub use super::{Declaration, Group, Member, Needs, Operation, Part, Undo};
    pub use imajin_dfos::Value;
    pub use imajin_ledger::RefusalKind;
    pub use imajin_ledger::rows::{Column, parsed};
    pub use imajin_log::ops::kernel_row;
    pub use imajin_log::{Bound, ErasableBy, OpSpec, RequiredAuthority};
    pub use rusqlite::{Result as ReadResult, Row};
    pub use serde_json::Value as Json;
}

/// One operation, as a type. Implemented by the derive.
pub trait Operation: Sized + Send + Sync + 'static {
    /// Why its decision refuses.
    type Refusal: Reasons;
    /// The facts from outside the writer that its decision needs.
    type Prepared: Send + Sync + 'static;
    /// The operation's static description.
    const DECLARATION: Declaration;

    /// Reads a command's parts, strictly.
    ///
    /// # Errors
    /// The first field that is missing, of another form, or not declared.
    fn read(parts: &Parts<'_>) -> Result<Self, FieldError>;

    /// Reads an entry's parts, each field by [`Field::read_entered`]; undeclared members are ignored.
    fn read_entered(parts: &Parts<'_>) -> Result<Self, FieldError>;

    /// Writes its fields into their places of an entry.
    ///
    /// # Errors
    /// A field that an entry cannot hold, e.g. a fact of over 512 bytes.
    fn write(&self, content: &mut Content) -> Result<(), FieldError>;
}

/// The static description of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    /// The operation's row of the table of operations.
    pub spec: OpSpec,
    /// A description of the operation for its callers.
    pub about: &'static str,
    /// The operation's fields.
    pub members: &'static [Member],
    /// The reasons why the operation is refused, except for wrong fields.
    pub reasons: &'static [Reason],
    /// Reads the parts and returns an error if they are not those of this operation.
    pub reads: fn(&Parts<'_>) -> Result<(), FieldError>,
    /// The handler of the operation's commands; `None` if it only follows from others and no service requests it.
    pub handler: Option<Handler>,
    /// The way in which the author takes back the entries in other people's logs; `None` if the operation leaves none
    /// there.
    pub undo: Option<Undo>,
    /// The operation's need besides its author's proof; `None` if the proof is enough.
    pub needs: Option<Needs>,
}

/// Declares `ALL`, the declarations of a service's operations, from their types.
#[macro_export]
macro_rules! declarations {
    ($($operation:ty),+ $(,)?) => {
        pub(crate) static ALL: [$crate::operation::Declaration; [$(stringify!($operation)),+].len()] =
            [$(<$operation as $crate::operation::Operation>::DECLARATION),+];
    };
}

/// Returns with this refusal if a condition holds.
#[macro_export]
macro_rules! refuse_if {
    ($condition:expr, $refusal:expr) => {
        if $condition {
            return Err($refusal.into());
        }
    };
}

/// A field of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// The part of the entry that holds the field.
    pub part: Part,
    /// The field's name in that part.
    pub name: &'static str,
    /// The field's description.
    pub about: &'static str,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// The field's JSON Schema (2020-12). `None` in the released program, whose documents were packed at build time.
    pub schema: Option<MakesSchema>,
    /// A value that it may have.
    pub sample: fn(&mut Words) -> imajin_dfos::Value,
}

/// A field's place in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// In the `ref`.
    Reference,
    /// In the fact, which is never erased.
    Fact,
    /// In the body.
    Body,
}

impl Declaration {
    /// The fields of one part.
    pub fn part(&self, part: Part) -> impl Iterator<Item = &'static Member> {
        self.members.iter().filter(move |member| member.part == part)
    }

    /// Whether the operation reads the example that is made of it.
    ///
    /// # Errors
    /// The field that it does not read.
    pub fn reads_its_sample(&self) -> Result<(), FieldError> {
        let sample = self.sample(&mut Words::new("word"));
        let wrong = |part: &str| FieldError::new(part, format!("the example's {part} is none"));
        let reference = sample.reference.as_deref().map(IdText::parse).transpose();
        let fact = sample.fact.as_ref().map(Fact::from_json).transpose();
        let body = sample.body.as_ref().map(from_dag_json).transpose();
        (self.reads)(&Parts::new(
            reference.map_err(|_| wrong("ref"))?.as_ref(),
            fact.map_err(|_| wrong("fact"))?.as_ref(),
            body.map_err(|_| wrong("body"))?.as_ref(),
        ))
    }

    /// Whether a caller can ask for the operation, with a key or a session.
    pub fn is_willed(&self) -> bool {
        use imajin_log::RequiredAuthority::{Derived, Node};
        !matches!(self.spec.by, Derived | Node)
    }
}

/// The content of a command of an operation, or of an entry that follows from one.
pub fn content<O: Operation>(operation: &O) -> Result<Content, FieldError> {
    let mut content = Content::default();
    operation.write(&mut content)?;
    Ok(content)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
