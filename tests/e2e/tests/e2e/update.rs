//! Updates of the program on an installed machine: signed releases, rollback, and power cuts at any moment. Two
//! programs from the same source differ by their version.

use imajin_e2e::machine::{CALLS, Machine, program};
use imajin_e2e::prelude::*;
use imajin_e2e::registry::imajin_registry;
use imajin_protocol::generate_keypair;

const ARCH: &str = std::env::consts::ARCH;
const KEY: [u8; 32] = [7; 32];
const VERSIONS: &str = "var/lib/imajin-versions";

/// A release maker with a signing key.
struct Maker {
    folder: tempfile::TempDir,
    key: [u8; 32],
}

impl Maker {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, key: KEY }
    }

    fn did(&self) -> String {
        generate_keypair(self.key).did().to_string()
    }

    /// A release file of a program.
    fn release(&self, version: &str, program: &Path, more: &[&str]) -> PathBuf {
        self.release_of(version, &format!("{ARCH}={}", program.display()), more)
    }

    /// Makes a release of a program with these bytes.
    fn release_bytes(&self, version: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("program");
        fs::write(&path, bytes).unwrap();
        self.release(version, &path, &[])
    }

    fn release_of(&self, version: &str, program: &str, more: &[&str]) -> PathBuf {
        let to = self.folder.path().join(format!("imajin-{version}.release"));
        let words =
            ["release", "--version", version, "--date", "2026-11-21", "--program", program, "--to"];
        let key = imajin_dfos::hex::encode(&self.key);
        let words = [&words[..], &[to.to_str().unwrap()], more].concat();
        let (made, said) = imajin_registry(&words, &[("REGISTRY_PRIVATE_KEY", &key)]);
        assert!(made, "{said}");
        to
    }

    /// Makes a release of the program under test with another version.
    fn version(&self, version: &str) -> PathBuf {
        self.release(version, &program(version), &[])
    }
}

fn machine(maker: &Maker) -> Machine {
    let machine = Machine::new();
    trust(&machine, &maker.did());
    machine
}

fn trust(machine: &Machine, key: &str) {
    let file = machine.path("etc/imajin/release-keys");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, format!("# whoever makes our releases\n{key}\n")).unwrap();
}

/// Copies a release to the machine, as its admin would.
fn bring(machine: &Machine, release: &Path) -> String {
    fs::copy(release, machine.path("opt/release")).unwrap();
    "/opt/release".to_owned()
}

fn list(machine: &mut Machine) -> Json {
    machine.imajin(&["update", "--list", "--json"]).json()
}

/// Returns the installed versions and any stray files next to them.
fn kept(machine: &Machine) -> Vec<String> {
    let folder = machine.path(VERSIONS);
    if !folder.exists() {
        return Vec::new();
    }
    let names = files(&folder).into_iter();
    let names = names.map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
    let mut names: Vec<String> = names
        .filter(|name| !["state.json", "lock"].contains(&name.as_str()))
        .map(|name| name.rsplit_once('-').map_or(name.clone(), |(version, _)| version.to_owned()))
        .collect();
    names.sort();
    names
}

fn write(machine: &Machine, text: &str) -> Person {
    let address = fs::read_to_string(machine.path("var/lib/imajin/node/address")).unwrap();
    let person = Person::new(&address);
    person.update_bio(text).unwrap();
    person
}

