//! Connections through the real program: by invitation, along a line of friends, ended by either; what each takes away,
//! and the proof of it by a verifier of another language.

use imajin_e2e::{Node, Person, imajin, newest_log, python_verifier};

#[test]
fn connected_parted_and_proved() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = Node::start(&data);
    let people: Vec<Person> = (0..4).map(|_| Person::new(&node.url)).collect();
    let id = |n: usize| format!("inv_{n:024x}");
    let code = |n: usize| format!("AAAA-BBBB-CC{n:02}");
    // Ada – Ben – Cleo – Dan.
    for n in 0..3 {
        people[n].invite(&id(n), &code(n), 1).unwrap();
        people[n + 1].accept(&people[n], &id(n), &code(n)).unwrap();
        people[n]
            .confirm_connection(&people[n + 1], &["connection.invited"])
            .unwrap();
    }
    let [ada, ben, cleo, dan] = &people[..] else {
        unreachable!("four people")
    };
    assert_eq!(
        [
            ada.distance(ada),
            ada.distance(ben),
            ada.distance(cleo),
            dan.distance(ada)
        ],
        [Some(0), Some(1), Some(2), Some(3)]
    );
    let refused = dan.accept(ada, &id(0), &code(0)).unwrap_err();
    assert!(refused.to_string().contains("used up"), "{refused}");
    let link = ben.connection(ada).unwrap();
    let said = ben.read(&format!(
        "/auth/api/attestations/{}",
        link["attestation"].as_str().unwrap()
    ));
    assert_eq!(said["attestationStatus"], "bilateral");
    ada.nickname(ben, "Benny").unwrap();
    cleo.disconnect(ben).unwrap();
    assert_eq!((ada.distance(cleo), ben.connection(cleo)), (None, None));

    // What each takes away verifies by itself and has their part; two of them agree on what they did together.
    let mut bundles = Vec::new();
    for person in [ada, ben] {
        let bundle = folder.path().join(person.did().replace(':', "_"));
        let (bundle, key) = (
            bundle.to_str().unwrap().to_owned(),
            person.key_file(folder.path()),
        );
        let key = key.to_str().unwrap();
        imajin(["export", "--to", &bundle, "--node", &node.url, "--key", key]).ok();
        imajin(["verify", &bundle]).ok();
        python_verifier([&bundle]).ok();
        let view = std::fs::read_to_string(format!("{bundle}/bundle.json")).unwrap();
        assert!(view.contains("\"connections\":{\"graph\":[{"), "{view}");
        bundles.push(bundle);
    }
    imajin(["verify", &bundles[0], &bundles[1]]).ok();
    let view = std::fs::read_to_string(format!("{}/bundle.json", bundles[0])).unwrap();
    assert!(view.contains("Benny"), "{view}");
    let (status, _) = node.stop();
    assert!(status.success());
    for person in &people {
        let log = newest_log(&data, person.did());
        imajin(["verify", log.to_str().unwrap()]).ok();
        python_verifier([log.to_str().unwrap()]).ok();
    }
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}
