//! Needs of an operation besides its author's proof. `imajin put`, which makes that proof, can't make such an operation.

/// A need besides a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// A second signature in the body.
    Signature,
    /// The request has a code in a header.
    Code,
    /// A link that the node mailed.
    Link,
    /// A body that is encrypted for the members of a conversation.
    Seal,
    /// The node enters it as its author signs in.
    SignIn,
}

impl Needs {
    /// The need as a sentence that ends a page's section.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Signature => {
                "Not by `imajin put`: its body has a second signature, which a page of the node or another command makes."
            }
            Self::Code => {
                "Not by `imajin put`: the request carries a code in a header, from a page of the node or another command."
            }
            Self::Link => "Not by `imajin put`: its author follows a link that the node mailed.",
            Self::Seal => {
                "Not by `imajin put`: its body is encrypted for the people of a conversation, which a page of the node does."
            }
            Self::SignIn => "Not by `imajin put`: the node enters it as its author signs in.",
        }
    }
}
