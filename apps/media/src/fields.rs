//! The fields that operations of this service have.

mod fair;

use imajin_app::operation::{Change, Choice, FieldError, Group, Int, Line, Paragraphs, Record};
use imajin_app::{Zone, text_type};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use serde_json::json;
use unicode_normalization::is_nfc;
use utoipa::ToSchema;

pub(crate) use fair::{AgreedBy, AgreedList, Signature, agreed_json};

use crate::ids::is_lower_hex;

/// Bytes of a file's or a folder's name: what file systems take.
const NAME_BYTES_MAX: usize = 255;
/// Years of pictures; what says another year is dated by its arrival.
pub(crate) const FIRST_YEAR: &str = "1826";

text_type!(
    /// The name of a file or folder: 1 to 255 bytes of Unicode in the form NFC, without `/` and control characters.
    Name,
    is_name,
    "must have 1 to 255 bytes of Unicode (NFC), without / and control characters",
    json!({ "type": "string", "minLength": 1, "maxLength": NAME_BYTES_MAX, "pattern": "^[^/\\u0000-\\u001f\\u007f-\\u009f]+$" }),
    |words| format!("{}.jpg", words.take())
);

fn is_name(text: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&text.len())
        && !text.chars().any(|c| c == '/' || c.is_control())
        && !matches!(text, "." | "..")
        && is_nfc(text)
}

impl Name {
    /// Returns the closest valid name to a text that a device sent.
    pub(crate) fn closest(text: &str, otherwise: &str) -> Self {
        use unicode_normalization::UnicodeNormalization as _;
        // Some browsers send the whole path.
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let mut name: String = last.nfc().filter(|c| !c.is_control()).collect();
        while name.len() > NAME_BYTES_MAX {
            name.pop();
        }
        Self::parse(name.trim()).unwrap_or_else(|| Self(otherwise.to_owned()))
    }
}

text_type!(
    /// When something was taken, by the clock on the wall there: `YYYY-MM-DDTHH:MM:SS`.
    LocalTime,
    |text| Timestamp::parse(&format!("{text}.000Z")).is_ok(),
    "must be a local time: YYYY-MM-DDTHH:MM:SS",
    json!({ "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$" }),
    |_| "2026-07-14T16:20:00"
);

impl From<Timestamp> for LocalTime {
    /// In UTC.
    fn from(at: Timestamp) -> Self {
        Self(at.to_string().chars().take(19).collect())
    }
}

impl LocalTime {
    /// Returns the time that clocks in a zone show; `None` beyond the years that have four digits.
    pub(crate) fn by_clock(zone: Zone, at: Timestamp) -> Option<Self> {
        Self::parse(&zone.local(at).strftime("%FT%T").to_string())
    }
}

/// The source of the time when something was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum TakenFrom {
    /// The file says so itself.
    Exif,
    /// The date of the file.
    File,
    /// The moment of the upload.
    #[field(unknown)]
    Upload,
}

/// Who sees something besides its owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Access {
    /// Nobody.
    #[default]
    #[field(unknown)]
    Private,
    /// People with whom the owner is connected.
    #[field(name = "trust-graph")]
    TrustGraph,
    /// Everybody.
    Public,
    /// The members of a group to which the owner belongs, too.
    Conversation,
}

/// Who sees something besides its owner, with the group where it is for one.
#[derive(Debug, Clone, PartialEq, Eq, Group)]
#[group(facts)]
pub(crate) struct Audience {
    /// `private`, `trust-graph` (the owner's connections), `public`, or `conversation` (the members of the group `to`).
    /// Default: `private`.
    pub(crate) access: Option<Access>,
    /// The group, with `conversation`.
    pub(crate) to: Option<Did>,
}

