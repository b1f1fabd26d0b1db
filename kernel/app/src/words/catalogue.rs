//! A service's catalogue: all that it says to people, one Fluent file a language.
//!
//! Always: a file is read once, when its language is first asked for, and stays in memory; there are as many as
//! services times languages. The program holds the files deflated, since they would otherwise be a thirtieth of it. A
//! message that a language lacks is shown in English, and a test of the program forbids that.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
pub use imajin_derive::deflated;
use maud::Markup;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::format;
use super::lang::Lang;
use super::markup;
use super::reader::Reader;
use super::zone::Zone;
use crate::direction::{FIRST_STRONG_ISOLATE, POP_ISOLATE, settle_direction, turns_direction};

/// Prefix of the names of messages that translate a sentence of the code. In English each is one line.
pub const SAYS: &str = "says-";

/// Prefix of the names of messages for scripts.
const SCRIPTS: &str = "js-";
/// No file of a language has more bytes.
const BYTES_MAX: usize = 1 << 20;

/// The arguments of a message.
pub type Args<'a> = FluentArgs<'a>;

type Bundle = FluentBundle<FluentResource>;

/// The arguments of a message: `args![name = viewer.name, count = 3]`. Numbers choose plurals and are formatted in the
/// language; formatted values (a date, a size, a name) are texts.
#[macro_export]
macro_rules! args {
    ($($name:ident = $value:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut args = $crate::words::Args::new();
        $( args.set(stringify!($name), $value); )*
        args
    }};
}

/// The catalogue of the calling crate, from its `locales/<language>.ftl`.
#[macro_export]
macro_rules! catalogue {
    ($app:literal) => {
        $crate::words::Catalogue::packed(
            $app,
            [
                $crate::words::deflated!("locales/en.ftl"),
                $crate::words::deflated!("locales/de.ftl"),
            ],
        )
    };
}

/// All that a service says to people.
pub struct Catalogue {
    /// The service's name.
    pub app: &'static str,
    sources: Sources,
    read: [OnceLock<Bundle>; Lang::ALL.len()],
    in_scripts: OnceLock<bool>,
}

/// The files, in the order of [`Lang::ALL`].
enum Sources {
    Plain([&'static str; Lang::ALL.len()]),
    Packed([&'static [u8]; Lang::ALL.len()]),
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Catalogue").field(&self.app).finish()
    }
}

impl Catalogue {
    /// The catalogue of an app, from the texts of its files.
    pub const fn new(app: &'static str, sources: [&'static str; Lang::ALL.len()]) -> Self {
        Self::from_sources(app, Sources::Plain(sources))
    }

    /// The catalogue of an app, from its files as raw deflate streams (RFC 1951). [`crate::catalogue!`] writes this.
    pub const fn packed(app: &'static str, sources: [&'static [u8]; Lang::ALL.len()]) -> Self {
        Self::from_sources(app, Sources::Packed(sources))
    }

    const fn from_sources(app: &'static str, sources: Sources) -> Self {
        Self {
            app,
            sources,
            read: [const { OnceLock::new() }; Lang::ALL.len()],
            in_scripts: OnceLock::new(),
        }
    }

    /// The file of a language. A packed one is unpacked for each call.
    pub fn source(&self, lang: Lang) -> Cow<'static, str> {
        match &self.sources {
            Sources::Plain(texts) => Cow::Borrowed(texts[lang as usize]),
            Sources::Packed(files) => match unpack(files[lang as usize]) {
                Ok(text) => Cow::Owned(text),
                Err(error) => {
                    let (app, code) = (self.app, lang.code());
                    tracing::error!("{app}: locales/{code}.ftl cannot be unpacked: {error}");
                    Cow::Borrowed("")
                }
            },
        }
    }

    /// The texts in a language, for a reader whose zone is known or not.
    pub fn for_reader(&'static self, reader: impl Into<Reader>) -> Texts {
        let Reader { lang, zone } = reader.into();
        Texts { catalogue: self, lang, zone }
    }

