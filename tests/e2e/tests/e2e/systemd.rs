//! The node under a service manager: the unit is confined, and the node reports when it is ready, healthy and stopping;
//! and the protocols of an installed node.

use imajin_e2e::hosts::{Network, address, curl};
use imajin_e2e::mount::Overlay;
use imajin_e2e::prelude::*;
use std::os::unix::net::UnixDatagram;

/// Maximum exposure of the units, in tenths (of 10.0).
const EXPOSURE_MAX: &str = "--threshold=15";

const UNITS: [(&str, &str); 3] = [
    ("imajin.service", "/usr/bin/imajin serve"),
    ("imajin-update.service", "/usr/bin/imajin update --requested"),
    ("imajin-registry.service", "/usr/bin/imajin-registry serve"),
];

/// The units that mount sticks in the machine's own mount namespace, so that most confinement does not apply to them.
const STICK_UNITS: [(&str, &str); 2] = [
    (
        "imajin-stick@.service",
        "/usr/lib/imajin/stick mount %i\nExecStop=/usr/lib/imajin/stick unmount %i",
    ),
    ("imajin-stick-removal.service", "/usr/lib/imajin/stick removals"),
];

/// Maximum exposure of these units, in tenths (of 10.0).
const STICK_EXPOSURE_MAX: &str = "--threshold=40";

/// Maximum exposure of the units of the Pi's image, in tenths (of 10.0).
const BOX_EXPOSURE_MAX: &str = "--threshold=20";

/// An SSH connection is a root shell: confinement would defeat its purpose.
const BOX_UNCONFINED: &str = "imajin-ssh@.service";

fn unit(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../systemd").join(name)
}

fn analyze(arguments: &[&str], unit: &Path) {
    require_tool("systemd-analyze", "systemd");
    let output = Command::new("systemd-analyze")
        .args(arguments)
        .arg(unit)
        .output()
        .expect("systemd-analyze runs");
    let warnings = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && warnings.trim().is_empty(),
        "{warnings}{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn the_units_are_confined() {
    let units = UNITS.map(|unit| (unit, EXPOSURE_MAX));
    let stick_units = STICK_UNITS.map(|unit| (unit, STICK_EXPOSURE_MAX));
    for ((name, _), most) in units.into_iter().chain(stick_units) {
        analyze(&["security", "--offline=true", "--no-pager", most], &unit(name));
    }
}

#[test]
fn the_units_of_the_image_are_confined() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../image/root/usr/lib/systemd/system");
    let units = std::fs::read_dir(folder).unwrap();
    let units = units.map(|unit| unit.unwrap().path());
    let units: Vec<PathBuf> = units
        .filter(|unit| unit.extension().is_some_and(|extension| extension == "service"))
        .collect();
    assert!(units.len() > 4, "{units:?}");
    for unit in units.iter().filter(|unit| !unit.ends_with(BOX_UNCONFINED)) {
        analyze(&["security", "--offline=true", "--no-pager", BOX_EXPOSURE_MAX], unit);
    }
}

#[test]
fn the_units_have_no_mistake() {
    // Copies that name an existing program: the real one is not installed on test machines.
    let folder = tempfile::tempdir().unwrap();
    for (name, started) in UNITS.into_iter().chain(STICK_UNITS) {
        let text = std::fs::read_to_string(unit(name)).unwrap();
        let program = imajin_e2e::binary().display().to_string();
        assert!(text.contains(&format!("ExecStart={started}\n")), "{name}");
        let copy = folder.path().join(name);
        let installed = started.split(' ').next().unwrap();
        let here = text.replace(&format!("{installed} "), &format!("{program} "));
        std::fs::write(&copy, here).unwrap();
        analyze(&["verify", "--man=no", "--recursive-errors=no"], &copy);
    }
    // The units that trigger them are in the same folder, as installed.
    for name in ["imajin.socket", "imajin-stick-removal.path", "imajin-update.path"] {
        let copy = folder.path().join(name);
        std::fs::copy(unit(name), &copy).unwrap();
        analyze(&["verify", "--man=no", "--recursive-errors=no"], &copy);
    }
}

