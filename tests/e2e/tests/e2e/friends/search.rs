//! The search for a friend's box in a registry, by a person who forgot its address.

use super::World;
use imajin_e2e::Ran;
use imajin_e2e::prelude::*;
use std::net::TcpListener;

fn search(registry: &Registry, key: &Path) -> Ran {
    let words = ["restore", "--json", "--registry", &registry.url];
    imajin(words.iter().chain(&["--key", text(key)]))
}

#[test]
fn a_registry_leads_to_the_box_that_has_the_backups() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("registry");
    let registry = Registry::start(&data, &RegistryOptions::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let env = [
        ("IMAJIN_URL", format!("http://{address}")),
        ("IMAJIN_REGISTRIES_URLS", registry.url.clone()),
    ];
    let options = NodeOptions::default().env(env);
    let world = World::start(&options.flags(["--listen", &address]));
    registry.until_status(&world.bob.did, "active");
    world.back_up();
    let answer = search(&registry, &world.house.key).json();
    assert_eq!(answer["places"], json!([world.place()]));
    let stranger = world.house.others[0].key_file(folder.path());
    let refused = search(&registry, &stranger).fails_with(1);
    assert_has!(refused, "no box of", &registry.url);
}
