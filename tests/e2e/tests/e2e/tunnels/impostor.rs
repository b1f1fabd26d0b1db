//! A registry whose keeper leads the name of a box to another box, which holds another certificate for it. The tunnel stays open
//! meanwhile.

use super::{CONFIG, NAME, PATIENCE, Recorder, options, start, until_connected};
use imajin_e2e::prelude::*;
use imajin_edge::testing::NameServer;
use reqwest::Certificate;
use reqwest::blocking::ClientBuilder;
use std::net::SocketAddr;

/// The standard port is free at addresses of this machine that no other process uses.
const PORT: u16 = 443;
/// Address of the registry as it should be, with a recorder.
const HONEST: &str = "127.0.77.31";
/// Address of the lying registry, with a recorder.
const LIAR: &str = "127.0.77.32";
/// Address of the other box.
const IMPOSTOR: &str = "127.0.77.33";
/// A word that visitors send.
const WORD: &str = "a-canary-of-a-visitor";

/// Starts a registry that lists the name of the box among its sites.
fn start_liar(data: &Path) -> Registry {
    let lie = format!("names = [\"{NAME}\"]\npass = \"{IMPOSTOR}:{PORT}\"\n");
    let options =
        RegistryOptions { config: format!("{CONFIG}{lie}"), ..RegistryOptions::default() };
    Registry::start(data, &options)
}

fn record(address: &str, registry: &Registry) -> Recorder {
    Recorder::start_at(&format!("{address}:{PORT}"), registry.carries_at())
}

/// Visits the box's name, which leads to this address. Returns the DID that answers.
fn visit(browser: ClientBuilder, address: &str) -> reqwest::Result<Json> {
    let leads_to = SocketAddr::new(address.parse().unwrap(), PORT);
    let browser = browser.resolve(NAME, leads_to).timeout(PATIENCE);
    let url = format!("https://{NAME}/auth/api/node?{WORD}");
    let request = browser.build()?.get(url).header("x-word", WORD);
    let answer: Json = request.send()?.json()?;
    Ok(answer["did"].clone())
}

#[test]
fn a_registry_that_leads_the_name_to_another_box_is_told_to_the_owner_and_reads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let zone = NameServer::start();
    zone.set(NAME, "A", &[HONEST]);
    let registry = start(&folder.path().join("registry"), None);
    let tunnel = Recorder::start(registry.listens_at().parse().unwrap());
    let watch = [
        ("IMAJIN_PRIVATE_ADDRESSES", "true".to_owned()),
        ("IMAJIN_TLS_RESOLVER", zone.address().to_string()),
        ("IMAJIN_TLS_CT", String::new()),
        ("IMAJIN_TLS_WATCH_S", "1".to_owned()),
    ];
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &options(&tunnel, true).env(watch));
    let owner = Owner::claim(&node);
    let has_alarm = || owner.alarms().contains(&"name-taken".to_owned());
    let flags = ["--tls-listen".to_owned(), format!("{IMPOSTOR}:{PORT}")];
    let certified = NodeOptions::default().flags(flags).env([("IMAJIN_HOSTS", NAME)]);
    let impostor = Node::start_with(&folder.path().join("impostor"), &certified);
    let liar = start_liar(&folder.path().join("liar"));
    let (home, lie) = (record(HONEST, &registry), record(LIAR, &liar));
    until_connected(&registry);

    let pem = node.get("/certificate/imajin-box.crt").bytes().unwrap();
    let root = Certificate::from_pem(&pem).unwrap();
    let careful = || Client::builder().tls_certs_only([root.clone()]);
    let careless = || Client::builder().tls_danger_accept_invalid_certs(true);
    assert_eq!(visit(careful(), HONEST).unwrap(), node.did);
    assert!(!has_alarm());

    // A browser that knows the box sends nothing. One that believes every certificate meets the other box.
    zone.set(NAME, "A", &[LIAR]);
    assert!(visit(careful(), LIAR).is_err());
    assert_eq!(visit(careless(), LIAR).unwrap(), impostor.did);
    until("an alarm", has_alarm);
    assert_has!(owner.page("/"), "Somebody may pose as your box", LIAR);
    let german = owner.german_page("/");
    assert_has!(german, "Vielleicht gibt sich jemand als deine Box aus", LIAR);
    let reach = registry.get("node/reach/adas-box").1;
    assert_eq!(reach["connected"], true, "{reach}");

    // Either registry saw the name, and nothing that the visitors sent.
    for recorder in [&home, &lie] {
        assert!(recorder.has(NAME.as_bytes()));
    }
    for recorder in [&home, &lie, &tunnel] {
        assert!(!recorder.has(WORD.as_bytes()));
    }
    for registry in [&registry, &liar] {
        assert!(files_with(&registry.data, WORD).is_empty());
    }
    zone.set(NAME, "A", &[HONEST]);
    until("no alarm", || !has_alarm());
    node.stop();
}