    /// A message that is one line of plain text, such as a label.
    pub fn label(&'static self, lang: Lang, id: &str) -> Option<&'static str> {
        self.plain(lang, id).or_else(|| self.plain(Lang::En, id))
    }

    fn plain(&'static self, lang: Lang, id: &str) -> Option<&'static str> {
        match self.format(lang, id, None)? {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }

    /// The ids of all messages in a language, in the order of its file.
    pub fn ids(&self, lang: Lang) -> Vec<String> {
        let source = self.source(lang);
        let named = source.lines().filter_map(|line| line.split_once(" ="));
        named
            .map(|(id, _)| id)
            .filter(|id| id.starts_with(|first: char| first.is_ascii_lowercase()))
            .map(str::to_owned)
            .collect()
    }

    /// Whether a script of the app can say something: a message that begins with `js-`.
    pub fn speaks_in_scripts(&self) -> bool {
        let says = || self.source(Lang::En).lines().any(|line| line.starts_with(SCRIPTS));
        *self.in_scripts.get_or_init(says)
    }

    fn bundle(&self, lang: Lang) -> &Bundle {
        self.read[lang as usize].get_or_init(|| self.parse(lang))
    }

    fn parse(&self, lang: Lang) -> Bundle {
        let (app, code) = (self.app, lang.code());
        let mut bundle = Bundle::new_concurrent(vec![code.parse().unwrap_or_default()]);
        // `set_apart` does that where it is needed: elsewhere the marks would only be in the way of people who copy or search.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::En => |value, _| number(Lang::En, value),
            Lang::De => |value, _| number(Lang::De, value),
        }));
        // The readable part of a broken file is used all the same.
        let resource = FluentResource::try_new(self.spoken(lang));
        let resource = resource.unwrap_or_else(|(resource, errors)| {
            tracing::error!("{app}: locales/{code}.ftl cannot be read: {errors:?}");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!("{app}: locales/{code}.ftl has a message twice: {errors:?}");
        }
        bundle
    }

    /// The file without the messages that are never looked up here: those for scripts, and, in English, those that
    /// translate the code's own sentences.
    fn spoken(&self, lang: Lang) -> String {
        let source = self.source(lang);
        let is_left_out =
            |line: &str| line.starts_with(SCRIPTS) || lang == Lang::En && line.starts_with(SAYS);
        let mut spoken = String::with_capacity(source.len());
        let mut leaves_out = false;
        for line in source.split_inclusive('\n') {
            // Lines that begin with a space or with the closing brace of a plural belong to the message above.
            if !line.starts_with([' ', '}', '\n']) {
                leaves_out = is_left_out(line) || line.starts_with('#');
            }
            if !leaves_out {
                spoken.push_str(line);
            }
        }
        spoken
    }

    fn format(&self, lang: Lang, id: &str, args: Option<&Args<'_>>) -> Option<Cow<'_, str>> {
        let bundle = self.bundle(lang);
        let pattern = bundle.get_message(id)?.value()?;
        let apart = args.and_then(set_apart);
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, apart.as_ref().or(args), &mut errors);
        if !errors.is_empty() {
            let (app, code) = (self.app, lang.code());
            tracing::error!("{app}: {id} in {code} cannot be said: {errors:?}");
        }
        Some(text)
    }
}

fn unpack(packed: &[u8]) -> Result<String, String> {
    let bytes = decompress_to_vec_with_limit(packed, BYTES_MAX);
    let bytes = bytes.map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// A number in the middle of a sentence.
fn number(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        // Counts only: a message gets an amount or a size as a text, from `Lang::amount` or `Lang::size`.
        FluentValue::Number(number) if number.options.use_grouping => {
            Some(format::grouped(lang, number.value as i128))
        }
        _ => None,
    }
}

/// Arguments in which each name that is read from right to left is set apart (U+2068 and U+2069), and that turn no direction, so that
/// the words around them keep their order; `None` where all are so already.
fn set_apart<'a>(args: &'a Args<'_>) -> Option<Args<'a>> {
    let is_unsettled = |c: char| is_right_to_left(c) || turns_direction(c);
    let apart = |value: &'a FluentValue<'_>| match value {
        FluentValue::String(text) if text.contains(is_unsettled) => {
            let text = settle_direction(text);
            if text.contains(is_right_to_left) {
                format!("{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}").into()
            } else {
                text.into_owned().into()
            }
        }
        other => other.clone(),
    };
    let is_needed = args.iter().any(
        |(_, value)| matches!(value, FluentValue::String(text) if text.contains(is_unsettled)),
    );
    is_needed.then(|| {
        let args = args.iter();
        args.map(|(name, value)| (name.to_owned(), apart(value))).collect()
    })
}

/// Whether a character is of a script that is written from right to left: the blocks that Unicode keeps for them.
fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}'
    )
}

/// A catalogue in one language. A handler takes [`Lang`], or [`Reader`] where it tells a time, and makes this of it: `let t = TEXTS.of(lang);`.
#[derive(Debug, Clone, Copy)]
pub struct Texts {
    pub(crate) catalogue: &'static Catalogue,
    /// The language, which also writes numbers, sizes, times and money.
    pub lang: Lang,
    /// The reader's time zone, if they chose one.
    pub zone: Option<Zone>,
}

impl Texts {
    /// A message without arguments.
    pub fn text(self, id: &str) -> Cow<'static, str> {
        self.say(id, None)
    }

    /// A message with arguments: `t.with("greeting", args![name = name])`.
    pub fn format(self, id: &str, args: Args<'_>) -> String {
        self.say(id, Some(&args)).into_owned()
    }

    /// A message that contains elements. The catalogue marks their places, and the page provides the elements:
    ///
    /// ```text
    /// own = You can <data>look at or delete</data> what is yours.
    /// ```
    /// ```ignore
    /// t.markup("own", args![], |_, inner| html! { a href="/data" { (inner) } })
    /// ```
    ///
    /// `<time/>` marks an element without words. Everything else is escaped, the arguments too, in which nothing is a mark.
    pub fn markup(
        self,
        id: &str,
        args: Args<'_>,
        element: impl Fn(&str, Markup) -> Markup,
    ) -> Markup {
        let args = markup::without_marks(&args);
        markup::fill(&self.say(id, Some(&args)), element)
    }

    /// The reader.
    pub const fn reader(self) -> Reader {
        Reader { lang: self.lang, zone: self.zone }
    }

    pub(super) fn say(self, id: &str, args: Option<&Args<'_>>) -> Cow<'static, str> {
        let Self { catalogue, lang, .. } = self;
        let message = catalogue.format(lang, id, args);
        let message = message.or_else(|| catalogue.format(Lang::En, id, args));
        message.unwrap_or_else(|| {
            tracing::error!("{}: there is no message {id}", catalogue.app);
            Cow::Owned(id.to_owned())
        })
    }
}

