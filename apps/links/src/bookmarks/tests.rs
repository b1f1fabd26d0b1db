use std::sync::Arc;

use imajin_app::Service;
use imajin_edge::testing::{Ask, Person, TestNode, open_config};
use imajin_identity::begin_node_identity;
use imajin_items::{Base, Visibility};
use imajin_protocol::Did;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::reader::{LINKS_MAX, Unread, drafts, note, text_of, title};
use super::{Drafts, write};
use crate::fields::{Kind, Own};
use crate::queries::Item;

fn ada() -> Did {
    Did::from_key(&[1; 32])
}

fn read(file: &str) -> Drafts {
    drafts(&ada(), file).unwrap()
}

/// Returns the folders of a file with the titles and addresses in them.
fn outline(file: &str) -> Vec<(String, Vec<(String, String)>)> {
    let folders = read(file).collections.into_iter();
    folders
        .map(|folder| {
            let links = folder.links.into_iter();
            (folder.title, links.map(|link| (link.title, link.url)).collect())
        })
        .collect()
}

fn lines(of: &[(&str, &[(&str, &str)])]) -> Vec<(String, Vec<(String, String)>)> {
    let owned = |(title, url): &(&str, &str)| ((*title).to_owned(), (*url).to_owned());
    let folders = of.iter();
    folders
        .map(|(folder, links)| ((*folder).to_owned(), links.iter().map(owned).collect()))
        .collect()
}

#[test]
fn what_chromium_exports_is_read() {
    let file = r#"<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- This is an automatically generated file.
     It will be read and overwritten.
     DO NOT EDIT! -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1700000000" LAST_MODIFIED="0" PERSONAL_TOOLBAR_FOLDER="true">Bookmarks bar</H3>
    <DL><p>
        <DT><A HREF="https://rye.example/?a=1&amp;b=2" ADD_DATE="1700000000" ICON="data:image/png;base64,AA==">Rye &amp; &#39;wheat&#39;</A>
        <DT><H3 ADD_DATE="1700000000" LAST_MODIFIED="0">Sourdough</H3>
        <DL><p>
            <DT><A HREF="https://starter.example/" ADD_DATE="1700000000"></A>
            <DT><A HREF="javascript:alert(1)" ADD_DATE="1700000000">Bookmarklet</A>
        </DL><p>
        <DT><A HREF="https://oven.example/" ADD_DATE="1700000000">Ovens</A>
    </DL><p>
    <DT><H3 ADD_DATE="1700000000" LAST_MODIFIED="0">Empty</H3>
    <DL><p>
    </DL><p>
    <DT><A HREF="https://loose.example/" ADD_DATE="1700000000">Loose</A>
</DL><p>
"#;
    let read = outline(file);
    let bar =
        [("Rye & 'wheat'", "https://rye.example/?a=1&b=2"), ("Ovens", "https://oven.example/")];
    let expected = [
        ("Bookmarks bar", &bar[..]),
        ("Bookmarks bar / Sourdough", &[("starter.example", "https://starter.example/")]),
        ("Bookmarks", &[("Loose", "https://loose.example/")]),
    ];
    assert_eq!(read, lines(&expected));
    assert_eq!(drafts(&ada(), file).unwrap().left_out, 1);
}

