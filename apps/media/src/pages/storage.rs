//! "Storage": the room that the viewer's files take, their uploads that aren't complete, and for the owner of the box where
//! files are, and how much everybody has and may have.

use std::collections::BTreeMap;

use imajin_app::{Answer, Node, Page, Texts, args, blocking};
use imajin_dfos::order::{self, Order as _};
use imajin_ledger::media::Upload;
use imajin_protocol::Did;
use maud::{Markup, html};

use super::disks;
use super::parts::{Own, called, messages, tabs};
use crate::bytes::{self, own_quotas, tus};
use crate::queries;
use crate::routes::uploads::open;

/// People whom the owner sees: those with the most bytes.
const PEOPLE_MAX: usize = 200;
/// Bytes per gigabyte, the unit in which the owner sets quotas.
const GIGABYTE: u64 = 1_000_000_000;

/// The room that the caller's files take.
pub(crate) async fn storage(Own { node, session, t }: Own) -> Answer<Page> {
    let did = &session.did;
    let (kept, trash) = queries::read(&node, |db| queries::bytes(db, did.as_str()))?;
    let room = bytes::room_of(&node, did)?;
    let open = open::open(&node, did.clone()).await?;
    let (others, disk) = if node.is_owner(did)? {
        let here = node.clone();
        let disk = blocking::run(move || disks::section(&here, t)).await??;
        (Some(people(&node, t, did)?), Some(disk))
    } else {
        (None, None)
    };
    let taken = kept.saturating_add(trash).saturating_add(room.uploads);
    let size = |bytes: u64| t.lang.size(bytes);
    let content = html! {
        (messages(t))
        h1 { (t.text("tab-storage")) }
        (tabs(t, "/media/storage"))
        (disks::missing(&node, t))
        @match room.quota {
            Some(quota) => {
                p #taken.lead { (t.format("storage-taken-of", args![size = size(taken), quota = size(quota)])) }
                progress value=(taken) max=(quota) aria-labelledby="taken" {}
            },
            None => p.lead { (t.format("storage-taken", args![size = size(taken)])) },
        }
        dl.facts {
            dt { (t.text("storage-kept")) } dd { (size(kept)) }
            dt { a href="/media/trash" { (t.text("tab-trash")) } } dd { (size(trash)) }
            dt { (t.text("storage-uploads")) } dd { (size(room.uploads)) }
        }
        @if !open.is_empty() {
            h2 { (t.text("storage-open")) }
            p { (t.text("storage-open-lead")) }
            ul.rows { @for upload in &open { (row(upload, t)) } }
        }
        @if let Some(disk) = &disk { (disk) }
        @if let Some(others) = &others { (others) }
    };
    let page = Own { node, session, t }.page("help-storage", &t.text("tab-storage"), content)?;
    Ok(page.script("/assets/media/storage.js"))
}

fn row(upload: &Upload, t: Texts) -> Markup {
    let name = tus::file_name(&upload.meta);
    let name = name.unwrap_or_else(|| t.text("storage-nameless").into_owned());
    let (offset, length) = (t.lang.size(upload.offset), t.lang.size(upload.length));
    let until = t.date(upload.expires());
    html! {
        li { div.row {
            div.grow {
                strong { (name) } br;
                span.hint { (t.format("storage-upload", args![offset = offset, length = length, day = until])) }
            }
            button type="button" data-upload=(upload.id.as_str()) aria-label=(t.format("storage-end-of", args![name = name])) hidden { (t.text("storage-end")) }
        } }
    }
}

/// Everyone else with files on the node, or with their own quota, as the owner of the box sees them.
fn people(node: &Node, t: Texts, owner: &Did) -> Answer<Markup> {
    let quotas = own_quotas::all(node)?;
    let largest = queries::read(node, |db| queries::largest(db, PEOPLE_MAX))?;
    let mut all: BTreeMap<&str, (u64, u64)> =
        order::map(quotas.keys().map(|did| (did.as_str(), (0, 0))));
    all.extend(largest.iter().map(|(did, bytes)| (did.as_str(), *bytes)));
    let mut rows = Vec::new();
    for (did, (kept, trash)) in all {
        let Ok(parsed) = Did::parse(did) else {
            continue;
        };
        if parsed == *owner
            || node.status(&parsed)?.is_none_or(|status| status.deleted)
            || node.is_thing(&parsed)?
        {
            continue;
        }
        let room = bytes::room_of(node, &parsed)?;
        let taken = kept.saturating_add(trash).saturating_add(room.uploads);
        let name = called(node, t, &parsed)?;
        rows.push((taken, person(t, (did, &name), (taken, room.quota), quotas.get(did))));
    }
    rows.order_by_key(|(taken, _)| std::cmp::Reverse(*taken));
    Ok(html! {
        h2 { (t.text("storage-people")) }
        @if rows.is_empty() { p.soft.empty { (t.text("storage-nobody")) } }
        @else {
            p { (t.text("storage-people-lead")) }
            ul.rows { @for (_, row) in &rows { (row) } }
        }
    })
}

fn person(
    t: Texts,
    (did, name): (&str, &str),
    (taken, quota): (u64, Option<u64>),
    own_quota: Option<&u64>,
) -> Markup {
    let taken = t.lang.size(taken);
    let usage = match quota {
        Some(quota) => {
            t.format("storage-taken-of", args![size = taken, quota = t.lang.size(quota)])
        }
        None => t.format("storage-taken", args![size = taken]),
    };
    let value = own_quota.map(|bytes| gigabytes(*bytes));
    html! {
        li { form.row data-did=(did) {
            div.grow { strong { (name) } br; span.hint { (usage) } }
            label.narrow {
                span.hint { (t.format("storage-limit-of", args![name = name])) } br;
                input type="number" name="limit" min="0" step="any" inputmode="decimal" value=[value] placeholder=(t.text("storage-as-set"));
            }
            button type="submit" hidden { (t.text("storage-set")) }
        } }
    }
}

/// Gigabytes as a browser's field has them.
fn gigabytes(bytes: u64) -> String {
    let (whole, rest) = (bytes / GIGABYTE, bytes % GIGABYTE);
    let text = format!("{whole}.{rest:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn gigabytes_are_exact() {
        for (bytes, text) in [
            (0, "0"),
            (1, "0.000000001"),
            (1_500_000_000, "1.5"),
            (50 << 30, "53.6870912"),
            (20_000_000_000, "20"),
        ] {
            assert_eq!(super::gigabytes(bytes), text);
        }
    }
}
