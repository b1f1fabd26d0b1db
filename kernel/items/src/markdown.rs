//! Markdown to HTML: CommonMark with tables, strikethrough and footnotes, which stay where their author wrote them.
//!
//! Always: a person's text can't run code and can't load anything except pictures of the same item, named by number
//! or CID. HTML is shown as text, other pictures are replaced by their descriptions, and links lead only to allowed
//! URLs.

use std::collections::{BTreeMap, BTreeSet};

use imajin_app::operation::Url;
use maud::{Markup, PreEscaped, Render, html};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::files::FileView;

/// Renders Markdown for a page. Returns the HTML and the indices of the files that it shows.
pub fn markdown(text: &str, files: &[FileView]) -> (Markup, BTreeSet<usize>) {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut out = Writer { files, ..Writer::default() };
    for event in Parser::new_ext(text, options) {
        out.event(event);
    }
    (PreEscaped(out.html), out.used)
}

/// Renders a page of documentation. `address` says where a link of the page leads, if anywhere. A heading has the id that
/// GitHub gives it, unless one before has it.
pub fn documentation(text: &str, address: fn(&str) -> Option<String>) -> Markup {
    let mut out = Writer { address: Some(address), ..Writer::default() };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        out.event(event);
    }
    PreEscaped(out.html)
}

/// Renders Markdown without files; public for its fuzz target.
pub fn html_of(text: &str) -> String {
    markdown(text, &[]).0.into_string()
}

#[derive(Default)]
struct Writer<'a> {
    html: String,
    files: &'a [FileView],
    /// The indices of the files shown so far.
    used: BTreeSet<usize>,
    picture: Option<Picture<'a>>,
    alignments: Vec<Alignment>,
    /// The index of the next table cell in its row.
    cell: usize,
    is_head: bool,
    /// The levels of the enclosing headings, as written.
    headings: Vec<usize>,
    /// Whether each open link has an allowed URL.
    links: Vec<bool>,
    /// The number of each footnote by its label, in the order in which the text names them.
    footnotes: BTreeMap<String, usize>,
    /// The footnotes with a reference so far.
    linked: BTreeSet<usize>,
    /// The address of a link in documentation. Links of people's texts lead to allowed URLs alone.
    address: Option<fn(&str) -> Option<String>>,
    /// The open heading of documentation.
    heading: Option<OpenHeading>,
    /// The ids of the headings so far.
    heading_ids: BTreeSet<String>,
}

/// A heading whose text is being read.
struct OpenHeading {
    /// The index of the `>` of its tag in the HTML.
    tag_end: usize,
    text: String,
}

