//! Elements in the middle of a sentence: `<name>words</name>` and `<name/>` in a message, which a page fills.
//!
//! Always: a mark names a place and no HTML; what a page does not fill is escaped. Marks do not nest.

use fluent_bundle::{FluentArgs, FluentValue};
use maud::{Markup, PreEscaped, Render, html};

/// Takes the place of `<` in arguments, so that nothing in them is a mark.
const LESS: &str = "\u{e000}";

/// Arguments in which nothing is a mark.
pub(super) fn without_marks<'a>(args: &'a FluentArgs<'a>) -> FluentArgs<'a> {
    let safe = |value: &FluentValue<'a>| match value {
        FluentValue::String(text) => FluentValue::from(text.replace('<', LESS)),
        other => other.clone(),
    };
    args.iter().map(|(name, value)| (name.to_owned(), safe(value))).collect()
}

/// A said message with its elements.
pub(super) fn fill(said: &str, element: impl Fn(&str, Markup) -> Markup) -> Markup {
    let mut out = String::with_capacity(said.len());
    let mut rest = said;
    while let Some((before, name, inner, after)) = next(rest) {
        plain(before, &mut out);
        let mut words = String::new();
        plain(inner, &mut words);
        out.push_str(&element(name, PreEscaped(words)).into_string());
        rest = after;
    }
    plain(rest, &mut out);
    html! { (PreEscaped(out)) }
}

fn plain(text: &str, out: &mut String) {
    text.replace(LESS, "<").render_to(out);
}

/// Splits a text at its next mark: the text before it, its name, its content, and the text after it.
fn next(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once('<')?;
    let (name, rest) = rest.split_once('>')?;
    if let Some(name) = name.strip_suffix('/') {
        return Some((before, name, "", rest));
    }
    let (inner, after) = rest.split_once(&format!("</{name}>"))?;
    Some((before, name, inner, after))
}
