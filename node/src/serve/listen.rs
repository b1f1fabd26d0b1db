//! Listeners of the node: one origin for everything, plain and with TLS, and each service's conventional port if configured.
//! Sockets that the service manager opened are used instead of those of the settings.

use super::handed;
use super::supervisor::WaitingNotifier;
use crate::config::{Config, Ports};
use imajin_app::Services;
use imajin_app::task::boxed;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::lan::Doors;
use imajin_box::names::{machine_addresses, machine_names};
use imajin_edge::Site;
use imajin_edge::server::{self, Answers};
use imajin_host::stop::{Stop, Stopper};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::Poll;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Open sockets, before anything is served.
pub(super) struct Listeners {
    main: TcpListener,
    address: SocketAddr,
    secure: Option<(TcpListener, u16)>,
    services: Vec<(&'static str, TcpListener)>,
    /// The node's name on the local network, if it has one.
    pub(super) home: Option<String>,
}

impl Listeners {
    /// Takes the ports, so that one in use is known before anything else begins.
    pub(super) async fn bind(config: &Config, services: &Services) -> Outcome<Self> {
        let handed = handed::sockets()?;
        let main = match handed.plain {
            Some(listener) => listener,
            None => bind(config.listen).await?,
        };
        let address = main.local_addr().or_unusable("cannot listen")?;
        let secure = match (handed.secure, config.tls.address()) {
            (Some(listener), _) => Some(listener),
            (None, Some(address)) => Some(bind(address).await?),
            (None, None) => None,
        };
        let with_port = |listener: TcpListener| -> Outcome<(TcpListener, u16)> {
            let port = listener.local_addr().or_unusable("cannot listen")?.port();
            Ok((listener, port))
        };
        let secure = secure.map(with_port).transpose()?;
        let mut bound = Vec::new();
        for service in services.iter() {
            let port = match config.ports {
                Ports::None => continue,
                Ports::Dev => service.manifest().ports.dev,
                Ports::Prod => service.manifest().ports.prod,
            };
            // The node's own origin may have the port of a service (www): it answers for both.
            if port != address.port() {
                bound.push((service.name(), bind(SocketAddr::new(address.ip(), port)).await?));
            }
        }
        Ok(Self { main, address, secure, services: bound, home: None })
    }

    /// The port of HTTPS, if there is one.
    pub(super) fn secure_port(&self) -> Option<u16> {
        self.secure.as_ref().map(|(_, port)| *port)
    }

    /// Returns the address that HTTPS listens at, if it does.
    pub(super) fn secure_ip(&self) -> Option<IpAddr> {
        let (listener, _) = self.secure.as_ref()?;
        Some(listener.local_addr().ok()?.ip())
    }

    /// The announcement on the local network.
    pub(super) fn doors(&self) -> Doors {
        let secure = self.secure.as_ref().and_then(|(listener, _)| listener.local_addr().ok());
        let is_loopback = |address: SocketAddr| address.ip().is_loopback();
        Doors {
            plain: self.address.port(),
            secure: self.secure_port(),
            loopback: is_loopback(self.address) && secure.is_none_or(is_loopback),
        }
    }

    /// The address for other people and nodes: the best one there is. `name` is the node's name, if it has one.
    pub(super) fn public_url(&self, name: Option<&str>) -> String {
        let host = || self.lasting_host();
        let Some(port) = self.secure_port() else {
            return self.plain_at(&host());
        };
        let host = name.map_or_else(host, str::to_owned);
        match port {
            443 => format!("https://{host}"),
            port => format!("https://{host}:{port}"),
        }
    }

    /// The address that programs on this machine find it at.
    pub(super) fn local_url(&self) -> String {
        match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => self.plain_at("127.0.0.1"),
            IpAddr::V6(ip) if ip.is_unspecified() => self.plain_at("[::1]"),
            _ => self.url(),
        }
    }

    /// The address without TLS.
    pub(super) fn plain_url(&self, name: Option<&str>) -> String {
        self.plain_at(&name.map_or_else(|| self.host(), str::to_owned))
    }

    fn plain_at(&self, host: &str) -> String {
        plain_address(host, self.address.port())
    }

    fn host(&self) -> String {
        match self.address.ip() {
            ip if ip.is_unspecified() => name_of(self.home.clone(), machine_addresses()),
            ip => host_of(ip),
        }
    }

