//! Notices for the node's owner on the first page.

use std::borrow::Cow;

use crate::check::Check;
use crate::node::Node;
use crate::words::Lang;

/// A line for the node's owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The state of the matter, in a sentence.
    pub text: String,
    /// The label of the link to the page with the details.
    pub label: Cow<'static, str>,
    /// The path of the page with the details.
    pub href: &'static str,
}

/// An app with something to examine for the node's owner.
pub trait OwnerChecks: Send + Sync {
    /// The app's checks. One that is not well raises an alarm.
    fn checks(&self, node: &Node) -> Vec<Check>;
}

/// An app with something to tell the node's owner on the first page: the state of a matter that only they decide.
pub trait OwnerNotice: Send + Sync {
    /// The line, while there is one.
    fn notice(&self, node: &Node, lang: Lang) -> Option<Notice>;
}
