//! The location of people's files, on the page "Storage": the notice that the disk is missing, for all viewers; the move to a disk or
//! back, for the owner.

use imajin_app::{Node, Problem, Texts, args};
use imajin_dfos::Timestamp;
use maud::{Markup, html};

use crate::routes::disks::{self, DiskShown, DisksAnswer, MoveShown, OwnDisk};

/// The notice for every viewer that the disk is missing.
pub(super) fn missing(node: &Node, t: Texts) -> Markup {
    let missing = node.ledger().media().missing_disk();
    html! {
        @if let Some(disk) = missing {
            div.notice.bad {
                p { strong { (t.format("disk-missing", args![disk = disk])) } }
                p { (t.text("disk-missing-what")) }
            }
        }
    }
}

/// The owner's section about the disk. Blocks.
pub(super) fn section(node: &Node, t: Texts) -> Result<Markup, Problem> {
    let here = disks::look(node, t.lang)?;
    let day = |at: &str| Timestamp::parse(at).map_or_else(|_| String::new(), |at| t.date(at));
    Ok(html! {
        h2 #disk { (t.text("disk-where")) }
        @match (&here.disk, &here.moving) {
            (Some(disk), Some(moving)) => (progress(disk, moving, t)),
            (Some(disk), None) => p { (t.format("disk-on", args![disk = disk.name.as_str()])) },
            (None, _) => p { (t.format("disk-on-card", args![size = t.lang.size(here.card.files_bytes), free = t.lang.size(here.card.free)])) },
        }
        @match &here.disk {
            Some(disk) if disk.is_missing => (away(disk, t)),
            _ => (choice(&here, t)),
        }
        @for lost in &here.lost {
            p.hint { (t.format("disk-was-lost", args![disk = lost.name.as_str(), day = day(&lost.at)])) }
        }
    })
}

fn progress(disk: &OwnDisk, moving: &MoveShown, t: Texts) -> Markup {
    let message = if moving.to_card { "disk-moving-back" } else { "disk-moving" };
    let size = |bytes| t.lang.size(bytes);
    let done = args![
        files = moving.files_done,
        of = moving.files,
        done = size(moving.bytes_done),
        bytes = size(moving.bytes)
    ];
    html! {
        p #moving { (t.format(message, args![disk = disk.name.as_str()])) }
        progress #moved value=(moving.bytes_done) max=(moving.bytes.max(1)) aria-labelledby="moving" {}
        p #moved-files.hint aria-live="polite" { (t.format("disk-moved", done)) }
        p.hint { (t.text("disk-moving-lead")) }
        @if let Some(failure) = &moving.failure {
            div.notice.bad { p { (t.format("disk-move-failed", args![why = failure.as_str()])) } }
        }
    }
}

/// The instructions for a missing disk.
fn away(disk: &OwnDisk, t: Texts) -> Markup {
    html! {
        p { (t.text("disk-plug-in")) }
        details {
            summary { (t.text("disk-lost-title")) }
            p { (t.text("disk-lost-means")) }
            p { button.danger type="button" data-lost=(disk.id) data-sure=(t.format("disk-lost-sure", args![disk = disk.name.as_str()])) hidden { (t.text("disk-lost")) } }
        }
    }
}

/// The disks that are plugged in, and the card.
fn choice(here: &DisksAnswer, t: Texts) -> Markup {
    let to_card = here.moving.as_ref().is_some_and(|moving| moving.to_card);
    html! {
        @if here.disk.is_some() && !to_card {
            p { button type="button" data-to="card" hidden { (t.text("disk-move-back")) } }
        }
        @if here.disks.is_empty() { p.soft.empty { (t.text("disk-none")) } }
        @else { ul.rows { @for disk in &here.disks { (row(disk, (here.disk.is_none(), to_card), t)) } } }
    }
}

fn row(disk: &DiskShown, (on_card, to_card): (bool, bool), t: Texts) -> Markup {
    let may_be_chosen = disk.refusal.is_none() && (on_card || (to_card && disk.is_chosen));
    let room = args![size = t.lang.size(disk.bytes), free = t.lang.size(disk.free)];
    html! {
        li { div.row {
            div.grow {
                strong { (disk.name) } br;
                @match &disk.refusal {
                    Some(refusal) => span.hint { (refusal.says) },
                    None => span.hint { (t.format("disk-room", room)) },
                }
            }
            @if may_be_chosen {
                button type="button" data-to=(disk.to) aria-label=(t.format("disk-move-to", args![disk = disk.name.as_str()])) hidden { (t.text("disk-move")) }
            }
        } }
    }
}
