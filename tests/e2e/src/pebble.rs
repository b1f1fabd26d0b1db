//! An ACME directory: Pebble with its DNS server (pebble-challtestsrv), on this machine or on a separate host.

use crate::hosts;
use crate::prelude::*;
use reqwest::Certificate;
use std::net::TcpListener;
use std::process::Child;

const PATIENCE: Duration = Duration::from_secs(150);

/// Options of a directory.
pub struct DirectoryOptions {
    /// The command prefix that runs the programs, e.g. `ip netns exec NAME`.
    pub wrapper: Vec<String>,
    /// The IP address of the directory and its DNS server.
    pub address: String,
    /// The port of the DNS server; any free port if `None`.
    pub dns: Option<u16>,
    /// Percentage of nonces that are refused.
    pub refused_percent: u32,
    /// Validity of certificates in seconds.
    pub validity_s: u32,
}

impl Default for DirectoryOptions {
    fn default() -> Self {
        Self {
            wrapper: Vec::new(),
            address: "127.0.0.1".to_owned(),
            dns: None,
            refused_percent: 0,
            validity_s: 86_400 * 90,
        }
    }
}

/// A running directory. Killed when dropped.
pub struct Directory {
    folder: tempfile::TempDir,
    children: Vec<Child>,
    wrapper: Vec<String>,
    address: String,
    directory: u16,
    management: u16,
    dns_management: u16,
    /// The port on which the directory connects to a node.
    pub tls: u16,
}

impl Directory {
    /// Starts a directory.
    pub fn start(options: &DirectoryOptions) -> Self {
        // TLS clients for the directory's certificates need a default provider.
        crate::http();
        require_tool("pebble", "pebble");
        require_tool("pebble-challtestsrv", "pebble");
        require_tool("curl", "curl");
        let folder = tempfile::tempdir().expect("a folder");
        let address = &options.address;
        certify(folder.path(), address);
        let [directory, management, dns, dns_management, tls] = ports();
        let dns = options.dns.unwrap_or(dns);
        let path = |name: &str| folder.path().join(name);
        let config = json!({ "pebble": {
            "listenAddress": format!("{address}:{directory}"),
            "managementListenAddress": format!("{address}:{management}"),
            "certificate": path("localhost.pem"), "privateKey": path("localhost.key"),
            "httpPort": 5002, "tlsPort": tls, "ocspResponderURL": "",
            "externalAccountBindingRequired": false, "certificateValidityPeriod": options.validity_s,
        }});
        std::fs::write(path("config.json"), config.to_string()).expect("its settings are written");
        let dns_address = format!("{address}:{dns}");
        // On a separate host an unknown name has no address.
        let default = if options.wrapper.is_empty() { address } else { "" };
        let management_address = format!("{address}:{dns_management}");
        let names = serve_names(&options.wrapper, default, &dns_address, &management_address);
        let pebble = run(&options.wrapper, "pebble")
            .arg("-config")
            .arg(path("config.json"))
            .args(["-dnsserver", &dns_address])
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_WFE_NONCEREJECT", options.refused_percent.to_string())
            .spawn()
            .expect("pebble runs");
        let this = Self {
            folder,
            children: vec![names, pebble],
            wrapper: options.wrapper.clone(),
            address: address.clone(),
            directory,
            management,
            dns_management,
            tls,
        };
        wait_for("the directory", || this.ask(&this.url()).0 == 200);
        this
    }

    /// Returns the directory's URL for a node's settings.
    pub fn url(&self) -> String {
        format!("https://{}:{}/dir", self.address, self.directory)
    }

    /// Returns the root certificate of the directory's own URL.
    pub fn root_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Returns the address of the DNS server's management interface.
    pub fn names(&self) -> String {
        format!("{}:{}", self.address, self.dns_management)
    }

    fn ask(&self, url: &str) -> (u16, String) {
        let root = self.root_file();
        hosts::curl(&self.wrapper, &["--cacert", root.to_str().expect("text"), url])
    }

    /// Returns the issuer of the directory's certificates as PEM.
    pub fn issuer_pem(&self) -> String {
        let url = format!("https://{}:{}/roots/0", self.address, self.management);
        self.ask(&url).1
    }

