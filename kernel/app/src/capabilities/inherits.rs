//! Settings that an owner leaves to the next one.

use maud::Markup;

use crate::node::Node;
use crate::words::Lang;

/// A setting of the whole box that a previous owner chose on a page and the next owner inherits.
#[derive(Debug, Clone)]
pub struct Inherited {
    /// The setting's kind, as [`Node::is_owners_choice`] has it.
    pub kind: &'static str,
    /// A sentence that says what the box still does and asks whether it should continue.
    pub question: String,
    /// The button that forgets it.
    pub forget: Markup,
    /// The script of the button, from `/assets/`, if it takes one.
    pub script: Option<&'static str>,
}

/// An app with a page on which the owner chooses something for the whole box.
pub trait Inherits: Send + Sync {
    /// The choice in force, by any owner; `None` without a choice, or if it comes from the settings of the box.
    fn inherited(&self, node: &Node, lang: Lang) -> Option<Inherited>;
}
