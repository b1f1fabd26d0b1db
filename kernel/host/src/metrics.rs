//! Counters and gauges of the node in the OpenMetrics text format, which Prometheus reads.
//!
//! Always: label values are few and known (services, methods, status classes), never a DID or a path that a caller chose.

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use imajin_app::Time;
use imajin_dfos::Timestamp;
use imajin_ledger::{Ballast, Ledger};
use imajin_log::Space;
use parking_lot::Mutex;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeLabelSet, EncodeLabelValue, EncodeMetric,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::{Arc, OnceLock};

use crate::alarms::{self, Alarm, Alarms};
use crate::network::Network;
use crate::room::{DiskConfig, Level, Standing};
use crate::scrub;
use crate::upkeep::Upkeep;

/// The node's metrics.
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Request, Counter>,
    commands: Histogram,
    /// Requests that were refused because a client asked too often.
    pub(crate) limited: Counter,
    /// The number of open connections.
    pub connections: Gauge<i64>,
    uptime: Gauge<f64, AtomicU64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    service: &'static str,
    class: Class,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Class {
    OK,
    Redirect,
    Refused,
    Failed,
}

/// The parts of a node whose state the metrics show besides its requests, read for each scrape.
pub(crate) struct Watched {
    pub(crate) ledger: Ledger,
    pub(crate) network: Arc<Network>,
    pub(crate) upkeep: Arc<OnceLock<Arc<dyn Upkeep>>>,
    pub(crate) alarms: Arc<Alarms>,
    pub(crate) data: PathBuf,
    pub(crate) disk: DiskConfig,
    pub(crate) clock: Arc<dyn Time>,
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watched")
    }
}

/// A value, by its metric's type.
enum Value {
    Counter(u64),
    Gauge(i64),
    /// The alarms that are on: a gauge with 0 or 1 for each kind.
    Alarms(Vec<Alarm>),
}

fn gauge(value: impl TryInto<i64>) -> Value {
    Value::Gauge(value.try_into().unwrap_or(i64::MAX))
}

/// Lists metrics by name, help, type and value; one without a value is left out.
macro_rules! table {
    ($($name:literal, $help:literal, $kind:ident, $value:expr;)*) => {
        [$($value.map(|value| ($name, $help, $kind(value)))),*].into_iter().flatten()
    };
}

