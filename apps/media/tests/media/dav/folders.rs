//! Folders, names, and what goes where.

use imajin_host::Config;
use imajin_media::Settings;

use super::*;

#[tokio::test]
async fn folders_are_made_moved_copied_and_go_to_the_trash() {
    let world = world().await;
    let laptop = world.connects(&world.bea, 7).await;
    world.is(&laptop, "MKCOL", "Trip", 201).await;
    world.is(&laptop, "MKCOL", "Trip", 405).await;
    world.is(&laptop, "MKCOL", "no/Trip", 409).await;
    world.is(&laptop, "MKCOL", "Trip/caf%C3%A9", 201).await;
    assert_eq!(world.puts(&laptop, "Trip/a.jpg", &jpeg("a")).await.status, 201);
    world.puts(&laptop, "Trip/cafe%CC%81/b.jpg", &jpeg("b")).await.check(201);
    world.transfer(&laptop, "COPY", ("Trip", "Copy"), 201).await;
    assert_eq!(world.lists(&laptop, "Copy/caf%C3%A9").await, ["b.jpg"]);
    assert_eq!(world.is(&laptop, "GET", "Copy/a.jpg", 200).await.body, jpeg("a"));
    world.transfer(&laptop, "MOVE", ("Copy/a.jpg", "Trip/caf%C3%A9/c.jpg"), 201).await;
    world.transfer(&laptop, "MOVE", ("Trip/caf%C3%A9", "Coffee"), 201).await;
    assert_eq!(world.lists(&laptop, "Coffee").await, ["b.jpg", "c.jpg"]);
    world.transfer(&laptop, "MOVE", ("Coffee", "Coffee/inside"), 409).await;
    world.is(&laptop, "DELETE", "Coffee", 204).await;
    world.is(&laptop, "PROPFIND", "Coffee", 403).await;
    assert_eq!(world.lists(&laptop, "").await, ["Copy", "Trip"]);
    world.is(&laptop, "DELETE", "", 403).await;
    let trash = world.get(Some(&world.bea), "/media/api/assets?state=trash").await;
    assert_eq!(trash.json()["assets"].as_array().unwrap().len(), 2);
    world.close().await;
}

#[tokio::test]
async fn what_takes_the_place_of_a_file_puts_it_in_the_trash() {
    let world = world().await;
    let laptop = world.connects(&world.bea, 7).await;
    for name in ["a", "b", "c"] {
        assert_eq!(world.puts(&laptop, &format!("{name}.jpg"), &jpeg(name)).await.status, 201);
    }
    let stays = laptop.ask("MOVE", "a.jpg").header("overwrite", "F");
    assert_eq!(world.dav(stays.header("destination", "/media/dav/b.jpg")).await.status, 412);
    world.transfer(&laptop, "MOVE", ("a.jpg", "b.jpg"), 204).await;
    world.transfer(&laptop, "COPY", ("b.jpg", "c.jpg"), 204).await;
    assert_eq!(world.lists(&laptop, "").await, ["b.jpg", "c.jpg"]);
    for path in ["b.jpg", "c.jpg"] {
        assert_eq!(world.is(&laptop, "GET", path, 200).await.body, jpeg("a"));
    }
    // The same bytes at the same path are the same file, and another path has a separate copy.
    assert_eq!(world.puts(&laptop, "b.jpg", &jpeg("a")).await.status, 204);
    assert_eq!(world.puts(&laptop, "d.jpg", &jpeg("a")).await.status, 201);
    assert_eq!(world.lists(&laptop, "").await, ["b.jpg", "c.jpg", "d.jpg"]);
    let trash = world.get(Some(&world.bea), "/media/api/assets?state=trash").await;
    assert_eq!(trash.json()["assets"].as_array().unwrap().len(), 2);
    world.close().await;
}

#[tokio::test]
async fn equal_names_have_a_number_everywhere() {
    let world = world().await;
    let bea = &world.bea;
    let laptop = world.connects(bea, 7).await;
    let folder = "fld_0123456789abcdef01234567";
    world.says(bea, "media.folder", Some(folder), (json!({ "name": "Trip" }), json!({}))).await;
    for text in ["one", "two", "three"] {
        let put = world.stores(bea, &jpeg(text));
        world.tries_to_add(bea, &put, "image.jpg", json!({ "folder": folder })).await.check(201);
    }
    let shown = ["image (2).jpg", "image (3).jpg", "image.jpg"];
    assert_eq!(world.lists(&laptop, "Trip").await, shown);
    for (path, text) in
        [("image.jpg", "one"), ("image%20%282%29.jpg", "two"), ("image%20%283%29.jpg", "three")]
    {
        let reply = world.is(&laptop, "GET", &format!("Trip/{path}"), 200).await;
        assert_eq!(reply.body, jpeg(text), "{path}");
    }
    let list = format!("/media/api/assets?folder={folder}&order=added");
    let list = world.get(Some(bea), &list).await.json();
    let assets = list["assets"].as_array().unwrap().iter();
    let mut names: Vec<&str> = assets.map(|one| one["filename"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, shown);
    let page = world.get(Some(bea), &format!("/media/folders/{folder}")).await;
    assert!(page.text().contains("image (3).jpg"));
    // A chosen name is not taken for a numbered one.
    world.puts(&laptop, "Trip/image%20%284%29.jpg", &jpeg("four")).await.check(201);
    let put = world.stores(bea, &jpeg("five"));
    world.tries_to_add(bea, &put, "image.jpg", json!({ "folder": folder })).await;
    assert_eq!(world.is(&laptop, "GET", "Trip/image%20%285%29.jpg", 200).await.body, jpeg("five"));
    // Two folders of one name, and a file of the same.
    for id in ["fld_0123456789abcdef01234568", "fld_0123456789abcdef01234569"] {
        world.says(bea, "media.folder", Some(id), (json!({ "name": "Same" }), json!({}))).await;
    }
    world.adds(bea, "Same", json!({})).await;
    assert_eq!(world.lists(&laptop, "").await, ["Same", "Same (2)", "Same (3)", "Trip"]);
    world.is(&laptop, "GET", "Same%20%283%29", 200).await;
    world.close().await;
}

#[tokio::test]
async fn a_full_drive_says_so() {
    let settings = Settings {
        file_bytes: 50_000,
        established_bytes: 10_000,
        preliminary_bytes: 10_000,
        soft_bytes: 10_000,
        ..Settings::default()
    };
    let world = world_of(Config::default(), settings).await;
    let laptop = world.connects(&world.bea, 7).await;
    assert_eq!(world.puts(&laptop, "a.jpg", &vec![1; 6_000]).await.status, 201);
    let full = world.puts(&laptop, "b.jpg", &vec![2; 6_000]).await.check(507);
    assert_eq!(full.json()["quota"], 10_000);
    assert_eq!(world.puts(&laptop, "b.tmp", &vec![2; 6_000]).await.status, 507);
    assert_eq!(world.puts(&laptop, "b.tmp", &vec![2; 3_000]).await.status, 201);
    assert_eq!(world.puts(&laptop, "c.jpg", &vec![3; 2_000]).await.status, 507, "scratch counts");
    assert_eq!(world.puts(&laptop, "d.jpg", &vec![4; 60_000]).await.status, 413);
    assert_eq!(world.lists(&laptop, "").await, ["a.jpg", "b.tmp"]);
}