#[test]
fn what_firefox_and_safari_export_is_read() {
    let firefox = "<H1>Lesezeichen-Menü</H1>\n<DL><p>\n<DT><H3>Brot</H3>\n<DD>Alles über\nBrot\n<DL><p>\n\
        <DT><A HREF=\"https://rye.example/\" SHORTCUTURL=\"r\" TAGS=\"a,b\">Roggen</A>\n<DD>dunkel,\n  &lt;herb&gt;\n<HR>\
        <DT><A HREF=\"place:sort=8\">Zuletzt</A><DD>lost\n</DL><p>\n</DL>";
    let read = read(firefox);
    let [brot] = &read.collections[..] else { panic!("{read:?}") };
    assert_eq!((&*brot.title, brot.note.as_deref()), ("Brot", Some("Alles über\nBrot")));
    assert_eq!(brot.links[0].note.as_deref(), Some("dunkel,\n  <herb>"));
    assert_eq!((brot.links.len(), read.left_out), (1, 1));

    let safari = "<HTML><Title>Bookmarks</Title><H1>Bookmarks</H1>\n<DT><H3 FOLDED>Favorites</H3>\n<DL><p>\n\
        \t<DT><A HREF=\"https://a.example/\">A</A>\n</DL><p>\n<DT><H3 FOLDED>Other</H3><DL><p><DT><A HREF='https://b.example/'>B</A>";
    let expected = [
        ("Favorites", &[("A", "https://a.example/")][..]),
        ("Other", &[("B", "https://b.example/")][..]),
    ];
    assert_eq!(outline(safari), lines(&expected));
}

#[test]
fn a_file_in_utf_8_or_in_the_code_page_of_old_browsers_has_its_letters() {
    let file = "<DL><DT><A HREF=\"https://a.example/\">Käse – 5 €</A></DL>";
    assert_eq!(text_of(file.as_bytes()), file);
    let old = b"<DL><DT><A HREF=\"https://a.example/\">K\xe4se \x96 5 \x80</A></DL>";
    assert_eq!(text_of(old), file);
}

#[test]
fn whatever_is_not_closed_or_quoted_is_read_all_the_same() {
    let cases = [
        ("<a href=https://a.example/x>A", "A", "https://a.example/x"),
        (
            "<A\nHREF = 'https://a.example/\"'\n>A<b>B</b>C<br>D</A>",
            "ABC D",
            "https://a.example/\"",
        ),
        (
            "<a href=https://a.example/ href=https://b.example/>a < b & c &#x1F35E;</a>",
            "a < b & c \u{1f35e}",
            "https://a.example/",
        ),
        (
            "<!-- <a href=x> --><a class='>' HREF=\" https://a.example/ \">&#0; \u{1}x&#xD800;</a>",
            "\u{fffd} x\u{fffd}",
            "https://a.example/",
        ),
        (
            "<a href=\"mailto:rye@bread.example?subject=x\"> &nbsp; </a>",
            "rye@bread.example",
            "mailto:rye@bread.example?subject=x",
        ),
        (
            "<a href=\"https://me:word@a.example:8443/x\"></a>",
            "a.example:8443",
            "https://me:word@a.example:8443/x",
        ),
        ("<a href=\"https:///x\"></a>", "https:///x", "https:///x"),
        ("<a href=\"https://?x\"></a>", "https://?x", "https://?x"),
    ];
    for (file, title, url) in cases {
        assert_eq!(outline(file), lines(&[("Bookmarks", &[(title, url)])]), "{file}");
    }
    let folders = "<h1> </h1><dl><h3>A</h3><dl><dl><a href=https://a.example/>a</a></dl></dl></dl></dl></dl><h3>B</h3><dl><h3></h3><dl>\
        <a href=https://b.example/>b</a>";
    let expected =
        [("A", &[("a", "https://a.example/")][..]), ("B", &[("b", "https://b.example/")][..])];
    assert_eq!(outline(folders), lines(&expected));
}

#[test]
fn the_same_file_has_the_same_ids_and_no_address_twice_in_a_folder() {
    let file = "<dl><a href=https://a.example/>one</a><a href=https://a.example/>two</a><dd>lost</dd><a>none</a>\
        <h3>F</h3><dl><a href=https://a.example/>three</a></dl><h3>F</h3><dl><a href=https://b.example/>four</a></dl></dl>";
    let first = read(file);
    assert_eq!(first, read(file));
    let titles = |folder: usize| {
        let links = first.collections[folder].links.iter();
        links.map(|link| &*link.title).collect::<Vec<_>>()
    };
    assert_eq!((titles(0), titles(1)), (vec!["one"], vec!["three", "four"]));
    assert_eq!(first.collections[0].links[0].note, None);
    assert_eq!((first.collections.len(), first.left_out), (2, 1));
    // Two people who import the same file get different ids.
    let other = drafts(&Did::from_key(&[2; 32]), file).unwrap();
    assert_ne!(first.collections[0].id, other.collections[0].id);
    for id in first.collections.iter().map(|folder| &folder.id) {
        assert!(imajin_app::operation::ItemId::parse(id).is_some(), "{id}");
    }
}

