//! The program `imajin-registry`. `serve` mounts the relay at `/` and at `/relay`, the node directory at `/api`.
//!
//! Always: answers accepted requests before it stops, and reports an error in a line on standard error.

use std::error::Error;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use imajin_host::outgoing::Allowed;
use imajin_protocol::{Keypair, SignedMessage};
use imajin_registry::RelayHost;
use imajin_registry::directory::dns::cloudflare::Cloudflare;
use imajin_registry::directory::{self, Directory, Postgres};
use imajin_registry::release::{self, Draft};
use imajin_registry::standalone::{self, Standalone};
use imajin_registry::tunnel::Listeners;
use imajin_relay::{Clock, Config, Relay, SystemClock};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
#[command(
    name = "imajin-registry",
    version,
    about = "A full DFOS v1 relay and a directory of Imajin nodes."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs relay and directory until a signal stops them.
    Serve(Serve),
    /// Moves the directory from FOLDER/registry.sqlite into the PostgreSQL of DATABASE_URL; the registry must not run.
    Import(Import),
    /// Derives everything again from the relay's log; the relay must not run.
    Rebuild(Data),
    /// Signs a message to a registry and prints it: a release, a suspension, a revocation.
    Sign(Sign),
    /// Makes the file by which nodes are updated (`imajin update FILE`), and prints its statement for registries.
    Release(Release),
}

#[derive(Args)]
struct Release {
    /// The version, as the programs report it.
    #[arg(long)]
    version: String,
    /// When it is released, for people: 2026-11-21.
    #[arg(long)]
    date: String,
    /// The program for an architecture, as aarch64=FILE or x86_64=FILE; once for each.
    #[arg(long = "program", value_name = "ARCH=FILE", required = true, value_parser = program)]
    programs: Vec<(String, PathBuf)>,
    /// Older versions should run nowhere any more.
    #[arg(long, value_name = "VERSION")]
    min_version: Option<String>,
    /// The news in this release.
    #[arg(long)]
    notes: Option<String>,
    /// The version before does not open any more what this one wrote in: a node is only updated if its owner agrees.
    #[arg(long)]
    one_way: bool,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The release key: 64 hexadecimal digits, or PKCS#8 as hexadecimal digits.
    #[arg(long, env = "REGISTRY_PRIVATE_KEY", hide_env_values = true)]
    key: String,
}

fn program(text: &str) -> Result<(String, PathBuf), String> {
    let pair = text.split_once('=');
    let (arch, path) = pair.ok_or("give it as ARCH=FILE, for example aarch64=target/imajin")?;
    Ok((arch.to_owned(), PathBuf::from(path)))
}

#[derive(Args)]
struct Import {
    #[command(flatten)]
    data: Data,
    /// The database, as postgresql://user@host/name; it must hold no directory yet.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database: String,
}

#[derive(Args)]
struct Sign {
    /// The type of message: build.release, build.withdraw, node.revoke, node.suspend or node.reinstate.
    kind: String,
    /// The payload as JSON.
    payload: String,
    /// The key that signs: 64 hexadecimal digits, or PKCS#8 as hexadecimal digits.
    #[arg(long, env = "REGISTRY_PRIVATE_KEY", hide_env_values = true)]
    key: String,
}

#[derive(Args)]
struct Data {
    /// The folder of the registry's stores and of the relay's key.
    #[arg(long, env = "IMAJIN_REGISTRY_DATA", default_value = "registry")]
    data: PathBuf,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    data: Data,
    /// The address to listen on; port 0 picks a free port and prints it.
    #[arg(long, env = "IMAJIN_REGISTRY_LISTEN", default_value = "127.0.0.1:4444")]
    listen: SocketAddr,
    /// Settings: a TOML file with the relay's name, capabilities, peers and limits, the directory's below [directory], and
    /// those of connections and bodies below [edge] and [daily], and of tunnels below [tunnel].
    #[arg(long, env = "IMAJIN_REGISTRY_CONFIG")]
    config: Option<PathBuf>,
    /// The directory's database: postgresql://user@host/name. FOLDER/registry.sqlite if missing.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database: Option<String>,
    /// A trusted key in addition to those of the settings: 64 hexadecimal digits, or PKCS#8 as hexadecimal digits.
    #[arg(long, env = "REGISTRY_PRIVATE_KEY", hide_env_values = true)]
    key: Option<String>,
}

/// The outcome of a command; a failure is shown as it says.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("IMAJIN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A file or the journal wants no colours.
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let done = match Cli::parse().command {
        Command::Serve(serve) => run(&serve),
        Command::Import(import) => bring(&import),
        Command::Rebuild(data) => rebuild(&data.data),
        Command::Sign(sign) => print_signed(&sign),
        Command::Release(release) => make_release(release),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("imajin-registry: {error}");
            ExitCode::FAILURE
        }
    }
}

fn rebuild(data: &Path) -> Outcome {
    println!("{} operations", imajin_relay::rebuild(data)?.operations);
    Ok(())
}

fn bring(import: &Import) -> Outcome {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no threads: {error}"))?;
    let store = runtime.block_on(Postgres::connect(&import.database))?;
    let (nodes, rows) = store.import(&import.data.data)?;
    println!("{nodes} nodes, {rows} rows in all");
    Ok(())
}

fn print_signed(sign: &Sign) -> Outcome {
    let payload = serde_json::from_str(&sign.payload);
    let payload = payload.map_err(|error| format!("the payload: {error}"))?;
    let keypair = Keypair::import(&sign.key)?;
    let (key, from) = (keypair.signing_key(), keypair.did());
    let message = SignedMessage::sign(key, from, &sign.kind, SystemClock.now(), payload);
    println!("{}", message.to_value());
    Ok(())
}

