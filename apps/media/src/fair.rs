//! The makers of a file: the manifest that its owner entered, with the signatures of those who agreed.
//!
//! Always: statements are verified here. Entries of logs from other nodes may say anything, so a manifest counts only if one of
//! the people whom it names signed it and it is about exactly this file; a signature next to it only if it is valid.

mod keys;
mod work;

use imajin_app::{Answer, Node, Problem, SocialGraph, blocking};
use imajin_fair::{Error, Fair, Recipe};
use imajin_protocol::Did;
use imajin_protocol::fair::{
    AgreementList, Consent, Contributor, Draft, FairError, Keys, Manifest, Signed, Work,
};
use imajin_protocol::money::Ppm;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;
use std::fs::File;

use crate::fields::agreed_json;
use crate::queries::{self, Asset, EnteredFair};

pub(crate) use keys::{EverKeys, LogKeys};
pub(crate) use work::{known_work, work};

/// The makers that a file names, found to be true.
#[derive(Debug, Clone)]
pub(crate) struct Attribution {
    /// The manifest, with the signatures next to it that are good.
    pub(crate) fair: Fair,
    /// The signer of the manifest.
    pub(crate) signer: Did,
    /// The makers who agreed, and those who are missing.
    pub(crate) consent: Consent,
}

impl Attribution {
    /// Whether this person signed the manifest, or agreed to it.
    pub(crate) fn has_agreed(&self, did: &Did) -> bool {
        self.signer == *did || self.consent.agreed.contains(did)
    }
}

/// Returns the makers that a file names; `None` without a valid signature. For a file that came with a .fair, the answer is
/// `None` until [`work`] has read the file.
pub(crate) fn read_attribution(node: &Node, asset: &Asset) -> Answer<Option<Attribution>> {
    let owner = asset.owner.as_str();
    let record = queries::read(node, |db| {
        let Some(entered) = queries::fair(db, owner, &asset.id)? else {
            return Ok(None);
        };
        let later = queries::agreements(db, owner, &entered.digest)?;
        Ok(Some((entered, later)))
    })?;
    let Some((entered, later)) = record else {
        return Ok(None);
    };
    match Manifest::parse(&entered.manifest).map(|manifest| manifest.work()) {
        Ok(Ok(Some(work))) if work.cid == asset.cid => {}
        Ok(Ok(Some(work))) if is_inside(node, asset, &work) => {}
        _ => return Ok(None),
    }
    stated(&entered, &later, &EverKeys(node))
}

/// Returns the makers by an entry and the owner's log of those who agreed, as far as the signatures are valid. The caller
/// checks that the entry is about the file.
/// Errors: the table has no JSON.
pub(crate) fn stated(
    entered: &EnteredFair,
    later: &[(String, String)],
    keys: &dyn Keys,
) -> Answer<Option<Attribution>> {
    let signed = Manifest::parse(&entered.manifest).and_then(|one| one.verify(keys));
    let Ok(signed) = signed else {
        return Ok(None);
    };
    let beside: Json = serde_json::from_str(&entered.agreed).map_err(Problem::internal)?;
    let beside = beside.as_array().cloned().unwrap_or_default();
    let later = later.iter().map(|(did, signature)| (did.as_str(), signature.as_str()));
    let later = agreed_json(later).as_array().cloned().unwrap_or_default();
    Ok(Some(check(signed, beside.into_iter().chain(later), keys)))
}

/// Whether a file that came with a .fair is this work without it.
fn is_inside(node: &Node, asset: &Asset, work: &Work) -> bool {
    match known_work(node, asset) {
        Ok(Some(known)) => known == *work,
        Ok(None) => {
            let (node, asset) = (node.clone(), asset.clone());
            blocking::detach(move || {
                if let Err(problem) = self::work(&node, &asset) {
                    tracing::info!(asset = asset.id, "a file can't be read: {problem}");
                }
            });
            false
        }
        Err(problem) => {
            tracing::info!(asset = asset.id, "a file can't be read: {problem}");
            false
        }
    }
}

/// Returns others' manifests that name this person and lack their signature, but not those of people whom they blocked.
pub(crate) fn asked(node: &Node, did: &Did) -> Answer<Vec<(Asset, Attribution)>> {
    let assets = queries::read(node, |db| queries::asked(db, did.as_str()))?;
    let mut all = Vec::new();
    for asset in assets {
        let Ok(owner) = Did::parse(&asset.owner) else {
            continue;
        };
        if let Some(graph) = node.get::<dyn SocialGraph>()
            && graph.blocks(node, did, &BTreeSet::from([owner]))?
        {
            continue;
        }
        let attribution = read_attribution(node, &asset)?;
        if let Some(said) = attribution.filter(|said| !said.has_agreed(did)) {
            all.push((asset, said));
        }
    }
    Ok(all)
}