#[test]
fn a_file_has_bounds() {
    let many = |number: usize| -> String {
        let link = |n| format!("<DT><A HREF=\"https://a.example/{n}\">{n}</A>\n");
        (0..number).map(link).collect()
    };
    assert_eq!(read(&many(LINKS_MAX)).collections[0].links.len(), LINKS_MAX);
    assert_eq!(drafts(&ada(), &many(LINKS_MAX + 1)), Err(Unread::Many));
    for file in ["", "bread", "{}", "<html><h1>Bread</h1><p>no links", "<", "<a", "<dd>"] {
        assert_eq!(drafts(&ada(), file), Err(Unread::None), "{file}");
    }
    let long = format!(
        "<h3>{0}</h3><dl><h3>{0}</h3><dl><a href=\"https://a.example/\">{0}</a><dd>{0}</dl></dl><a href=\"https://a.example/{0}\">x</a>",
        "ä".repeat(3_000)
    );
    let read = read(&long);
    let link = &read.collections[0].links[0];
    let note = link.note.as_deref().unwrap_or_default();
    let lengths =
        [&*read.collections[0].title, &*link.title, note].map(|text| text.chars().count());
    assert_eq!((lengths, read.left_out), ([200, 200, 1_000], 1));
}

/// An algorithm whose time grows with the square of a file's size would not finish here.
#[test]
fn files_made_to_take_long_do_not() {
    const BYTES: usize = 1 << 16;
    let parts = [
        "<",
        "<a ",
        "<a href=",
        "<a href=\"",
        "<a href='x' ",
        "<!--",
        "<!",
        "&",
        "&#",
        "<a =",
        "<h3>a</h3><dl>",
        "<h3>a</h3>",
        "<dd>x",
        "</dl>",
        "<dt>",
        "x ",
        " ",
        "<br>",
        "<a>",
        "<h1>a",
        "\u{1} ",
    ];
    for part in parts {
        let file = part.repeat(BYTES / part.len());
        let _ = drafts(&ada(), &file);
        let _ = drafts(&ada(), &format!("<a href=https://a.example/>{file}"));
        let _ = drafts(
            &ada(),
            &format!("<dl><h3>{file}</h3><dl><a href=https://a.example/>{file}</a><dd>{file}"),
        );
    }
}

fn item(number: usize, kind: Kind, parent: Option<usize>, title: String) -> Item {
    let id = |number: usize| format!("itm_{number:024x}");
    Item {
        kind,
        base: Base {
            files: Vec::new(),
            id: id(number),
            parent: parent.map(id),
            title,
            note: None,
            slug: None,
            visibility: Visibility::Private,
            on: false,
            from: None,
            until: None,
            copied: None,
            put: 1_764_000_000_123,
            rev: 1,
            bodies: 1,
        },
        own: Own { url: None, accent: None, counts: true, clicks: None },
    }
}

/// Generates text with characters that a file of tags could mistake for its own.
fn text() -> impl Strategy<Value = String> {
    let awkward = prop::sample::select(vec![
        "<", ">", "&", "\"", "'", "&amp;", "&#60;", "</A>", "<DD>", "]]>", "<!--", "🍞", "שלום",
        " ", "\u{a0}", "=", "a",
    ]);
    let any = "\\PC{1,4}";
    prop::collection::vec(prop_oneof![awkward.prop_map(str::to_owned), any], 1..8)
        .prop_map(|parts| parts.concat())
}

/// The title, the number that makes the address, and the note of a link.
type Link = (String, u8, Option<String>);

