//! The feeds of offers, requests and courses, as read by another program. The test `links` covers a feed's content.

use imajin_e2e::prelude::*;

use crate::links::read;

#[test]
fn jars_polls_courses_listings_and_essays_are_in_feeds_that_another_program_reads() {
    let (_folder, node, ada) = Person::fresh();
    let owner = format!("{}/{{}}/{}", node.url, ada.did());
    let services = ["coffee", "dykil", "learn", "market", "essays"]
        .map(|service| owner.replace("{}", service));
    for page in &services {
        for kind in ["atom", "rss"] {
            let before = http().get(format!("{page}/feed.{kind}")).send().unwrap();
            assert_eq!(before.status(), 200, "{page}: an empty feed is one, too");
        }
    }
    ada.make_jar();
    ada.open_survey();
    ada.make_course();
    let ladder = json!({ "title": "Ladder" });
    let listing = "itm_000000000000000000000001";
    ada.put_listing(listing, &ladder, &json!({})).unwrap();
    let essay = json!({ "title": "Rye", "text": "Flour." });
    ada.put_essay(listing, &essay, &json!({ "kind": "essay" })).unwrap();
    let titles = ["Coffee", "What do you say?", "Bread", "Ladder", "Rye"];
    for (page, title) in services.iter().zip(titles) {
        for kind in ["atom", "rss"] {
            let read = read(&format!("{page}/feed.{kind}"), kind);
            let entries = read["entries"].as_array().unwrap();
            assert_eq!(entries.len(), 1, "{read}");
            assert_eq!(entries[0]["title"], title);
            let link = entries[0]["link"].as_str().unwrap();
            let there = http().get(link).send().unwrap();
            assert_eq!(there.status(), 200, "{link}");
            assert!(there.text().unwrap().contains(title), "{link}");
        }
    }
}
