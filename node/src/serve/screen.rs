//! The text for the screen of a box: its addresses, and how it gets its owner. Written to `screen` in
//! `$RUNTIME_DIRECTORY` (a folder in memory, made by the service manager) whenever it changes: a new address, another
//! name, a claim. The image shows it.
//!
//! Always: 80 columns at most, and replaced as a whole. Readable by this user alone, because it holds the claim code.

use super::listen::{host_of, plain_address};
use imajin_app::Node;
use imajin_box::lan::Doors;
use imajin_box::names::machine_addresses;
use imajin_host::network::{Network, NetworkState};
use imajin_host::prelude::*;
use imajin_host::stop::Stop;
use imajin_ledger::durable;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const FILE_NAME: &str = "screen";
/// Interval between two checks for changes; the file is written only after one.
const LOOK: Duration = Duration::from_secs(1);
/// Addresses that are listed: a box has a cable, Wi-Fi, and of each an old and a new kind.
const ADDRESSES_MAX: usize = 4;

/// The screen of a box.
pub(super) struct Screen {
    path: PathBuf,
    doors: Doors,
    /// The address in the settings, if there is one.
    url: Option<String>,
}

impl Screen {
    /// Opens the screen if the service manager made a folder for it; else no program shows it.
    pub(super) fn open(doors: Doors, url: Option<String>) -> Option<Self> {
        let folder = std::env::var_os("RUNTIME_DIRECTORY").filter(|folder| !folder.is_empty())?;
        Some(Self { path: Path::new(&folder).join(FILE_NAME), doors, url })
    }

    /// Keeps the text current until told to stop.
    pub(super) async fn run(self, node: Node, stop: Stop) {
        let showing = self.showing(|addresses| {
            let code = node.claim_code();
            let whose = code.as_deref().map_or(Ownership::Owned, Ownership::Unclaimed);
            let (url, port) = (self.url.as_deref(), self.doors.plain);
            render(url, port, &node.network().now(), addresses, whose)
        });
        stop.or(showing).await;
    }

    /// Runs the screen of a box that is locked.
    pub(super) async fn run_locked(self, network: Arc<Network>, stop: Stop) {
        let showing = self.showing(|addresses| {
            let (url, port) = (self.url.as_deref(), self.doors.plain);
            render(url, port, &network.now(), addresses, Ownership::Locked)
        });
        stop.or(showing).await;
    }