#[test]
fn updates_keep_two_versions_and_go_back() {
    let maker = Maker::new();
    let mut machine = machine(&maker);
    let registry =
        Registry::start(&maker.folder.path().join("registry"), &RegistryOptions::default());
    machine.env = [("URLS", registry.url.as_str()), ("NAME", "adas-box"), ("RETRY_S", "1")]
        .map(|(name, value)| (format!("IMAJIN_REGISTRIES_{name}"), value.to_owned()))
        .into();
    machine.boot();
    assert_eq!(machine.version(), "0.1.0");
    assert!(!machine.path(VERSIONS).exists());
    let ada = write(&machine, "before the update");

    let release = bring(&machine, &maker.version("0.2.0"));
    let output = machine.imajin_as_nobody(&["update", &release, "--check"]).ok();
    assert!(
        output.contains("version 0.2.0") && output.contains(&maker.did()) && output.contains(ARCH),
        "{output}"
    );
    let done = machine.imajin(&["update", &release, "--json"]).json();
    assert_eq!(done, json!({ "version": "0.2.0", "before": "0.1.0", "changed": true }));
    assert_eq!(machine.version(), "0.2.0");
    // The command line always runs the active version, and registries are told its version.
    assert!(machine.imajin(&["--version"]).ok().contains("0.2.0"));
    let hash = list(&mut machine)["kept"][0]["hash"].clone();
    let listing =
        registry.until("adas-box", "told of the update", |node| node["version"] == "0.2.0");
    assert_eq!(listing["buildHash"], hash);
    let exe = fs::read_link(format!("/proc/{}/exe", machine.pid())).unwrap();
    assert!(exe.to_string_lossy().contains("imajin-versions/imajin-0.2.0-"), "{exe:?}");

    // Installing the same version again changes nothing.
    let starts = machine.starts;
    let output = machine.imajin(&["update", &release]).ok();
    assert!(output.contains("nothing changed") && machine.starts == starts, "{output}");

    for version in ["0.3.0", "0.4.0"] {
        let release = bring(&machine, &maker.version(version));
        assert!(
            machine
                .imajin(&["update", &release])
                .ok()
                .contains(&format!("version {version} runs now"))
        );
        assert_eq!(machine.version(), version);
    }
    assert_eq!(kept(&machine), ["imajin-0.3.0", "imajin-0.4.0"]);
    // Data written under the first version is readable under the last, and after a rollback too.
    assert_has!(machine.imajin(&["update", "--rollback"]).ok(), "version 0.3.0 runs now");
    assert_eq!(machine.version(), "0.3.0");
    let address = fs::read_to_string(machine.path("var/lib/imajin/node/address")).unwrap();
    Person::with_key(&address, ada.key.clone())
        .update_bio("after three updates and one back")
        .unwrap();

    // The chosen version survives a power cut.
    machine.cut();
    machine.boot();
    assert_eq!(machine.version(), "0.3.0");
    assert_eq!(list(&mut machine)["isOnTrial"], false);

    // A newer package takes precedence over both versions.
    machine.install("0.5.0");
    machine.cut();
    machine.boot();
    assert_eq!(machine.version(), "0.5.0");
    assert_eq!(list(&mut machine)["version"], "0.5.0");
}

#[test]
fn what_is_not_a_trusted_release_changes_nothing() {
    let maker = Maker::new();
    let mut machine = Machine::new();
    machine.boot();
    let good = maker.version("0.2.0");
    let release = bring(&machine, &good);
    let refusal = machine.imajin(&["update", &release]).fails_with(1);
    assert_has!(refusal, "no release key is known", "/etc/imajin/release-keys");
    let stranger = generate_keypair([8; 32]).did().to_string();
    trust(&machine, &stranger);
    let refusal = machine.imajin(&["update", &release]).fails_with(1);
    assert!(refusal.contains(&maker.did()) && refusal.contains(&stranger), "{refusal}");
    let refusal = machine
        .imajin_as_nobody(&["update", &release, "--release-key", &maker.did()])
        .fails_with(2);
    assert!(refusal.contains("sudo"), "{refusal}");

    // Truncated at the end, in the program and in the statement.
    let bytes = fs::read(&good).unwrap();
    let at = machine.path("opt/release");
    for (cut, flip) in
        [(1, 0), (1024, 0), (bytes.len() / 2, 0), (0, bytes.len() / 2), (0, 600), (0, 700)]
    {
        let mut bad = bytes[..bytes.len() - cut].to_vec();
        if flip > 0 {
            bad[flip] ^= 1;
        }
        fs::write(&at, bad).unwrap();
        let refusal =
            machine.imajin(&["update", &release, "--release-key", &maker.did()]).fails_with(1);
        assert!(
            refusal.contains("damaged")
                || refusal.contains("forged")
                || refusal.contains("none of the release keys"),
            "{refusal}"
        );
    }
    fs::write(&at, "no release").unwrap();
    machine.imajin(&["update", &release, "--release-key", &maker.did()]).fails_with(1);
    let refusal = machine.imajin(&["update", "/opt/nothing"]).fails_with(2);
    assert!(refusal.contains("/opt/nothing"), "{refusal}");

    trust(&machine, &maker.did());
    let other = maker.release_of("0.2.0", &format!("pdp11={}", good.display()), &[]);
    let release = bring(&machine, &other);
    let refusal = machine.imajin(&["update", &release]).fails_with(1);
    assert_has!(refusal, "no program for this machine", "pdp11");
    for (program, why) in [
        (&b"no program at all"[..], "does not run here"),
        (b"#!/bin/sh\nexit 3\n", "does not run here"),
        (b"#!/bin/sh\necho imajin 0.9.0\n", "0.9.0"),
    ] {
        let release = bring(&machine, &maker.release_bytes("0.2.0", program));
        let refusal = machine.imajin(&["update", &release]).fails_with(1);
        assert!(refusal.contains(why), "{refusal}");
    }
    let refusal = machine.imajin(&["update", "--rollback"]).fails_with(1);
    assert!(refusal.contains("no version before"), "{refusal}");
    // A machine without systemd.
    fs::remove_dir(machine.path("run/systemd/system")).unwrap();
    let release = bring(&machine, &good);
    let refusal = machine.imajin(&["update", &release]).fails_with(2);
    assert!(refusal.contains("systemd"), "{refusal}");

    assert_eq!((machine.version().as_str(), machine.starts), ("0.1.0", 1));
    assert_eq!(kept(&machine), Vec::<String>::new());
}