    /// The address in records: it outlasts an address from a router.
    fn lasting_host(&self) -> String {
        if !self.address.ip().is_unspecified() {
            return self.host();
        }
        let machine = || machine_names().into_iter().next_back();
        self.home.clone().or_else(machine).unwrap_or_else(|| "localhost".to_owned())
    }

    /// The address of the one origin, as people type it.
    pub(super) fn url(&self) -> String {
        self.plain_at(&self.host())
    }

    pub(super) fn service_ports(&self) -> Vec<(&'static str, u16)> {
        let port = |listener: &TcpListener| {
            listener.local_addr().map(|address| address.port()).unwrap_or(0)
        };
        self.services.iter().map(|(name, listener)| (*name, port(listener))).collect()
    }

    /// Answers for a box that waits until it opens, or `None` ends the wait. The sockets stay open.
    pub(super) async fn serve_until<T>(
        &self,
        site: &impl Answers,
        tls: Option<&TlsAcceptor>,
        (waiting, stopper): (&WaitingNotifier, &Stopper),
        opened: impl Future<Output = Option<T>>,
    ) -> Option<T> {
        let serve = |listener, tls| -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
            Box::pin(server::serve_waiting(listener, site.clone(), tls, wait(stopper.signal())))
        };
        let mut all: Vec<_> = self.plain().map(|listener| serve(listener, None)).collect();
        if let (Some((listener, _)), Some(tls)) = (&self.secure, tls) {
            all.push(serve(listener, Some(tls.clone())));
        }
        let mut serving = std::pin::pin!(together(all));
        let opened = tokio::select! {
            opened = opened => opened,
            () = &mut serving => None,
        };
        match opened {
            Some(_) => waiting.opening(),
            None => waiting.stopping(),
        }
        stopper.stop();
        serving.await;
        opened
    }

    /// The sockets without TLS.
    fn plain(&self) -> impl Iterator<Item = &TcpListener> {
        std::iter::once(&self.main).chain(self.services.iter().map(|(_, own)| own))
    }

    /// Serves until told to stop, then until running requests have ended.
    pub(super) async fn serve(self, site: Site, tls: Option<TlsAcceptor>, stop: Stop) {
        let mut tasks = tokio::task::JoinSet::new();
        if let Some((listener, _)) = self.secure.filter(|_| tls.is_some()) {
            tasks.spawn(boxed(server::serve(listener, site.clone(), tls, wait(stop.clone()))));
        }
        for (service, listener) in self.services {
            let site = site.bound_to(service);
            tasks.spawn(boxed(server::serve(listener, site, None, wait(stop.clone()))));
        }
        tasks.spawn(boxed(server::serve(self.main, site, None, wait(stop))));
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!("a listener ended: {error}");
            }
        }
    }
}

/// Waits until all of the futures have ended.
async fn together(mut all: Vec<Pin<Box<dyn Future<Output = ()> + Send + '_>>>) {
    std::future::poll_fn(|context| {
        all.retain_mut(|one| one.as_mut().poll(context).is_pending());
        if all.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Returns the host that others type if the node listens at all addresses: the announced name, else an IPv4 address, and
/// only then the machine's own name, because a name below `.local` may not be announced.
fn name_of(announced: Option<String>, addresses: Vec<IpAddr>) -> String {
    announced
        .or_else(|| {
            addresses.iter().find(|ip| ip.is_ipv4() && !ip.is_loopback()).map(ToString::to_string)
        })
        .or_else(|| machine_names().into_iter().next())
        .unwrap_or_else(|| "localhost".to_owned())
}

/// Returns the address of the plain door at a host.
pub(super) fn plain_address(host: &str, port: u16) -> String {
    match port {
        80 => format!("http://{host}"),
        port => format!("http://{host}:{port}"),
    }
}

/// Returns an IP address as the host of a URL.
pub(super) fn host_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

async fn wait(stop: Stop) {
    stop.given().await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_by_a_name_that_is_announced_or_by_its_number() {
        let addresses = || vec!["127.0.0.1", "::1", "192.168.1.4"];
        let addresses = || -> Vec<IpAddr> {
            let all = addresses().into_iter();
            all.map(|text| text.parse().unwrap()).collect()
        };
        let announced = Some("imajin.local".to_owned());
        assert_eq!(name_of(announced, addresses()), "imajin.local");
        assert_eq!(name_of(None, addresses()), "192.168.1.4");
        let alone = name_of(None, vec![IpAddr::from([127, 0, 0, 1])]);
        assert!(!alone.ends_with(".local"), "{alone}");
    }
}
