//! Debian's package: it installs the same files as scripts/install, and people's records stay until an admin deletes
//! them. The test installs it for real, on a temporary overlay over this machine.

use imajin_e2e::mount::Overlay;
use imajin_e2e::prelude::*;
use std::process::Output;

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts").join(name)
}

fn output_text(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// Builds the package of the program under test, for this machine.
fn package(to: &Path) -> PathBuf {
    require_tool("dpkg-deb", "dpkg");
    let output = Command::new(script("build-deb"))
        .arg("--fast")
        .arg("--from")
        .arg(binary().parent().unwrap())
        .arg("--to")
        .arg(to)
        .output()
        .expect("the script runs");
    assert!(output.status.success(), "{}", output_text(&output));
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    PathBuf::from(stdout.lines().last().expect("a path"))
}

fn field(package: &Path, name: &str) -> String {
    let output = Command::new("dpkg-deb").arg("--field").arg(package).arg(name).output();
    output_text(&output.expect("dpkg-deb runs")).trim().to_owned()
}

/// Returns every installed file with its mode, relative to a root, without files for the package manager.
fn installed(root: &Path) -> BTreeSet<(String, u32)> {
    use std::os::unix::fs::PermissionsExt;
    let listed = files(root).into_iter().map(|path| {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        (path.strip_prefix(root).unwrap().display().to_string(), mode)
    });
    listed.filter(|(name, _)| !name.starts_with("usr/share/doc/imajin/")).collect()
}

#[test]
fn the_package_and_what_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let package = package(&folder.path().join("debian"));
    it_holds_what_the_install_script_brings(folder.path(), &package);
    it_lives_and_goes(&package);
}

fn it_holds_what_the_install_script_brings(folder: &Path, package: &Path) {
    assert_eq!(field(package, "Package"), "imajin");
    let arch = Command::new("dpkg").arg("--print-architecture").output().unwrap();
    assert_eq!(field(package, "Architecture"), output_text(&arch).trim());
    assert!(field(package, "Version").starts_with(env!("CARGO_PKG_VERSION")));
    assert!(field(package, "Depends").contains("libc6 (>= 2.36)"));
    let (from_package, by_script) = (folder.join("package"), folder.join("script"));
    let unpacked = Command::new("dpkg-deb").arg("-x").arg(package).arg(&from_package).output();
    assert!(unpacked.unwrap().status.success());
    let output = Command::new(script("install"))
        .args(["--socket", "--from"])
        .arg(binary().parent().unwrap())
        .arg("--root")
        .arg(&by_script)
        .output()
        .expect("the script runs");
    assert!(output.status.success(), "{}", output_text(&output));
    assert_eq!(installed(&from_package), installed(&by_script));
    let manual = from_package.join("usr/share/doc/imajin/operating.md");
    assert!(manual.is_file() || manual.with_extension("md.gz").is_file());
}

fn it_lives_and_goes(package: &Path) {
    let machine = Overlay::new();
    std::fs::copy(package, machine.path().join("tmp/imajin.deb")).unwrap();
    let run = |line: &str| {
        let output = machine.run(&["sh", "-ec", line]);
        assert!(output.status.success(), "{line}: {}", output_text(&output));
        output_text(&output)
    };
    // Some test machines have no udev.
    let install = "DEBIAN_FRONTEND=noninteractive dpkg --force-depends --install /tmp/imajin.deb";
    let exists = |name: &str| machine.path().join(name).exists();
    run(install);
    assert!(run("imajin --version").contains(env!("CARGO_PKG_VERSION")));
    assert!(run("getent passwd imajin").contains("/usr/sbin/nologin"));
    for unit in ["imajin.service", "imajin-stick-removal.path"] {
        assert!(is_link(&machine, unit), "{unit}");
    }
    run(
        "mkdir -p /var/lib/imajin/users && echo ada > /var/lib/imajin/users/ada && chown -R imajin: /var/lib/imajin",
    );

    // A unit that an admin disabled stays disabled through an upgrade.
    run("rm /etc/systemd/system/multi-user.target.wants/imajin-stick-removal.path");
    run(install);
    assert!(!is_link(&machine, "imajin-stick-removal.path"));
    assert!(is_link(&machine, "imajin.service"));

    run("mkdir /var/lib/imajin-versions && touch /var/lib/imajin-versions/state.json");
    run("DEBIAN_FRONTEND=noninteractive dpkg --remove imajin");
    assert!(!exists("usr/bin/imajin") && exists("var/lib/imajin/users/ada"));
    assert!(!exists("var/lib/imajin-versions"), "nothing starts them any more");
    run(install);
    let purged = run("DEBIAN_FRONTEND=noninteractive dpkg --purge imajin");
    assert!(purged.contains("stay in /var/lib/imajin"), "{purged}");
    assert!(!exists("usr/lib/imajin") && exists("var/lib/imajin/users/ada"));
    assert!(!is_link(&machine, "imajin.service"));

    run(install);
    run("echo 'imajin imajin/delete-data boolean true' | debconf-set-selections");
    run("DEBIAN_FRONTEND=noninteractive dpkg --purge imajin");
    assert!(!exists("var/lib/imajin"), "the admin said yes");
}

fn is_link(machine: &Overlay, unit: &str) -> bool {
    let wants = machine.path().join("etc/systemd/system/multi-user.target.wants");
    std::fs::symlink_metadata(wants.join(unit)).is_ok()
}