    /// Returns the issuer as a client's root certificate.
    pub fn issuer(&self) -> Certificate {
        Certificate::from_pem(self.issuer_pem().as_bytes()).expect("a certificate")
    }

    /// Sets the address of all names that have no entry.
    pub fn names_lead_to(&self, address: &str) {
        let url = format!("http://{}/set-default-ipv4", self.names());
        let body = json!({ "ip": address }).to_string();
        assert_eq!(hosts::curl(&self.wrapper, &["-d", &body, &url]).0, 200);
    }

    /// Sets the address of one name in the directory's DNS.
    pub fn name_leads_to(&self, name: &str, address: &str) {
        let url = format!("http://{}/add-a", self.names());
        let body = json!({ "host": format!("{name}."), "addresses": [address] }).to_string();
        assert_eq!(hosts::curl(&self.wrapper, &["-d", &body, &url]).0, 200);
    }

    /// Starts a second DNS server for nodes, on port 53, where every name has this address. The directory keeps using the first.
    pub fn serve_other_names(&mut self, leads_to: &str) {
        let [management] = ports();
        let dns = format!("{}:53", self.address);
        let management = format!("{}:{management}", self.address);
        let names = serve_names(&self.wrapper, leads_to, &dns, &management);
        self.children.push(names);
        let url = format!("http://{management}/set-default-ipv4");
        let body = json!({ "ip": leads_to }).to_string();
        wait_for("the other DNS", || hosts::curl(&self.wrapper, &["-d", &body, &url]).0 == 200);
    }

    /// Returns the environment variables that let a node use the directory.
    pub fn env(&self) -> Vec<(String, String)> {
        let root = self.root_file().display().to_string();
        [("IMAJIN_TLS_DIRECTORY", self.url()), ("IMAJIN_TLS_ROOT", root)]
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Returns the first public certificate in the status of the node on this folder.
pub fn public(data: &Path) -> Json {
    let data = data.to_str().expect("text");
    let report = crate::imajin(["status", "--json", "--data", data]).json();
    // Indexing a missing entry mutably would panic.
    report["network"]["public"].get(0).cloned().unwrap_or_default()
}

/// Waits for a directory's work: a renewal comes a minute after its certificate.
pub fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    crate::within(PATIENCE, what, || is_so().then_some(()));
}

/// Starts a DNS server in which every name has this address, or none if it is empty.
fn serve_names(wrapper: &[String], leads_to: &str, dns: &str, management: &str) -> Child {
    let off = ["-defaultIPv6", "-http01", "-https01", "-tlsalpn01"].map(|flag| [flag, ""]);
    run(wrapper, "pebble-challtestsrv")
        .args(off.as_flattened())
        .args(["-defaultIPv4", leads_to, "-dns01", dns])
        .args(["-management", management])
        .spawn()
        .expect("pebble-challtestsrv runs")
}

fn run(wrapper: &[String], program: &str) -> Command {
    let mut words = wrapper.iter().map(String::as_str).chain([program]);
    let mut command = Command::new(words.next().unwrap_or(program));
    command.args(words).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Creates a test authority and the directory's own certificate.
fn certify(folder: &Path, address: &str) {
    require_tool("openssl", "openssl");
    let names = format!("subjectAltName=DNS:localhost,IP:{address}\n");
    std::fs::write(folder.join("names"), names).expect("written");
    let new = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for arguments in [
        format!("{new} -x509 -subj /CN=test -days 2 -keyout ca.key -out ca.pem"),
        format!("{new} -subj /CN=localhost -keyout localhost.key -out request"),
        "x509 -req -in request -CA ca.pem -CAkey ca.key -days 2 -extfile names -out localhost.pem"
            .to_owned(),
    ] {
        let mut command = Command::new("openssl");
        let output = command.args(arguments.split(' ')).current_dir(folder).output();
        let output = output.expect("openssl runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
    }
}

/// Returns ports that are free at the moment.
fn ports<const N: usize>() -> [u16; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    listeners.map(|listener| listener.local_addr().expect("a port").port())
}
