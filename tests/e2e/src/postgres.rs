//! A separate PostgreSQL server for a test, from Debian's packages. Panics with a clear message if they are missing.
//!
//! This file has no dependencies on its crate: the registry's own tests include it by its path.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Number of checks until the server is ready, and the pause between them: longer in total than a busy machine needs.
const LOOKS: u32 = 1_200;
const NAP: Duration = Duration::from_millis(50);
/// The system user of the server when tests run as root, which it refuses.
const USER: &str = "postgres";

/// A running server. Stopped when dropped, and its data deleted.
pub struct Cluster {
    server: Child,
    folder: tempfile::TempDir,
}

impl Cluster {
    /// Starts a server with an empty database.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("imajin-pg-").tempdir().expect("a folder");
        let data = folder.path().join("data");
        make(folder.path(), &data);
        let server = serve(folder.path());
        let cluster = Self { server, folder };
        cluster.wait();
        cluster
    }

    /// Returns the value for `DATABASE_URL`.
    pub fn url(&self) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgresql://imajin@{folder}/postgres")
    }

    /// Stops the server, as for an upgrade.
    pub fn away(mut self) -> Self {
        self.stop();
        self
    }

    /// Restarts the server on its data.
    pub fn back(mut self) -> Self {
        self.server = serve(self.folder.path());
        self.wait();
        self
    }

    fn stop(&mut self) {
        // To the process itself, or to what `setpriv` executed: a fast shutdown.
        let _ = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
    }

    fn wait(&self) {
        for _ in 0..LOOKS {
            let mut ask = Command::new(program("pg_isready"));
            let ready = ask.arg("-h").arg(self.folder.path()).arg("-q").status();
            if ready.is_ok_and(|status| status.success()) {
                return;
            }
            std::thread::sleep(NAP);
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("PostgreSQL does not start: {log}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts the server of a folder.
fn serve(folder: &Path) -> Child {
    let socket = folder.display().to_string();
    let settings = [
        "fsync=off",
        "listen_addresses=",
        &format!("unix_socket_directories={socket}"),
        "max_connections=64",
    ];
    let mut server = as_user(&program("postgres"));
    server.arg("-D").arg(folder.join("data"));
    for setting in settings {
        server.args(["-c", setting]);
    }
    let log = std::fs::File::create(folder.join("log")).expect("a log");
    let server = server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    server.spawn().expect("the server runs")
}

/// Creates a database folder, copied from a template if there is one: creating it takes seconds.
fn make(folder: &Path, data: &Path) {
    if is_root() {
        run(Command::new("chown").arg(USER).arg(folder));
    }
    let test = std::env::current_exe().expect("a test has a path");
    let template = test.with_file_name("postgres-template");
    if !template.exists() {
        let mut initdb = as_user(&program("initdb"));
        initdb.arg("-D").arg(data).args([
            "-A",
            "trust",
            "-N",
            "-U",
            "imajin",
            "--locale=C",
            "-E",
            "UTF8",
        ]);
        run(&mut initdb);
        let fresh = template.with_extension(name(folder));
        run(Command::new("cp").arg("-a").arg(data).arg(&fresh));
        // Another process may have created the template first.
        if std::fs::rename(&fresh, &template).is_err() {
            let _ = std::fs::remove_dir_all(&fresh);
        }
        return;
    }
    run(Command::new("cp").arg("-a").arg(&template).arg(data));
}

/// Returns a name that is unique to this test.
fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn run(command: &mut Command) {
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}

fn as_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args([&format!("--reuid={USER}"), &format!("--regid={USER}"), "--clear-groups"])
        .arg(program);
    // The user may have no access to the current folder.
    command.current_dir("/");
    command
}

/// Returns a program's path in the newest of Debian's version folders.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let candidates =
        versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.exists());
    let on_path = std::env::var_os("PATH").into_iter();
    let on_path: Vec<PathBuf> =
        on_path.flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>()).collect();
    let on_path = on_path.into_iter().map(|folder| folder.join(name)).find(|path| path.exists());
    let newest = candidates.max().or(on_path);
    newest.unwrap_or_else(|| panic!("{name} of PostgreSQL is missing: apt-get install postgresql"))
}
