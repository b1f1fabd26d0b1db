//! The page: escaped, without network, bounded, in either language.

use imajin_app::Lang;
use imajin_dfos::cid::raw_cid;
use imajin_log::format::views::OwnedThing;
use imajin_protocol::Did;
use serde_json::{Value, json};

use super::*;

const WHO: &str = "did:imajin:BTz8ERhmmFTn8VWPUSCKPJYVwfNQWhWqxtW4zqwwhJvq";
const NODE: &str = "did:imajin:9hFgmPVfmBZwRvFEyniQDBkz9LmV7gDEqytWyGZLmDXE";

fn drawing(lang: Lang) -> Drawing {
    let words = Words::default().with_lang(lang);
    Drawing {
        says: Says { t: TEXTS.for_reader(lang), words },
        timeline: Timeline::new(0, 1_000_000),
        rows: VecDeque::new(),
        total: 0,
    }
}

fn page_in(lang: Lang, sections: Value) -> String {
    let Value::Object(sections) = sections else { panic!() };
    let mut drawing = drawing(lang);
    for seq in 0..100_000u64 {
        let (will, service) = match seq % 3 {
            0 => (WillKind::Signed, "auth"),
            1 => (WillKind::Node, "profile"),
            _ => (WillKind::Derived, "profile"),
        };
        drawing.timeline.take(seq, seq as i64 * 10, service, will);
    }
    for seq in 99_990..100_000 {
        drawing.rows.push_back(Row {
            seq,
            at: Timestamp::from_millis(0).unwrap(),
            op: "profile.update".to_owned(),
            will: WillKind::Derived,
            by: Some("did:imajin:y".to_owned()),
            has_body: Some(seq % 2 == 0),
        });
        drawing.total = 100_000;
    }
    let (did, node) = (Did::parse(WHO).unwrap(), Did::parse(NODE).unwrap());
    let about = About {
        did: &did,
        node: &node,
        at: Timestamp::parse("2026-11-20T09:00:00.000Z").unwrap(),
        head: raw_cid(b"head"),
        sections: &sections,
        left_out: &[OwnedThing { did: Did::parse(NODE).unwrap(), kind: ThingKind::Group, seq: 7 }],
        media: 2,
        media_bytes: 3_400_000,
    };
    Box::new(drawing).finish(&about)
}

fn page(sections: Value) -> String {
    page_in(Lang::En, sections)
}

#[test]
fn whatever_stands_in_it_is_text() {
    let nasty = "</style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
    let html = page(json!({
        "profile": { "display_name": nasty, "bio": nasty, "handle": null },
        nasty: { nasty: [nasty, { nasty: nasty }] },
    }));
    assert!(!html.contains("<script"), "no script at all");
    assert!(!html.contains("<img"));
    assert_eq!(html.matches("</style>").count(), 1);
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn it_reaches_for_nothing() {
    let html = page(json!({ "identity": { "home": { "url": "https://box.example" } } }));
    for reach in ["src=", "@import", "url(", "href=\"http", "<link", "<form"] {
        assert!(!html.contains(reach), "{reach}");
    }
    assert!(html.contains("default-src &#39;none&#39;") || html.contains("default-src 'none'"));
    assert!(html.contains("has checked nothing"));
}

#[test]
fn a_page_names_what_its_copy_leaves_out() {
    for (lang, said) in [(Lang::En, "The group"), (Lang::De, "Die Gruppe")] {
        let html = page_in(lang, json!({}));
        assert!(html.contains(said) && html.contains(NODE), "{html}");
    }
}

#[test]
fn long_records_make_small_pages() {
    assert!(page(json!({})).len() < 300_000);
}

#[test]
fn a_page_says_whose_word_it_is_in_its_language() {
    let words =
        json!({ "entries": 2, "of": 5, "services": { "profile": 2 }, "seqs": [[99_999, 99_999]] });
    let sections = json!({ "profile": { "handle": "ada", "visibility": "public" }, "identity": {}, "home_words": words });
    let (en, de) = (page_in(Lang::En, sections.clone()), page_in(Lang::De, sections));
    assert!(de.contains("<html lang=\"de\">") && de.contains("3,4\u{a0}MB"));
    assert!(en.contains("2 of the 5 entries") && de.contains("2 der 5 Einträge"));
    assert_eq!(en.matches("; the box's own word").count(), 1);
    let sentences = TEXTS.ids(Lang::En).into_iter();
    for id in sentences.filter(|id| id.starts_with("index-")) {
        let label = TEXTS.label(Lang::En, &id);
        let same = label == TEXTS.label(Lang::De, &id);
        if let Some(said) = label.filter(|said| said.contains(' ') && !same) {
            assert!(!de.contains(said), "{id}: {said}");
        }
    }
}
