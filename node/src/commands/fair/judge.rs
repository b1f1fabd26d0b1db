//! Judges a .fair: who signed it, who agreed, and whether it is about this file.
//!
//! Always: a signature that a key of an unknown chain may have made is a doubt and not a fault.

use super::chains::ChainKeys;
use super::files::{FairFile, FairLocation};
use super::show;
use crate::output::Out;
use imajin_box::failure::Outcome;
use imajin_protocol::Did;
use imajin_protocol::fair::{Consent, FairError, Manifest, Signed};
use serde_json::{Value as Json, json};
use std::path::Path;

/// The verdict on a file's .fair.
pub(super) struct Judgement {
    shown: Json,
    signed: Option<Signed>,
    consent: Consent,
    /// Whether the manifest names this very file; `None` if that can't be told.
    is_this_work: Option<bool>,
    /// Why it is not valid.
    pub(super) faults: Vec<String>,
    /// Why it can't be told.
    pub(super) doubts: Vec<String>,
}

/// Returns everyone who may have signed a manifest: the owner and the contributors.
fn people(manifest: &Manifest) -> impl Iterator<Item = &Did> {
    manifest.owner().into_iter().chain(manifest.contributors().iter().map(|one| &one.did))
}

impl Judgement {
    pub(super) fn judge(path: &Path, fair_file: &FairFile, keys: &ChainKeys) -> Outcome<Self> {
        let mut all = Self {
            shown: show::to_json(fair_file),
            signed: None,
            consent: Consent::default(),
            is_this_work: None,
            faults: Vec::new(),
            doubts: Vec::new(),
        };
        all.judge_work(path, fair_file)?;
        all.judge_members(&fair_file.fair.manifest);
        all.judge_signature(&fair_file.fair.manifest, keys);
        all.judge_agreed(fair_file, keys);
        Ok(all)
    }

    fn judge_work(&mut self, path: &Path, found: &FairFile) -> Outcome {
        match (found.fair.manifest.work(), found.work(path)?, &found.place) {
            (Err(error), ..) => self.faults.push(error.to_string()),
            (Ok(_), _, FairLocation::Alone) => {}
            (Ok(None), ..) => self.doubts.push(
                "the manifest names no file (its \"work\" is missing), so it could be about any".to_owned(),
            ),
            (Ok(Some(_)), None, _) => self.doubts.push(
                "another program changed the file after the .fair was put in, so nobody can say what it was before".to_owned(),
            ),
            (Ok(Some(named)), Some(work), _) => {
                self.is_this_work = Some(named == work);
                if named != work {
                    self.faults.push(format!(
                        "\"work\" names a file of {} bytes, {}, and this one has {} bytes without its .fair and is {}: it is another file, or was changed",
                        named.bytes, named.cid, work.bytes, work.cid
                    ));
                }
            }
        }
        Ok(())
    }

    /// Finds what readers could understand in different ways; [`Self::judge_work`] has named a malformed `work`.
    fn judge_members(&mut self, manifest: &Manifest) {
        if let (Ok(_), Err(error)) = (manifest.work(), manifest.check()) {
            self.faults.push(error.to_string());
        }
    }

    fn judge_signature(&mut self, manifest: &Manifest, keys: &ChainKeys) {
        let unknown = || {
            let mut unknown: Vec<&str> = Vec::new();
            for did in people(manifest).filter(|did| !keys.has_chain(did)) {
                if !unknown.contains(&did.as_str()) {
                    unknown.push(did.as_str());
                }
            }
            unknown.join(", ")
        };
        match manifest.clone().verify(keys) {
            Ok(signed) => self.signed = Some(signed),
            Err(FairError::Signature) if !unknown().is_empty() => self.doubts.push(format!(
                "\"signature\" is by none of the keys that are known: the manifest was changed, or somebody signed with a later key: give --chain of {}",
                unknown()
            )),
            Err(error) => self.faults.push(format!("\"signature\": {error}")),
        }
    }

    fn judge_agreed(&mut self, found: &FairFile, keys: &ChainKeys) {
        let Some(signed) = &self.signed else { return };
        match signed.check(&found.fair.agreed, keys) {
            Ok(consent) => self.consent = consent,
            Err(error) => self.faults.push(format!("\"agreed\": {error}")),
        }
        for did in &self.consent.wrong {
            if keys.has_chain(did) {
                self.faults.push(format!(
                    "\"agreed\": the signature of {did} is by no key that their chain ever named, or over another manifest: they must agree again"
                ))
            } else {
                self.doubts.push(format!(
                    "\"agreed\": the signature of {did} is not by the key in their name: give their --chain"
                ))
            }
        }
    }

    /// `true`, `false`, or null if it can't be told.
    fn is_valid(&self) -> Option<bool> {
        match (self.faults.is_empty(), self.doubts.is_empty()) {
            (false, _) => Some(false),
            (true, false) => None,
            (true, true) => Some(true),
        }
    }

    /// The verdict for programs.
    pub(super) fn to_json(&self) -> Json {
        json!({
            "valid": self.is_valid(), "faults": self.faults, "doubts": self.doubts,
            "signer": self.signed.as_ref().map(Signed::signer), "thisWork": self.is_this_work,
            "agreed": self.consent.agreed, "missing": self.consent.missing, "fair": self.shown,
        })
    }

    /// The verdict for people.
    pub(super) fn print(&self, out: &mut Out) -> Outcome {
        out.line(match self.is_valid() {
            Some(true) => "valid",
            Some(false) => "NOT VALID",
            None => "CAN'T BE TOLD",
        })?;
        if let Some(signed) = &self.signed {
            out.line(format_args!("  signed by  {}", signed.signer()))?;
        }
        for did in &self.consent.agreed {
            out.line(format_args!("  agreed     {did}"))?;
        }
        for did in &self.consent.missing {
            out.line(format_args!(
                "  missing    {did} has a share and has not signed: the work can't be sold yet"
            ))?;
        }
        if self.is_this_work == Some(true) {
            out.line("  work       this file")?;
        }
        for fault in &self.faults {
            out.line(format_args!("  fault      {fault}"))?;
        }
        for doubt in &self.doubts {
            out.line(format_args!("  doubt      {doubt}"))?;
        }
        Ok(())
    }
}
