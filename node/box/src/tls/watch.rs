//! The watch over the box's public names: another machine that answers at one, or a foreign certificate for one.
//!
//! | file | what |
//! |---|---|
//! | `outside` | the certificates that a visitor from the internet is shown |
//! | `log` | a search of a public log of certificates |
//!
//! Always: the keys decide, never an address. A silent name raises no alarm, and a failed search is only noted. A
//! key that was foreign stays an alarm until the box's own is seen at that name. A friend's box, which looks from elsewhere, can raise an alarm of
//! its own, and end no other.

mod log;
mod outside;

use super::certificates::Certificates;
use super::x509::plain_serial;
use super::{LOOK, acme, is_plausible};
use crate::backup::Lookout;
use crate::folder::NODE_FOLDER;
use crate::settings::BoxConfig;
use imajin_app::Node;
use imajin_host::network::{ForeignCertificate, NetworkState, ShownCertificate};
use imajin_host::prelude::*;
use imajin_ledger::durable;
pub(crate) use outside::shown_certificates;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const FILE_NAME: &str = "watch.json";
/// The first look and the first search come this long after the start at the latest: by then the tunnels are open, and the first
/// certificates are there.
const FIRST: Duration = Duration::from_secs(600);
/// Searches in the usual interval after one that failed.
const RETRIES: u32 = 4;
const DAY_MS: i64 = 86_400_000;
/// How long a name is remembered that the box no longer uses: it may come back.
const REMEMBER_MS: i64 = 90 * DAY_MS;

/// The memory of the watch over a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct WatchFile {
    used: BTreeMap<String, NameUse>,
    /// The last search, in milliseconds since 1970.
    searched_ms: i64,
    /// Certificates in the log that the box did not order.
    logged: Vec<ForeignCertificate>,
}

/// When the box has used a name, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct NameUse {
    since_ms: i64,
    /// To the day.
    until_ms: i64,
}

struct Watch<'a> {
    node: &'a Node,
    config: &'a BoxConfig,
    certificates: &'a Certificates,
    path: PathBuf,
    file: WatchFile,
    /// Foreign keys that were shown at a name.
    shown: BTreeMap<View, ForeignCertificate>,
}

/// A name as one box sees it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct View {
    name: String,
    /// The host of the friend's box that looks; `None` for this box.
    seen_by: Option<String>,
}

/// A certificate at a name, seen from outside.
enum Sight {
    Own,
    Foreign(ForeignCertificate),
}

/// Watches until dropped.
pub(super) async fn run(node: Node, config: Arc<BoxConfig>, certificates: Arc<Certificates>) {
    let path = node.data().join(NODE_FOLDER).join(FILE_NAME);
    let file = durable::read_json(&path).unwrap_or_else(|error| {
        tracing::warn!(%error, "what is known of certificates of this box's names cannot be read");
        WatchFile::default()
    });
    let mut watch = Watch {
        node: &node,
        config: &config,
        certificates: &certificates,
        path,
        file,
        shown: BTreeMap::new(),
    };
    watch.keep().await;
}

