//! `imajin fair sign|agree|embed|strip`: what writes a file.

use super::chains::ChainKeys;
use super::files::{self, FairFile, FairLocation, Target};
use super::find;
use crate::cli::{FairAgreeArgs, FairEmbedArgs, FairSignArgs, FairStripArgs, TargetArgs};
use crate::output::Out;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::key::PersonKey;
use imajin_fair::{
    Derived, Error, Fair, Kind, Obstacle, Recipe, SIDECAR_BYTES_MAX, Stripped, embed as embedded,
};
use imajin_protocol::fair::{Contributor, Draft, Manifest, Signed, Work};
use imajin_protocol::{Did, Ppm, jcs};
use serde_json::Value as Json;
use std::fs::File;
use std::path::Path;

/// Returns the output file; `None` without either flag.
fn target(file: &Path, args: &TargetArgs) -> Outcome<Option<Target>> {
    let target = match (&args.to, args.replace) {
        (Some(path), _) => Target::new(path),
        (None, true) => Target::replaced(file)?,
        (None, false) => return Ok(None),
    };
    target.check()?;
    Ok(Some(target))
}

/// The file that was asked for, by a command that always needs one.
fn asked_target(file: &Path, args: &TargetArgs) -> Outcome<Target> {
    target(file, args)?.ok_or_else(|| {
        Failure::unusable(format!(
            "{} would change: say --to FILE for a new file, or --replace",
            file.display()
        ))
    })
}

fn tell(target: &Target) -> Outcome {
    let mut out = Out::new();
    out.line(format_args!("written: {}", target.path().display()))?;
    out.done()
}

pub(super) fn sign(args: &FairSignArgs) -> Outcome {
    let path = &args.file;
    let key = PersonKey::read(&args.key).map_err(Failure::unusable)?;
    let mut file = files::open(path)?;
    let kind = imajin_fair::kind(&mut file).or_unusable(path.display())?;
    let has_fair = match imajin_fair::read(&mut file) {
        Ok(fair) => fair.is_some(),
        Err(Error::Io(error)) => return Err(error).or_unusable(path.display()),
        Err(Error::Obstacle(obstacle)) => {
            matches!(obstacle, Obstacle::Rewritten | Obstacle::Fair(_))
        }
    };
    if has_fair {
        return Err(Failure::no(format!(
            "{} has a .fair in it already: take it out first with `imajin fair strip`, or sign the original",
            path.display()
        )));
    }
    let sidecar = files::sidecar_path(path);
    let target = if args.replace && sidecar.exists() {
        Target::replaced(&sidecar)?
    } else {
        Target::new(&sidecar)
    };
    target.check()?;
    let work = imajin_fair::work(&mut file).or_unusable(path.display())?;
    let draft = match &args.manifest {
        None => of_one(key.did(), &work, kind)?,
        Some(draft) => of_draft(draft, &work)?,
    };
    let named = draft.owner() == Some(key.did());
    if !named && !draft.contributors().iter().any(|one| one.did == *key.did()) {
        return Err(Failure::no(format!(
            "{} is neither a contributor nor the owner in the manifest: add them under \"contributors\"",
            key.did()
        )));
    }
    let manifest = draft.sign(&key.signing_key()).or_no("the manifest")?;
    target.write_fair(path, &Fair::from_manifest(manifest))?;
    tell(&target)
}

/// The manifest of one person alone.
fn of_one(did: &Did, work: &Work, kind: Option<Kind>) -> Outcome<Manifest> {
    let draft = Draft {
        id: work.cid.clone(),
        kind: match kind {
            Some(Kind::Jpeg | Kind::Png | Kind::Webp) => "image",
            Some(Kind::Mp3) => "audio",
            Some(Kind::Pdf) => "document",
            None => "file",
        }
        .to_owned(),
        owner: None,
        contributors: vec![Contributor { did: did.clone(), role: None, weight: Ppm::WHOLE }],
        derives_from: Vec::new(),
        terms: serde_json::Map::new(),
    };
    let manifest = draft.build().map_err(Failure::no)?;
    with_work(manifest.document().clone(), work).map_err(Failure::no)
}

fn of_draft(path: &Path, work: &Work) -> Outcome<Manifest> {
    let text = crate::commands::read_text(path, SIDECAR_BYTES_MAX as u64)?;
    let document = jcs::parse_strict(text.as_bytes()).or_no(path.display())?;
    for member in ["signature", "platformSignature"] {
        if document.get(member).is_some_and(|value| !value.is_null()) {
            return Err(Failure::no(format!(
                "{}: \"{member}\" exists already, and a manifest is signed once: take it out, or use `imajin fair agree`",
                path.display()
            )));
        }
    }
    with_work(document, work).or_no(path.display())
}

/// A manifest that names a file. A draft that names another one is refused.
fn with_work(mut document: Json, work: &Work) -> Result<Manifest, String> {
    let map = document.as_object_mut().ok_or("a manifest is a JSON object")?;
    let named = map.insert("work".to_owned(), work.to_value());
    if named.is_some_and(|named| !named.is_null() && named != work.to_value()) {
        return Err("\"work\" names another file: take it out of the draft".to_owned());
    }
    let manifest = Manifest::from_value(document).map_err(|error| error.to_string())?;
    manifest.check().map_err(|error| error.to_string())?;
    Ok(manifest)
}