fn link() -> impl Strategy<Value = Link> {
    let lines = prop::collection::vec(text(), 1..3).prop_map(|lines| lines.join("\n"));
    (text(), any::<u8>(), prop::option::of(lines))
}

fn address(number: u8) -> String {
    format!("https://bread.example/{number}?a=\"<'&amp;>&b=ü")
}

/// A folder that was read: the title, the address and the note of each link.
type FolderLinks = (String, Vec<(String, String, Option<String>)>);

/// Returns the folders that a file with these folders is read as.
fn expected(folders: &[(String, Vec<Link>)]) -> Vec<FolderLinks> {
    let mut all: Vec<FolderLinks> = Vec::new();
    for (folder, links) in folders.iter().filter(|(_, links)| !links.is_empty()) {
        let folder = title(folder);
        let place = all.iter().position(|(known, _)| *known == folder);
        let place = place.unwrap_or_else(|| {
            all.push((folder, Vec::new()));
            all.len() - 1
        });
        for (name, number, text) in links {
            let url = address(*number);
            let name = match title(name) {
                name if name.is_empty() => "bread.example".to_owned(),
                name => name,
            };
            let description = text.as_deref().map(note).filter(|note| !note.is_empty());
            let entries = &mut all[place].1;
            if entries.iter().all(|(_, known, _)| *known != url) {
                entries.push((name, url, description));
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = drafts(&ada(), &text_of(&bytes));
    }

    #[test]
    fn any_tags_are_read(parts in prop::collection::vec(prop::sample::select(vec![
        "<DL>", "</DL>", "<p>", "<DT>", "<H3", "<H3>", "</H3>", "<A HREF=\"https://a.example/", "<A HREF='", "\"", "'", ">", "</A>", "<DD>", "é",
        "text", "<!--", "-->", "=", "&amp;", "&", ";", "<H1>", "</H1>", "<br/>", "/", "<", " ",
    ]), 0..60)) {
        if let Ok(drafts) = drafts(&ada(), &parts.concat()) {
            for folder in &drafts.collections {
                prop_assert!(!folder.title.is_empty() && !folder.links.is_empty());
                prop_assert!(folder.links.iter().all(|link| !link.title.is_empty()));
            }
        }
    }

    /// Folders with the same name are merged, and spaces are collapsed: everything else survives writing and reading.
    #[test]
    fn what_is_written_is_read_again(
        loose in prop::collection::vec(link(), 0..4),
        folders in prop::collection::vec((text(), prop::collection::vec(link(), 0..4)), 0..4),
    ) {
        let heading = "Ada’s <links>".to_owned();
        let folders: Vec<_> = folders.into_iter().map(|(name, links)| (format!("f{name}"), links)).collect();
        let mut items = vec![item(0, Kind::Page, None, heading.clone())];
        let add = |parent: Option<usize>, links: &[Link], items: &mut Vec<Item>| {
            for (name, number, note) in links {
                let mut link = item(items.len(), Kind::Link, parent, name.clone());
                (link.own.url, link.base.note) = (Some(address(*number)), note.clone());
                items.push(link);
            }
        };
        add(None, &loose, &mut items);
        for (name, links) in &folders {
            let place = items.len();
            let mut folder = item(place, Kind::Collection, None, name.clone());
            folder.base.note = Some("about".to_owned());
            items.push(folder);
            add(Some(place), links, &mut items);
        }
        let file = write::file(&heading, &items).into_string();
        let mut all = vec![(heading, loose)];
        all.extend(folders);
        let expected = expected(&all);
        let read = drafts(&ada(), &file);
        prop_assert_eq!(read.is_err(), expected.is_empty());
        let read = read.map(|drafts| drafts.collections).unwrap_or_default().into_iter();
        let read: Vec<_> = read
            .map(|folder| {
                let links = folder.links.into_iter();
                (folder.title, links.map(|link| (link.title, link.url, link.note)).collect::<Vec<_>>())
            })
            .collect();
        prop_assert_eq!(read, expected);
    }
}

#[test]
fn a_file_is_one_thing_a_line_with_seconds_and_notes() {
    let mut bread = item(1, Kind::Collection, None, "Bread & <wine>".to_owned());
    bread.base.note = Some("All of it".to_owned());
    let mut rye = item(2, Kind::Link, Some(1), "Rye".to_owned());
    rye.own.url = Some("https://rye.example/?a=\"b\"&c".to_owned());
    // A link whose collection can't be read.
    let mut lost = item(3, Kind::Link, Some(9), "Lost".to_owned());
    lost.own.url = Some("https://lost.example/".to_owned());
    // Titles of old logs may turn the direction of what follows them.
    let old = |mut item: Item| {
        item.base.title.push('\u{202e}');
        item
    };
    let file = write::file("Ada\u{202e}", &[old(bread), old(rye), old(lost)]).into_string();
    let expected = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n\
        <META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=UTF-8\">\n\
        <TITLE>Ada</TITLE>\n<H1>Ada</H1>\n<DL><p>\n\
        <DT><H3 ADD_DATE=\"1764000000\">Bread &amp; &lt;wine&gt;</H3>\n<DD>All of it\n<DL><p>\n\
        <DT><A HREF=\"https://rye.example/?a=&quot;b&quot;&amp;c\" ADD_DATE=\"1764000000\">Rye</A>\n</DL><p>\n\
        <DT><A HREF=\"https://lost.example/\" ADD_DATE=\"1764000000\">Lost</A>\n</DL><p>\n";
    assert_eq!(file, expected);
    let read = read(&file);
    let notes: Vec<_> = read.collections.iter().map(|folder| folder.note.as_deref()).collect();
    assert_eq!(notes, [Some("All of it"), None]);
}

#[tokio::test]
async fn a_person_reads_a_file_and_takes_theirs_away_and_nothing_is_entered() {
    let services: Vec<Arc<dyn Service>> =
        vec![Arc::new(imajin_auth::Auth::new()), Arc::new(crate::Links)];
    let node = TestNode::start(services, open_config(), 224).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    let mut person = Person::new(1);
    assert_eq!(person.create(&node, None).await.status, 201);
    let token = person.sign_in(&node).await;
    let import = |file: Vec<u8>| {
        let ask = Ask::new("POST", "/links/api/import").header("content-type", "text/html");
        ask.body(file)
    };
    let file = b"<DL><DT><A HREF=\"https://a.example/\">\xff</A><DT><A HREF=\"data:,x\">x</A></DL>"
        .to_vec();
    assert_eq!(node.send(import(file.clone())).await.status, 401);
    let read = node.send(import(file).bearer(&token)).await.check(200).json();
    assert_eq!(read["leftOut"], 1);
    let link = &read["collections"][0]["links"][0];
    assert_eq!((&link["title"], &link["note"]), (&json!("ÿ"), &Json::Null));
    let log = node.node.ledger().entries(&person.did, None, 100).unwrap();
    assert_eq!(log.len(), 1, "the identity alone");

    node.send(import(b"bread".to_vec()).bearer(&token)).await.check_member(400, "field", "file");
    let many: String = (0..=LINKS_MAX).map(|n| format!("<A HREF=https://a.example/{n}>")).collect();
    let refused = node
        .send(import(many.into_bytes()).bearer(&token))
        .await
        .check_member(400, "field", "file");
    assert!(refused.text().contains("1,000"), "{}", refused.text());
    node.send(import(vec![b' '; (2 << 20) + 1]).bearer(&token)).await.check(413);

    let export = Ask::get("/links/api/export.html");
    assert_eq!(node.send(export.clone()).await.status, 401);
    let export = node.send(export.bearer(&token)).await;
    assert_eq!(export.header("content-type"), Some("text/html; charset=utf-8"));
    let name = "attachment; filename=\"links.html\"";
    assert_eq!(export.header("content-disposition"), Some(name));
    assert!(export.text().contains("<H1>Somebody: links</H1>"), "{}", export.text());
}