fn make_release(release: Release) -> Outcome {
    let keypair = Keypair::import(&release.key)?;
    let count = release.programs.len();
    let draft = Draft {
        version: release.version,
        date: release.date,
        minimum: release.min_version,
        notes: release.notes,
        is_one_way: release.one_way,
        programs: release.programs.into_iter().collect(),
    };
    if draft.programs.len() != count {
        return Err("--program names an architecture twice".into());
    }
    let statement = release::write(&draft, &keypair, SystemClock.now(), &release.to)?;
    println!("{statement}");
    Ok(())
}

fn run(serve: &Serve) -> Outcome {
    imajin_edge::server::raise_file_limit();
    let (config, mut directory, standalone) = config(serve)?;
    if let Some(key) = serve.key.as_deref().filter(|key| !key.is_empty()) {
        let keypair =
            Keypair::import(key).map_err(|error| format!("REGISTRY_PRIVATE_KEY: {error}"))?;
        let public = keypair.signing_key().verifying_key();
        directory.keys.push(imajin_dfos::hex::encode(public.as_bytes()));
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no threads: {error}"))?;
    runtime.block_on(listen(serve, config, directory, &standalone))
}

/// The relay's settings, the directory's below `directory`, and those of the program alone: `edge`, `daily`, `disk`,
/// `private-addresses`, `tunnel`.
type Settings = (Config, directory::Config, standalone::Config);

fn config(serve: &Serve) -> Outcome<Settings> {
    let Some(path) = &serve.config else {
        let config = Config::new(&serve.data.data);
        return Ok((config, directory::Config::default(), standalone::Config::default()));
    };
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let mut table: toml::Table = toml::from_str(&text).map_err(|error| wrong(&error))?;
    let directory: directory::Config =
        below(&mut table, "directory").map_err(|error| wrong(&error))?;
    let standalone = standalone::Config {
        edge: below(&mut table, "edge").map_err(|error| wrong(&error))?,
        daily: below(&mut table, "daily").map_err(|error| wrong(&error))?,
        disk: below(&mut table, "disk").map_err(|error| wrong(&error))?,
        private_addresses: below(&mut table, "private-addresses").map_err(|error| wrong(&error))?,
        tunnel: below(&mut table, "tunnel").map_err(|error| wrong(&error))?,
    };
    standalone.tunnel.check().map_err(|error| wrong(&format!("[tunnel]: {error}")))?;
    if standalone.tunnel.listen.is_some() && directory.domain.is_none() {
        return Err(wrong(&"[tunnel] needs a domain for the names of nodes in [directory]").into());
    }
    let directory =
        directory::Config { tunnel_addresses: standalone.tunnel.addresses.clone(), ..directory };
    let mut config: Config = table.try_into().map_err(|error| wrong(&error))?;
    config.folder.clone_from(&serve.data.data);
    Ok((config, directory, standalone))
}

/// Takes a nested table, or a value, out of the configuration; returns the default if it is missing.
fn below<T: Default + serde::de::DeserializeOwned>(
    table: &mut toml::Table,
    name: &str,
) -> Result<T, String> {
    match table.remove(name) {
        None => Ok(T::default()),
        Some(found) => found.try_into().map_err(|error| format!("[{name}]: {error}")),
    }
}

/// Opens the directory in its database, with its nodes' names in the DNS if there is a zone.
async fn open(
    serve: &Serve,
    config: directory::Config,
    has_tunnels: bool,
    clock: Arc<dyn Clock>,
) -> Outcome<Directory> {
    let zone = Cloudflare::from_env()?;
    let zone = zone.map(|zone| Arc::new(zone) as Arc<dyn directory::dns::Provider>);
    if has_tunnels && zone.is_some() && config.tunnel_addresses.is_empty() {
        return Err("[tunnel]: addresses must have the addresses of this machine, to which nodes' names lead".into());
    }
    let store: Arc<dyn directory::store::Store> =
        match serve.database.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => Arc::new(Postgres::connect(url).await?),
            None => Arc::new(directory::Sqlite::in_folder(&serve.data.data)?),
        };
    Ok(Directory::open_in(store, config, clock, zone)?)
}

async fn listen(
    serve: &Serve,
    config: Config,
    directory: directory::Config,
    standalone: &standalone::Config,
) -> Outcome {
    let address = serve.listen;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let has_tunnels = standalone.tunnel.listen.is_some();
    let directory = open(serve, directory, has_tunnels, Arc::clone(&clock)).await?;
    let allowed = Allowed { private: standalone.private_addresses };
    let host = RelayHost::new(&config, standalone.disk.clone(), allowed)?;
    let relay = Relay::open(config, Arc::clone(&clock), Arc::new(host))?;
    let app = Standalone::new(standalone, &serve.data.data, relay, directory, clock)?;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let visitors = Listeners::bind(&standalone.tunnel).await?;
    // On standard output, for a caller that passed port 0.
    if let Some(visitors) = &visitors {
        let (address, redirect) = visitors.addresses()?;
        println!("carrying connections at {address}");
        if let Some(redirect) = redirect {
            println!("redirecting at {redirect}");
        }
    }
    println!("listening on http://{}", listener.local_addr()?);
    app.serve(listener, visitors, told_to_stop()).await;
    Ok(())
}

/// Resolves on SIGTERM or Ctrl-C.
async fn told_to_stop() {
    let keyboard = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                () = keyboard => {}
                _ = terminate.recv() => {}
            },
            Err(_) => keyboard.await,
        }
    }
    #[cfg(not(unix))]
    keyboard.await;
}
