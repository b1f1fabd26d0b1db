//! Derives what the node knows of an operation from its one typed declaration (see `imajin_app::operation`), and packs
//! files that a program holds.
#![forbid(unsafe_code)]

mod attributes;
mod choice;
mod deflated;
mod extension;
mod group;
mod operation;
mod reasons;
mod record;
mod row;

use proc_macro::TokenStream;
use syn::{DeriveInput, ItemImpl, LitStr, parse_macro_input};

/// Declares an operation: `#[operation(name, authority, …)]` on the struct, `#[reference]` and `#[fact]` on the
/// fields that belong in the header. All other fields are members of the body.
///
/// | key | value |
/// |---|---|
/// | `name` | the operation, `<service>.<verb>…` |
/// | `authority` | a `RequiredAuthority` |
/// | `facts` | that all fields without a mark are facts, which are never erased |
/// | `erasable_by` | an `ErasableBy`; required if there is a body, else not allowed |
/// | `derives` | the `Derivation`s, as an array |
/// | `bound` | a `Bound`, for a derived body |
/// | `refusal` | the enum of reasons, which derives `Reasons` |
/// | `prepared` | what `BeforeSubmit` finds out for the decision; of the node's own word, what `Node::record_prepared` gives |
/// | `nested` | that another service may include it in its operations: the type implements `Nested` |
/// | `after_commit` | that the type implements `AfterCommit` |
/// | `after_submit` | that the type implements `AfterSubmit`: for what must be undone if the writer refuses |
/// | `kernel` | that the operation is the log's own: the ledger has its row, and a declaration that says otherwise fails the build |
/// | `check` | that a method `check(&self) -> Result<(), FieldError>` compares fields with each other |
/// | `needs` | what it needs besides its author's proof, such as `Signature`: then `imajin put` can't make it |
/// | `undo` | how its author takes back what it leaves in the logs of others: `By(&["coffee.unsay"])`, or why they can't, such as `Money` |
///
/// A field's doc comment is its description. `#[field(name = "…")]` names a member that is no Rust name. A `#[group]` field
/// holds fields that several operations have.
#[proc_macro_derive(Operation, attributes(operation, reference, fact, field, group))]
pub fn operation(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(operation::expand(&input))
}

/// Declares fields that several operations have, each with `#[fact]` or in the body. `#[group(facts)]` on the struct says
/// that all of them are facts, and `#[group(check)]` that a method `check(&self) -> Result<(), FieldError>` compares them
/// with each other.
#[proc_macro_derive(Group, attributes(group, reference, fact, field))]
pub fn group(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(group::expand(&input))
}

/// Declares a map inside a body.
#[proc_macro_derive(Record, attributes(field))]
pub fn record(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(record::expand(&input))
}

/// Declares a text that is one of the enum's names, in lower case or as `#[field(name = "…")]` says. What entries of later
/// versions choose, and this version doesn't know, means the variant with `#[field(unknown)]`; without one such an entry
/// can't be read.
#[proc_macro_derive(Choice, attributes(field))]
pub fn choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(choice::expand(&input))
}

/// Declares why a decision refuses: each variant has the message as its doc comment, and `#[refused(Kind, reason = "…", field =
/// "…")]`. `Kind` is a `RefusalKind`. A `Conflict` needs a `reason`, or clients would take it for a proof out of order. The
/// message may name the variant's values as `{}`, in their order; `message = "…"` replaces the doc comment if there is little
/// else in it. With `members`, the variant's one value is serialized into the problem, for programs. `#[refused(all)]` on a
/// variant with one value takes over all reasons of that value's type.
#[proc_macro_derive(Reasons, attributes(refused))]
pub fn reasons(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(reasons::expand(&input))
}

/// Gives a struct the function `read`, which reads its fields from the columns of a row, in the order of the fields.
#[proc_macro_derive(FromRow)]
pub fn from_row(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(row::expand(&input))
}

/// Gives a type of another crate more methods: `#[extension(pub trait Name)]` on an `impl` declares a trait with its methods, which
/// callers import, and implements it. The trait has the comments. Futures of its `async` methods are `Send`.
#[proc_macro_attribute]
pub fn extension(name: TokenStream, methods: TokenStream) -> TokenStream {
    let name = parse_macro_input!(name as extension::Extension);
    let methods = parse_macro_input!(methods as ItemImpl);
    finish(extension::expand(&name, methods))
}

/// `deflated!("locales/en.ftl")`: a file of the calling crate, by its path from the crate's folder, as the bytes of a raw
/// deflate stream (RFC 1951): a `&'static [u8]`.
#[proc_macro]
pub fn deflated(input: TokenStream) -> TokenStream {
    let file = parse_macro_input!(input as LitStr);
    finish(deflated::expand(&file))
}

fn finish(code: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    code.unwrap_or_else(|error| error.to_compile_error()).into()
}
