//! `imajin verify`: verifies one bundle, log or certificate, or compares those of two parties. Needs no node and no network,
//! except for anchors at a relay.

mod anchors;
mod certificate;
mod report;

use crate::cli::VerifyArgs;
use crate::entries::StoredLog;
use crate::open::{all_services, bundle_views, op_table};
use crate::output::{Out, Progress};
use imajin_app::Services;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::key::{PersonKey, passphrase};
use imajin_box::survey;
use imajin_dfos::cid::parse_cid;
use imajin_log::OpTable;
use imajin_log::format::age::{MAGIC, Unlock};
use imajin_log::format::parts;
use imajin_log::format::regular::{self, FileKind};
use imajin_log::format::tar::TarLimits;
use imajin_log::verify::{
    AnchorRequest, AnchorSource, BundleOptions, Equivocation, OpenBundle, Party, Report, Verdict,
    VerifyOptions, compare, open_bundle, verify_path,
};
use imajin_protocol::Did;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(args: &VerifyArgs) -> Outcome {
    if let Some(other) = &args.other {
        return two(args, other);
    }
    if let Some(bytes) = certificate::look(&args.path) {
        return certificate::run(&args.path, &bytes, args.json);
    }
    let report = verify(&args.path, args)?;
    Out::answer(args.json, &report, |out| report::print(out, &report))?;
    exit_status(&args.path, &report)
}

/// The exit status that a report comes to.
pub(super) fn exit_status(path: &Path, report: &Report) -> Outcome {
    let path = path.display();
    match (&report.fault, report.verdict) {
        (Some(fault), _) => Err(Failure::no(format!("{path}: not valid: {fault}"))),
        (None, Verdict::Valid) => Ok(()),
        (None, _) => Err(Failure::unknown(format!(
            "{path}: unknown entries: this program does not know {} (a newer one does, or --operations with its table)",
            report.unknown_ops().join(", ")
        ))),
    }
}

/// The table of operations that was asked for, or this program's.
fn table(args: &VerifyArgs, services: &Services) -> Outcome<Arc<OpTable>> {
    let Some(path) = &args.operations else {
        return Ok(op_table(services));
    };
    let text = std::fs::read_to_string(path).or_unusable(path.display())?;
    Ok(Arc::new(OpTable::newer(&text).or_unusable(path.display())?))
}

fn verify(path: &Path, args: &VerifyArgs) -> Outcome<Report> {
    let head = args.head.as_deref().map(|cid| parse_cid(cid).or_unusable("--head"));
    let did = args.did.as_deref().map(|did| Did::parse(did).or_unusable("--did"));
    let services = Services::new(all_services());
    let unlock = unlock(path, || {
        args.key.as_deref().map(PersonKey::read).transpose().map_err(Failure::unusable)
    })?;
    // Only for showing how far it is.
    let total = survey::bytes(path);
    let place = args.anchors.as_deref().map(anchors::AnchorLocation::new).transpose()?;
    let mut source = |wanted: &[AnchorRequest]| match &place {
        Some(place) => place.read(wanted),
        None => Ok(Vec::new()),
    };
    let (mut progress, mut done) = (Progress::new("reading"), 0);
    let options = BundleOptions {
        log: VerifyOptions {
            did: did.transpose()?,
            head: head.transpose()?,
            threads: 0,
            scratch: None,
            pace: None,
        },
        unlock: unlock.as_ref(),
        limits: TarLimits::default(),
        anchors: args.anchors.is_some().then_some(&mut source as AnchorSource<'_>),
        progress: &mut |bytes| {
            done += bytes;
            progress.set(done.min(total), total);
        },
    };
    let report = verify_path(path, &table(args, &services)?, &bundle_views(&services), options);
    progress.finish();
    report.map_err(Failure::unusable)
}

/// Verifies a bundle by this program's operations, and keeps its logs to be read.
pub(super) fn open_verified(path: &Path, unlock: Option<&Unlock>) -> Outcome<OpenBundle> {
    let services = Services::new(all_services());
    let (mut progress, total, mut done) = (Progress::new("reading"), survey::bytes(path), 0);
    let options = BundleOptions {
        log: VerifyOptions::default(),
        unlock,
        limits: TarLimits::default(),
        anchors: None,
        progress: &mut |bytes| {
            done += bytes;
            progress.set(done.min(total), total);
        },
    };
    let opened = open_bundle(path, &op_table(&services), &bundle_views(&services), options);
    progress.finish();
    opened.map_err(Failure::unusable)
}

/// Returns the means to open an encrypted bundle: the owner's key if given, else a passphrase.
pub(super) fn unlock(
    path: &Path,
    key: impl FnOnce() -> Outcome<Option<PersonKey>>,
) -> Outcome<Option<Unlock>> {
    let mut start = Vec::new();
    let is_encrypted = (matches!(regular::look(path), Ok(FileKind::File)) || parts::is_parts(path))
        && parts::open(path)
            .and_then(|(file, _)| file.take(MAGIC.len() as u64).read_to_end(&mut start))
            .is_ok()
        && start == MAGIC;
    if !is_encrypted {
        return Ok(None);
    }
    Ok(Some(match key()? {
        Some(key) => Unlock::Key(*key.encryption_secret()),
        None => Unlock::passphrase(passphrase::ask("The copy's passphrase: ")?),
    }))
}

fn two(args: &VerifyArgs, other: &Path) -> Outcome {
    let (a, b) = (verify(&args.path, args)?, verify(other, args)?);
    // Only what is valid alone can contradict the other.
    let equivocations = if a.fault.is_none() && b.fault.is_none() {
        contradictions(&args.path, other)?
    } else {
        Vec::new()
    };
    if args.json {
        let both_valid = [&a, &b].map(|report| report.verdict) == [Verdict::Valid; 2];
        let mut out = Out::new();
        out.json(&serde_json::json!({
            "valid": both_valid && equivocations.is_empty(),
            "a": a,
            "b": b,
            "equivocations": equivocations,
        }))?;
        out.done()?;
    }
    let mut unknown = None;
    for (path, report) in [(&*args.path, &a), (other, &b)] {
        match exit_status(path, report) {
            Err(failure @ Failure::Unknown(_)) => unknown = Some(failure),
            verdict => verdict?,
        }
    }
    if !args.json {
        print_comparison(&equivocations)?;
    }
    match equivocations.len() {
        0 => unknown.map_or(Ok(()), Err),
        count => Err(Failure::no(format!(
            "they contradict each other ({count}): somebody told two histories"
        ))),
    }
}

fn contradictions(one: &Path, other: &Path) -> Outcome<Vec<Equivocation>> {
    let open = |path| StoredLog::open(path).map_err(Failure::unusable);
    let (a, b) = (open(one)?, open(other)?);
    compare(&party(one, &a), &party(other, &b)).map_err(|fault| Failure::no(fault.message))
}

fn party<'l>(path: &Path, log: &'l StoredLog) -> Party<'l> {
    Party { name: path.display().to_string(), conn: log.database() }
}

fn print_comparison(found: &[Equivocation]) -> Outcome {
    let mut out = Out::new();
    for one in found {
        let seq = one.seq.map(|seq| format!(", entry {seq}")).unwrap_or_default();
        out.line(format_args!("{}: {}{seq}", one.kind, one.did))?;
        for side in [&one.a, &one.b] {
            out.line(format_args!("  {}: {}", side.log, side.says))?;
        }
    }
    if found.is_empty() {
        out.line("both are valid, and neither contradicts the other")?;
    }
    out.done()
}
