//! Erasing files: their words leave the log, their bytes the disk.

use std::cell::RefCell;
use std::collections::BTreeSet;

use imajin_app::operation::{
    AfterSubmit, BeforeSubmit, Context, Decide, Decision, List, Operation, Reasons, Request,
    Submitted,
};
use imajin_app::{Problem, refuse_if};
use imajin_dfos::Cid;
use imajin_log::ops::BODY_ERASED;
use imajin_log::{Derivation, EntryField, ErasureScope, TargetLog};

use super::{ASSETS_MAX, Add, ChangeAsset, PutFair, WorkPurchase};
use crate::files;
use crate::ids::AssetId;
use crate::queries;

/// The operations whose entries have words about the file that their `ref` names.
const WITH_WORDS: &[&str] = &[Add::NAME, WorkPurchase::NAME, ChangeAsset::NAME, PutFair::NAME];
/// The words about the files.
const WORDS: &[ErasureScope] =
    &[ErasureScope::new(WITH_WORDS, &[(EntryField::Ref, EntryField::Fact("assets"))])];

/// Erases files: all that was said of them, and their bytes, unless another of your assets has the same. Their CIDs stay in
/// the record, so a person who has the file can tell that it was here.
#[derive(Debug, Operation)]
#[operation(
    name = "media.erase",
    authority = OwnKey,
    derives = [Derivation::new(BODY_ERASED, TargetLog::SameLog).erases(WORDS)],
    refusal = EraseRefusal,
    prepared = ErasureTargets,
    after_submit
)]
pub(crate) struct Erase {
    /// The files.
    #[fact]
    pub(crate) assets: List<AssetId, 1, ASSETS_MAX>,
}

/// Whether entries of an operation have words about the file that their `ref` names: they are counted, and go when it is erased.
pub(crate) fn has_words(op: &str) -> bool {
    WITH_WORDS.contains(&op)
}

#[derive(Debug, Reasons)]
pub(crate) enum EraseRefusal {
    /// You have no file with the id {} here.
    #[refused(NotFound, field = "assets")]
    Unknown(String),
    /// One of these was changed just now. Erase them again.
    #[refused(Conflict, reason = "changed")]
    Changed,
}

/// The content that an erasure covers, by the log before it.
#[derive(Debug)]
pub(crate) struct ErasureTargets {
    /// The words.
    bodies: Vec<Cid>,
    /// The files and their previews.
    files: BTreeSet<Cid>,
}

impl BeforeSubmit for Erase {
    fn before_submit(&self, request: &Request<'_>) -> Result<ErasureTargets, Problem> {
        let named: BTreeSet<&str> = self.assets.0.iter().map(AssetId::as_str).collect();
        let files = RefCell::new(BTreeSet::new());
        let bodies = request.node.bodies(request.owner, |header| {
            let of = header.reference.as_ref().map(|text| text.as_str());
            let is_one = has_words(header.op.as_str()) && of.is_some_and(|of| named.contains(of));
            if is_one {
                let media = header.fact.as_ref().and_then(|fact| fact.ids("media"));
                let cids = media.into_iter().flatten().filter_map(|id| id.to_cid());
                files.borrow_mut().extend(cids);
            }
            is_one
        })?;
        Ok(ErasureTargets { bodies, files: files.into_inner() })
    }
}

impl Decide for Erase {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<EraseRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        let mut bodies = 0;
        let named: BTreeSet<&AssetId> = self.assets.0.iter().collect();
        for asset in named {
            match queries::bodies(db, owner, asset)? {
                Some(of_asset) if of_asset > 0 => bodies += of_asset,
                _ => return Err(EraseRefusal::Unknown(asset.as_str().to_owned()).into()),
            }
        }
        refuse_if!(i64::try_from(ctx.prepared().bodies.len()) != Ok(bodies), EraseRefusal::Changed);
        let cids = ctx.prepared().bodies.clone();
        ctx.erase(cids);
        Ok(())
    }
}

impl AfterSubmit for Erase {
    /// Removes the files at once; where this doesn't happen, the sweep removes them within a day.
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        if done.outcome.is_ok() {
            files::remove(done.node, done.owner, &done.prepared.files);
        }
    }
}
