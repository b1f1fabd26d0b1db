//! The texts below a file's picture: when, from whom, the description, and the details.

use imajin_app::page::copies;
use imajin_app::{Problem, Texts, args};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::{Markup, html};

use super::Leaf;
use crate::ids::AssetId;
use crate::pages::parts::{called, date, kept_of, length};
use crate::queries::{self, AssetLocation};
use crate::sight::Sight;
use crate::uses;

/// Degrees have ten million parts.
const DEGREE: u64 = 10_000_000;
/// Parts of a hundredth of a degree, which is about a kilometre.
const HUNDREDTH: u64 = DEGREE / 100;

impl Leaf<'_> {
    /// When, from whom, and the text.
    pub(super) fn words(&self) -> Result<Markup, Problem> {
        let (asset, t) = (&self.asset, self.t);
        let from = if self.is_own { None } else { Some(self.from()?) };
        let place = asset.words.place.filter(|_| self.sight == Sight::Original);
        let is_dated = asset.is_dated();
        let added = match &asset.words.taken {
            // A copy of a file that was shared without its date.
            Some(_) => html! { (date(&asset.day, t.lang)) },
            None => t.moment(Timestamp::from_millis(asset.at_ms).unwrap_or(Timestamp::MIN)),
        };
        Ok(html! {
            p.soft {
                @if is_dated {
                    @if self.title() != date(&asset.day, t.lang) { (date(&asset.day, t.lang)) ", " }
                    (asset.day.get(11..16).unwrap_or_default())
                } @else {
                    (t.markup("undated", args![], |_, _| added.clone()))
                }
                @if let Some(ms) = asset.ms.filter(|ms| *ms >= 1000) { " · " (length(ms)) }
                @if let Some(from) = from { " · " (from) }
            }
            @if let Some(text) = &asset.words.text { p.said { (text) } }
            details {
                summary { (t.text("details")) }
                dl.facts {
                    dt { (t.text("details-name")) } dd { (asset.name) }
                    dt { (t.text("details-size")) } dd {
                        (t.lang.size(asset.bytes.unsigned_abs()))
                        @if let (Some(width), Some(height)) = (asset.width, asset.height) { " · " (width) " × " (height) }
                    }
                    dt { (t.text("details-taken")) } dd { @match asset.words.taken_from.as_deref().filter(|_| asset.words.taken.is_some()) {
                        Some("exif") => (t.text("taken-exif")),
                        Some("file") => (t.text("taken-file")),
                        _ => (t.text("taken-upload")),
                    } }
                    @if let Some(place) = place { dt { (t.text("details-place")) } dd { (at(place, t)) } }
                    @if self.is_own { (self.used()?) }
                    dt { (t.text("details-cid")) } dd { code { (asset.cid) } }
                }
            }
        })
    }

    /// Draws the purpose of the asset, and its uses.
    fn used(&self) -> Result<Markup, Problem> {
        let (asset, t) = (&self.asset, self.t);
        let owner = Did::parse(&asset.owner).map_err(Problem::internal)?;
        let ids: Vec<AssetId> = AssetId::parse(&asset.id).into_iter().collect();
        let uses = uses::list(self.node, &owner, &ids, t.lang)?;
        Ok(html! {
            @if let Some(id) = kept_of(asset) { dt { (t.text("details-kept")) } dd { (self.kept_from(id)?) } }
            @else if let Some(used) = &asset.words.used_by {
                dt { (t.text("details-context")) } dd { (self.node.services().words().on(t).service(&used.app)) }
            }
            @if !uses.is_empty() {
                dt { (t.text("details-uses")) }
                dd { @for used in &uses { p { a href=(used.href) { (used.title) } } } }
            }
        })
    }

    /// From whom it was kept, as far as their file is still there.
    fn kept_from(&self, id: &str) -> Result<String, Problem> {
        let find = |id: AssetId| queries::read(self.node, |db| queries::asset_of_id(db, &id));
        let other = AssetId::parse(id).map(find).transpose()?.flatten();
        match other.and_then(|other| Did::parse(&other.owner).ok()) {
            Some(owner) => called(self.node, self.t, &owner),
            None => Ok(self.t.text("somebody").into_owned()),
        }
    }
}

/// A place, to read, to copy, and to open in the map of a phone. Without a network no box knows what it is called.
fn at(place: AssetLocation, t: Texts) -> Markup {
    let degrees = |part: i64| {
        let hundredths = (part.unsigned_abs() + HUNDREDTH / 2) / HUNDREDTH;
        format!("{}°", t.lang.decimal(hundredths.cast_signed(), 2))
    };
    let exact = |part: i64| {
        let (sign, parts) = (if part < 0 { "-" } else { "" }, part.unsigned_abs());
        format!("{sign}{}.{:05}", parts / DEGREE, parts % DEGREE / 100)
    };
    let side = |part: i64, negative: &str, positive: &str| {
        if part < 0 { t.text(negative) } else { t.text(positive) }
    };
    let (lat, lon) = (exact(place.lat), exact(place.lon));
    let both = format!("{lat}, {lon}");
    html! {
        (degrees(place.lat)) " " (side(place.lat, "south", "north")) ", "
        (degrees(place.lon)) " " (side(place.lon, "west", "east"))
        (copies(&both, Some(&t.text("details-place")))) " " a href={ "geo:" (lat) "," (lon) } { (t.text("details-map")) }
    }
}
