//! The parts of the entries of a sale.

use imajin_app::Problem;
use imajin_app::operation::{
    Context, Decision, Field, Group, Int, Invalid, Line, List, MediaFile, Operation, Reasons,
};
use imajin_dfos::{Timestamp, Value, cbor};
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Did, IdText};

use crate::fair::Attribution;
use crate::fields::{AgreedList, Name, Use};
use crate::ids::{AssetId, COPIES_MAX};
use crate::operations::assets::FILE_BYTES_MAX;
use crate::queries::Asset;

/// A file without a name.
const NAMELESS: &str = "work";

/// A use of a work, paid by one payment.
#[derive(Debug, Clone, Group)]
#[group(facts)]
pub(crate) struct Licence {
    /// The payment.
    pub(crate) payment: IdText,
    /// `keep` or `train`.
    #[field(name = "use")]
    pub(crate) used: Use,
    /// The digest of the manifest that the work was sold by.
    pub(crate) fair: Digest,
}

/// Somebody ordered a work, and its payment is on its way.
#[derive(Debug, Operation)]
#[operation(name = "media.promised", authority = Derived, facts)]
pub(crate) struct Promised {
    /// The seller's asset.
    #[reference]
    pub(crate) asset: AssetId,
    /// The seller.
    pub(crate) seller: Did,
    /// The buyer.
    pub(crate) buyer: Did,
    #[group]
    pub(crate) licence: Licence,
    /// Until when the payment can come, in milliseconds.
    pub(crate) until: Timestamp,
}

/// A work that its owner bought: an asset of theirs like any other, with what was said of its makers.
#[derive(Debug, Operation)]
#[operation(name = "media.bought", authority = Derived, erasable_by = LogOwner, bound = Node)]
pub(crate) struct WorkPurchase {
    /// The buyer's asset, whose id follows from the buyer and the file.
    #[reference]
    pub(crate) asset: AssetId,
    /// The file's name.
    pub(crate) name: Name,
    /// Its media type.
    pub(crate) kind: Line<100>,
    /// Its length.
    pub(crate) bytes: Int<0, FILE_BYTES_MAX>,
    /// The text of the manifest that it was sold by.
    pub(crate) manifest: Manifest,
    /// The signatures next to it.
    pub(crate) agreed: Option<AgreedList>,
    /// The file.
    #[fact]
    pub(crate) media: List<MediaFile, 1, 1>,
    /// 0: the number of the copy.
    #[fact]
    pub(crate) n: Int<0, COPIES_MAX>,
    /// The seller's asset.
    #[fact]
    pub(crate) of: AssetId,
    /// The seller.
    #[fact]
    pub(crate) seller: Did,
    #[group]
    pub(crate) licence: Licence,
}

/// Somebody bought a work.
#[derive(Debug, Operation)]
#[operation(name = "media.sold", authority = Derived, facts)]
pub(crate) struct WorkSale {
    /// The seller's asset.
    #[reference]
    pub(crate) asset: AssetId,
    /// The buyer.
    pub(crate) buyer: Did,
    #[group]
    pub(crate) licence: Licence,
}

/// The goods: the file, and its description at the time of the sale.
#[derive(Debug, Clone)]
pub(crate) struct AssetSnapshot {
    pub(crate) file: MediaFile,
    name: Name,
    kind: Line<100>,
    bytes: Int<0, FILE_BYTES_MAX>,
    manifest: Manifest,
    agreed: Option<AgreedList>,
}

impl AssetSnapshot {
    /// A copy of an asset.
    /// Errors: its row can't be what an entry says.
    pub(crate) fn new(asset: &Asset, attribution: &Attribution) -> Result<Self, Problem> {
        let wrong = |invalid: Invalid| Problem::internal(invalid);
        let agreed = &attribution.fair.agreed;
        let agreed = if agreed.is_empty() {
            None
        } else {
            let list = cbor::from_dag_json(&agreed.to_value()).map_err(Problem::internal)?;
            Some(AgreedList::read(&list).map_err(wrong)?)
        };
        Ok(Self {
            file: MediaFile::read(&Value::from(asset.cid.as_str())).map_err(wrong)?,
            name: Name::closest(&asset.name, NAMELESS),
            kind: Line(asset.kind.clone()),
            bytes: Int(asset.bytes),
            manifest: attribution.fair.manifest.clone(),
            agreed,
        })
    }
}

/// Enters that something was sold: in the buyer's log as an asset, in the seller's as a sale.
pub(crate) fn deliver<O: Operation, R: Reasons>(
    ctx: &mut Context<'_, O>,
    (seller, buyer): (&Did, &Did),
    (of, given): (&AssetId, AssetSnapshot),
    licence: Licence,
) -> Decision<R> {
    let bought = WorkPurchase {
        asset: AssetId::derive(buyer, given.file.as_str(), 0),
        name: given.name,
        kind: given.kind,
        bytes: given.bytes,
        manifest: given.manifest,
        agreed: given.agreed,
        media: List(vec![given.file]),
        n: Int(0),
        of: of.clone(),
        seller: seller.clone(),
        licence: licence.clone(),
    };
    ctx.derive(buyer.clone(), &bought)?;
    let sold = WorkSale { asset: of.clone(), buyer: buyer.clone(), licence };
    Ok(ctx.derive_in([seller], &sold)?)
}
