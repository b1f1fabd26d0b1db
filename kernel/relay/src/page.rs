//! Lists: how long a page is, where the next one begins, and what may be asked of the index.
//!
//! Always: `next` is null exactly if the page is shorter than its limit.
//!
//! Rules: DFOS v1 WEB-RELAY "Pagination", "Index".

mod query;

use imajin_dfos::base64;
use imajin_dfos::multikey::is_id;

pub(crate) use query::{
    ArtifactQuery, ContentQuery, CountersignQuery, CredentialQuery, CreditQuery, IdentityQuery,
    OperationQuery,
};

/// Entries of a page by default.
const LIMIT_DEFAULT: usize = 100;
/// Entries of a page, at most.
pub(crate) const LIMIT_MAX: usize = 1000;

/// Reads `limit`. Anything but a positive decimal integer counts as missing.
pub(crate) fn limit(raw: Option<&str>) -> usize {
    let digits = raw.filter(|raw| !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_digit()));
    match digits.map(str::parse::<u64>) {
        // The reference implementation treats a number that does not fit as missing.
        Some(Ok(limit)) if (1..=9_007_199_254_740_991).contains(&limit) => {
            usize::try_from(limit).unwrap_or(LIMIT_MAX).min(LIMIT_MAX)
        }
        _ => LIMIT_DEFAULT,
    }
}

/// The cursor to the page after this one.
pub(crate) fn next<T>(
    page: &[T],
    limit: usize,
    cursor: impl FnOnce(&T) -> String,
) -> Option<String> {
    page.last().filter(|_| page.len() == limit).map(cursor)
}

/// Why a query is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QueryError {
    #[error("invalid DID")]
    Did,
    #[error("invalid boolean")]
    Boolean,
    #[error("invalid order")]
    Order,
    #[error("invalid cursor")]
    Cursor,
    #[error("invalid kind")]
    Kind,
    #[error("invalid filter combination")]
    Combination,
}

/// The time that a list is ordered by, latest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderBy {
    /// Time of the chain's first operation.
    Genesis,
    /// Time at which the chain's head was signed.
    Head,
    /// Time at which the operation was signed.
    Created,
    /// Time at which the relay received the operation.
    Ingested,
}

/// Start of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// In order of keys, after this key.
    Key(Option<String>),
    /// In order of time, after this time and key.
    Time(OrderBy, Option<(String, String)>),
}

impl Page {
    /// Reads `order` and `after`; `orders` are those of the route.
    pub(crate) fn parse(
        order: Option<&str>,
        after: Option<&str>,
        orders: [(&str, OrderBy); 2],
        default: Option<OrderBy>,
    ) -> Result<Self, QueryError> {
        let after = after.filter(|after| !after.is_empty());
        let by = match order.filter(|order| !order.is_empty()) {
            None => default,
            Some(order) => {
                let pair = orders.into_iter().find(|(name, _)| *name == order);
                Some(pair.ok_or(QueryError::Order)?.1)
            }
        };
        match by {
            None => Ok(Self::Key(after.map(str::to_owned))),
            Some(by) => {
                let after = after.map(parse_time_cursor).transpose()?;
                Ok(Self::Time(by, after))
            }
        }
    }

    /// The cursor after an entry of that time and key.
    pub(crate) fn cursor(&self, at: impl FnOnce(OrderBy) -> String, key: &str) -> String {
        match self {
            Self::Key(_) => key.to_owned(),
            Self::Time(by, _) => time_cursor(&at(*by), key),
        }
    }
}

pub(crate) const CHAIN_ORDERS: [(&str, OrderBy); 2] =
    [("genesisAt.desc", OrderBy::Genesis), ("headAt.desc", OrderBy::Head)];
/// Orders of single operations.
pub(crate) const RECENCY_ORDERS: [(&str, OrderBy); 2] =
    [("createdAt.desc", OrderBy::Created), ("ingestedAt.desc", OrderBy::Ingested)];

