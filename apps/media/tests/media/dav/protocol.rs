//! The requests of the protocol, and their abuse.

use super::*;

#[tokio::test]
async fn files_come_and_go_whole_and_in_part() {
    let world = world().await;
    let laptop = world.connects(&world.bea, 7).await;
    let photo = jpeg("one");
    let made = world.puts(&laptop, "a.jpg", &photo).await.check(201);
    let tag = made.header("etag").unwrap().to_owned();
    assert!(tag.starts_with("\"bafkrei"), "{tag}");
    let whole = world.is(&laptop, "GET", "a.jpg", 200).await;
    assert_eq!(whole.body, photo);
    assert_eq!(whole.header("etag"), Some(tag.as_str()));
    assert_eq!(whole.header("content-disposition"), Some("attachment"));
    assert!(whole.header("content-security-policy").unwrap().starts_with("sandbox"));
    let part = laptop.ask("GET", "a.jpg").header("range", "bytes=2-5");
    let part = world.dav(part).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &photo[2..6]));
    let conditional = laptop.ask("GET", "a.jpg").header("if-none-match", tag.clone());
    assert_eq!(world.dav(conditional).await.status, 304);
    // The service's own list has the same file.
    let list = world.get(Some(&world.bea), "/media/api/assets").await.json();
    assert_eq!(list["assets"][0]["filename"], "a.jpg");
    let stale = laptop.ask("PUT", "a.jpg").header("if-match", "\"bafkreiother\"");
    assert_eq!(world.dav(stale.body(jpeg("two"))).await.status, 412);
    let only_new = laptop.ask("PUT", "a.jpg").header("if-none-match", "*");
    assert_eq!(world.dav(only_new.body(jpeg("two"))).await.status, 412);
    assert_eq!(world.puts(&laptop, "a.jpg", &jpeg("two")).await.status, 204);
    assert_eq!(world.is(&laptop, "GET", "a.jpg", 200).await.body, jpeg("two"));
    let trash = world.get(Some(&world.bea), "/media/api/assets?state=trash").await;
    assert_eq!(trash.json()["assets"].as_array().unwrap().len(), 1, "the old one is there");
    assert_eq!(world.puts(&laptop, "no/such/a.jpg", &photo).await.status, 409);
    world.close().await;
}

#[tokio::test]
async fn the_time_of_a_file_comes_along() {
    let world = world().await;
    let laptop = world.connects(&world.bea, 7).await;
    let put = |path: &str, mtime: &str| laptop.ask("PUT", path).header("x-oc-mtime", mtime);
    let reply = world.dav(put("a.jpg", "1600000000").body(jpeg("a"))).await;
    assert_eq!((reply.status, reply.header("x-oc-mtime")), (201, Some("accepted")));
    // No calendar of pictures has this day, and the file keeps it.
    world.dav(put("b.jpg", "4000000000").body(jpeg("b"))).await.check(201);
    for (path, day) in [("a.jpg", "13 Sep 2020 12:26:40"), ("b.jpg", "02 Oct 2096 07:06:40")] {
        let reply = world.is(&laptop, "HEAD", path, 200).await;
        let modified = reply.header("last-modified").unwrap();
        assert!(modified.contains(day), "{modified}");
    }
    // Windows sets the time afterwards, and reads it back.
    world.puts(&laptop, "d.jpg", &jpeg("d")).await;
    let time = "Sun, 13 Sep 2020 12:26:40 GMT";
    let set = format!(
        "<propertyupdate xmlns='DAV:'><set><prop><Z:Win32LastModifiedTime xmlns:Z='urn:schemas-microsoft-com:'>{time}</Z:Win32LastModifiedTime></prop></set></propertyupdate>"
    );
    let reply = world.dav(laptop.ask("PROPPATCH", "d.jpg").body(set)).await;
    assert!(reply.text().contains("200 OK"), "{}", reply.text());
    let ask = laptop.ask("PROPFIND", "d.jpg").header("depth", "0");
    assert_has!(world.dav(ask).await.text(), &format!("getlastmodified>{time}<"));
    let reply = world.is(&laptop, "HEAD", "d.jpg", 200).await;
    assert_eq!(reply.header("last-modified"), Some(time));
    // Times that a date of HTTP cannot express become the first or the last.
    for mtime in ["-99999999999", "99999999999999", "nothing"] {
        let reply = world.dav(put("c.jpg", mtime).body(jpeg(mtime))).await;
        assert!(matches!(reply.status, 201 | 204), "{mtime}: {}", reply.text());
        world.is(&laptop, "HEAD", "c.jpg", 200).await;
        world.lists(&laptop, "").await;
    }
    world.close().await;
}

