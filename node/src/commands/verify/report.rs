//! A verification's report for people.

use crate::output::Out;
use imajin_box::failure::Outcome;
use imajin_box::size::bytes;
use imajin_log::format::manifest::SignerKind;
use imajin_log::format::views::ThingKind;
use imajin_log::verify::{Report, Unknown, Verdict};

/// Unknown entries that are shown; `--json` has more.
const UNKNOWN_SHOWN_MAX: usize = 10;

/// Prints what is known, whether valid or not.
pub(super) fn print(out: &mut Out, report: &Report) -> Outcome {
    out.line(match report.verdict {
        Verdict::Valid => "valid",
        Verdict::UnknownEntries => {
            "UNKNOWN ENTRIES: no rule is broken, but not all of it is proved"
        }
        Verdict::NotValid => "NOT VALID",
    })?;
    if let Some(did) = &report.did {
        out.line(format_args!("  whose      {did}"))?;
    }
    let will = &report.by_will;
    out.line(format_args!(
        "  entries    {}: {} signed, {} custodial, {} derived, {} node",
        report.entries, will.signed, will.custodial, will.derived, will.node
    ))?;
    if let Some(last) = &report.last {
        out.line(format_args!("  last       entry {} of {}", last.seq, last.at))?;
        out.line(format_args!("             {}", last.cid))?;
    }
    out.line(match (report.attested_to, &report.last) {
        (None, _) => "  attested   no entry: there is no head".to_owned(),
        (Some(seq), Some(last)) if seq == last.seq => "  attested   all of it".to_owned(),
        (Some(seq), _) => {
            format!("  attested   up to entry {seq}; what follows is not yet attested")
        }
    })?;
    for home in &report.homes {
        out.line(format_args!(
            "  home       from entry {}: {} at {} (epoch {})",
            home.from, home.node, home.url, home.epoch
        ))?;
    }
    if report.erased > 0 {
        out.line(format_args!("  erased     {} bodies", report.erased))?;
    }
    if report.withheld > 0 {
        out.line(format_args!("  withheld   {} causes or bodies of others", report.withheld))?;
    }
    print_unknown(out, &report.unknown)?;
    if !report.home_words.is_empty() {
        let words = report.home_words.iter();
        let words: Vec<String> = words.map(|(op, n)| format!("{n} × {op}")).collect();
        out.line(format_args!(
            "  its word   {}: the node wrote the words of these entries; nobody signed them",
            words.join(", ")
        ))?;
    }
    if report.home_divisions > 0 {
        out.line(format_args!(
            "  its word   the shares in {} receipts: the signed text names no manifests for them, or one is missing",
            report.home_divisions
        ))?;
    }
    if report.node_word_only {
        out.line(
            "  beware     the owner has no identity chain: all of this is the node's word only",
        )?;
    }
    print_anchors(out, report)?;
    print_bundle(out, report)
}

fn print_unknown(out: &mut Out, unknown: &Unknown) -> Outcome {
    if unknown.entries == 0 {
        return Ok(());
    }
    let ops: Vec<&str> = unknown.unknown_ops.iter().map(String::as_str).collect();
    out.line(format_args!(
        "  unknown    {} entries by {}: not proved, and not in the views",
        unknown.entries,
        ops.join(", ")
    ))?;
    for entry in unknown.first.iter().take(UNKNOWN_SHOWN_MAX) {
        if entry.op == entry.of {
            out.line(format_args!("             entry {}: {}", entry.seq, entry.op))?
        } else {
            out.line(format_args!(
                "             entry {}: {}, which follows from {}",
                entry.seq, entry.op, entry.of
            ))?
        }
    }
    Ok(())
}

fn print_anchors(out: &mut Out, report: &Report) -> Outcome {
    let Some(anchors) = &report.anchors else {
        return Ok(());
    };
    for anchor in &anchors.anchored {
        let by_owner = if anchor.countersigned { ", countersigned by the owner" } else { "" };
        out.line(format_args!(
            "  anchored   entry {} at {}, by the node's word{by_owner}",
            anchor.seq, anchor.at
        ))?;
        out.line(format_args!("             {}", anchor.operation))?;
    }
    if anchors.anchored.is_empty() {
        out.line("  anchored   no entry")?;
    }
    if anchors.absent > 0 {
        out.line(format_args!(
            "             {} anchors between which it did not change",
            anchors.absent
        ))?;
    }
    if let Some(newest) = &anchors.newest_silent {
        out.line(format_args!(
            "             {} anchors, the newest of {newest}, were made before it began or too late for this copy",
            anchors.silent
        ))?;
    }
    if anchors.unknown > 0 {
        out.line(format_args!(
            "             {} anchors that it names are not known there",
            anchors.unknown
        ))?;
    }
    Ok(())
}

fn print_bundle(out: &mut Out, report: &Report) -> Outcome {
    let Some(bundle) = &report.bundle else {
        return Ok(());
    };
    let signer = match bundle.signed_by {
        SignerKind::Owner => "its owner",
        SignerKind::Node => "the node (node-signed)",
    };
    out.line(format_args!("  signed by  {signer}: {}", bundle.kid))?;
    out.line(format_args!("  files      {} ({})", bundle.files, bytes(bundle.bytes)))?;
    if bundle.media > 0 {
        out.line(format_args!("  media      {} ({})", bundle.media, bytes(bundle.media_bytes)))?;
    }
    for (name, log) in &bundle.logs {
        out.line(format_args!("  also       {name}: {} entries", log.entries))?;
    }
    for thing in &bundle.left_out {
        let kind = match thing.kind {
            ThingKind::Event => "event",
            ThingKind::Group => "group",
        };
        out.line(format_args!(
            "  left out   the {kind} {}, which its owner has since entry {}: its log is not in the bundle",
            thing.did, thing.seq
        ))?;
    }
    for file in &bundle.signers_word {
        out.line(format_args!(
            "  beware     {file} is not checked against the record: it is the signer's word only"
        ))?;
    }
    for view in &bundle.unproved_views {
        out.line(format_args!("  unproved   the view {view:?}: signed, but this program cannot make it again from the record"))?;
    }
    Ok(())
}