#[test]
fn older_ones_and_one_ways_need_a_word() {
    let maker = Maker::new();
    let mut machine = machine(&maker);
    machine.boot();
    let safe = maker.release("0.3.0", &program("0.3.0"), &["--min-version", "0.2.0"]);
    let release = bring(&machine, &safe);
    machine.imajin(&["update", &release]).ok();
    let release = bring(&machine, &maker.version("0.2.0"));
    let refusal = machine.imajin(&["update", &release]).fails_with(1);
    assert_has!(refusal, "older than 0.3.0", "--allow-older");
    machine.imajin(&["update", "--rollback"]).ok();
    assert_eq!(machine.version(), "0.1.0");
    // Newer than the running version, and older than the oldest safe one.
    let release = bring(&machine, &maker.version("0.1.5"));
    let refusal = machine.imajin(&["update", &release]).fails_with(1);
    assert_has!(refusal, "nothing before version 0.2.0");
    machine.imajin(&["update", &release, "--allow-older"]).ok();
    assert_eq!(machine.version(), "0.1.5");

    let one_way = maker.release("0.4.0", &program("0.4.0"), &["--one-way"]);
    let release = bring(&machine, &one_way);
    let refusal = machine.imajin(&["update", &release]).fails_with(1);
    assert_has!(refusal, "no way back", "--one-way");
    machine.imajin(&["update", &release, "--one-way"]).ok();
    let refusal = machine.imajin(&["update", "--rollback"]).fails_with(1);
    assert!(refusal.contains("--one-way"), "{refusal}");
    assert_eq!(machine.version(), "0.4.0");
}

/// Builds a program that prints its version and then does something else.
fn script(version: &str, does: &str) -> Vec<u8> {
    format!("#!/bin/sh\n[ \"$1\" != --version ] || {{ echo imajin {version}; exit; }}\n{does}\n")
        .into_bytes()
}

#[test]
fn a_version_that_does_not_become_healthy_is_given_up_by_itself() {
    let maker = Maker::new();
    let mut machine = machine(&maker);
    machine.boot();
    let release = bring(&machine, &maker.version("0.2.0"));
    machine.imajin(&["update", &release]).ok();
    let ada = write(&machine, "under a version that works");
    // The program ends at once, never becomes ready, or reports another version.
    fs::copy(program("0.4.0"), machine.path("opt/other")).unwrap();
    machine.ready_within = Duration::from_secs(12);
    for (does, starts, why) in [
        ("exit 1", 3, "started 2 times"),
        ("exec sleep 1000", 2, "it hung"),
        ("exec /opt/other \"$@\"", 2, "it says that it is version 0.4.0"),
    ] {
        let before = machine.starts;
        let release = bring(&machine, &maker.release_bytes("0.3.0", &script("0.3.0", does)));
        let refusal = machine.imajin(&["update", &release]).fails_with(1);
        assert_has!(refusal, "version 0.3.0 was given up, and version 0.2.0 runs again");
        assert!(refusal.contains(why), "{refusal}");
        machine.boot();
        assert_eq!((machine.version().as_str(), machine.starts - before), ("0.2.0", starts));
        let listed = list(&mut machine);
        assert_eq!(
            (&listed["last"]["version"], &listed["isOnTrial"]),
            (&json!("0.3.0"), &json!(false))
        );
        assert_has!(machine.imajin(&["update", "--list"]).ok(), "was given up");
    }
    let address = fs::read_to_string(machine.path("var/lib/imajin/node/address")).unwrap();
    Person::with_key(&address, ada.key.clone()).update_bio("and goes on").unwrap();
    // A rollback of the working version still leads to the packaged one.
    machine.imajin(&["update", "--rollback"]).ok();
    assert_eq!(machine.version(), "0.1.0");
}