#[test]
fn what_restarts_the_image_is_confined_and_has_no_mistake() {
    let image = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../image/root/usr/lib");
    let units = image.join("systemd/system");
    let service = units.join("imajin-power.service");
    let most = ["security", "--offline=true", "--no-pager", EXPOSURE_MAX];
    analyze(&most, &service);
    // A copy with the script's path in the repository.
    let text = std::fs::read_to_string(&service).unwrap();
    let script = image.join("imajin/power").display().to_string();
    assert!(text.contains("ExecStart=/usr/lib/imajin/power /run/imajin/power\n"));
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("imajin-power.service");
    let here = text.replace("=/usr/lib/imajin/power ", &format!("={script} "));
    std::fs::write(&copy, here).unwrap();
    std::fs::copy(units.join("imajin-power.path"), folder.path().join("imajin-power.path"))
        .unwrap();
    for unit in [copy, folder.path().join("imajin-power.path")] {
        analyze(&["verify", "--man=no", "--recursive-errors=no"], &unit);
    }
}

#[test]
fn the_service_manager_hears_ready_well_and_stopping() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let heard = |word: &str| {
        let mut buffer = [0; 4096];
        loop {
            let length = socket.recv(&mut buffer).unwrap_or_else(|_| panic!("no {word}"));
            let message = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if message.lines().any(|line| line == word) {
                return message;
            }
        }
    };
    let options = NodeOptions::default().env([
        ("NOTIFY_SOCKET", path.display().to_string()),
        ("WATCHDOG_USEC", "200000".to_owned()),
    ]);
    let node = Node::start_with(&folder.path().join("data"), &options);
    assert!(heard("READY=1").contains(&node.url));
    for _ in 0..3 {
        heard("WATCHDOG=1");
    }
    node.stop();
    heard("STOPPING=1");
}

/// Runs a script of the repository on a folder instead of the machine.
fn script(name: &str, root: &Path, arguments: &[&std::ffi::OsStr]) -> (bool, String) {
    let output =
        Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts").join(name))
            .arg("--root")
            .arg(root)
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .output()
            .expect("the script runs");
    let bytes = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&bytes).into_owned())
}

#[test]
fn it_is_installed_and_taken_away_but_for_the_data() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    let binary = imajin_e2e::binary();
    let from = binary.parent().unwrap().as_os_str();
    let installed = [
        "usr/bin/imajin",
        "usr/lib/systemd/system/imajin.service",
        "usr/lib/systemd/system/imajin-stick@.service",
        "usr/lib/systemd/system/imajin-stick-removal.path",
        "usr/lib/systemd/system/imajin-stick-removal.service",
        "usr/lib/systemd/system/imajin-update.path",
        "usr/lib/systemd/system/imajin-update.service",
        "usr/lib/imajin/stick",
        "usr/lib/udev/rules.d/90-imajin-stick.rules",
        "usr/lib/tmpfiles.d/imajin-sticks.conf",
    ];
    // Twice: a newer program replaces the installed one.
    for _ in 0..2 {
        let (done, said) =
            script("install", &root, &["--from".as_ref(), from, "--socket".as_ref()]);
        assert!(done, "{said}");
    }
    for name in installed {
        assert!(root.join(name).is_file(), "{name}");
    }
    let version = Command::new(root.join(installed[0])).arg("--version").output();
    assert!(version.unwrap().status.success());

    let kept = root.join("var/lib/imajin/node.key");
    std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
    std::fs::write(&kept, "a key").unwrap();
    let (done, said) = script("uninstall", &root, &[]);
    assert!(done && said.contains("The data stays"), "{said}");
    for name in installed {
        assert!(!root.join(name).exists(), "{name}");
    }
    assert!(!root.join("usr/lib/systemd/system/imajin.socket").exists());
    // Refused without confirmation.
    let (done, said) = script("uninstall", &root, &["--delete-data".as_ref()]);
    assert!(!done && said.contains("nothing of it was deleted"), "{said}");
    assert!(kept.is_file());
    let (done, said) = script("install", &root, &["--from".as_ref(), folder.path().as_os_str()]);
    assert!(!done && said.contains("there is no imajin in"), "{said}");
}

fn values(unit: &Path, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(unit).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once('='));
    let settings = lines.filter(|(found, _)| *found == name);
    settings.flat_map(|(_, value)| value.split(' ').map(str::to_owned)).collect()
}

/// Opens ports like systemd for a bare port number (all addresses, including IPv4), and executes the program.
const ACTIVATE: &str = "\
import os, socket, sys
ports = sys.argv[1].split(',')
sockets = [socket.create_server(('::', int(port)), family=socket.AF_INET6, dualstack_ipv6=True) for port in ports]
copies = [os.dup(s.fileno()) for s in sockets for _ in range(4)]
for fd, copy in zip((3, 4), (copies[0], copies[4])): os.dup2(copy, fd); os.set_inheritable(fd, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='2', LISTEN_FDNAMES='imajin.socket:imajin.socket')
os.execv(sys.argv[2], sys.argv[2:])
";