impl Collector for Watched {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let (counter, alarms) = (Value::Counter, Value::Alarms);
        // A file system that gives no numbers has none here either.
        let room = Space::measure(&self.data).ok();
        let room = room.map(|space| {
            let aside = Ballast::new(&self.data).bytes();
            Standing::new(space, aside, &self.disk)
        });
        let room = room.as_ref();
        let ledger = &self.ledger.stats();
        let place = self.network.now();
        let (lan, own) = (place.lan.as_ref(), place.own.as_ref());
        let public = Some(&place.public).filter(|public| !public.is_empty());
        // The one that ends first.
        let expires = place.public.iter().filter_map(|name| name.expires);
        let expires = expires.min();
        let upkeep = self.upkeep.get();
        let drill = upkeep.and_then(|upkeep| upkeep.drill());
        let backups = upkeep.map(|upkeep| upkeep.backups());
        let planned = backups.as_ref().filter(|backups| backups.to.is_some());
        let last = backups.as_ref().and_then(|backups| backups.last.as_ref());
        let scrub = scrub::standing(&self.data);
        let metrics = table! {
            "clock_doubted", "1 while the machine's clock is ahead and not believed", gauge, Some(self.clock.doubted().is_some());
            "disk_bytes", "Bytes of the disk of the data", gauge, room.map(|room| room.total);
            "disk_free_bytes", "Bytes that are free there, with what the node has set aside", gauge, room.map(|room| room.free);
            "disk_reserve_bytes", "Bytes that stay free for sign-in, deletion and copies", gauge, room.map(|room| room.reserve);
            "disk_read_only", "1 while less than the reserve is free, so that nothing else is written", gauge,
                room.map(|room| room.level == Level::Reserve);
            "ledger_commands", "Commands entered", counter, Some(ledger.commands);
            "ledger_refused", "Commands refused", counter, Some(ledger.refused);
            "ledger_entries", "Entries", counter, Some(ledger.entries);
            "ledger_batches", "Batches, each with one fsync", counter, Some(ledger.batches);
            "ledger_moves", "Moves of entries into logs", counter, Some(ledger.moves);
            "media_swept_files", "Files removed since no entry names them", counter, Some(ledger.swept_files);
            "media_swept_bytes", "Bytes of the files removed since no entry names them", counter, Some(ledger.swept_bytes);
            "ledger_waiting_entries", "Entries that wait in the journal to be moved", gauge, Some(ledger.waiting);
            "ledger_journal_bytes", "Bytes of the journal", gauge, Some(ledger.journal_bytes);
            "ledger_in_flight", "Commands in flight", gauge, Some(ledger.in_flight);
            "ledger_open_logs", "Logs that are open", gauge, Some(ledger.open_logs);
            "ledger_quarantined", "Logs that are set aside since they are damaged", gauge, Some(ledger.quarantined);
            "ledger_outdated", "Logs that are read-only since a newer state of them is known", gauge,
                Some(self.ledger.outdated().len());
            "ledger_failed", "1 if the ledger stopped writing", gauge, Some(ledger.fatal.is_some());
            "lan_nodes", "Other nodes on the local network", gauge, lan.map(|lan| lan.neighbours.len());
            "lan_twins", "Other boxes on the local network with this box's key", gauge, lan.map(|_| place.twins.len());
            "certificate_own_expires_timestamp_seconds", "End of the box's own certificate", gauge,
                own.map(|own| own.expires.as_secs());
            "certificate_public_expires_timestamp_seconds", "End of the certificate for public names", gauge,
                expires.map(Timestamp::as_secs);
            "certificate_public_failing", "1 if the last attempt to get a certificate failed", gauge,
                public.map(|public| public.iter().any(|name| name.problem.is_some()));
            "certificate_public_failures", "Attempts to get a certificate that failed", counter,
                public.map(|public| public.iter().map(|name| name.failures).sum::<u64>());
            "backup_drill_timestamp_seconds", "When a backup was last restored for a try", gauge, drill.map(|(at_ms, _)| at_ms / 1000);
            "backup_drill_damaged", "1 if the backup that was last restored for a try is damaged", gauge,
                drill.map(|(_, is_whole)| !is_whole);
            "backup_last_timestamp_seconds", "When the last whole backup was made", gauge, last.map(|last| last.at_ms / 1000);
            "backup_last_bytes", "Bytes of everything in the last backup", gauge, last.map(|last| last.bytes);
            "backup_last_added_bytes", "Bytes that were written for the last backup", gauge, last.map(|last| last.added);
            "backup_failing", "1 if the last attempt at a backup failed", gauge, planned.map(|backups| backups.failure.is_some());
            "alarm", "1 while the owner is needed for this", alarms, Some(self.alarms.now());
            "scrub_damaged", "Logs, media files and projections that were found damaged on the disk", gauge,
                Some(scrub.damaged.len());
            "scrub_last_timestamp_seconds", "When everything on the disk was last verified", gauge,
                scrub.full.last_ended_ms.map(|ms| ms / 1000);
        };
        for (name, help, value) in metrics {
            let kind = match value {
                Value::Counter(_) => MetricType::Counter,
                Value::Gauge(_) | Value::Alarms(_) => MetricType::Gauge,
            };
            let mut encoder = encoder.encode_descriptor(name, help, None, kind)?;
            match value {
                Value::Counter(value) => ConstCounter::new(value).encode(encoder)?,
                Value::Gauge(value) => ConstGauge::new(value).encode(encoder)?,
                Value::Alarms(now) => {
                    for &kind in alarms::ALL {
                        let is_on = now.iter().any(|alarm| alarm.kind == kind);
                        let gauge = ConstGauge::new(i64::from(is_on));
                        gauge.encode(encoder.encode_family(&[("kind", kind.word())])?)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Metrics {
    /// An empty registry with the HTTP side's own numbers.
    pub(crate) fn new() -> Self {
        let requests = Family::<Request, Counter>::default();
        // 100 µs to 3.3 s, doubling: a group commit on an SD card takes 11 ms.
        let commands = Histogram::new((0..16).map(|n| 0.0001 * f64::from(1 << n)));
        let (limited, connections) = (Counter::default(), Gauge::<i64>::default());
        let uptime = Gauge::<f64, AtomicU64>::default();
        let mut registry = Registry::with_prefix("imajin");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "command",
            "From a command's arrival to its answer",
            Unit::Seconds,
            commands.clone(),
        );
        registry.register("http_limited", "Requests refused for their rate", limited.clone());
        registry.register("http_connections", "Open connections", connections.clone());
        registry.register_with_unit(
            "uptime",
            "Since the node started",
            Unit::Seconds,
            uptime.clone(),
        );
        Self { registry: Mutex::new(registry), requests, commands, limited, connections, uptime }
    }

    /// Shows what the ledger counts, too, and how the certificates, the disk and the clock are.
    pub(crate) fn watch(&self, of: Watched) {
        self.register(|registry| registry.register_collector(Box::new(of)));
    }

    /// Adds metrics of another room (the ledger's, the node's).
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock());
    }

    /// Registers a gauge, and returns the function that sets it.
    pub fn gauge(
        &self,
        name: &'static str,
        help: &'static str,
    ) -> impl Fn(usize) + Send + Sync + 'static {
        let gauge = Gauge::<i64>::default();
        let shown = gauge.clone();
        self.register(|registry| registry.register(name, help, shown));
        move |value| {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
    }

    /// Counts an answer of a service by its status.
    pub fn request(&self, service: &'static str, status: u16) {
        let class = match status {
            0..300 => Class::OK,
            300..400 => Class::Redirect,
            400..500 => Class::Refused,
            _ => Class::Failed,
        };
        self.requests.get_or_create(&Request { service, class }).inc();
    }

    pub(crate) fn command(&self, took: Duration) {
        self.commands.observe(took.as_secs_f64());
    }

    /// The whole text.
    pub fn text(&self, uptime: Duration) -> String {
        self.uptime.set(uptime.as_secs_f64());
        let mut text = String::new();
        let registry = self.registry.lock();
        if let Err(error) = encode(&mut text, &registry) {
            tracing::error!("metrics: {error}");
        }
        text
    }
}
