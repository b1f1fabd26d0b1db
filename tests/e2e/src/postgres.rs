//! A real PostgreSQL of a test's own, from Debian's packages. A missing one is a failure with a name.
//!
//! This file stands by itself: the registry's own tests use it by its path.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often it is asked whether it is ready, and how long between two: longer in all than a busy machine takes.
const LOOKS: u32 = 1_200;
const NAP: Duration = Duration::from_millis(50);
/// The system's user, where tests run as root: the server refuses to be root.
const USER: &str = "postgres";

/// A server. It is stopped, and all that it held is gone, when dropped.
pub struct Cluster {
    server: Child,
    folder: tempfile::TempDir,
}

impl Cluster {
    /// Starts one with an empty database.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("imajin-pg-")
            .tempdir()
            .expect("a folder");
        let data = folder.path().join("data");
        make(folder.path(), &data);
        let server = serve(folder.path());
        let cluster = Self { server, folder };
        cluster.wait();
        cluster
    }

    /// What `DATABASE_URL` is.
    pub fn url(&self) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgresql://imajin@{folder}/postgres")
    }

    /// Stops it, as for an upgrade: nobody who asks gets an answer.
    pub fn away(mut self) -> Self {
        self.stop();
        self
    }

    /// Starts it again, on the data that it had.
    pub fn back(mut self) -> Self {
        self.server = serve(self.folder.path());
        self.wait();
        self
    }

    fn stop(&mut self) {
        // To the process itself, or to what `setpriv` became: it stops at once.
        let _ = Command::new("kill")
            .args(["-QUIT", &self.server.id().to_string()])
            .status();
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

/// The server of a folder.
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
    let server = server
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    server.spawn().expect("the server runs")
}

/// A folder of databases, copied from one that was made before where there is one: making it takes seconds.
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
        // Whoever was first is as good.
        if std::fs::rename(&fresh, &template).is_err() {
            let _ = std::fs::remove_dir_all(&fresh);
        }
        return;
    }
    run(Command::new("cp").arg("-a").arg(&template).arg(data));
}

/// What only this test has.
fn name(folder: &Path) -> String {
    folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn run(command: &mut Command) {
    let output = command.output().expect("it runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
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
        .args([
            &format!("--reuid={USER}"),
            &format!("--regid={USER}"),
            "--clear-groups",
        ])
        .arg(program);
    // Wherever this runs, that user may not be allowed to.
    command.current_dir("/");
    command
}

/// Debian has a folder for each version; the newest is taken.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let found = versions
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.exists());
    let on_path = std::env::var_os("PATH").into_iter();
    let on_path: Vec<PathBuf> = on_path
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .collect();
    let on_path = on_path
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|path| path.exists());
    let found = found.max().or(on_path);
    found.unwrap_or_else(|| panic!("{name} of PostgreSQL is missing: apt-get install postgresql"))
}