#[test]
fn an_installed_node_speaks_https_at_home() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    let from = imajin_e2e::binary().parent().unwrap().as_os_str();
    let arguments = ["--from".as_ref(), from, "--socket".as_ref()];
    let (done, said) = script("install", &root, &arguments);
    assert!(done, "{said}");
    let units = root.join("usr/lib/systemd/system");
    let environment = values(&units.join("imajin.service"), "Environment");
    let environment = environment
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let env: Vec<(String, String)> = environment.collect();
    let listen = env.iter().find(|(name, _)| name == "IMAJIN_LISTEN");
    let flags = vec!["--listen".to_owned(), listen.unwrap().1.clone()];
    let ports = values(&units.join("imajin.socket"), "ListenStream");
    assert_eq!(ports, ["80", "443"]);

    let network = Network::new(2);
    let python = std::env::var("IMAJIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let activate = [python, "-c".to_owned(), ACTIVATE.to_owned(), ports.join(",")];
    for (wrapper, plain, secure) in
        [([network.on(1), activate.to_vec()].concat(), "", ""), (network.on(1), ":7000", ":7443")]
    {
        let options = NodeOptions::default().wrapper(wrapper).env(env.clone());
        let options = options.flags(flags.clone());
        let node = Node::start_with(&folder.path().join("data"), &options);
        assert_eq!(node.https, Some(format!("https://imajin.local{secure}")));
        // A phone on the local network.
        let phone = |words: &[&str]| {
            let at = |port: &str| format!("imajin.local:{port}:{}", address(1));
            let (http, https) = match plain {
                "" => (at("80"), at("443")),
                _ => (at("7000"), at("7443")),
            };
            let resolve = ["--resolve", &http, "--resolve", &https];
            curl(&network.on(2), &[&resolve[..], words].concat())
        };
        let first = format!("http://imajin.local{plain}");
        let words = ["-H", "accept: text/html", "-w", "%{redirect_url}\n0", &first];
        let sent = phone(&words).1;
        assert!(sent.contains("/certificate?next=/"), "{sent}");
        let authority = folder.path().join("ca.pem");
        let file = authority.to_str().unwrap();
        let crt = format!("{first}/certificate/imajin-box.crt");
        assert_eq!(phone(&["-o", file, &crt]).0, 200);
        let health = format!("https://imajin.local{secure}/healthz");
        assert_eq!(phone(&["--cacert", file, &health]).0, 200);
        node.stop();
    }
}

/// On a machine without udev sticks are not detected; everything else is installed, configured and started.
#[test]
fn an_install_without_udev_is_whole() {
    let machine = Overlay::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/install");
    let script = script.canonicalize().unwrap();
    let manager = "#!/bin/sh\necho \"${0##*/} $*\" >> /run/said\n";
    for name in ["systemctl", "systemd-tmpfiles"] {
        let path = machine.path().join("usr/bin").join(name);
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, manager).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, mode).unwrap();
    }
    let program = machine.path().join("opt/package/imajin");
    for folder in ["opt/package", "run/systemd/system"] {
        std::fs::create_dir_all(machine.path().join(folder)).unwrap();
    }
    std::fs::copy(imajin_e2e::binary(), &program).unwrap();
    let prepared = machine.run(&[
        "sh",
        "-c",
        "rm -f /usr/bin/udevadm /bin/udevadm /sbin/udevadm; ! command -v udevadm",
    ]);
    assert!(prepared.status.success(), "{prepared:?}");
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let words = ["env", path, script.to_str().unwrap(), "--from", "/opt/package"];
    let installed = machine.run(&words);
    let errors = String::from_utf8_lossy(&installed.stderr);
    assert!(installed.status.success(), "{errors}");
    assert!(errors.contains("udev does not run here"), "{errors}");
    let done = std::fs::read_to_string(machine.path().join("run/said")).unwrap();
    assert_has!(
        done,
        "systemd-tmpfiles --create imajin-sticks.conf",
        "systemctl enable --now imajin-stick-removal.path imajin-update.path",
        "systemctl enable imajin.service",
        "systemctl restart imajin.service"
    );
}
