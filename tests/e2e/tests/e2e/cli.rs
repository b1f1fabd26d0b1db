//! The command line: exit codes, help, key files, settings.

use imajin_e2e::{Node, NodeOptions, Person, imajin, imajin_with};
use std::os::unix::fs::PermissionsExt;

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let help = imajin(["--help"]).ok();
    for word in [
        "serve",
        "init",
        "status",
        "doctor",
        "key",
        "register",
        "put",
        "log",
        "count",
        "export",
        "delete",
        "verify",
        "import",
        "rebuild",
        "Exit status",
    ] {
        assert!(help.contains(word), "{word} is not in: {help}");
    }
}

#[test]
fn the_examples_in_the_help_of_put_work() {
    let (folder, node) = Node::fresh();
    let (ada, ben) = (Person::new(&node.url), Person::new(&node.url));
    let key = ada.key_file(folder.path());
    std::fs::write(folder.path().join("me-profile.json"), r#"{"bio":"Engines"}"#).unwrap();
    let help = imajin(["put", "-h"]).ok();
    let lines = help.lines().map(str::trim);
    let examples: Vec<&str> = lines.filter(|line| line.starts_with("imajin put ")).collect();
    assert!(examples.len() >= 4, "{help}");
    let programs = imajin_e2e::binary().parent().unwrap().to_str().unwrap().to_owned();
    for example in examples {
        let line = example
            .replace("http://127.0.0.1:7000", &node.url)
            .replace("--key me.json", &format!("--key '{}'", key.to_str().unwrap()))
            .replace("did:imajin:…", ben.did());
        let output = std::process::Command::new("bash")
            .args(["-c", &format!("PATH='{programs}':$PATH; {line}")])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {errors}");
    }
}

#[test]
fn wrong_use_is_exit_code_2() {
    imajin(["no-such-command"]).fails_with(2);
    imajin(["verify"]).fails_with(2);
    imajin(["verify", "nowhere.sqlite"]).fails_with(2);
    imajin(["rebuild", "--data", "nowhere"]).fails_with(2);
    let refusal = imajin(["count", "did:imajin:x", "--node", "http://127.0.0.1:1"]).fails_with(2);
    assert!(refusal.contains("--key"), "{refusal}");
}

#[test]
fn a_sealed_node_opens_with_its_passphrase_or_key_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("fresh");
    let later = folder.path().join("later");
    let stick = folder.path().join("stick.key");
    std::fs::write(&stick, [7; 32]).unwrap();
    let stick = stick.to_str().unwrap();
    let path = fresh.to_str().unwrap();
    let right = [("IMAJIN_PASSPHRASE", "correct horse")];
    let wrong = [("IMAJIN_PASSPHRASE", "correct house")];
    let made = imajin_with(["init", "--seal", "--data", path], &right).ok();
    assert!(made.contains("sealed") && !fresh.join("node/identity.key").exists(), "{made}");
    let mode = std::fs::metadata(fresh.join("node/identity.key.age")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let refused = imajin_with(["init", "--data", path], &wrong).fails_with(2);
    assert!(refused.contains("identity.key.age"), "{refused}");
    imajin_with(["init", "--data", path], &right).ok();
    imajin_with(["doctor", "--data", path], &right);
    assert_eq!(imajin_with(["init", "--data", path], &right).ok(), made, "it is the same node");
    imajin_with(["init", "--unseal", "--data", path], &wrong).fails_with(2);
    imajin_with(["init", "--unseal", "--data", path], &right).ok();
    assert!(
        fresh.join("node/identity.key").exists() && !fresh.join("node/identity.key.age").exists()
    );
    imajin(["init", "--data", path]).ok();

    // An existing node gets a key file; it starts unattended while the stick is plugged in.
    let path = later.to_str().unwrap();
    imajin(["init", "--data", path]).ok();
    imajin(["init", "--seal", "--seal-key-file", stick, "--data", path]).ok();
    assert!(!later.join("node/identity.key").exists());
    imajin_with(["init", "--data", path], &right).fails_with(2);
    imajin_with(["init", "--data", path], &[("IMAJIN_SEAL_KEY_FILE", stick)]).ok();
    let credentials = folder.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::copy(stick, credentials.join("imajin-seal")).unwrap();
    let credentials = credentials.to_str().unwrap();
    imajin_with(["init", "--data", path], &[("CREDENTIALS_DIRECTORY", credentials)]).ok();
}

#[test]
fn init_makes_a_folder_once() {
    let (_folder, data) = imajin_e2e::data_folder();
    let path = data.to_str().unwrap();
    let first = imajin(["init", "--data", path]).ok();
    assert_has!(first, "did:imajin:", "claim");
    assert_eq!(imajin(["init", "--data", path]).ok(), first);
    let mode =
        |name: &str| std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("node/identity.key"), 0o600);
    let settings = std::fs::read_to_string(data.join("imajin.toml")).unwrap();
    assert_has!(settings, "#listen = \"127.0.0.1:7000\"");
}