#[test]
fn the_plug_is_pulled_at_any_step_of_an_update() {
    let maker = Maker::new();
    let mut machine = machine(&maker);
    machine.boot();
    let release = bring(&machine, &maker.version("0.2.0"));
    let (mut old, mut new, mut met) = (0, 0, Vec::new());
    for call in CALLS {
        for n in 1.. {
            if !machine.is_cut_at(call, n, &["update", &release]) {
                break;
            }
            machine.boot();
            let (version, all) = (machine.version(), list(&mut machine));
            met.push(format!("{call} {n}: {version}, {}", all["last"]));
            match version.as_str() {
                "0.1.0" => old += 1,
                "0.2.0" => new += 1,
                other => panic!("{call} {n}: {other}"),
            }
            // The update completes on its own: it does not need the process that requested it.
            assert_eq!(all["isOnTrial"], false, "{call} {n}");
            // A second request succeeds and removes the remains of the cut.
            machine.imajin(&["update", &release]).ok();
            let expected = ("0.2.0", vec!["imajin-0.2.0".to_owned()]);
            assert_eq!((machine.version().as_str(), kept(&machine)), expected, "{call} {n}");
            forget_updates(&mut machine);
        }
        assert_eq!(machine.version(), "0.2.0", "{call}");
        forget_updates(&mut machine);
    }
    // Cuts hit both sides of the switch. The number of waits after it depends on how fast the program ends.
    assert!(old >= 10 && new >= 1, "{met:#?}");
}

#[test]
fn the_plug_is_pulled_at_any_step_of_a_trial() {
    let maker = Maker::new();
    let mut machine = machine(&maker);
    machine.boot();
    let release = bring(&machine, &maker.version("0.2.0"));
    for step in ["ExecStartPre=-+", "ExecStartPost=+"] {
        let mut cuts = 0;
        for call in CALLS {
            for n in 1.. {
                machine.strike = Some((step, call, n));
                let ran = machine.imajin(&["update", &release]);
                if machine.strike.take().is_some() {
                    ran.ok();
                    forget_updates(&mut machine);
                    break;
                }
                cuts += 1;
                machine.boot();
                assert_eq!(
                    machine.version(),
                    "0.2.0",
                    "{step} {call} {n}: one cut is no reason to go back"
                );
                assert_eq!(list(&mut machine)["isOnTrial"], false);
                forget_updates(&mut machine);
            }
        }
        assert!(cuts >= 4, "{step} {cuts}");
    }
}

