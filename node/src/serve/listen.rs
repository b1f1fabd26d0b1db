//! Where the node listens: one origin for everything, and each service's conventional port when asked.

use crate::config::{Config, Ports};
use crate::failure::{Failure, OrFail, Outcome};
use crate::open::machine_names;
use imajin_service::{Services, server, site::Site};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Open sockets, before anything is served.
pub(super) struct Listeners {
    main: TcpListener,
    address: SocketAddr,
    services: Vec<(&'static str, TcpListener)>,
}

impl Listeners {
    /// Takes the ports, so that one that is taken is known before anything else begins.
    pub(super) async fn bind(config: &Config, services: &Services) -> Outcome<Self> {
        let main = bind(config.listen).await?;
        let address = main.local_addr().or_unusable("cannot listen")?;
        let mut bound = Vec::new();
        for service in services.iter() {
            let port = match config.ports {
                Ports::None => continue,
                Ports::Dev => service.ports().dev,
                Ports::Prod => service.ports().prod,
            };
            // The node's one origin may stand on the port of a service (www): it answers for both.
            if port != address.port() {
                bound.push((
                    service.name(),
                    bind(SocketAddr::new(address.ip(), port)).await?,
                ));
            }
        }
        Ok(Self {
            main,
            address,
            services: bound,
        })
    }

    /// The address of the one origin, as people type it.
    pub(super) fn url(&self) -> String {
        let host = match self.address.ip() {
            ip if ip.is_unspecified() => machine_names()
                .into_iter()
                .next_back()
                .unwrap_or_else(|| "localhost".to_owned()),
            std::net::IpAddr::V6(ip) => format!("[{ip}]"),
            ip => ip.to_string(),
        };
        match self.address.port() {
            80 => format!("http://{host}"),
            port => format!("http://{host}:{port}"),
        }
    }

    /// Services with a port of their own.
    pub(super) fn service_ports(&self) -> Vec<(&'static str, u16)> {
        let port = |listener: &TcpListener| {
            listener
                .local_addr()
                .map(|address| address.port())
                .unwrap_or(0)
        };
        self.services
            .iter()
            .map(|(name, listener)| (*name, port(listener)))
            .collect()
    }

    /// Serves until told to stop, then until running requests have ended.
    pub(super) async fn serve(self, site: Site, stopped: watch::Receiver<bool>) {
        let mut tasks = tokio::task::JoinSet::new();
        for (service, listener) in self.services {
            tasks.spawn(server::serve(
                listener,
                site.bound_to(service),
                wait(stopped.clone()),
            ));
        }
        tasks.spawn(server::serve(self.main, site, wait(stopped)));
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!("a listener ended: {error}");
            }
        }
    }
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn bind(address: SocketAddr) -> Outcome<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::unusable(match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("another program listens on {address} already; choose another with --listen ADDR:PORT")
            }
            _ => format!("cannot listen on {address}: {error}"),
        })
    })
}