/// Takes the good ones of these signatures, each DID's once.
fn check(signed: Signed, beside: impl Iterator<Item = Json>, keys: &dyn Keys) -> Attribution {
    let mut good = AgreementList::default();
    for one in beside {
        let Ok(read) = AgreementList::read(&Json::Array(vec![one])) else {
            continue;
        };
        let is_good = signed.check(&read, keys).is_ok_and(|consent| consent.wrong.is_empty());
        if is_good {
            read.iter().for_each(|one| good.put(one.clone()));
        }
    }
    let consent = signed.check(&good, keys).unwrap_or_default();
    let signer = signed.signer().clone();
    let fair = Fair { manifest: signed.manifest().clone(), agreed: good };
    Attribution { fair, signer, consent }
}

/// The default without a signature: the owner holds all shares. `has_work`: with the file, which may have to be hashed.
pub(crate) fn unsigned(node: &Node, asset: &Asset, has_work: bool) -> Answer<Fair> {
    let owner = Contributor {
        did: Did::parse(&asset.owner).map_err(Problem::internal)?,
        role: None,
        weight: Ppm::WHOLE,
    };
    let draft = Draft {
        id: asset.id.clone(),
        kind: asset.sort().to_owned(),
        owner: None,
        contributors: vec![owner],
        derives_from: Vec::new(),
        terms: Map::new(),
    };
    let manifest = draft.build().map_err(Problem::internal)?;
    if !has_work {
        return Ok(Fair::from_manifest(manifest));
    }
    let mut document = manifest.document().clone();
    document["work"] = work(node, asset)?.to_value();
    let manifest = Manifest::from_value(document);
    manifest.map(Fair::from_manifest).map_err(Problem::internal)
}

/// The recipe of a file with this .fair in it, in place of one that it came with.
pub(crate) fn embed(file: &mut File, fair: &Fair) -> Result<Recipe, Error> {
    match imajin_fair::strip(file)? {
        None => imajin_fair::embed(file, fair),
        Some(bare) => {
            let mut without = imajin_fair::Derived::new(&bare.recipe, file);
            Ok(imajin_fair::embed(&mut without, fair)?.after(&bare.recipe))
        }
    }
}

/// The people whom a manifest names, each once.
pub(crate) fn people(manifest: &Manifest) -> Vec<&Did> {
    let mut all = Vec::new();
    let makers = manifest.contributors().iter().map(|one| &one.did);
    for did in manifest.owner().into_iter().chain(makers) {
        if !all.contains(&did) {
            all.push(did);
        }
    }
    all
}

/// Whether a signature over a manifest is this person's agreement to it.
pub(crate) fn is_agreement(
    node: &Node,
    manifest: &Manifest,
    (did, signature): (&str, &str),
) -> Result<bool, FairError> {
    let keys = EverKeys(node);
    let signed = manifest.clone().verify(&keys)?;
    let agreed = AgreementList::read(&agreed_json([(did, signature)]))?;
    Ok(signed.check(&agreed, &keys)?.wrong.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::{PublicKey, SigningKey};
    use imajin_protocol::fair::SuffixKeys;
    use serde_json::json;

    #[test]
    fn only_signatures_that_are_good_are_shown() {
        let key = |seed: u8| SigningKey::from_bytes(&[seed; 32]);
        let did = |seed: u8| Did::from_key(PublicKey::from(&key(seed)).as_bytes());
        let document = |name: &str| json!({ "id": name, "version": "0.3.0", "contributors": [{ "id": did(1), "weight": 0.5 }, { "id": did(2), "weight": 0.5 }] });
        let signed = |name: &str| {
            let manifest = Manifest::from_value(document(name)).unwrap();
            manifest.sign(&key(1)).unwrap().verify(&SuffixKeys).unwrap()
        };
        let (song, other) = (signed("song"), signed("other"));
        let agreement = |of: &Signed| {
            let mut agreed = AgreementList::default();
            agreed.put(of.agree(&did(2), &key(2)).unwrap());
            agreed.to_value()[0].clone()
        };
        let (good, stolen) = (agreement(&song), agreement(&other));
        let mut strangers = good.clone();
        strangers["did"] = json!(did(3));
        let attribute = |beside: &[&Json]| {
            let beside = beside.iter().map(|one| (*one).clone());
            check(song.clone(), beside, &SuffixKeys)
        };
        let forged = attribute(&[&stolen, &strangers, &json!("nothing"), &json!({})]);
        assert!(forged.fair.agreed.is_empty());
        assert_eq!(forged.consent.missing, [did(2)]);
        assert!(forged.has_agreed(&did(1)) && !forged.has_agreed(&did(2)));
        // A bad agreement never takes the place of a good one.
        let both = attribute(&[&good, &stolen, &good]);
        assert_eq!(both.fair.agreed.to_value(), json!([good]));
        assert!(both.consent.missing.is_empty() && both.has_agreed(&did(2)));
    }
}