#[test]
fn the_owner_updates_from_a_stick_with_a_click() {
    let maker = Maker::new();
    let mut machine = machine(&maker);
    machine.boot();
    let address = |machine: &Machine| {
        fs::read_to_string(machine.path("var/lib/imajin/node/address")).unwrap()
    };
    let other = Person::new(&address(&machine));
    let owner = Person::stranger(&address(&machine));
    let key = owner.key_file(maker.folder.path());
    let code = fs::read_to_string(machine.path("var/lib/imajin/node/claim.code")).unwrap();
    let url = address(&machine);
    let words = ["register", "--claim", code.trim(), "--node", &url, "--key"];
    imajin([&words[..], &[key.to_str().unwrap()]].concat()).ok();
    let at = |machine: &Machine, who: &Person| Person::with_key(&address(machine), who.key.clone());
    let page = |machine: &Machine| at(machine, &owner).page("/health");
    let click = |machine: &Machine, who: &Person, stick: &str, file: &str| {
        let body = json!({ "stick": stick, "file": file });
        let who = at(machine, who);
        who.ask(Method::POST, "/health/update", Some(&body)).0
    };

    let stick = machine.plug();
    let shown = page(&machine);
    assert_has!(shown, "runs version 0.1.0", "top folder of a stick");
    // A valid release, one of another maker, one with a damaged program, and files that are not releases.
    let good = "imajin-0.2.0.release";
    fs::copy(maker.version("0.2.0"), stick.path().join(good)).unwrap();
    let mut bytes = fs::read(stick.path().join(good)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(stick.path().join("damaged.release"), bytes).unwrap();
    let stranger = Maker { key: [9; 32], ..Maker::new() };
    fs::copy(stranger.version("0.3.0"), stick.path().join("strange.release")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", stick.path().join("link.release")).unwrap();
    // Opening this would block forever.
    let waits =
        std::process::Command::new("mkfifo").arg(stick.path().join("waits.release")).status();
    assert!(waits.unwrap().success());
    let shown = page(&machine);
    assert_has!(shown, "Update to version 0.2.0", "none of the release keys");

    let name = stick.name.clone();
    assert_eq!(click(&machine, &other, &name, good), 403);
    for (stick, file) in [
        ("sdz9", good),
        (&name, "nothing.release"),
        (&name, "link.release"),
        (&name, "waits.release"),
        (&name, "../../../etc/passwd"),
    ] {
        assert_eq!(click(&machine, &owner, stick, file), 409, "{stick} {file}");
    }
    assert!(!machine.is_updating());
    // Root checks the file itself, regardless of the page's checks.
    for (file, why) in [
        ("damaged.release", "is not the one that was released"),
        ("strange.release", "none of the release keys"),
    ] {
        assert_eq!(click(&machine, &owner, &name, file), 202);
        machine.until("over", |machine| !machine.is_updating());
        let shown = page(&machine);
        assert!(shown.contains("wasn’t installed") && shown.contains(why), "{shown}");
        assert_eq!(machine.version(), "0.1.0");
    }
    // Malformed requests, which the node itself may write, have no effect.
    for request in ["..:..", "sda1", "a:b:c", ":"] {
        fs::write(machine.path("run/imajin/updates").join(request), "").unwrap();
        machine.until("over", |machine| !machine.is_updating());
    }
    assert_eq!((machine.version().as_str(), machine.starts), ("0.1.0", 1));

    assert_eq!(click(&machine, &owner, &name, good), 202);
    assert!(page(&machine).contains("updating"));
    machine.until("over", |machine| !machine.is_updating());
    assert_eq!(machine.version(), "0.2.0");
    let shown = page(&machine);
    assert_has!(shown, "runs version 0.2.0", "already running");
    assert!(!shown.contains("wasn’t installed"));
}

/// Sets the format version of a file.
fn set_form(path: &Path, number: u32) {
    const SET: &str = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('PRAGMA user_version = ' + sys.argv[2]); db.commit(); db.close()";
    let python = std::env::var("IMAJIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = std::process::Command::new(python);
    let command = command.args(["-c", SET]).arg(path).arg(number.to_string());
    assert!(command.status().unwrap().success());
}

#[test]
fn a_version_that_is_gone_back_to_refuses_a_folder_of_a_newer_form() {
    let (_folder, data) = imajin_e2e::data_folder();
    Node::start(&data).stop();
    for name in ["node/journal.sqlite", "secrets.sqlite"] {
        let path = data.join(name);
        set_form(&path, 9);
        let newer = fs::read(&path).unwrap();
        let attempt = Node::try_start(&data, &NodeOptions::default());
        let refusal = attempt.err().expect("it must not start");
        assert_has!(refusal, "version 9", "newer");
        assert_eq!(fs::read(&path).unwrap(), newer, "{name} was changed");
        set_form(&path, 1);
    }
    Node::start(&data).stop();
}

/// Resets the machine to its state before any update.
fn forget_updates(machine: &mut Machine) {
    machine.cut();
    let _ = fs::remove_dir_all(machine.path(VERSIONS));
    machine.boot();
    assert_eq!(machine.version(), "0.1.0");
}
