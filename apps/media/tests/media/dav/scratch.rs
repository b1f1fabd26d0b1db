//! Files that are none yet: empty ones, and what programs keep for themselves.

use super::*;

async fn assets(world: &World) -> Vec<String> {
    let list = world.get(Some(&world.bea), "/media/api/assets?order=name").await.json();
    let names = list["assets"].as_array().unwrap().iter();
    names.map(|one| one["filename"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_programs_keep_for_themselves_is_no_entry() {
    let world = world().await;
    let laptop = world.connects(&world.bea, 7).await;
    let head = world.node.node.status(world.bea.did()).unwrap().unwrap().seq;
    for name in ["._a.jpg", ".DS_Store", "~$a.docx", "a.tmp", "desktop.ini", "Thumbs.db"] {
        assert_eq!(world.puts(&laptop, name, b"of a program").await.status, 201, "{name}");
        assert_eq!(world.is(&laptop, "GET", name, 200).await.body, b"of a program", "{name}");
    }
    assert_eq!(world.puts(&laptop, "empty.txt", b"").await.status, 201);
    assert_eq!(world.is(&laptop, "GET", "empty.txt", 200).await.body, b"");
    let lock = "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>";
    world.dav(laptop.ask("LOCK", "locked.txt").body(lock)).await.check(201);
    assert_eq!(world.lists(&laptop, "").await.len(), 8);
    world.is(&laptop, "DELETE", ".DS_Store", 204).await;
    world.is(&laptop, "GET", ".DS_Store", 404).await;
    let now = world.node.node.status(world.bea.did()).unwrap().unwrap().seq;
    assert_eq!(head, now);
    assert!(assets(&world).await.is_empty());
    world.close().await;
}

#[tokio::test]
async fn what_gets_content_and_a_real_name_is_a_file() {
    let world = world().await;
    let laptop = world.connects(&world.bea, 7).await;
    // The Explorer makes an empty file first.
    assert_eq!(world.puts(&laptop, "a.txt", b"").await.status, 201);
    assert_eq!(world.puts(&laptop, "a.txt", b"hello").await.status, 204);
    // Office programs write another file next to it, and move that over it.
    assert_eq!(world.puts(&laptop, "new.tmp", b"hello again").await.status, 201);
    world.transfer(&laptop, "MOVE", ("new.tmp", "a.txt"), 204).await;
    assert_eq!(world.is(&laptop, "GET", "a.txt", 200).await.body, b"hello again");
    assert_eq!(assets(&world).await, ["a.txt"]);
    assert_eq!(world.lists(&laptop, "").await, ["a.txt"]);
    // An empty file hides the one of the same name.
    assert_eq!(world.puts(&laptop, "a.txt", b"").await.status, 204);
    assert_eq!(world.is(&laptop, "GET", "a.txt", 200).await.body, b"");
    assert_eq!(world.lists(&laptop, "").await, ["a.txt"]);
    world.is(&laptop, "DELETE", "a.txt", 204).await;
    assert!(world.lists(&laptop, "").await.is_empty());
    assert_eq!(world.puts(&laptop, "b.tmp", b"kept").await.status, 201);
    world.transfer(&laptop, "COPY", ("b.tmp", "b.txt"), 201).await;
    world.transfer(&laptop, "COPY", ("b.tmp", "c.tmp"), 201).await;
    world.transfer(&laptop, "MOVE", ("c.tmp", "d.tmp"), 201).await;
    assert_eq!(world.lists(&laptop, "").await, ["b.tmp", "b.txt", "d.tmp"]);
    assert_eq!(assets(&world).await, ["b.txt"]);
    world.close().await;
}