impl Watch<'_> {
    async fn keep(&mut self) {
        let every = Duration::from_secs(self.config.tls.watch_s);
        let begun = self.node.monotonic();
        let mut next_look = begun + every.min(FIRST);
        let mut next_search = begun + self.until_search();
        loop {
            tokio::time::sleep(every.min(LOOK)).await;
            if !is_plausible(self.node.now()) {
                continue;
            }
            let names = names(&self.node.network().now());
            self.note_names(&names);
            if self.node.monotonic() >= next_look {
                self.look(&names).await;
                next_look = self.node.monotonic() + every;
            }
            if self.node.monotonic() >= next_search && !names.is_empty() {
                let is_done = self.search(&names).await;
                let every = Duration::from_secs(self.config.tls.search_s);
                let pause = if is_done { every } else { every / RETRIES };
                next_search = self.node.monotonic() + pause;
            }
            self.report(&names);
        }
    }

    /// The time until the first search: the last one may have been shortly before the start.
    fn until_search(&self) -> Duration {
        let every = Duration::from_secs(self.config.tls.search_s);
        let since_ms = self.node.now().as_millis() - self.file.searched_ms;
        // A search of the future was dated by a clock that was ahead.
        let since = u64::try_from(since_ms).map_or(every, Duration::from_millis);
        every.saturating_sub(since).max(every.min(FIRST))
    }

    /// Notes which names the box uses, and forgets those that it has not used for long.
    fn note_names(&mut self, names: &BTreeSet<String>) {
        self.shown.retain(|view, _| names.contains(&view.name));
        let now_ms = self.node.now().as_millis();
        let used = &mut self.file.used;
        let is_noted = |name: &String| {
            let noted = used.get(name);
            noted.is_some_and(|noted| (0..DAY_MS).contains(&(now_ms - noted.until_ms)))
        };
        if names.iter().all(is_noted) {
            return;
        }
        for name in names {
            let noted =
                used.entry(name.clone()).or_insert(NameUse { since_ms: now_ms, until_ms: now_ms });
            noted.until_ms = now_ms;
            // Otherwise a clock that was ahead makes the watch pass over all certificates until then.
            noted.since_ms = noted.since_ms.min(now_ms);
        }
        used.retain(|_, noted| now_ms - noted.until_ms < REMEMBER_MS);
        self.file.logged.retain(|entry| used.contains_key(&entry.name));
        self.save();
    }

    /// Opens each name as a visitor does, and has the friend's box that keeps the backups do so.
    async fn look(&mut self, names: &BTreeSet<String>) {
        // A renewal may come in between.
        let mut keys = self.own_keys();
        let mut views = Vec::new();
        for name in names {
            let view = View { name: name.clone(), seen_by: None };
            views.push((view, shown_certificates(name, self.config).await));
        }
        let lookout = Lookout::from_node(self.node, self.config);
        let host = lookout.as_ref().map(Lookout::host);
        if let Some(lookout) = lookout {
            for (name, shown) in lookout.look(names.clone()).await {
                views.push((View { name, seen_by: host.clone() }, shown));
            }
        }
        keys.extend(self.own_keys());
        self.shown.retain(|view, _| view.seen_by.is_none() || view.seen_by == host);
        for (view, shown) in views {
            let sights =
                shown.into_iter().filter_map(|shown| self.judge(&view, shown, &keys)).collect();
            self.note_sights(view, sights);
        }
    }

    /// Notes the certificates that a name showed. A silent name keeps the earlier ones.
    fn note_sights(&mut self, view: View, sights: Vec<Sight>) {
        let is_seen = !sights.is_empty();
        let foreign = sights.into_iter().find_map(|sight| match sight {
            Sight::Own => None,
            Sight::Foreign(certificate) => Some(certificate),
        });
        match foreign {
            None if is_seen => drop(self.shown.remove(&view)),
            None => {}
            Some(foreign) => {
                let certificate = self.shown.entry(view).or_insert_with(|| foreign.clone());
                if (certificate.address, &certificate.serial) != (foreign.address, &foreign.serial)
                {
                    *certificate = foreign;
                }
            }
        }
    }

    /// Returns what a certificate at a name is; `None` if it is of no concern.
    fn judge(
        &self,
        view: &View,
        shown: ShownCertificate,
        keys: &BTreeSet<String>,
    ) -> Option<Sight> {
        if keys.contains(&shown.key) || self.is_known(&shown.serial) {
            return Some(Sight::Own);
        }
        let place = self.node.network().now();
        if is_unproved(&place, &view.name) {
            return None;
        }
        let has_tunnel = place.tunnels.iter().any(|tunnel| tunnel.names.contains(&view.name));
        // From inside, a router may answer for a name without a tunnel, with a certificate that browsers refuse.
        (has_tunnel || shown.is_trusted).then(|| {
            Sight::Foreign(ForeignCertificate {
                name: view.name.clone(),
                address: Some(shown.address),
                serial: shown.serial,
                issuer: None,
                since: self.node.now(),
                until: None,
                seen_by: view.seen_by.clone(),
            })
        })
    }

    /// Whether the owner got a certificate elsewhere, as the settings say.
    fn is_known(&self, serial: &str) -> bool {
        let mut serials = self.config.tls.known_serials.iter();
        serials.any(|other| plain_serial(other).as_deref() == Some(serial))
    }

    /// The keys of all certificates that the box shows or ordered.
    fn own_keys(&self) -> BTreeSet<String> {
        let shown = self.certificates.keys();
        let ordered = acme::ordered(self.node.data()).into_iter();
        shown.into_iter().chain(ordered.map(|id| id.key)).collect()
    }

    /// Searches the log. Returns whether it answered for all names, or is turned off. What it says of a name counts also where it does
    /// not answer for another.
    async fn search(&mut self, names: &BTreeSet<String>) -> bool {
        if self.config.tls.ct.is_empty() {
            return true;
        }
        let mut failure = None;
        for name in names {
            match log::search(self.node, &self.config.tls.ct, name).await {
                Ok(entries) => self.note_logged(name, entries),
                Err(why) => failure = Some(why),
            }
        }
        let now = self.node.now();
        if failure.is_none() {
            self.file.searched_ms = now.as_millis();
        }
        self.save();
        if let Some(why) = &failure {
            tracing::info!("the log of certificates was not searched: {why}");
        }
        let is_done = failure.is_none();
        self.node.network().change(|place| {
            if is_done {
                place.watch.searched = Some(now);
            }
            place.watch.problem = failure.map(|why| (now, why));
        });
        is_done
    }

    /// Notes the certificates for a name that are in the log now.
    fn note_logged(&mut self, name: &str, mut logged: Vec<ForeignCertificate>) {
        let ordered = acme::ordered(self.node.data()).into_iter();
        let ordered: BTreeSet<String> = ordered.map(|id| id.serial).collect();
        let used = self.file.used.get(name);
        logged.retain(|entry| {
            let is_new = used.is_some_and(|used| entry.since.as_millis() >= used.since_ms);
            is_new && !ordered.contains(&entry.serial)
        });
        let entries = &mut self.file.logged;
        entries.retain(|entry| entry.name != name);
        entries.extend(logged);
    }

    /// Shows what is foreign, and has the owner told of a change.
    fn report(&self, names: &BTreeSet<String>) {
        let now = self.node.now();
        let is_current = |entry: &&ForeignCertificate| {
            names.contains(&entry.name)
                && entry.until.is_none_or(|until| until > now)
                && !self.is_known(&entry.serial)
        };
        let logged = self.file.logged.iter().filter(is_current);
        let foreign: Vec<_> = self.shown.values().chain(logged).cloned().collect();
        if self.node.network().now().watch.foreign != foreign {
            self.node.network().change(|place| place.watch.foreign = foreign);
            self.node.alarms().look_again();
        }
    }

    fn save(&self) {
        if let Err(error) = durable::replace_json(&self.path, &self.file) {
            tracing::warn!(%error, "what is known of certificates of this box's names cannot be written");
        }
    }
}