/// A picture whose description is being read.
struct Picture<'a> {
    file: &'a FileView,
    alt: String,
    /// Number of nested pictures in the description.
    inner: usize,
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: &str) {
        text.render_to(&mut self.html);
    }

    /// Returns the picture for an address, which is a number from 1 or a CID.
    fn file(&mut self, address: &str) -> Option<&'a FileView> {
        let number = address.parse::<usize>().ok();
        let place = match number.and_then(|number| number.checked_sub(1)) {
            Some(place) => place,
            None => self.files.iter().position(|file| file.cid == address)?,
        };
        let file = self.files.get(place).filter(|file| file.is_picture())?;
        self.used.insert(place);
        Some(file)
    }

    fn footnote_number(&mut self, label: &str) -> usize {
        let next = self.footnotes.len() + 1;
        // Labels are the same in capitals, too.
        *self.footnotes.entry(label.to_lowercase()).or_insert(next)
    }

    fn refer_to_footnote(&mut self, label: &str) {
        let number = self.footnote_number(label);
        let id = self.linked.insert(number).then(|| format!("ref-{number}"));
        let mark = html! { sup { a id=[id] href={ "#note-" (number) } { (number) } } };
        self.html += &mark.into_string();
    }

    /// Begins a footnote, with a link back to its first reference.
    fn begin_footnote(&mut self, label: &str) {
        let number = self.footnote_number(label);
        let mark = html! {
            @if self.linked.contains(&number) { a href={ "#ref-" (number) } { (number) } }
            @else { span { (number) } }
        };
        self.html += &format!("<div class=\"footnote\" id=\"note-{number}\">");
        self.html += &mark.into_string();
        self.html += "<div>";
    }

    /// Returns the tag that begins a link, if it may lead there.
    fn link(&self, destination: &str) -> Option<String> {
        let link = if let Some(address) = self.address {
            let href = address(destination)?;
            html! { a href=(href) {} }
        } else {
            let url = Url::parse(destination)?;
            html! { a href=(url.as_str()) rel="nofollow ugc noopener" {} }
        };
        Some(link.into_string().trim_end_matches("</a>").to_owned())
    }

    fn begin_heading(&mut self) {
        let tag_end = self.html.len() - 1;
        self.heading = self.address.map(|_| OpenHeading { tag_end, text: String::new() });
    }

    /// Gives the heading that ended its id.
    fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else {
            return;
        };
        let id = heading_id(&heading.text);
        if !id.is_empty() && self.heading_ids.insert(id.clone()) {
            self.html.insert_str(heading.tag_end, &format!(" id=\"{id}\""));
        }
    }

    /// Collects the content of a picture as its description.
    fn describe(&mut self, event: Event<'_>) {
        let Some(picture) = &mut self.picture else {
            return;
        };
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => {
                picture.alt += &text;
            }
            Event::SoftBreak | Event::HardBreak => picture.alt.push(' '),
            Event::Start(Tag::Image { .. }) => picture.inner += 1,
            Event::End(TagEnd::Image) if picture.inner > 0 => picture.inner -= 1,
            Event::End(TagEnd::Image) => {
                let alt = match picture.alt.trim() {
                    "" => &picture.file.alt,
                    alt => alt,
                };
                self.html += &picture.file.picture(alt).into_string();
                self.picture = None;
            }
            _ => {}
        }
    }

    fn event(&mut self, event: Event<'_>) {
        if let Some(heading) = &mut self.heading
            && let Event::Text(text) | Event::Code(text) = &event
        {
            heading.text.push_str(text);
        }
        match event {
            event if self.picture.is_some() => self.describe(event),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(text) => self.html += &html! { code { (&*text) } }.into_string(),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html += "<br>",
            Event::Rule => self.html += "<hr>",
            Event::FootnoteReference(label) => self.refer_to_footnote(&label),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.html += "<pre tabindex=\"0\"><code>"
            }
            Tag::List(Some(first)) => {
                let list = html! { ol start=(first) {} }.into_string();
                self.html += list.trim_end_matches("</ol>");
            }
            Tag::Link { dest_url, .. } => {
                let link = self.link(&dest_url);
                self.html += link.as_deref().unwrap_or_default();
                self.links.push(link.is_some());
            }
            Tag::Image { dest_url, .. } => match self.file(&dest_url) {
                Some(file) => {
                    self.picture = Some(Picture { file, alt: String::new(), inner: 0 });
                }
                None => self.html += "<em>",
            },
            Tag::FootnoteDefinition(label) => self.begin_footnote(&label),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.html += "<div class=\"wide\" tabindex=\"0\"><table>";
            }
            Tag::TableHead => {
                (self.cell, self.is_head) = (0, true);
                self.html += "<thead><tr>";
            }
            Tag::TableRow => {
                (self.cell, self.is_head) = (0, false);
                self.html += "<tr>";
            }
            Tag::TableCell => {
                let class = match self.alignments.get(self.cell) {
                    Some(Alignment::Center) => " class=\"center\"",
                    Some(Alignment::Right) => " class=\"right\"",
                    _ => "",
                };
                self.cell += 1;
                let name = if self.is_head { "th scope=\"col\"" } else { "td" };
                self.html += &format!("<{name}{class}>");
            }
            Tag::Heading { level, .. } => {
                self.headings.retain(|around| *around < level as usize);
                self.headings.push(level as usize);
                self.plain(TagEnd::Heading(level), "");
                self.begin_heading();
            }
            other => self.plain(other.to_end(), ""),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => self.html += "</code></pre>",
            TagEnd::List(true) => self.html += "</ol>",
            TagEnd::Link => {
                if self.links.pop().unwrap_or(false) {
                    self.html += "</a>";
                }
            }
            TagEnd::Image => self.html += "</em>",
            TagEnd::FootnoteDefinition => self.html += "</div></div>",
            TagEnd::Table => self.html += "</tbody></table></div>",
            TagEnd::TableHead => self.html += "</tr></thead><tbody>",
            TagEnd::TableRow => self.html += "</tr>",
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Heading(_) => {
                self.plain(tag, "/");
                self.end_heading();
            }
            other => self.plain(other, "/"),
        }
    }

    /// Ends a cell of a table. A head without words is a plain cell.
    fn end_cell(&mut self) {
        let before = self.html.strip_suffix("<th scope=\"col\">").map(str::len);
        if let Some(length) = before {
            self.html.truncate(length);
            self.html += "<td></td>";
        } else {
            self.html += if self.is_head { "</th>" } else { "</td>" };
        }
    }

    /// Writes the tag of an element without attributes. The page has its own `h1`, so headings start at `h2` and skip
    /// no level.
    fn plain(&mut self, tag: TagEnd, slash: &str) {
        let name = match tag {
            TagEnd::Paragraph => "p".to_owned(),
            TagEnd::Heading(_) => format!("h{}", (self.headings.len() + 1).min(6)),
            TagEnd::BlockQuote(_) => "blockquote".to_owned(),
            TagEnd::List(_) => "ul".to_owned(),
            TagEnd::Item => "li".to_owned(),
            TagEnd::Emphasis => "em".to_owned(),
            TagEnd::Strong => "strong".to_owned(),
            TagEnd::Strikethrough => "del".to_owned(),
            _ => return,
        };
        self.html += &format!("<{slash}{name}>");
    }
}

