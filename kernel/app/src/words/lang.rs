//! The languages of the pages, and which of them a request asks for.
//!
//! Always: the language that a person chose on this browser wins, then the browser's own list (RFC 9110 §12.5.4), then English.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

/// The cookie that holds the language that was chosen in this browser.
pub const LANGUAGE_COOKIE: &str = "imajin_lang";

/// A language that every app speaks. As an argument of a handler: the language of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Lang {
    /// All of them, in the order of a chooser.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The BCP 47 code, for `<html lang>` and the name of a file.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language's name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// The language of a BCP 47 tag: `de-CH` is German.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next()?;
        let mut all = Self::ALL.into_iter();
        all.find(|lang| lang.code().eq_ignore_ascii_case(primary))
    }

    /// The language of a request.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        cookie(headers, LANGUAGE_COOKIE)
            .and_then(Self::parse)
            .or_else(|| preferred(headers))
            .unwrap_or_default()
    }
}

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The language that weighs most; of equals the first.
fn preferred(headers: &HeaderMap) -> Option<Lang> {
    let mut best: Option<(f32, Lang)> = None;
    let lists = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let ranges = lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
    for range in ranges {
        let mut parts = range.split(';');
        let Some(lang) = parts.next().and_then(Lang::parse) else {
            continue;
        };
        let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
        let weight = weight.map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request_lang(cookie: &str, accept: &str) -> Lang {
        let mut headers = HeaderMap::new();
        for (name, value) in [(header::COOKIE, cookie), (header::ACCEPT_LANGUAGE, accept)] {
            if !value.is_empty() {
                headers.insert(name, value.parse().unwrap());
            }
        }
        Lang::from_headers(&headers)
    }

    #[test]
    fn the_chosen_language_wins_then_the_heaviest_of_the_browser_then_english() {
        assert_eq!(request_lang("", ""), Lang::En);
        assert_eq!(request_lang("", "de-CH, en;q=0.8"), Lang::De);
        assert_eq!(request_lang("", "fr, en;q=0.4, de;q=0.6"), Lang::De);
        assert_eq!(request_lang("", "de;q=0, en;q=0.1"), Lang::En);
        assert_eq!(request_lang("", "fr, it"), Lang::En);
        assert_eq!(request_lang("a=b; imajin_lang=de", "en"), Lang::De);
        assert_eq!(request_lang("imajin_lang=xx", "de"), Lang::De);
    }
}
