
#[test]
#[ignore = "TEMP"]
fn temp_measure() {
    use std::time::Instant;
    let mb: usize = std::env::var("MEASURE_MB").unwrap().parse().unwrap();
    let world = World::new();
    let (ada, old) = (world.house.owner.key.clone(), world.house.data());
    let key = world.house.key.clone();
    let folder = world.house.stick();
    world.house.node.kill();
    {
        use std::io::Write;
        let mut file = fs::File::create(old.join("node/large")).unwrap();
        for _ in 0..mb {
            file.write_all(&random_bytes(1 << 20)).unwrap();
        }
    }
    let start = Instant::now();
    back_up(&old).json();
    eprintln!("backup to friend {:?}", start.elapsed());
    let start = Instant::now();
    super::backup::back_up(&old, &folder);
    eprintln!("backup to folder {:?}", start.elapsed());
    let temp = tempfile::tempdir().unwrap();
    for round in 0..3 {
        for (name, from) in [
            ("folder", text(&folder)),
            ("friend", world.bob.url.as_str()),
        ] {
            let data = temp.path().join("new");
            let start = Instant::now();
            imajin_e2e::imajin([
                "restore",
                "--json",
                "--from",
                from,
                "--key",
                text(&key),
                "--data",
                text(&data),
            ])
            .json();
            eprintln!("{round} restore from {name} {:?}", start.elapsed());
            fs::remove_dir_all(&data).unwrap();
        }
    }
    let mut new = NewBox::start();
    let start = Instant::now();
    new.begin(&world.bob.url, &ada);
    new.node.wait_until_open();
    eprintln!(
        "restore on the page, until the box is open {:?}",
        start.elapsed()
    );
}
