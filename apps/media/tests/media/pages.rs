//! The pages: what each viewer sees, and where they are led.

use crate::prelude::*;

const ALBUM: &str = "alb_000000000000000000000001";
const LINK: &str = "lnk_000000000000000000000001";
const SECRET: &str = "00112233445566778899aabbccddeeff";

async fn page(world: &World, who: Option<&Somebody>, path: &str) -> String {
    let reply = world.get(who, path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.text()
}

/// One of a person's pictures, taken at this time.
async fn takes(world: &World, who: &Somebody, name: &str, taken: &str) -> String {
    let put = world.adds(who, name, json!({})).await;
    let body = json!({ "taken": taken, "taken_from": "exif" });
    world.writes_body(who, "media.change", &put.id, body).await;
    put.id
}

#[tokio::test]
async fn ones_own_pages_lead_a_stranger_to_the_sign_in() {
    let world = world().await;
    for path in [
        "",
        "/albums",
        "/favourites",
        "/folders",
        "/upload",
        "/trash",
        "/links",
        "/family",
        "/a/ast_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        let reply = world.get(None, &format!("/media{path}")).await;
        let to = reply.header("location").unwrap_or_default();
        assert_eq!((reply.status, to.starts_with("/signin?next=%2Fmedia")), (303, true), "{path}");
        let own = world.get(Some(&world.bea), &format!("/media{path}")).await;
        let expected = if path.starts_with("/a/") { 404 } else { 200 };
        assert_eq!(own.status, expected, "{path}: {}", own.text());
    }
    let reply = world.get(None, "/media/upload?shared=0").await;
    // They come back to the page that was to say it.
    let sign_in = "/signin?next=%2Fmedia%2Fupload%3Fshared%3D0";
    assert_eq!(reply.header("location"), Some(sign_in));
    world.close().await;
}

#[tokio::test]
async fn what_no_worker_keeps_is_asked_for_again() {
    let world = world().await;
    for token in [None, Some(&world.bea.token)] {
        let ask = Ask::new("POST", "/media/upload").body("a form").bearer_if(token);
        let reply = world.node.send(ask).await;
        let to = reply.header("location").unwrap_or_default();
        assert_eq!((reply.status, to), (303, "/media/upload?shared=0"));
    }
    world.close().await;
}

#[tokio::test]
async fn the_page_of_a_contact_has_what_they_share_and_nothing_else() {
    let world = world().await;
    let (bea, owner) = (&world.bea, &world.owner);
    let shared = takes(&world, bea, "a", "2024-07-14T16:20:00").await;
    let kept = takes(&world, bea, "b", "2023-06-01T09:00:00").await;
    world.tells(bea, "media.access", json!({ "assets": [shared], "access": "trust-graph" })).await;
    let path = format!("/media/with/{}", bea.did());
    assert_has!(page(&world, Some(owner), &path).await, "No photos for you yet");
    world.connect(bea, owner).await;
    let text = page(&world, Some(owner), &path).await;
    assert!(text.contains(&shared) && !text.contains(&kept), "{text}");
    assert_lacks!(page(&world, Some(owner), &format!("{path}?from=1")).await, &shared);
    world.close().await;
}

#[tokio::test]
async fn the_timeline_has_months_and_says_what_is_in_each_picture() {
    let world = world().await;
    let bea = &world.bea;
    assert_has!(page(&world, Some(bea), "/media").await, "No photos here yet");
    let july = takes(&world, bea, "a", "2024-07-14T16:20:00").await;
    let june = takes(&world, bea, "b", "2023-06-01T09:00:00").await;
    world.writes_body(bea, "media.change", &july, json!({ "alt": "<b>Waves</b>" })).await;
    let seen = page(&world, Some(bea), "/media").await;
    for words in [
        "id=\"2024-07\"",
        "July 2024",
        "alt=\"&lt;b&gt;Waves&lt;/b&gt;\"",
        "alt=\"Photo, 1 June 2023\"",
        "data-months=\"2024-07 1,2023-06 1\"",
        "/media?month=2023-06",
    ] {
        assert!(seen.contains(words), "{words} is not in {seen}");
    }
    let month = page(&world, Some(bea), "/media?month=2023-06").await;
    assert!(month.contains(&june) && !month.contains(&july), "{month}");
    assert_eq!(world.get(Some(bea), "/media?month=2023-13").await.status, 400);
    let other = page(&world, Some(&world.owner), "/media").await;
    assert!(!other.contains(&july), "it is Bea’s");
    let ask = Ask::get("/media").bearer(&bea.token).header("accept-language", "de");
    assert_has!(world.node.send(ask).await.text(), "Juli 2024", "Foto, 1. Juni 2023");
    world.close().await;
}

#[tokio::test]
async fn a_month_of_many_pictures_comes_in_parts_that_lead_to_each_other() {
    let world = world().await;
    let bea = &world.bea;
    let oldest = takes(&world, bea, "0", "2024-07-01T08:00:00").await;
    for n in 1..50 {
        takes(&world, bea, &n.to_string(), "2024-07-14T16:20:00").await;
    }
    let june = takes(&world, bea, "june", "2024-06-01T08:00:00").await;
    let tiles = |page: &str| page.matches("data-id=").count();
    let first = page(&world, Some(bea), "/media").await;
    assert_eq!(tiles(&first), 48);
    let rest = "/media?month=2024-07&amp;from=48";
    for words in [rest, "data-from=\"0\" data-count=\"50\""] {
        assert!(first.contains(words), "{words} is not in {first}");
    }
    let rest = page(&world, Some(bea), "/media?month=2024-07&from=48").await;
    assert_eq!(tiles(&rest), 2);
    for words in [
        oldest.as_str(),
        "data-from=\"48\" data-count=\"50\"",
        "/media?month=2024-07\"",
        "/media?month=2024-06\"",
    ] {
        assert!(rest.contains(words), "{words} is not in {rest}");
    }
    assert!(!rest.contains(&june), "June has a page of its own: {rest}");
    let past = page(&world, Some(bea), "/media?month=2024-07&from=99").await;
    assert_eq!(tiles(&past), 0);
    let wrong = world.get(Some(bea), "/media?month=2024-07&from=-1").await.check(400);
    assert!(wrong.text().contains("from"), "{}", wrong.text());
    world.close().await;
}

#[tokio::test]
async fn a_picture_is_between_its_neighbours_and_only_its_owner_edits_it() {
    let mut world = world().await;
    let bea = &world.bea;
    let first = takes(&world, bea, "a", "2024-07-14T16:20:00").await;
    let second = takes(&world, bea, "b", "2024-07-15T16:20:00").await;
    let path = format!("/media/a/{first}");
    let own = page(&world, Some(bea), &path).await;
    for words in [
        "id=\"form-asset\"",
        "data-act=\"trash\"",
        "Only you",
        "/media?month=2024-07",
        "rel=\"prev\"",
    ] {
        assert!(own.contains(words), "{words} is not in {own}");
    }
    assert!(own.contains(&format!("href=\"/media/a/{second}\"")) && !own.contains("rel=\"next\""));
    assert_eq!(world.get(Some(&world.owner), &path).await.status, 404);
    world.tells(bea, "media.access", json!({ "assets": [first], "access": "public" })).await;
    let seen = page(&world, None, &path).await;
    for words in ["form-asset", "data-act", "rel=\"prev\"", "/media?month"] {
        assert!(!seen.contains(words), "{words} is in {seen}");
    }
    // The file only begins like a picture: it cannot be cleaned, so others do not get it.
    assert!(seen.contains("noindex") && !seen.contains("download=1"));
    world.tells(bea, "media.remove", json!({ "assets": [first] })).await;
    let trash = page(&world, Some(bea), "/media/trash").await;
    assert!(trash.contains(&first) && !trash.contains(&second), "{trash}");
    assert!(!trash.contains("erase-old"), "it is there since today");
    assert_has!(page(&world, Some(bea), &path).await, "data-act=\"erase\"");
    assert_eq!(world.get(Some(&world.owner), &path).await.status, 410);
    world.node.clock.pass(Duration::from_secs(31 * 86_400));
    world.bea.token = world.bea.person.sign_in(&world.node).await;
    let trash = page(&world, Some(&world.bea), "/media/trash").await;
    // After a month it offers to erase the file.
    assert_has!(trash, &format!("data-ids=\"{first}\""));
    world.close().await;
}

#[tokio::test]
async fn an_album_keeps_its_viewer_in_it() {
    let world = world().await;
    let bea = &world.bea;
    let a = takes(&world, bea, "a", "2024-07-14T16:20:00").await;
    let b = takes(&world, bea, "b", "2021-01-01T00:00:00").await;
    let body = json!({ "title": "Sunday" });
    world.says(bea, "media.album", Some(ALBUM), (body, json!({ "access": "public" }))).await;
    world.writes_fact(bea, "media.album.put", ALBUM, json!({ "assets": [a, b] })).await;
    assert_has!(page(&world, Some(bea), "/media/albums").await, "Sunday");
    let path = format!("/media/albums/{}/{ALBUM}", bea.did());
    assert_has!(page(&world, Some(bea), &path).await, "id=\"album-edit\"");
    let seen = page(&world, None, &path).await;
    let inside = format!("/media/a/{a}?in={}/{ALBUM}", bea.did());
    assert!(seen.contains(&inside) && !seen.contains("album-edit"), "{seen}");
    let leaf = page(&world, None, &inside).await;
    for words in [format!("/media/a/{b}?in="), "Sunday".to_owned(), "rel=\"next\"".to_owned()] {
        assert!(leaf.contains(&words), "{words} is not in {leaf}");
    }
    let results = page(&world, Some(bea), "/media/find?q=sunday+july").await;
    assert!(results.contains(&a) && !results.contains(&b), "{results}");
    world.get(Some(&world.owner), &path.replace("0001", "0002")).await.check(404);
    world.close().await;
}

#[tokio::test]
async fn a_link_leads_to_what_it_is_of_and_nowhere_else() {
    let world = world().await;
    let bea = &world.bea;
    let a = takes(&world, bea, "a", "2024-07-14T16:20:00").await;
    let b = takes(&world, bea, "b", "2024-07-15T16:20:00").await;
    world.writes_body(bea, "media.album", ALBUM, json!({ "title": "Sunday" })).await;
    world.writes_fact(bea, "media.album.put", ALBUM, json!({ "assets": [a] })).await;
    let digest = hex::encode(&sha256(SECRET.as_bytes()));
    let until = world.node.node.now().as_millis() + 60_000;
    let fact = json!({ "of": ALBUM, "digest": digest, "until": until });
    world.says(bea, "media.link", Some(LINK), (json!({ "label": "Oma" }), fact)).await;
    let path = format!("/media/l/{}/{SECRET}", bea.did());
    let seen = page(&world, None, &path).await;
    assert_has!(seen, "Sunday", &format!("{path}/{a}"), "noindex", &format!("link={SECRET}"));
    assert_lacks!(seen, "Oma", "/media/albums");
    let reply = world.get(None, &path).await;
    assert!(reply.header("referrer-policy").is_none_or(|policy| policy == "no-referrer"));
    let leaf = page(&world, None, &format!("{path}/{a}")).await;
    assert!(leaf.contains(&path) && !leaf.contains("data-act"), "{leaf}");
    // Elsewhere a link to either shows what a stranger sees there.
    let picture = format!("/media/api/assets/{a}?w=og&amp;link={SECRET}&amp;of={}", bea.did());
    for (shown, title, url) in
        [(&seen, "Sunday", path.clone()), (&leaf, "14 July 2024", format!("{path}/{a}"))]
    {
        let of = |name: &str| {
            let (_, rest) = shown.split_once(&format!("\"og:{name}\" content=\"")).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        assert_eq!(of("title"), title);
        let image = of("image");
        assert!(image.starts_with("http") && image.ends_with(&picture), "{image}");
        assert!(of("url").starts_with("http") && of("url").ends_with(&url), "{}", of("url"));
        assert!(of("description").starts_with("From "), "{}", of("description"));
    }
    // Its owner sees there what others do.
    assert_lacks!(page(&world, Some(bea), &format!("{path}/{a}")).await, "data-act", "og:");
    for who in [None, Some(bea)] {
        assert_eq!(world.get(who, &format!("{path}/{b}")).await.status, 404);
    }
    let links = page(&world, Some(bea), "/media/links").await;
    assert_has!(links, "Oma", "Sunday", "data-end");
    let listed = world.get(Some(bea), "/media/api/links").await.text();
    for text in [links, listed] {
        assert_lacks!(text, SECRET);
    }
    world.does(bea, "media.link.end", LINK).await;
    let ended = world.get(None, &path).await.check(404);
    assert_has!(ended.text(), "This link has ended");
    world.close().await;
}

#[tokio::test]
async fn folders_are_found_from_the_outermost_on() {
    let world = world().await;
    let bea = &world.bea;
    let outer = "fld_000000000000000000000001";
    let inner = "fld_000000000000000000000002";
    world.writes_body(bea, "media.folder", outer, json!({ "name": "House" })).await;
    let plans = (json!({ "name": "Plans" }), json!({ "parent": outer }));
    world.says(bea, "media.folder", Some(inner), plans).await;
    let put = world.adds(bea, "plan.jpg", json!({ "folder": inner })).await;
    let all = page(&world, Some(bea), "/media/folders").await;
    assert!(all.contains("House") && !all.contains("Plans"), "{all}");
    assert!(page(&world, Some(bea), &format!("/media/folders/{outer}")).await.contains("Plans"));
    let seen = page(&world, Some(bea), &format!("/media/folders/{inner}")).await;
    assert_has!(seen, &put.id, "plan.jpg", "House");
    assert_has!(page(&world, Some(bea), &format!("/media/upload?folder={inner}")).await, "Plans");
    world.get(Some(&world.owner), &format!("/media/folders/{inner}")).await.check(404);
    world.close().await;
}

#[tokio::test]
async fn files_in_no_folder_come_in_parts() {
    let world = world().await;
    let bea = &world.bea;
    let mut ids = Vec::new();
    for name in ["a.bin", "b.bin"] {
        let put = world.stores(bea, &[&[1; 64][..], name.as_bytes()].concat());
        let body = json!({ "name": name, "kind": "application/octet-stream", "bytes": put.bytes });
        world.enters(bea, &put, body, json!({ "media": [put.cid], "n": 0 })).await;
        ids.push(put.id);
    }
    let shown = async |path: &str| {
        let text = page(&world, Some(bea), path).await;
        ids.iter().filter(|id| text.contains(*id)).count()
    };
    assert_eq!(shown("/media/folders").await, 2);
    assert_eq!(shown("/media/folders?offset=1").await, 1);
    world.close().await;
}

#[tokio::test]
async fn a_search_is_for_words_and_not_for_what_they_are() {
    let world = world().await;
    let bea = &world.bea;
    let put = world.adds(bea, "a.jpg", json!({})).await;
    let body =
        json!({ "title": "The \"Mill\"", "text": "By the river", "taken": "2024-07-14T16:20:00" });
    world.writes_body(bea, "media.change", &put.id, body).await;
    for (words, count) in [("%22mill%22", 1), ("RIVER", 1), ("a.j", 1), ("title", 0), ("taken", 0)]
    {
        let path = format!("/media/api/assets?search={words}");
        let answer = world.get(Some(bea), &path).await.check(200).json();
        assert_eq!(answer["assets"].as_array().unwrap().len(), count, "{words}");
    }
    world.close().await;
}

#[tokio::test]
async fn home_shows_pictures_of_this_day_in_earlier_years() {
    use imajin_app::{HomeCards as _, Lang};
    let world = world().await;
    let bea = &world.bea;
    let media = imajin_media::Media::new("/nonexistent".into());
    let cards = || media.home_cards(&world.node.node, bea.did(), Lang::En).unwrap();
    let now = world.node.node.now().to_string();
    let day = now.get(5..10).unwrap();
    takes(&world, bea, "today", &format!("{}T10:00:00", &now[..10])).await;
    assert!(cards().is_empty(), "it was this year");
    let then = takes(&world, bea, "then", &format!("2019-{day}T10:00:00")).await;
    let card = cards().remove(0);
    assert!(card.content.into_string().contains(&then));
    assert_has!(page(&world, Some(bea), "/media").await, "On this day");
    world.close().await;
}

#[tokio::test]
async fn this_day_is_that_of_ones_own_clock() {
    use imajin_app::{HomeCards as _, Lang, Zone};
    let world = world().await;
    let (bea, node) = (&world.bea, &world.node.node);
    let media = imajin_media::Media::new("/nonexistent".into());
    // 14 hours ahead of UTC and 11 behind it: one of the two has another day.
    for (year, name) in [(2018, "Pacific/Kiritimati"), (2019, "Pacific/Pago_Pago")] {
        world.tells(bea, "notify.settings", json!({ "zone": name })).await;
        let day = Zone::find(name).unwrap().local(node.now()).strftime("%m-%d").to_string();
        let then = format!("{year}-{day}T10:00:00");
        let then = takes(&world, bea, &year.to_string(), &then).await;
        let cards = media.home_cards(node, bea.did(), Lang::En).unwrap();
        let shown: String = cards.into_iter().map(|card| card.content.into_string()).collect();
        assert_has!(shown, &then);
        let page = page(&world, Some(bea), "/media").await;
        let strip = page.split("id=\"timeline\"").next().unwrap();
        assert_has!(strip, &then);
    }
    world.close().await;
}

#[tokio::test]
async fn what_has_been_in_the_trash_for_a_month_is_a_group_and_a_card_that_changes_once_a_week() {
    use imajin_app::{HomeCards as _, Lang};
    const DAY_S: u64 = 86_400;
    let mut world = world().await;
    let media = imajin_media::Media::new("/nonexistent".into());
    let cards = |world: &World| {
        let cards = media.home_cards(&world.node.node, world.bea.did(), Lang::En);
        let words = cards.unwrap().into_iter().map(|card| card.content.into_string());
        words.filter(|words| words.contains("/media/trash")).collect::<Vec<_>>()
    };
    let mut ids = Vec::new();
    for name in ["a", "b"] {
        let id = takes(&world, &world.bea, name, "2024-07-14T16:20:00").await;
        world.tells(&world.bea, "media.remove", json!({ "assets": [id] })).await;
        ids.push(id);
        world.node.clock.pass(Duration::from_secs(20 * DAY_S));
        world.bea.token = world.bea.person.sign_in(&world.node).await;
    }
    let first = cards(&world);
    assert!(first.len() == 1 && first[0].contains("One file"), "{first:?}");
    let trash = page(&world, Some(&world.bea), "/media/trash").await;
    let group = trash.find("In the trash for more than 30 days").unwrap();
    let (young, old) = trash.split_at(group);
    assert!(young.contains(&format!("/media/a/{}", ids[1])) && !old.contains(&ids[1]), "{trash}");
    assert!(old.contains(&format!("/media/a/{}", ids[0])), "{trash}");
    // The button erases the old one alone.
    assert_has!(young, &format!("data-ids=\"{}\"", ids[0]));
    // Two weeks and a half later both are old, whenever the week began.
    world.node.clock.pass(Duration::from_secs(18 * DAY_S));
    let both = cards(&world);
    assert!(both.len() == 1, "{both:?}");
    assert!(both[0].contains("2 files have been in the trash for a month"), "{both:?}");
    world.close().await;
}

#[tokio::test]
async fn the_details_say_in_words_where_a_picture_was_taken_and_for_what_it_was_added() {
    let world = world().await;
    let bea = &world.bea;
    let put = world.stores(bea, &crate::support::jpeg("a"));
    let place = json!({ "lat": 525_123_400, "lon": -133_876_500 });
    let used = json!({ "app": "profile", "feature": "avatar", "entity": "me" });
    let body = json!({ "name": "a.jpg", "kind": "image/jpeg", "bytes": put.bytes, "place": place, "context": used });
    world.enters(bea, &put, body, json!({ "media": [put.cid], "n": 0 })).await;
    let path = format!("/media/a/{}", put.id);
    let own = page(&world, Some(bea), &path).await;
    for words in [
        "52.51° N, 13.39° W",
        "href=\"geo:52.51234,-13.38765\"",
        "data-copy=\"52.51234, -13.38765\"",
        "<dd>Profile</dd>",
    ] {
        assert!(own.contains(words), "{words} is not in {own}");
    }
    let ask = Ask::get(&path).bearer(&bea.token).header("accept-language", "de");
    assert_has!(world.node.send(ask).await.text(), "52,51° N, 13,39° W");
    world.close().await;
}
