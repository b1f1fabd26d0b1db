//! `imajin repair`: mends damaged records from copies, in a folder or on a running node.

use super::Person;
use crate::cli::RepairArgs;
use crate::client::{Client, Export, Import};
use crate::config::{self, Config};
use crate::open::{FolderError, OpenFolder};
use crate::output::{Out, Progress};
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::folder::is_data_folder;
use imajin_box::key::PersonKey;
use imajin_box::mending::{self, Copies, CopyRequest, Fetch, find, line, mend};
use imajin_box::source::Bundle;
use imajin_box::{address, work};
use imajin_protocol::Did;
use serde_json::{Value as Json, json};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// Maximum number of records named to a running node; if there are more, the node checks all its records.
const NAMED_MAX: usize = 64;

pub(super) fn run(args: &RepairArgs) -> Outcome {
    let dids = args.dids.iter();
    let dids = dids.map(|did| Did::parse(did).or_unusable(format_args!("{did:?} is not a DID")));
    let dids: Vec<Did> = dids.collect::<Outcome<_>>()?;
    let key = args.key.as_deref().map(PersonKey::read).transpose().map_err(Failure::unusable)?;
    let other =
        is_address(&args.from).then(|| super::client(&args.from, args.trust)).transpose()?;
    let showing = Showing::default();
    let progress = |what, done, total| showing.show(what, done, total);
    let fetching = other.as_ref().map(|other| {
        let owner = (key.as_ref(), dids.as_slice());
        move |folder: &Path| fetch(other, owner, &progress, folder)
    });
    let request = CopyRequest {
        from: &args.from,
        backup: args.backup.as_deref(),
        dids: &dids,
        key: key.as_ref(),
        fetch: fetching.as_ref().map(|fetch| fetch as &Fetch<'_>),
        progress: &progress,
    };
    let records = match &args.node {
        Some(url) => vec![at_node(args, &request, url)?],
        None => in_folder(args, &request)?,
    };
    drop(showing);
    let damaged: Vec<&Json> =
        (records.iter()).filter(|record| !record["repair"].is_null()).collect();
    let answer = json!({ "looked": records.len(), "damaged": damaged });
    Out::answer(args.json, &answer, |out| {
        for record in &damaged {
            out.line(line(record))?;
        }
        let whole = records.len() - damaged.len();
        out.line(format_args!("{whole} of {} looked at were whole", records.len()))
    })?;
    damaged.into_iter().try_for_each(outcome)
}

fn is_address(from: &str) -> bool {
    from.starts_with("https://") || from.starts_with("http://")
}

/// Progress of consecutive tasks.
#[derive(Default)]
struct Showing(RefCell<Option<(&'static str, Progress)>>);

impl Showing {
    fn show(&self, what: &'static str, done: u64, total: u64) {
        let mut shown = self.0.borrow_mut();
        if shown.as_ref().is_none_or(|(before, _)| *before != what)
            && let Some((_, before)) = shown.replace((what, Progress::new(what)))
        {
            before.finish();
        }
        if let Some((_, progress)) = shown.as_mut() {
            progress.set(done, total);
        }
    }
}

impl Drop for Showing {
    fn drop(&mut self) {
        if let Some((_, progress)) = self.0.take() {
            progress.finish();
        }
    }
}

fn in_folder(args: &RepairArgs, request: &CopyRequest<'_>) -> Outcome<Vec<Json>> {
    let data = config::data_folder(args.data.data.as_deref()).map_err(Failure::unusable)?;
    if !is_data_folder(&data) {
        return Err(FolderError::Missing(data).into());
    }
    if address::running(&data).is_some() {
        return through_node(request, &data, &config::of_node(&data).map_err(Failure::unusable)?);
    }
    let config = config::load(&data, None).map_err(Failure::unusable)?;
    let opened = OpenFolder::existing(&data, &config)?;
    let done = Copies::open(request, (&data, &config.for_box()))
        .and_then(|copies| mend_all(request, copies, &opened));
    opened.close()?;
    done
}

fn mend_all(request: &CopyRequest<'_>, copies: Copies, opened: &OpenFolder) -> Outcome<Vec<Json>> {
    let dids = requested_dids(request, &copies, &opened.data)?;
    let damaged = find(&opened.ledger, &dids, mending::ID, request.progress)?;
    let copy_set = copies.bring(&damaged, &opened.data, request)?;
    let mended = mend(&opened.ledger, &damaged, &copy_set, mending::ID, request.progress)?;
    Ok(with_whole(&dids, &damaged, mended))
}

fn requested_dids(request: &CopyRequest<'_>, copies: &Copies, data: &Path) -> Outcome<Vec<Did>> {
    Ok(match request.dids {
        [] => copies.of_these(mending::local_dids(data)?),
        dids => dids.to_vec(),
    })
}

/// Returns the results for the damaged records, followed by the intact ones among the wanted.
fn with_whole(wanted: &[Did], damaged: &[Did], mended: Vec<Json>) -> Vec<Json> {
    let whole = wanted.iter().filter(|did| !damaged.contains(did));
    mended.into_iter().chain(whole.map(|did| json!({ "did": did.as_str() }))).collect()
}

/// The running node finds and mends the damage; this process opens the copies with its key.
fn through_node(request: &CopyRequest<'_>, data: &Path, config: &Config) -> Outcome<Vec<Json>> {
    let copies = Copies::open(request, (data, &config.for_box()))?;
    let dids = requested_dids(request, &copies, data)?;
    let listed_dids = if dids.len() > NAMED_MAX { &[] } else { &dids[..] };
    if dids.is_empty() {
        return Ok(Vec::new());
    }
    let progress = &mut |done, total| (request.progress)("looking at records", done, total);
    let mut damaged = work::damaged(data, listed_dids, progress)?;
    damaged.retain(|did| dids.contains(did));
    if damaged.is_empty() {
        return Ok(with_whole(&dids, &damaged, Vec::new()));
    }
    let mut copy_set = copies.bring(&damaged, data, request)?;
    let folder = copy_set.hand_over(&damaged, data)?;
    let progress = &mut |done, total| (request.progress)("mending", done, total);
    Ok(with_whole(&dids, &damaged, work::repair(data, &folder, progress)?))
}

/// A running node gets the copy, and mends its record with it.
fn at_node(args: &RepairArgs, request: &CopyRequest<'_>, url: &str) -> Outcome<Json> {
    let client = super::client(url, args.trust)?;
    let key = request.key;
    let fetched = request.fetch.map(fetched).transpose()?;
    let path = fetched.as_ref().map_or_else(|| PathBuf::from(&args.from), |(_, path)| path.clone());
    let bundle = Bundle::open(&path, key)?;
    let import = Import::begin(&client, key, bundle.size(), args.invite.as_deref())?;
    let total = bundle.size().unwrap_or(0);
    let sent = import.send(|from| {
        (request.progress)("sending", from, total);
        bundle.tar(from)
    });
    sent??;
    let person = key.map(|key| Person::new(client.clone(), key.clone())).transpose()?;
    let checked = import.check(person.as_ref().map(|person| &person.signer), None, |bytes| {
        (request.progress)("the node checks it", bytes.min(total), total);
    });
    let (report, place) = checked?;
    let Some(place) = place else {
        let message = report["fault"]["message"].as_str().unwrap_or("it does not verify");
        return Err(Failure::no(format!("the copy is not valid: {message}")));
    };
    if !request.dids.is_empty() && request.dids != [place.did.clone()] {
        let text = format!("this is a copy of {}'s record alone", place.did.as_str());
        return Err(Failure::unusable(text));
    }
    import.repair().map_err(|error| match error.status() {
        // There is nothing to mend: that is not damage which is left.
        Some(404) => Failure::unusable(error),
        _ => error.into(),
    })
}

/// The key owner's record as another node gives it, as a file that goes with its folder.
fn fetched(fetch: &Fetch<'_>) -> Outcome<(tempfile::TempDir, PathBuf)> {
    let folder = tempfile::tempdir().or_unusable("a folder for the copy")?;
    let path = fetch(folder.path())?;
    Ok((folder, path))
}

/// Downloads the record of the key's owner from another node into a file in `folder`. A node gives a record only to its
/// owner, so this signs in there.
fn fetch(
    client: &Client,
    (key, dids): (Option<&PersonKey>, &[Did]),
    progress: mending::Progress<'_>,
    folder: &Path,
) -> Outcome<PathBuf> {
    let key = key.ok_or_else(|| {
        Failure::unusable(
            "a node gives a record to its owner only, and nothing of it is public: give the owner's key with --key FILE",
        )
    })?;
    let did = key.did();
    if !dids.is_empty() && dids != [did.clone()] {
        let text =
            format!("this key is {}'s, and a node gives a record to its owner only", did.as_str());
        return Err(Failure::unusable(text));
    }
    let shown = |done, all| progress("the other node writes the copy", done, all);
    let mut tar = Export::begin(client, key)?.finish(shown)?;
    let path = folder.join("fetched.tar");
    let mut file = std::fs::File::create_new(&path).or_unusable(path.display())?;
    std::io::copy(&mut tar, &mut file).or_unusable(path.display())?;
    Ok(path)
}

/// Damage that is left is the answer no.
pub(super) fn outcome(record: &Json) -> Outcome {
    mending::left(record).map_or(Ok(()), |left| Err(Failure::no(left)))
}