impl Audience {
    /// Whether the two fit each other.
    /// Errors: a group that isn't needed, or none where `conversation` needs it.
    pub(crate) fn check(&self) -> Result<(), FieldError> {
        match (self.access, &self.to) {
            (Some(Access::Conversation), None) => {
                Err(FieldError::new("to", "to is missing: the group whose members see it."))
            }
            (Some(Access::Conversation), Some(_)) | (_, None) => Ok(()),
            (_, Some(_)) => {
                Err(FieldError::new("to", "to is for the access conversation: leave it out."))
            }
        }
    }
}

/// A place on Earth, in 10⁻⁷ degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Record)]
pub(crate) struct Coordinates {
    /// North of the equator.
    pub(crate) lat: Int<-900_000_000, 900_000_000>,
    /// East of Greenwich.
    pub(crate) lon: Int<-1_800_000_000, 1_800_000_000>,
}

/// The thing of another service that uses a file.
#[derive(Debug, Clone, PartialEq, Eq, Record)]
pub(crate) struct UsedFor {
    /// The service.
    pub(crate) app: Line<32>,
    /// The part of the service that uses it.
    pub(crate) feature: Line<64>,
    /// The thing that uses it.
    pub(crate) entity: Line<160>,
}

/// The use that a copy of a work is bought for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Use {
    /// To have it.
    Keep,
    /// To train programs with it.
    Train,
}

/// The description of a file. Null clears a member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Group)]
pub(crate) struct About {
    /// A title, in at most 200 characters.
    pub(crate) title: Change<Line<200>>,
    /// A description of the picture for people who don't see it, in at most 1 000 characters.
    pub(crate) alt: Change<Line<1_000>>,
    /// A text, in at most 10 000 characters.
    pub(crate) text: Change<Paragraphs<10_000>>,
    /// When it was taken, by the clock on the wall there.
    pub(crate) taken: Change<LocalTime>,
    /// How many minutes that clock was ahead of UTC.
    pub(crate) zone: Change<Int<-1_080, 1_080>>,
    /// From where that is known: `exif`, `file` or `upload`.
    pub(crate) taken_from: Change<TakenFrom>,
    /// Where it was taken, in 10⁻⁷ degrees.
    pub(crate) place: Change<Coordinates>,
    /// Its width in pixels, as it is shown.
    pub(crate) width: Change<Int<1, 1_000_000>>,
    /// Its height in pixels, as it is shown.
    pub(crate) height: Change<Int<1, 1_000_000>>,
    /// Its length in milliseconds.
    pub(crate) ms: Change<Int<0, 9_007_199_254_740_991>>,
}

text_type!(
    /// The SHA-256 of a link's secret, in 64 of 0-9 a-f.
    SecretDigest,
    |text| text.len() == 64 && is_lower_hex(text),
    "must be a SHA-256: 64 of 0-9 a-f",
    json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
    |_| "0".repeat(64)
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_file_systems_take() {
        for good in ["a", "Strandfoto 2026.jpg", "été.png", "日本.heic", "a.b..c"] {
            assert!(Name::parse(good).is_some(), "{good}");
        }
        let long = "ä".repeat(128);
        for bad in ["", ".", "..", "a/b", "a\nb", "e\u{301}te\u{301}", &long] {
            assert!(Name::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_clock_shows_the_day_of_its_zone() {
        let at = Timestamp::parse("2026-07-14T22:30:00.000Z").unwrap();
        let clock = |zone: &str| LocalTime::by_clock(Zone::find(zone).unwrap(), at).unwrap().0;
        assert_eq!(clock("UTC"), "2026-07-14T22:30:00");
        assert_eq!(clock("Europe/Zurich"), "2026-07-15T00:30:00");
    }

    #[test]
    fn a_name_is_made_of_whatever_a_device_sends() {
        let closest = |text: &str| Name::closest(text, "file").0;
        assert_eq!(closest("C:\\Photos\\a.jpg"), "a.jpg");
        assert_eq!(closest("e\u{301}te\u{301}.png"), "été.png");
        assert_eq!(closest("../.."), "file");
        assert_eq!(closest("\u{0}"), "file");
        assert_eq!(closest(&"ä".repeat(300)).len(), 254);
    }
}