/// Whether a name is the box's own and the box never had a certificate for it: until its zone leads here, it shows the machine that had the name
/// before.
fn is_unproved(place: &NetworkState, name: &str) -> bool {
    let own = place.public_of(None).filter(|own| own.expires.is_none());
    own.is_some_and(|own| own.names.iter().any(|other| other == name))
}

/// The names at which people reach the box from the internet.
fn names(place: &NetworkState) -> BTreeSet<String> {
    let public = place.public.iter().flat_map(|public| &public.names);
    let tunnels = place.tunnels.iter().flat_map(|tunnel| &tunnel.names);
    public.chain(tunnels).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::Timestamp;
    use imajin_host::network::{PublicNames, TunnelState};

    #[test]
    fn names_of_certificates_and_of_tunnels_are_watched() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let place = NetworkState {
            public: vec![PublicNames {
                names: list(&["ada.example"]),
                services: list(&["auth.ada.example"]),
                ..PublicNames::default()
            }],
            tunnels: vec![TunnelState {
                names: list(&["alpha.nodes.example", "ada.example"]),
                ..TunnelState::default()
            }],
            ..NetworkState::default()
        };
        let watched: Vec<String> = names(&place).into_iter().collect();
        assert_eq!(watched, ["ada.example", "alpha.nodes.example"]);
        let unproved = watched.iter().filter(|name| is_unproved(&place, name));
        assert_eq!(unproved.collect::<Vec<_>>(), ["ada.example"]);
        let mut proved = place;
        proved.public[0].expires = Some(Timestamp::MIN);
        assert!(!is_unproved(&proved, "ada.example"));
    }
}
