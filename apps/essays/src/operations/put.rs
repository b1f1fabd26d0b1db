//! Writing essays and series.

use imajin_app::operation::{
    Context, Decide, Decision, FieldError, ItemId, Operation, Paragraphs, Title,
};
use imajin_items::{Placed, PutRefusal, Showing, check_put};

use crate::Essays;
use crate::items::Kind;

/// Maximum size of a text in bytes.
pub(crate) const TEXT_BYTES_MAX: usize = 200_000;

/// Adds an essay or a series, or replaces it: everything that is left out is empty from then on.
#[derive(Debug, Operation)]
#[operation(
    name = "essays.put",
    authority = Any,
    erasable_by = Author,
    refusal = PutRefusal,
    check
)]
pub(crate) struct PutItem {
    /// Its id: `itm_` and 24 of 0-9 a-f, drawn by the client. Only its owner and the id together name it.
    #[reference]
    pub(crate) item: ItemId,
    /// The title, in at most 200 characters.
    pub(crate) title: Title<200>,
    /// A summary, in at most 10 000 characters. Lists, feeds and previews of links show it.
    pub(crate) note: Option<Paragraphs<10_000>>,
    /// The text of an essay: Markdown, at most 200 000 bytes.
    pub(crate) text: Option<Paragraphs<TEXT_BYTES_MAX>>,
    #[group]
    pub(crate) placed: Placed,
    #[group]
    pub(crate) showing: Showing,
    /// `essay` or `series`. Essays can be in series. It can't change.
    #[fact]
    pub(crate) kind: Kind,
    /// The author's jar for tips that is shown below the text of an essay.
    #[fact]
    pub(crate) jar: Option<ItemId>,
}

impl PutItem {
    fn check(&self) -> Result<(), FieldError> {
        let refuse = |field: &str, message: &str| Err(FieldError::new(field, message));
        if self.title.trim().is_empty() {
            return refuse("title", "title must not be empty.");
        }
        let text = self.text.as_ref().map_or("", |text| &text.0);
        if text.len() > TEXT_BYTES_MAX {
            return refuse("text", "text has at most 200 000 bytes.");
        }
        if self.kind == Kind::Series {
            if self.text.is_some() {
                return refuse("text", "text is for essays: leave it out.");
            }
            if self.jar.is_some() {
                return refuse("jar", "jar is for essays: leave it out.");
            }
        }
        self.showing.check()
    }
}

impl Decide for PutItem {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PutRefusal> {
        let owner = ctx.owner().clone();
        let item = (&self.item, self.kind);
        check_put::<Essays>(ctx.reader(), &owner, item, &self.placed).map(drop)
    }
}