    /// Writes the page whenever it has changed.
    async fn showing(&self, page: impl Fn(&[IpAddr]) -> Page) {
        let mut shown = Page::default();
        loop {
            let page = page(&machine_addresses());
            if page != shown {
                if let Err(error) = durable::replace_unsynced(&self.path, page.draw().as_bytes()) {
                    tracing::warn!("{} cannot be written: {error}", self.path.display());
                }
                shown = page;
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// The owner of the box, if known.
enum Ownership<'w> {
    /// The box is locked and waits for its passphrase.
    Locked,
    Owned,
    /// The box has no owner: the code makes one.
    Unclaimed(&'w str),
}

#[derive(Debug, Default, PartialEq)]
struct Page {
    text: String,
    /// The link of the QR code below the text, if there is one.
    link: Option<String>,
}

impl From<String> for Page {
    fn from(text: String) -> Self {
        Self { text, link: None }
    }
}

impl Page {
    /// Returns the text with the QR code, which is slow to make.
    fn draw(&self) -> String {
        let mut out = self.text.clone();
        if let Some(link) = &self.link
            && let Ok(qr) = QrCode::new(link)
        {
            let picture = qr.render::<Dense1x2>().quiet_zone(true).build();
            for row in picture.lines() {
                // Black on white, whatever the screen's colours are: not every camera reads the opposite.
                let _ = writeln!(out, "  \x1b[30;107m{row}\x1b[0m");
            }
        }
        out
    }
}

/// The whole page. `url` is the address in the settings, `port` that of plain HTTP.
fn render(
    url: Option<&str>,
    port: u16,
    place: &NetworkState,
    addresses: &[IpAddr],
    whose: Ownership<'_>,
) -> Page {
    let reached: Vec<IpAddr> =
        addresses.iter().copied().filter(|ip| !ip.is_loopback()).take(ADDRESSES_MAX).collect();
    let named = place.lan.as_ref().map(|lan| plain_address(&lan.name, port));
    // The plain door, which leads on: a phone does not know the box's certificate yet.
    let door = url
        .map(str::to_owned)
        .or(named)
        .or_else(|| reached.first().map(|ip| plain_address(&host_of(*ip), port)));
    let mut out = format!("\n  Imajin {}\n\n", env!("CARGO_PKG_VERSION"));
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing to a text cannot fail.
        let _ = writeln!(out, "  {text}");
    };
    if reached.is_empty() {
        line(format_args!(
            "No network yet. Plug in a cable, or name your Wi-Fi in imajin.toml on the card."
        ));
        line(format_args!(""));
    }
    if let Some(door) = &door {
        line(format_args!("{door}"));
    }
    for ip in &reached {
        let address = plain_address(&host_of(*ip), port);
        if door.as_ref() != Some(&address) {
            line(format_args!("{address}"));
        }
    }
    if let Some(own) = place.own.as_ref().filter(|_| place.https.is_some()) {
        line(format_args!(""));
        line(format_args!("SHA-256 of its certificate authority, to compare:"));
        // 32 bytes as AB:CD:… are 95 columns: two rows of 16.
        let (first, second) =
            own.fingerprint.split_at_checked(48).unwrap_or((&own.fingerprint, ""));
        line(format_args!("  {first}"));
        line(format_args!("  {second}"));
    }
    line(format_args!(""));
    let code = match whose {
        Ownership::Locked => {
            line(format_args!("This box is locked. Open it in a browser and type its passphrase."));
            return Page::from(out);
        }
        Ownership::Owned => {
            line(format_args!("This box has its owner."));
            return Page::from(out);
        }
        Ownership::Unclaimed(code) => code,
    };
    line(format_args!("This box has no owner yet. The first person to open this link owns it:"));
    line(format_args!(""));
    let Some(door) = door else {
        line(format_args!("code  {code}"));
        return Page::from(out);
    };
    line(format_args!("{door}/claim"));
    line(format_args!("code  {code}"));
    line(format_args!(""));
    Page { text: out, link: Some(format!("{door}/claim#{code}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_host::network::Lan;

    fn place() -> NetworkState {
        NetworkState {
            http: 80,
            lan: Some(Lan { name: "imajin.local".to_owned(), neighbours: Vec::new() }),
            ..NetworkState::default()
        }
    }

    fn plain(text: &str) -> String {
        text.replace("\x1b[30;107m", "").replace("\x1b[0m", "")
    }

    #[test]
    fn it_says_what_there_is_at_the_moment() {
        let loopback: IpAddr = "127.0.0.1".parse().unwrap();
        let cable: IpAddr = "192.168.1.17".parse().unwrap();
        let code = || Ownership::Unclaimed("ABCD-EFGH-JKMN-PQRS");
        let before = render(None, 80, &place(), &[loopback], code()).draw();
        assert!(before.contains("No network yet") && before.contains("ABCD-EFGH"));
        let with = render(None, 80, &place(), &[loopback, cable], code()).draw();
        assert!(!with.contains("No network yet") && with.contains("http://192.168.1.17\n"));
        assert!(with.contains("http://imajin.local/claim\n") && with.contains('█'));
        let owned = render(None, 80, &place(), &[loopback, cable], Ownership::Owned).draw();
        assert!(
            owned.contains("has its owner") && !owned.contains("claim") && !owned.contains('█')
        );
        let named = render(Some("https://ada.example"), 80, &place(), &[cable], code()).draw();
        assert!(named.contains("https://ada.example/claim\n"));
        let locked = render(None, 80, &place(), &[cable], Ownership::Locked).draw();
        assert!(locked.contains("is locked") && locked.contains("http://imajin.local\n"));
        assert!(!locked.contains("owner"), "{locked}");
    }

    #[test]
    fn it_fits_a_terminal() {
        let long: Vec<IpAddr> = (1..9)
            .map(|n| format!("fd00:1111:2222:3333:4444:5555:6666:777{n}").parse().unwrap())
            .collect();
        let mut place = place();
        place.https = Some(443);
        let text =
            render(None, 80, &place, &long, Ownership::Unclaimed("ABCD-EFGH-JKMN-PQRS")).draw();
        for line in plain(&text).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn it_is_written_whole_and_for_this_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        for text in ["a longer first text", "second"] {
            durable::replace_unsynced(&path, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