pub(super) fn agree(args: &FairAgreeArgs) -> Outcome {
    let path = &args.file;
    let key = PersonKey::read(&args.key).map_err(Failure::unusable)?;
    let keys = ChainKeys::read(&args.chain)?;
    let fair_file = find(path)?;
    let target = match (target(path, &args.target)?, &fair_file.place) {
        (Some(target), _) => target,
        (None, FairLocation::Beside(sidecar)) => Target::replaced(sidecar)?,
        (None, _) => asked_target(path, &args.target)?,
    };
    let signed = verified(path, &fair_file, &keys)?;
    let mut fair = fair_file.fair;
    fair.agreed.put(signed.agree(key.did(), &key.signing_key()).or_no(path.display())?);
    match &fair_file.place {
        FairLocation::Inside(_, None) => {
            return Err(Failure::no(format!(
                "{}: another program changed it after the .fair was put in, so it can't be taken out again",
                path.display()
            )));
        }
        FairLocation::Inside(_, Some(without)) => {
            let mut file = files::open(path)?;
            let with = put_in(path, &mut Derived::new(without, &mut file), &fair)?;
            write(path, &mut file, &with.after(without), &target)?;
        }
        FairLocation::Beside(sidecar) => target.write_fair(sidecar, &fair)?,
        FairLocation::Alone => target.write_fair(path, &fair)?,
    }
    tell(&target)
}

/// The manifest of a .fair, if it is signed and about this file.
fn verified(path: &Path, found: &FairFile, keys: &ChainKeys) -> Outcome<Signed> {
    check_work(path, &found.fair, found.work(path)?)?;
    found.fair.manifest.clone().verify(keys).or_no(format!(
        "{}: \"signature\" (if its signer changed keys, give --chain)",
        path.display()
    ))
}

fn check_work(path: &Path, fair: &Fair, work: Option<Work>) -> Outcome {
    let named = fair.manifest.work().or_no(path.display())?;
    match named.zip(work) {
        Some((named, work)) if named != work => Err(Failure::no(format!(
            "{}: \"work\" of the manifest names another file, {}, and this one is {}: sign a manifest of this one",
            path.display(),
            named.cid,
            work.cid
        ))),
        _ => Ok(()),
    }
}

pub(super) fn embed(args: &FairEmbedArgs) -> Outcome {
    let path = &args.file;
    let target = asked_target(path, &args.target)?;
    let fair = files::read_fair(&args.from.clone().unwrap_or_else(|| files::sidecar_path(path)))?;
    let mut file = files::open(path)?;
    let recipe = put_in(path, &mut file, &fair)?;
    check_work(path, &fair, Some(imajin_fair::work(&mut file).or_unusable(path.display())?))?;
    write(path, &mut file, &recipe, &target)?;
    tell(&target)
}

fn put_in<R: std::io::Read + std::io::Seek>(
    path: &Path,
    file: &mut R,
    fair: &Fair,
) -> Outcome<Recipe> {
    embedded(file, fair).map_err(|error| match error {
        Error::Io(error) => Failure::unusable(format!("{}: {error}", path.display())),
        Error::Obstacle(obstacle) => Failure::no(format!(
            "{} can't carry its .fair: {obstacle}. Leave it next to the file, as {}",
            path.display(),
            files::sidecar_path(path).display()
        )),
    })
}

fn write(path: &Path, file: &mut File, recipe: &Recipe, target: &Target) -> Outcome {
    target.write(path, |out| recipe.write(file, out))
}

pub(super) fn strip(args: &FairStripArgs) -> Outcome {
    let path = &args.file;
    let target = asked_target(path, &args.target)?;
    let mut file = files::open(path)?;
    let Stripped { mut fair, recipe } = match imajin_fair::strip(&mut file) {
        Ok(Some(stripped)) => stripped,
        Ok(None) | Err(Error::Obstacle(Obstacle::Kind)) => {
            return Err(Failure::unusable(format!("{}: there is no .fair in it", path.display())));
        }
        Err(Error::Io(error)) => return Err(error).or_unusable(path.display()),
        Err(Error::Obstacle(obstacle)) => return Err(obstacle).or_no(path.display()),
    };
    let work =
        imajin_fair::work(&mut Derived::new(&recipe, &mut file)).or_unusable(path.display())?;
    check_work(path, &fair, Some(work))?;
    let sidecar = files::sidecar_path(target.path());
    let beside = if sidecar.exists() {
        join(&sidecar, &mut fair)?;
        Target::replaced(&sidecar)?
    } else {
        Target::new(&sidecar)
    };
    // The .fair first: a crash in between leaves it in both places, and never in none.
    beside.write_fair(path, &fair)?;
    write(path, &mut file, &recipe, &target)?;
    tell(&target)
}

/// Takes over the agreements of an existing sidecar. A sidecar with another manifest stays, and the error names it.
fn join(sidecar: &Path, fair: &mut Fair) -> Outcome {
    let there = files::read_fair(sidecar)?;
    if there.manifest.digest() != fair.manifest.digest() {
        return Err(Failure::unusable(format!(
            "{} exists already, with another manifest: move it away first",
            sidecar.display()
        )));
    }
    for one in
        there.agreed.iter().filter(|one| !fair.agreed.has(one.did())).cloned().collect::<Vec<_>>()
    {
        fair.agreed.put(one);
    }
    Ok(())
}