/// The cursor after an entry of a time and a key.
pub(crate) fn time_cursor(at: &str, key: &str) -> String {
    base64::encode_url(format!("{at}~{key}").as_bytes())
}

fn parse_time_cursor(raw: &str) -> Result<(String, String), QueryError> {
    let (at, key) = open_cursor(raw)?;
    let date = at.as_bytes();
    let shape = b"0000-00-00T";
    let dated = date.len() >= shape.len()
        && shape.iter().zip(date).all(|(shape, byte)| match shape {
            b'0' => byte.is_ascii_digit(),
            other => other == byte,
        });
    if dated { Ok((at, key)) } else { Err(QueryError::Cursor) }
}

fn open_cursor(raw: &str) -> Result<(String, String), QueryError> {
    let bytes = base64::decode_url(raw).map_err(|_| QueryError::Cursor)?;
    let text = String::from_utf8(bytes).map_err(|_| QueryError::Cursor)?;
    match text.split_once('~') {
        Some((first, second))
            if !first.is_empty() && !second.is_empty() && !second.contains('~') =>
        {
            Ok((first.to_owned(), second.to_owned()))
        }
        _ => Err(QueryError::Cursor),
    }
}

/// The cursor after a credit.
pub(crate) fn credit_cursor(content_id: &str, position: i64) -> String {
    base64::encode_url(format!("{content_id}~{position}").as_bytes())
}

/// Reads [`credit_cursor`]'s form.
pub(crate) fn parse_credit_cursor(raw: &str) -> Result<(String, i64), QueryError> {
    let (content_id, position) = open_cursor(raw)?;
    let number: i64 = position.parse().map_err(|_| QueryError::Cursor)?;
    if !is_id(&content_id) || number < 0 || number.to_string() != position {
        return Err(QueryError::Cursor);
    }
    Ok((content_id, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_clamped_and_nonsense_is_the_default() {
        for (raw, want) in [
            (None, 100),
            (Some(""), 100),
            (Some("1"), 1),
            (Some("1000"), 1000),
            (Some("1001"), 1000),
            (Some("999999999999"), 1000),
            (Some("99999999999999999999999"), 100),
            (Some("0"), 100),
            (Some("-1"), 100),
            (Some("1.5"), 100),
            (Some("1e3"), 100),
            (Some(" 5"), 100),
            (Some("0x10"), 100),
            (Some("007"), 7),
        ] {
            assert_eq!(limit(raw), want, "{raw:?}");
        }
    }

    #[test]
    fn a_full_page_has_a_next_one() {
        let cursor = |n: &i32| n.to_string();
        assert_eq!(next(&[1, 2], 2, cursor), Some("2".to_owned()));
        assert_eq!(next(&[1], 2, cursor), None);
        assert_eq!(next(&[], 2, cursor), None);
    }

    #[test]
    fn cursors_come_back_as_they_went() {
        let cursor = time_cursor("2026-01-02T03:04:05.678Z", "key");
        let parsed = Page::parse(Some("headAt.desc"), Some(&cursor), CHAIN_ORDERS, None);
        let after = ("2026-01-02T03:04:05.678Z".to_owned(), "key".to_owned());
        assert_eq!(parsed, Ok(Page::Time(OrderBy::Head, Some(after))));
        let id = "2346789acdefhknrtvz2346789acdef";
        assert_eq!(parse_credit_cursor(&credit_cursor(id, 7)), Ok((id.to_owned(), 7)));
        for wrong in ["x", "!", &base64::encode_url(b"a~b~c"), &base64::encode_url(b"a~b")] {
            let page = Page::parse(Some("headAt.desc"), Some(wrong), CHAIN_ORDERS, None);
            assert_eq!(page, Err(QueryError::Cursor), "{wrong}");
            assert_eq!(parse_credit_cursor(wrong), Err(QueryError::Cursor));
        }
        assert_eq!(Page::parse(Some("nonsense"), None, CHAIN_ORDERS, None), Err(QueryError::Order));
    }
}
