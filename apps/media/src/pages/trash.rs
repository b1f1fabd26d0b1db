//! The trash: what its owner put there last comes first, and what has been there for a month is a group that they can erase at once.
//!
//! Always: nothing is erased before its owner signs.

use imajin_app::extract::Page as Part;
use imajin_app::{Answer, Page, args};
use maud::{Markup, html};

use super::folders::{SCRIPT, files, more};
use super::parts::{self, Own, messages, rows, tabs};
use crate::queries::{self, Asset, AssetQuery, Order, State as Standing};

/// Days after which the trash offers to erase a file.
const OLD_DAYS: i64 = 30;
/// These days in milliseconds.
pub(crate) const OLD_MS: i64 = OLD_DAYS * 86_400_000;
/// Files that one button erases: their uses are asked for at once.
const AT_ONCE_MAX: usize = 1_000;

pub(crate) async fn trash(part: Part, Own { node, session, t }: Own) -> Answer<Page> {
    let query =
        AssetQuery { state: Some(Standing::Trash), order: Order::Trashed, ..AssetQuery::default() };
    let did = session.did.as_str();
    let (found, has_more) = files(&node, did, query, part.offset)?;
    let before_ms = node.now().as_millis().saturating_sub(OLD_MS);
    let ((_, bytes), (count, old_bytes), ids) = queries::read(&node, |db| {
        let old = queries::trashed_before(db, did, before_ms)?;
        let ids = queries::ids_trashed_before(db, did, (before_ms, AT_ONCE_MAX))?;
        Ok((queries::bytes(db, did)?, old, ids))
    })?;
    let is_young = |asset: &Asset| asset.state_ms > before_ms;
    let (young, old): (Vec<Asset>, Vec<Asset>) = found.into_iter().partition(is_young);
    let group = |assets: &[Asset]| -> Markup {
        html! { @if !assets.is_empty() { (rows(t, assets)) } }
    };
    let content = html! {
        (messages(t))
        h1 { (t.text("tab-trash")) }
        (tabs(t, "/media/trash"))
        @if young.is_empty() && old.is_empty() { p.lead.empty { (t.text("trash-empty")) } }
        @else {
            @if count > 0 {
                div #old.notice {
                    p { (t.format("trash-old", args![count = count, days = OLD_DAYS, size = t.lang.size(old_bytes)])) }
                    div.actions { button #erase-old type="button" data-ids=(ids.join(" ")) { (t.format("trash-erase-old", args![count = ids.len()])) } }
                }
            }
            p.lead { (t.format("trash-lead", args![size = t.lang.size(bytes)])) }
            div.actions.tight {
                (parts::select(t, "files", "back,erase"))
                button #empty-trash.danger type="button" { (t.text("trash-erase-all")) }
            }
            div #files {
                (group(&young))
                @if !old.is_empty() {
                    h2 { (t.format("trash-old-group", args![days = OLD_DAYS])) }
                    (group(&old))
                }
            }
            (more(has_more, part.offset, t))
        }
    };
    let page = Own { node, session, t }.page("help-trash", &t.text("tab-trash"), content)?;
    Ok(page.script(SCRIPT))
}