#[tokio::test]
async fn a_request_that_no_honest_client_sends_is_refused() {
    let world = world().await;
    let laptop = world.connects(&world.bea, 7).await;
    let xml = |body: String| {
        let ask = laptop.ask("PROPFIND", "").header("depth", "0");
        world.dav(ask.body(body))
    };
    let prop = "<propfind xmlns='DAV:'><prop><getetag/></prop></propfind>";
    assert_eq!(xml(prop.to_owned()).await.status, 207);
    let entities = "<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'><!ENTITY c '&b;&b;&b;&b;'>]>";
    assert_eq!(xml(format!("{entities}{prop}")).await.status, 400);
    for level in ["<a>", "<a><!--></a>-->", "<a><![CDATA[</a>]]>", "<a b='></a>'>"] {
        let deep = level.repeat(2_800);
        for method in ["PROPFIND", "PROPPATCH", "LOCK", "REPORT", "MKCOL"] {
            let ask = laptop.ask(method, "a.jpg").header("depth", "0");
            assert_eq!(world.dav(ask.body(deep.clone())).await.status, 400, "{method} {level}");
        }
    }
    assert_eq!(xml(" ".repeat(64 * 1024 + 1)).await.status, 413);
    assert_eq!(xml("<propfind".to_owned()).await.status, 400);
    for depth in [Some("infinity"), None, Some("2")] {
        let ask = laptop.ask("PROPFIND", "").header("x-litmus", "1");
        let ask = match depth {
            Some(depth) => ask.header("depth", depth),
            None => ask,
        };
        assert_eq!(world.dav(ask).await.status, 403, "{depth:?}");
    }
    world.is(&laptop, "PATCH", "a.jpg", 405).await;
    world.is(&laptop, "BREW", "a.jpg", 501).await;
    let part = laptop.ask("PUT", "a.jpg").header("content-range", "bytes 0-3/10");
    assert_eq!(world.dav(part.body("four")).await.status, 400);
}

#[tokio::test]
async fn no_path_leads_out_of_the_drive() {
    let world = world().await;
    let laptop = world.connects(&world.bea, 7).await;
    assert_eq!(world.puts(&laptop, "a.jpg", &jpeg("a")).await.status, 201);
    for path in [
        "../api/assets",
        "..%2fapi",
        "%2e%2e/api",
        "x/../../../etc/passwd",
        "./a.jpg",
        "a%00.jpg",
        "a%0d%0a.jpg",
        "%ff",
        "%",
        "a%2fb",
        "....//....//etc%2fpasswd",
    ] {
        for method in ["GET", "PUT", "MKCOL", "DELETE"] {
            let reply = world.dav(laptop.ask(method, path)).await;
            assert_eq!(reply.status, 400, "{method} {path}: {}", reply.text());
        }
        let to = laptop.ask("MOVE", "a.jpg");
        let to = to.header("destination", format!("/media/dav/{path}"));
        assert_eq!(world.dav(to).await.status, 400, "{path}");
    }
    for elsewhere in ["/media/api/assets", "/", "/media/davx", "http://other.example/a"] {
        let to = laptop.ask("MOVE", "a.jpg").header("destination", elsewhere);
        assert_eq!(world.dav(to).await.status, 400, "{elsewhere}");
    }
    assert_eq!(world.lists(&laptop, "").await, ["a.jpg"]);
    let owners = world.connects(&world.owner, 8).await;
    assert!(world.lists(&owners, "").await.is_empty(), "everybody has their own");
}

#[tokio::test]
async fn notes_locks_and_room_are_told() {
    let world = world().await;
    let laptop = world.connects(&world.bea, 7).await;
    assert_eq!(world.puts(&laptop, "a.jpg", &jpeg("a")).await.status, 201);
    world.is(&laptop, "MKCOL", "Trip", 201).await;
    for path in ["a.jpg", "Trip/"] {
        let set = "<propertyupdate xmlns='DAV:'><set><prop><x:colour xmlns:x='urn:x'>blue</x:colour></prop></set></propertyupdate>";
        let set = laptop.ask("PROPPATCH", path).body(set);
        let reply = world.dav(set).await;
        assert!(reply.status == 207 && reply.text().contains("200 OK"), "{}", reply.text());
        let all = world.dav(laptop.ask("PROPFIND", path).header("depth", "0")).await;
        assert!(all.text().contains("blue"), "{}", all.text());
    }
    let much = "x".repeat(5_000);
    let set = format!(
        "<propertyupdate xmlns='DAV:'><set><prop><x:c xmlns:x='urn:x'>{much}</x:c></prop></set></propertyupdate>"
    );
    let reply = world.dav(laptop.ask("PROPPATCH", "a.jpg").body(set)).await;
    assert!(reply.text().contains("507"), "{}", reply.text());
    let listed = world.dav(laptop.ask("PROPFIND", "").header("depth", "1")).await;
    assert_eq!(listed.text().matches("blue").count(), 2, "{}", listed.text());
    let propfind = "<propfind xmlns='DAV:'><prop><quota-used-bytes/><quota-available-bytes/><getetag/></prop></propfind>";
    let reply =
        world.dav(laptop.ask("PROPFIND", "a.jpg").header("depth", "0").body(propfind)).await;
    assert_has!(reply.text(), "<D:getetag>\"bafkrei");
    let reply = world.dav(laptop.ask("PROPFIND", "").header("depth", "0").body(propfind)).await;
    assert_has!(reply.text(), "<D:quota-available-bytes>");
    let lock = "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>";
    let locked = laptop.ask("LOCK", "a.jpg").header("timeout", "Infinite").body(lock);
    let locked = world.dav(locked).await.check(200);
    assert!(locked.text().contains("Second-600"), "{}", locked.text());
    let token = locked.header("lock-token").unwrap().to_owned();
    assert_eq!(world.puts(&laptop, "a.jpg", &jpeg("b")).await.status, 423);
    let with = laptop.ask("PUT", "a.jpg").header("if", format!("({token})"));
    assert_eq!(world.dav(with.body(jpeg("b"))).await.status, 204);
    let other = world.connects(&world.owner, 8).await;
    assert_eq!(world.puts(&other, "a.jpg", &jpeg("b")).await.status, 201, "another's drive");
    world.node.clock.pass(std::time::Duration::from_secs(601));
    assert_eq!(world.puts(&laptop, "a.jpg", &jpeg("c")).await.status, 204, "it ended");
    world.close().await;
}
