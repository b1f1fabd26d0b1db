//! Ids of assets, folders, albums and links.
//!
//! Always: an asset's id derives from its owner and its bytes, so no person can claim another's. Clients draw the ids of
//! folders, albums and links: only the owner and the id together name one.

use data_encoding::BASE32_NOPAD;
use imajin_app::{text_field, text_type};
use imajin_dfos::cid::{CODEC_DAG_CBOR, dag_cbor_cid, parse_cid, sha256};
use imajin_protocol::Did;
use serde_json::json;

/// The copies of one file that one person can have.
pub(crate) const COPIES_MAX: i64 = 10_000;
/// Characters of an asset's id after `ast_`: 130 bits of a hash.
const ASSET_CHARACTERS: usize = 26;
/// The digits of a drawn id: 96 bits.
const DRAWN_DIGITS: usize = 24;

text_type!(
    /// The name of an asset: `ast_` and 26 characters of the base32 of a hash of its owner, its bytes and the number of its copy.
    AssetId,
    is_asset,
    "must be ast_ and 26 of a-z 2-7",
    json!({ "type": "string", "pattern": "^ast_[a-z2-7]{26}$" }),
    |_| "ast_aaaaaaaaaaaaaaaaaaaaaaaaaa"
);

fn is_asset(text: &str) -> bool {
    let is_base32 = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
    text.strip_prefix("ast_")
        .is_some_and(|rest| rest.len() == ASSET_CHARACTERS && rest.bytes().all(is_base32))
}

impl AssetId {
    /// The id of a person's file; `n` is 0, or 1, 2 … for further copies of it.
    pub(crate) fn derive(owner: &Did, cid: &str, n: i64) -> Self {
        let hashed = ["mjn:asset", owner.as_str(), cid, &n.to_string()].join("\0");
        let mut text = BASE32_NOPAD.encode(&sha256(hashed.as_bytes()));
        text.make_ascii_lowercase();
        text.truncate(ASSET_CHARACTERS);
        Self(format!("ast_{text}"))
    }
}

/// Declares an id that clients draw.
macro_rules! drawn_id {
    ($(#[$about:meta])* $name:ident, $prefix:literal) => {
        text_type!(
            $(#[$about])*
            $name,
            |text| is_drawn(text, $prefix),
            concat!("must be ", $prefix, " and 24 of 0-9 a-f"),
            json!({ "type": "string", "pattern": concat!("^", $prefix, "[0-9a-f]{24}$") }),
            |_| concat!($prefix, "000000000000000000000001")
        );
    };
}

drawn_id!(
    /// The name of a folder in its owner's log.
    FolderId,
    "fld_"
);
drawn_id!(
    /// The name of an album in its owner's log.
    AlbumId,
    "alb_"
);
drawn_id!(
    /// The name of a link in its owner's log.
    LinkId,
    "lnk_"
);

fn is_drawn(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|digits| digits.len() == DRAWN_DIGITS && is_lower_hex(digits))
}

/// Whether a text has no other characters than 0-9 a-f.
pub(crate) fn is_lower_hex(text: &str) -> bool {
    let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    text.bytes().all(is_digit)
}

/// The text of [`Collection::Favourites`].
pub(crate) const FAVOURITES: &str = "favourites";

/// A collection of a person's files, into which they put more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Collection {
    /// The favourites, which everybody has. They have no audience, so only their owner sees them.
    Favourites,
    Album(AlbumId),
}

impl Collection {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            FAVOURITES => Some(Self::Favourites),
            id => AlbumId::parse(id).map(Self::Album),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Favourites => FAVOURITES,
            Self::Album(id) => id.as_str(),
        }
    }
}

text_field!(
    Collection,
    "must be favourites or the id of an album (alb_…)",
    json!({ "type": "string", "pattern": "^(favourites|alb_[0-9a-f]{24})$" }),
    |words| AlbumId::sample(words)
);

text_type!(
    /// The CID of a delegation: of the entry that gave it.
    DelegationCid,
    |text| parse_cid(text).is_ok_and(|cid| cid.codec() == CODEC_DAG_CBOR && cid.to_string() == text),
    "must be the CID of a delegation (bafyrei…)",
    json!({ "type": "string", "pattern": "^bafyrei" }),
    |_| dag_cbor_cid(b"a delegation").to_string()
);

/// An asset or an album: what a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    Asset(AssetId),
    Album(AlbumId),
}

impl Subject {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let asset = AssetId::parse(text).map(Self::Asset);
        asset.or_else(|| AlbumId::parse(text).map(Self::Album))
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Asset(id) => id.as_str(),
            Self::Album(id) => id.as_str(),
        }
    }
}

text_field!(
    Subject,
    "must be the id of an asset (ast_…) or an album (alb_…)",
    json!({ "type": "string", "pattern": "^(ast_[a-z2-7]{26}|alb_[0-9a-f]{24})$" }),
    |words| AssetId::sample(words)
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assets_id_is_its_owners_and_its_bytes() {
        let (one, other) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let id = AssetId::derive(&one, "bafkreia", 0);
        assert_eq!(AssetId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(id, AssetId::derive(&one, "bafkreia", 0));
        for different in [
            AssetId::derive(&other, "bafkreia", 0),
            AssetId::derive(&one, "bafkreib", 0),
            AssetId::derive(&one, "bafkreia", 1),
        ] {
            assert_ne!(id, different);
        }
    }

    #[test]
    fn ids_of_another_form_are_none() {
        assert!(FolderId::parse("fld_0123456789abcdef01234567").is_some());
        for text in ["", "fld_", "alb_0123456789abcdef01234567", "fld_0123456789ABCDEF01234567"] {
            assert_eq!(FolderId::parse(text), None, "{text}");
        }
        assert_eq!(AssetId::parse("ast_aaaaaaaaaaaaaaaaaaaaaaaaa1"), None);
    }
}