/// The id that GitHub gives a heading: its letters in lower case, dashes for spaces, no punctuation.
fn heading_id(text: &str) -> String {
    let text = text.trim().to_lowercase().replace(' ', "-");
    text.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).collect()
}

#[cfg(test)]
mod tests {
    use imajin_app::capabilities::FileAbout;

    use super::*;

    #[test]
    fn a_text_has_its_form_and_nothing_runs() {
        let shown = |text: &str| markdown(text, &[]).0.into_string();
        let expected = "<h2>One</h2><p><em>a</em> <strong>b</strong> <code>c</code></p>";
        assert_eq!(shown("# One\n\n*a* **b** `c`"), expected);
        assert_eq!(shown("## a\n#### b\n## c\n# d"), "<h2>a</h2><h3>b</h3><h2>c</h2><h2>d</h2>");
        assert_eq!(shown("2. a\n3. b"), "<ol start=\"2\"><li>a</li><li>b</li></ol>");
        assert_eq!(shown("- a\n  - b"), "<ul><li>a<ul><li>b</li></ul></li></ul>");
        assert_eq!(
            shown("|a|b|\n|-|-:|\n|1|2|"),
            "<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"right\">b</th></tr></thead><tbody><tr><td>1</td><td class=\"right\">2</td></tr></tbody></table></div>"
        );
        assert!(shown("|a||\n|-|-|\n|1|2|").contains("<th scope=\"col\">a</th><td></td></tr>"));
        assert_eq!(shown("```js\n<b>\n```"), "<pre tabindex=\"0\"><code>&lt;b&gt;\n</code></pre>");
        assert_eq!(
            shown("[a](https://a.example/?b=\"c)"),
            "<p><a href=\"https://a.example/?b=&quot;c\" rel=\"nofollow ugc noopener\">a</a></p>"
        );
        let cases = "<script>alert(1)</script>|a <img src=x onerror=alert(1)> b|\
            [a](javascript:alert(1))|[a](/learn/edit)|![a](https://a.example/track.gif)|\
            <https:\"onclick=x>";
        for bad in cases.split('|') {
            let html = shown(bad);
            for part in ["<script", "<img", "href=", "src=\""] {
                assert!(!html.contains(part), "{bad}: {html}");
            }
        }
        assert!(shown("![a *b*](x.png)").contains("<em>a <em>b</em></em>"));
    }

