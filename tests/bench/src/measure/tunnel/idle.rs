//! Memory of a registry with many idle tunnels. The other ends are in this process, without a node.

use super::{CONFIG, until};
use crate::measure::directory::{registration, send, signed};
use crate::measure::prelude::*;
use crate::measure::registry::Registry;
use crate::process;
use hyper::Response;
use imajin_box::registry::Wire;
use imajin_edge::tunnel;
use imajin_host::outgoing::Allowed;

const TUNNELS: u32 = 1_000;
/// All nodes share this machine's address, and each tunnel is a connection.
const LIMITS: &str =
    "[edge]\nconnections = 4096\n[directory.limits]\naddress-registrations-an-hour = 100000\n";
const KIB: f64 = 1024.0;
const MIB: f64 = KIB * KIB;

/// Measures what tunnels add to the memory of a registry that knows their nodes.
pub fn idle(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    // The registry raises its own; the other ends need as many.
    imajin_edge::server::raise_file_limit();
    let registry = Registry::start(folder, &format!("{CONFIG}{LIMITS}"))?;
    send(&registry, "/api/node/register", 0..TUNNELS, registration)?;
    let before = process::memory(registry.pid())?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(open_all(&format!("http://{}", registry.address)))?;
    for node in 0..TUNNELS {
        let path = format!("/api/node/reach/node-{node}");
        until("a tunnel", || Ok(registry.client.get(&path)?["connected"] == true))?;
    }
    let after = process::memory(registry.pid())?;
    let added = after.saturating_sub(before) as f64;
    report
        .row(format!("tunnel: {} idle ones at the registry", number(f64::from(TUNNELS))))
        .at_most(added / MIB, "MiB", 64.0)
        .beside(format!("{:.1} MiB resident with them", after as f64 / MIB));
    report
        .row("tunnel: an idle one at the registry")
        .at_most(added / KIB / f64::from(TUNNELS), "KiB", 64.0)
        .beside("mean of all");
    Ok(())
}

/// Opens a tunnel for each node, which lasts as long as the runtime.
async fn open_all(registry: &str) -> Outcome {
    let wire = Wire::new(Allowed::default(), registry)?;
    for node in 0..TUNNELS {
        let names = [format!("node-{node}.nodes.local")];
        let request = signed(node, json!({ "names": names }))?;
        let (_, socket) = wire.tunnel(&request).await?;
        let mut connection = tunnel::box_side(socket).await?;
        tokio::spawn(async move {
            // The registry says which names it carries, and brings no visitors.
            while let Some(Ok((_, mut answer))) = connection.accept().await {
                let _ = answer.send_response(Response::new(()), true);
            }
        });
    }
    Ok(())
}
