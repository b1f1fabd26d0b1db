//! `imajin status`: the state of a node.

use crate::cli::ReportArgs;
use crate::client::Client;
use crate::output::Out;
use imajin_box::failure::{OrFail, Outcome};
use imajin_box::folder::NODE_FOLDER;
use imajin_box::key::PersonKey;
use imajin_box::size::bytes;
use imajin_box::survey::{self, LogSurvey};
use imajin_box::{address, control};
use imajin_host::network::NetworkState;
use imajin_log::Space;
use imajin_registry::enrolment::Registration;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// People shown by name; more are counted.
const SHOWN_MAX: usize = 20;

#[derive(Serialize)]
struct Status {
    version: &'static str,
    data: PathBuf,
    node: Option<String>,
    /// Address of the running node; `None` if no node runs on this folder.
    running: Option<String>,
    healthy: Option<bool>,
    /// Whether the running node is locked: it waits for its passphrase, or key file.
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<bool>,
    /// Why the running node does not tell of its logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    silent: Option<String>,
    logs: Vec<LogSurvey>,
    sizes: Sizes,
    /// The registrations; empty if the file can't be read.
    registries: Vec<Registration>,
    /// Certificates, the name at home, and other nodes there; of a running node.
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<NetworkState>,
}

#[derive(Serialize)]
struct Sizes {
    users: u64,
    runtime: u64,
    journal: u64,
    free: Option<u64>,
}

pub(super) fn run(args: &ReportArgs) -> Outcome {
    let status = survey(&super::existing_node(&args.data)?)?;
    Out::answer(args.json, &status, |out| print(out, &status))
}

fn survey(data: &Path) -> Outcome<Status> {
    let node = PersonKey::read(&data.join(NODE_FOLDER).join("identity.key")).ok();
    let running = address::running(data);
    let healthy = running.as_deref().map(is_healthy);
    // A running node has its logs open for itself alone.
    let answer = running.is_some().then(|| control::ask(data));
    let sealed = answer.as_ref().and_then(|answer| Some(answer.as_ref().ok()?.sealed));
    let (logs, silent, network) = match answer {
        Some(Ok(running)) => (running.logs, None, Some(running.place)),
        Some(Err(why)) => (Vec::new(), Some(why), None),
        None => {
            (survey::logs(data).or_unusable(format!("cannot read {}", data.display()))?, None, None)
        }
    };
    Ok(Status {
        version: env!("CARGO_PKG_VERSION"),
        node: node.map(|key| key.did().as_str().to_owned()),
        logs,
        silent,
        network,
        sizes: Sizes {
            users: survey::bytes(&data.join("users")),
            runtime: survey::bytes(&data.join("runtime")),
            journal: survey::bytes(&data.join(NODE_FOLDER).join("journal.sqlite")),
            free: Space::measure(data).ok().map(|space| space.free),
        },
        registries: crate::register::registrations(data).unwrap_or_default(),
        data: data.to_path_buf(),
        running,
        healthy,
        sealed,
    })
}

fn is_healthy(url: &str) -> bool {
    Client::new(url)
        .and_then(|client| client.get("/healthz"))
        .is_ok_and(|answer| answer["status"] == "ok")
}

fn print(out: &mut Out, status: &Status) -> Outcome {
    out.line(format_args!("imajin {}", status.version))?;
    out.line(format_args!(
        "  node      {}",
        status.node.as_deref().unwrap_or("(its key is sealed, or cannot be read)")
    ))?;
    out.line(format_args!("  data      {}", status.data.display()))?;
    out.line(match (&status.running, status.healthy) {
        (Some(url), _) if status.sealed == Some(true) => {
            format!("  running   at {url}, locked: open that page and type the passphrase")
        }
        (Some(url), Some(true)) => format!("  running   at {url}"),
        (Some(url), _) => {
            format!("  running   at {url}, but does not answer properly: look at its log")
        }
        (None, _) => "  running   no".to_owned(),
    })?;
    for one in &status.registries {
        out.line(format_args!("  registry  {}: {}", one.url, one.summary()))?;
    }
    if let Some(place) = &status.network {
        print_network(out, place)?;
    }
    let sizes = &status.sizes;
    let free = sizes.free.map(|free| format!(", {} free", bytes(free))).unwrap_or_default();
    out.line(format_args!(
        "  disk      logs and files {}, projections {}, journal {}{free}",
        bytes(sizes.users),
        bytes(sizes.runtime),
        bytes(sizes.journal)
    ))?;
    print_logs(out, status)
}

