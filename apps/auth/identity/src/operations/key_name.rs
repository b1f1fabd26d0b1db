//! People name their own keys, so that they know which device or recovery sheet is which. Only they see the names.

use imajin_app::operation::{Context, Decide, Decision, Int, Operation, Reasons, Title};
use imajin_protocol::IdText;

use crate::queries;

/// Maximum length of the name of a device or a sheet, in characters.
const NAME_CHARS_MAX: usize = 60;

/// Gives a key of yours a name, and says what holds it.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.key.name",
    authority = OwnKey,
    erasable_by = Author,
    refusal = NameRefusal
)]
pub struct NameKey {
    /// The key's name in the identity chain.
    #[reference]
    key: IdText,
    /// The key's name, at most 60 characters.
    name: Title<NAME_CHARS_MAX>,
    /// 1: a recovery sheet holds it. 0: a device does.
    sheet: Int<0, 1>,
}

/// Why a key gets no name.
#[derive(Debug, Reasons)]
pub enum NameRefusal {
    /// ref must name a key of yours that is in force.
    #[refused(NotFound, field = "ref")]
    NoSuchKey,
}

impl Decide for NameKey {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<NameRefusal> {
        if queries::has_key(ctx.reader(), ctx.owner(), self.key.as_str())? {
            Ok(())
        } else {
            Err(NameRefusal::NoSuchKey.into())
        }
    }
}