#[test]
fn a_node_is_found_where_systemd_or_xdg_puts_it() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    imajin_with(["init"], &[("STATE_DIRECTORY", state.to_str().unwrap())]).ok();
    assert!(state.join("node/identity.key").exists());
    let xdg = folder.path().join("xdg");
    imajin_with(["init"], &[("XDG_DATA_HOME", xdg.to_str().unwrap())]).ok();
    assert!(xdg.join("imajin/node/identity.key").exists());
}

#[test]
fn a_misspelt_setting_is_refused_by_name() {
    let (_folder, data) = imajin_e2e::data_folder();
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("imajin.toml"), "[limits]\nconections = 3\n").unwrap();
    let refusal = imajin(["serve", "--data", data.to_str().unwrap()]).fails_with(2);
    assert!(refusal.contains("limits.conections"), "{refusal}");
    std::fs::write(data.join("imajin.toml"), "").unwrap();
    let refusal =
        imajin_with(["serve", "--data", data.to_str().unwrap()], &[("IMAJIN_LISTEN", "nowhere")])
            .fails_with(2);
    assert!(refusal.contains("IMAJIN_LISTEN"), "{refusal}");
}

#[test]
fn a_service_that_is_not_there_is_named() {
    let (_folder, data) = imajin_e2e::data_folder();
    let refusal = imajin(["serve", "--data", data.to_str().unwrap(), "--services", "auth,pony"])
        .fails_with(2);
    assert_has!(refusal, "pony", "profile");
}

#[test]
fn a_key_is_made_shown_and_recovered() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let made = imajin(["key", "new", "--json", "--key", &path("me.json")]).json();
    assert_eq!(imajin(["key", "show", "--json", "--key", &path("me.json")]).json(), made);
    let refusal = imajin(["key", "new", "--key", &path("me.json")]).fails_with(2);
    assert!(refusal.contains("never overwritten"), "{refusal}");

    let words = [("IMAJIN_PASSPHRASE", "correct horse battery staple")];
    let sheet = imajin_with(["key", "show", "--recovery", "--key", &path("me.json")], &words).ok();
    std::fs::write(path("sheet.txt"), &sheet).unwrap();
    let wrong = [("IMAJIN_PASSPHRASE", "another")];
    let recover =
        ["key", "recover", "--json", "--key", &path("back.json"), "--sheet", &path("sheet.txt")];
    assert_has!(imajin_with(recover, &wrong).fails_with(1), "passphrase");
    assert_eq!(imajin_with(recover, &words).json(), made);
}

#[test]
fn a_key_that_someone_has_already_can_be_brought_along() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // RFC 8032 §7.1, test 1.
    let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    for (name, text) in
        [("hex", seed.to_owned()), ("pkcs8", format!("302e020100300506032b657004220420{seed}"))]
    {
        std::fs::write(path(name), text).unwrap();
        let key = path(&format!("{name}.json"));
        let made = imajin(["key", "new", "--json", "--key", &key, "--from", &path(name)]).json();
        assert_eq!(
            made["publicKey"],
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
    }
}

/// The published example of docs/recovery-sheet.md: the program reads the output of the pages.
#[test]
fn the_documented_sheet_opens() {
    let folder = tempfile::tempdir().unwrap();
    let document = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/recovery-sheet.md"
    ))
    .unwrap();
    let sheet = document.lines().find(|line| line.starts_with("imajin-recovery-1:n")).unwrap();
    let sheet_path = folder.path().join("sheet.txt");
    std::fs::write(&sheet_path, sheet).unwrap();
    let key = folder.path().join("key.json");
    let words = [("IMAJIN_PASSPHRASE", "correct horse battery staple")];
    let arguments = [
        "key",
        "recover",
        "--json",
        "--key",
        key.to_str().unwrap(),
        "--sheet",
        sheet_path.to_str().unwrap(),
    ];
    let opened = imajin_with(arguments, &words).json();
    assert_eq!(opened["did"], "did:imajin:FAe4sisG95oZ42w7buUn5qEE4TAnfTTFPiguZUHmhiF");
    let stored: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&key).unwrap()).unwrap();
    assert_eq!(
        stored["ed25519"],
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    );
    assert_eq!(
        stored["x25519"],
        "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let binary = imajin_e2e::binary().to_str().unwrap();
    let status = std::process::Command::new("bash")
        .args(["-c", &format!("set -o pipefail; '{binary}' --help | head -c 1 >/dev/null")])
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}

/// Commands with only a folder use the settings with which its node is, or was last, served.
#[test]
fn commands_use_the_settings_that_the_node_is_served_with() {
    let folder = tempfile::tempdir().unwrap();
    let (data, place) = (folder.path().join("data"), folder.path().join("backups"));
    std::fs::create_dir(&place).unwrap();
    let settings = folder.path().join("elsewhere.toml");
    let text = format!("[backup]\nto = {:?}\n", place.to_str().unwrap());
    std::fs::write(&settings, text).unwrap();
    let options = NodeOptions::default().flags(["--config", settings.to_str().unwrap()]);
    let list = || imajin(["backup", "list", "--data", data.to_str().unwrap()]);
    let node = Node::start_with(&data, &options);
    list().ok();
    node.stop();
    list().ok();
    // Served with the folder's own settings, which name no place for backups.
    let node = Node::start(&data);
    list().fails_with(2);
    node.stop();
}