    #[test]
    fn a_footnote_and_its_reference_lead_to_each_other() {
        let shown = |text: &str| markdown(text, &[]).0.into_string();
        let reference = |id: &str, number: usize| {
            format!("<sup><a{id} href=\"#note-{number}\">{number}</a></sup>")
        };
        assert_eq!(
            shown("Rye[^Flour] and salt[^flour].\n\n[^flour]: Of *Ben*."),
            format!(
                "<p>Rye{} and salt{}.</p><div class=\"footnote\" id=\"note-1\"><a href=\"#ref-1\">1</a><div><p>Of <em>Ben</em>.</p></div></div>",
                reference(" id=\"ref-1\"", 1),
                reference("", 1)
            )
        );
        assert_eq!(shown("Rye[^nothing]"), "<p>Rye[^nothing]</p>");
        assert!(shown("[^a]: Flour.").contains("<span>1</span>"));
    }

    #[test]
    fn documentation_has_headings_and_pages_to_link_to() {
        let address = |to: &str| to.strip_suffix(".md").map(|page| format!("/docs/{page}"));
        let shown = |text: &str| documentation(text, address).into_string();
        assert_eq!(
            shown("## 6 The `log`, and more\n\n## 6 The log and more\n\n## …"),
            "<h2 id=\"6-the-log-and-more\">6 The <code>log</code>, and more</h2><h2>6 The log and more</h2><h2>…</h2>"
        );
        assert_eq!(shown("[a](api.md) [b](../x.rs)"), "<p><a href=\"/docs/api\">a</a> b</p>");
    }

    /// The parser keeps open elements on the heap.
    #[test]
    fn depth_takes_no_stack() {
        const TEXT_BYTES: usize = 20_000;
        let work = || {
            for (open, close) in [
                (">", ""),
                ("> - ", ""),
                ("- ", ""),
                ("1. ", ""),
                ("[", "](/a)"),
                ("[^a]: ", ""),
                ("[^a]", ""),
                ("![", "](1)"),
                ("[![", "](1)](/a)"),
                ("*a ", "*"),
                ("**a ", "**"),
                ("~~a ", "~~"),
                ("*a **b ", "***"),
                ("<b>", "</b>"),
                ("<", ">"),
                ("(", ")"),
                ("[a](", ")"),
                ("|", "|\n"),
                ("`", "``"),
                ("&", ";"),
            ] {
                let levels = TEXT_BYTES / (open.len() + close.len());
                for text in [
                    open.repeat(TEXT_BYTES / open.len()),
                    open.repeat(levels) + &close.repeat(levels),
                ] {
                    assert!(!html_of(&text).is_empty(), "{open}");
                }
            }
            let lists: String = (0..200).map(|level| " ".repeat(level) + "- a\n").collect();
            assert!(html_of(&lists).contains("<li>"));
        };
        let thread = std::thread::Builder::new().stack_size(256 * 1024);
        thread.spawn(work).unwrap().join().unwrap();
    }

    #[test]
    fn a_text_shows_only_pictures_of_its_own_item() {
        let file = |cid: &str, kind: &str| FileView {
            alt: "A <loaf>".to_owned(),
            cid: cid.to_owned(),
            path: format!("/{cid}"),
            about: Some(FileAbout {
                kind: kind.to_owned(),
                has_previews: kind == "image/jpeg",
                width: Some(1600),
                height: Some(1000),
            }),
            is_withheld: false,
        };
        let files = [file("bafa", "image/jpeg"), file("bafb", "audio/mpeg")];
        let (html, used) = markdown("![](1)\n\n![so ![x](2) *brown*](bafa)", &files);
        let img = |alt: &str| {
            format!(
                "<p><img src=\"/bafa&amp;w=800\" alt=\"{alt}\" width=\"800\" height=\"500\" loading=\"lazy\" decoding=\"async\"></p>"
            )
        };
        let expected = img("A &lt;loaf&gt;") + &img("so x brown");
        assert_eq!((html.into_string(), used), (expected, BTreeSet::from([0])));
        for none in ["![a](2)", "![a](0)", "![a](3)", "![a](/bafa)", "![a](bafc)"] {
            let (html, used) = markdown(none, &files);
            assert!(used.is_empty() && !html.into_string().contains("<img"));
        }
    }
}
