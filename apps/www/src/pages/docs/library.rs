//! The pages of the documentation: those that the program carries, and those that are made of what the services declare.

use imajin_app::{Node, operation};

use crate::assets;

/// The pages by reader, a line each.
const PAGES: &str = include_str!("../../../build/pages.txt");

/// The folder of the pages with the operations of a service.
const OPERATIONS: &str = "operations/";

pub(super) struct Document {
    /// The path below `/docs/`, without an ending.
    pub(super) path: String,
    /// The page as Markdown, which begins with its title.
    pub(super) text: String,
}

impl Document {
    pub(super) fn find(node: &Node, path: &str) -> Option<Self> {
        let text = match path.strip_prefix(OPERATIONS) {
            Some(service) => operations_page(node, service),
            None => assets::text(&file_name(path)),
        };
        let path = path.to_owned();
        text.map(|text| Self { path, text })
    }

    /// The title, without marks.
    pub(super) fn title(&self) -> String {
        let line = self.text.lines().next().unwrap_or_default();
        line.trim_start_matches("# ").replace('`', "")
    }

    /// The Markdown below the title.
    pub(super) fn content(&self) -> &str {
        self.text.split_once('\n').map_or("", |(_, rest)| rest)
    }
}

/// Returns the pages for a reader, who is `run` or `build`.
pub(super) fn documents(node: &Node, reader: &str) -> impl Iterator<Item = Document> {
    let pages = PAGES.lines().filter_map(|line| line.split_once(' '));
    let pages = pages.filter(move |(name, _)| *name == reader);
    pages.filter_map(move |(_, page)| Document::find(node, page))
}

pub(super) fn operations(node: &Node) -> impl Iterator<Item = Document> {
    let services = node.services().iter();
    services.filter_map(move |service| {
        let path = format!("{OPERATIONS}{}", service.name());
        Document::find(node, &path)
    })
}

fn operations_page(node: &Node, name: &str) -> Option<String> {
    let services = node.services();
    let declarations = services.get(name)?.operations();
    let has_any = !declarations.is_empty();
    has_any.then(|| operation::page(name, declarations, services.words()))
}

fn file_name(path: &str) -> String {
    format!("docs/{path}.md")
}

/// Returns where a link in the documentation leads: to a heading, to another page or to another site. A file that only the
/// repository has is nowhere.
pub(super) fn address(link: &str) -> Option<String> {
    if link.starts_with('#') || link.starts_with("https://") {
        return Some(link.to_owned());
    }
    let (path, heading) = link.split_at(link.find('#').unwrap_or(link.len()));
    let path = path.strip_prefix("../").unwrap_or(path).strip_suffix(".md")?;
    let is_here = path.starts_with(OPERATIONS) || assets::has(&file_name(path));
    is_here.then(|| format!("/docs/{path}{heading}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_page_that_is_here_or_to_another_site() {
        for (link, address_here) in [
            ("#6-delegation", Some("#6-delegation")),
            ("format.md#6-delegation", Some("/docs/format#6-delegation")),
            ("../format.md", Some("/docs/format")),
            ("operations/pay.md", Some("/docs/operations/pay")),
            ("https://age-encryption.org", Some("https://age-encryption.org")),
            ("../ARCHITECTURE.md", None),
            ("threats.md#keys", None),
            ("example-app.py", None),
        ] {
            assert_eq!(address(link).as_deref(), address_here, "{link}");
        }
    }

    #[test]
    fn a_page_has_a_title_and_content() {
        let document = Document {
            path: "operations/tea".to_owned(),
            text: "# The operations of `tea`\n\nPour.\n".to_owned(),
        };
        assert_eq!(document.title(), "The operations of tea");
        assert_eq!(document.content(), "\nPour.\n");
    }
}