fn print_network(out: &mut Out, place: &NetworkState) -> Outcome {
    if let (Some(port), Some(own)) = (place.https, &place.own) {
        out.line(format_args!("  https     at port {port}; at home until {}", own.expires))?;
        out.line(format_args!("  sha256    {}", own.fingerprint))?;
    }
    for public in &place.public {
        let until =
            public.expires.map(|at| format!("until {at}")).unwrap_or_else(|| "none yet".to_owned());
        out.line(format_args!(
            "  names     {}: {until}{}",
            public.names.join(", "),
            if place.is_hidden(public) { "; it does not lead here, seen from here" } else { "" }
        ))?;
        if let Some((at, why)) = &public.problem {
            out.line(format_args!("            failed at {at}: {why}"))?;
        }
    }
    for tunnel in &place.tunnels {
        let state = match tunnel.since {
            Some(since) => format!("connected since {since}"),
            None => "not connected".to_owned(),
        };
        let day = tunnel.bytes_a_day;
        let day = day.map_or_else(String::new, |day| format!(" of {}", bytes(day)));
        out.line(format_args!(
            "  tunnel    {} by {}: {state}, {}{day} today",
            tunnel.names.join(", "),
            tunnel.registry,
            bytes(tunnel.bytes_today)
        ))?;
        let mut missing = tunnel.names.clone();
        missing.retain(|name| !tunnel.carried.contains(name));
        if tunnel.since.is_some() && !missing.is_empty() {
            let missing = missing.join(", ");
            out.line(format_args!("            not carried yet: {missing}"))?;
        }
        if let Some((at, why)) = &tunnel.last_break {
            out.line(format_args!("            broke at {at}: {why}"))?;
        }
    }
    if let Some(lan) = &place.lan {
        let others = plural(lan.neighbours.len() as u64, "other node", "other nodes");
        out.line(format_args!("  at home   {}; {others}", lan.name))?;
    }
    Ok(())
}

fn print_logs(out: &mut Out, status: &Status) -> Outcome {
    if status.sealed == Some(true) {
        return out.line("  logs      not open while the node is locked");
    }
    if let Some(why) = &status.silent {
        return out.line(format_args!("  logs      the running node does not tell of them: {why}"));
    }
    let entries: u64 = status.logs.iter().map(|log| log.entries).sum();
    out.line(format_args!(
        "  logs      {}, with {} in all",
        status.logs.len(),
        plural(entries, "entry", "entries")
    ))?;
    for log in status.logs.iter().take(SHOWN_MAX) {
        let did = log.did.as_deref().unwrap_or("(somebody)");
        let head = log
            .head
            .as_ref()
            .map(|head| format!("head {} since {}", head.seq, head.at))
            .unwrap_or_else(|| "no head yet".to_owned());
        if let Some(problem) = &log.problem {
            out.line(format_args!("    {did}  cannot be read: {problem}"))?;
            continue;
        }
        out.line(format_args!(
            "    {did}  {}, {head}, {}",
            plural(log.entries, "entry", "entries"),
            bytes(log.bytes)
        ))?;
    }
    if status.logs.len() > SHOWN_MAX {
        out.line(format_args!(
            "    and {} more (--json has them all)",
            status.logs.len() - SHOWN_MAX
        ))?;
    }
    Ok(())
}

fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