/// A message in every language: the detail of a [`crate::Problem`], which is shown in the language of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalizedMessage([String; Lang::ALL.len()]);

impl Catalogue {
    /// A message in every language: `Problem::not_found(TEXTS.say("no-such-link", args![]))`.
    pub fn say(&'static self, id: &str, args: Args<'_>) -> LocalizedMessage {
        LocalizedMessage(
            Lang::ALL.map(|lang| self.for_reader(lang).say(id, Some(&args)).into_owned()),
        )
    }

    /// A message in every language, with arguments that each language writes its own way: an amount, a size, a time.
    pub fn say_each<'a>(
        &'static self,
        id: &str,
        args: impl Fn(Lang) -> Args<'a>,
    ) -> LocalizedMessage {
        LocalizedMessage(Lang::ALL.map(|lang| self.for_reader(lang).format(id, args(lang))))
    }
}

impl LocalizedMessage {
    /// The message in a language.
    pub fn text(&self, lang: Lang) -> &str {
        &self.0[lang as usize]
    }
}

/// A label of a catalogue, in whichever language: what a place of the navigation is called.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// Whose.
    pub catalogue: &'static Catalogue,
    /// The message.
    pub message: &'static str,
}

impl Label {
    /// The label in a language.
    pub fn text(self, lang: Lang) -> &'static str {
        let label = self.catalogue.label(lang, self.message);
        label.unwrap_or(self.message)
    }
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::*;

    static TEXTS: Catalogue = Catalogue::new(
        "tests",
        [
            "service = Tests\n-box = box\nleft = { $count ->\n    [one] Only { $count } left\n   *[other] { $count } left\n}\n\
             own = { $name }, <data>look</data> at your { -box } (<time/>).\nonly = English\njs-up = Up\n",
            "service = Prüfungen\nleft = Noch { $count }\nown = <data>Schau</data> dir deine Box an, { $name } (<time/>).\n",
        ],
    );

    #[test]
    fn a_message_has_plurals_numbers_and_the_english_text_where_a_language_lacks_it() {
        let (en, de) = (TEXTS.for_reader(Lang::En), TEXTS.for_reader(Lang::De));
        assert_eq!(en.format("left", args![count = 1]), "Only 1 left");
        assert_eq!(en.format("left", args![count = 12_345_u64]), "12,345 left");
        assert_eq!(de.format("left", args![count = 12_345]), "Noch 12.345");
        assert_eq!(de.text("only"), "English");
        assert_eq!(en.text("none"), "none");
        assert_eq!(TEXTS.label(Lang::De, "service"), Some("Prüfungen"));
        assert_eq!(TEXTS.label(Lang::De, "left"), None);
        assert_eq!(TEXTS.say("left", args![count = 2]).text(Lang::De), "Noch 2");
    }

    #[test]
    fn a_name_that_is_read_from_right_to_left_is_set_apart() {
        let text = |name: &str| {
            let markup =
                TEXTS.for_reader(Lang::En).markup("own", args![name = name], |_, inner| inner);
            markup.into_string()
        };
        let rest = ", look at your box ().";
        for name in ["עדה", "Ada آدا"] {
            assert_eq!(text(name), format!("\u{2068}{name}\u{2069}{rest}"));
        }
        let name = "Zoë Ωμέγα 愛";
        assert_eq!(text(name), format!("{name}{rest}"));
        // Names in old logs may turn the direction of what follows.
        assert_eq!(text("Zoë\u{202e}"), format!("Zoë{rest}"));
        assert_eq!(text("עדה\u{2069}\u{202e}"), format!("\u{2068}עדה\u{2069}{rest}"));
    }

    #[test]
    fn elements_stand_where_the_language_puts_them_and_nothing_of_an_argument_is_one() {
        let element = |name: &str, inner: Markup| match name {
            "data" => html! { a href="/data" { (inner) } },
            _ => html! { time {} },
        };
        let markup_in = |lang| {
            let args = args![name = "<data>&"];
            TEXTS.for_reader(lang).markup("own", args, element).into_string()
        };
        let name = "&lt;data&gt;&amp;";
        let expected = format!("{name}, <a href=\"/data\">look</a> at your box (<time></time>).");
        assert_eq!(markup_in(Lang::En), expected);
        assert_eq!(
            markup_in(Lang::De),
            format!("<a href=\"/data\">Schau</a> dir deine Box an, {name} (<time></time>).")
        );
    }
}
