//! Search words, in any order, without regard to case and accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text as it is compared: without accents, in lower case, `ß` as `ss`.
///
/// ```
/// use imajin_app::search::folded;
/// assert_eq!(folded("Café Straße"), "cafe strasse");
/// ```
pub fn folded(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
    plain
        .flat_map(char::to_lowercase)
        .flat_map(|c| match c {
            'ß' => ['s', 's'].into_iter().take(2),
            other => [other, other].into_iter().take(1),
        })
        .collect()
}

/// Words to look for: all of them, in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchWords(Vec<String>);

impl SearchWords {
    /// The words of a text, as they are compared.
    pub fn parse(text: &str) -> Self {
        Self(folded(text).split_whitespace().map(str::to_owned).collect())
    }

    /// Whether all words are in these texts together. Nothing is in every text.
    pub fn are_in<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        let mut all = String::new();
        for text in texts {
            all.push_str(&folded(text));
            all.push('\n');
        }
        self.0.iter().all(|word| all.contains(word.as_str()))
    }

    /// The words as they are compared.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_order_whatever_their_accents_and_case() {
        let is_match = |words: &str, texts: &[&str]| {
            let texts = texts.iter().copied();
            SearchWords::parse(words).are_in(texts)
        };
        let texts = ["Zo\u{eb}’s Gro\u{df}er Kuchen", "Caf\u{e9} M\u{fc}ller"];
        for words in
            ["zoe", "ZOE\u{308}", "grosser", "Großer", "kuchen zoe", "muller cafe", "", "ﬁ  caf"]
        {
            assert_eq!(is_match(words, &texts), words != "ﬁ  caf", "{words}");
        }
        assert!(is_match("fi", &["ﬁn"]));
        assert!(!is_match("zoe tea", &texts));
        assert!(!is_match("kuchencafe", &texts), "no word spans two texts");
    }
}
