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

use crate::alarms::{self, Alarms};
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
    open: Gauge<i64>,
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

/// The state of the certificates, read for each scrape.
#[derive(Debug)]
struct Certificates(Arc<Network>);

impl Collector for Certificates {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let place = self.0.now();
        let public = || place.public.iter();
        let mut numbers = vec![(
            "lan_nodes",
            "Other nodes on the local network",
            place.lan.as_ref().map(|lan| lan.neighbours.len() as i64),
        )];
        numbers.push((
            "lan_twins",
            "Other boxes on the local network with this box's key",
            place.lan.as_ref().map(|_| place.twins.len() as i64),
        ));
        let own = place.own.as_ref().map(|own| own.expires.as_secs());
        // The one that ends first.
        let expires = public().filter_map(|public| public.expires).min();
        let expires = expires.map(Timestamp::as_secs);
        let has_names = public().next().is_some();
        let failing = public().any(|public| public.problem.is_some());
        let failing = has_names.then_some(i64::from(failing));
        numbers.extend([
            (
                "certificate_own_expires_timestamp_seconds",
                "End of the box's own certificate",
                own,
            ),
            (
                "certificate_public_expires_timestamp_seconds",
                "End of the certificate for public names",
                expires,
            ),
            (
                "certificate_public_failing",
                "1 if the last attempt to get a certificate failed",
                failing,
            ),
        ]);
        for (name, help, value) in numbers {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        if has_names {
            let counter = ConstCounter::new(public().map(|public| public.failures).sum::<u64>());
            let (name, help) = (
                "certificate_public_failures",
                "Attempts to get a certificate that failed",
            );
            counter.encode(encoder.encode_descriptor(
                name,
                help,
                None,
                counter.metric_type(),
            )?)?;
        }
        Ok(())
    }
}

/// The state of backups, read at each scrape.
struct Backups(Arc<OnceLock<Arc<dyn Upkeep>>>);

impl std::fmt::Debug for Backups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Backups")
    }
}

impl Collector for Backups {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Some(upkeep) = self.0.get() else {
            return Ok(());
        };
        let standing = upkeep.backups();
        let number = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let last = standing.last.as_ref();
        let drill = upkeep.drill();
        let numbers = [
            (
                "backup_drill_timestamp_seconds",
                "When a backup was last restored for a try",
                drill.map(|(at_ms, _)| at_ms / 1000),
            ),
            (
                "backup_drill_damaged",
                "1 if the backup that was last restored for a try is damaged",
                drill.map(|(_, whole)| i64::from(!whole)),
            ),
            (
                "backup_last_timestamp_seconds",
                "When the last whole backup was made",
                last.map(|last| last.at_ms / 1000),
            ),
            (
                "backup_last_bytes",
                "Bytes of everything in the last backup",
                last.map(|last| number(last.bytes)),
            ),
            (
                "backup_last_added_bytes",
                "Bytes that were written for the last backup",
                last.map(|last| number(last.added)),
            ),
            (
                "backup_failing",
                "1 if the last attempt at a backup failed",
                standing
                    .to
                    .is_some()
                    .then(|| i64::from(standing.failure.is_some())),
            ),
        ];
        for (name, help, value) in numbers {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

/// The alarms, read for each scrape.
struct Needs(Arc<Alarms>);

impl std::fmt::Debug for Needs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Needs")
    }
}

impl Collector for Needs {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let now = self.0.now();
        let help = "1 while the owner is needed for this";
        let mut encoder = encoder.encode_descriptor("alarm", help, None, MetricType::Gauge)?;
        for kind in alarms::ALL {
            let is_on = now.iter().any(|alarm| alarm.kind == kind);
            let gauge = ConstGauge::new(i64::from(is_on));
            gauge.encode(encoder.encode_family(&[("kind", kind.word())])?)?;
        }
        Ok(())
    }
}

/// The progress of the verification of the disk, read for each scrape.
#[derive(Debug)]
struct Verification(PathBuf);

impl Collector for Verification {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let standing = scrub::standing(&self.0);
        let numbers = [
            (
                "scrub_damaged",
                "Logs, media files and projections that were found damaged on the disk",
                i64::try_from(standing.damaged.len()).ok(),
            ),
            (
                "scrub_last_timestamp_seconds",
                "When everything on the disk was last verified",
                standing.full.last_ended_ms.map(|ms| ms / 1000),
            ),
        ];
        for (name, help, value) in numbers {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

/// The room on the disk, read at each scrape.
#[derive(Debug)]
struct DiskRoom {
    data: PathBuf,
    config: DiskConfig,
}

impl Collector for DiskRoom {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        // A file system that gives no numbers has none here either.
        let Ok(space) = Space::measure(&self.data) else {
            return Ok(());
        };
        let aside = Ballast::new(&self.data).bytes();
        let standing = Standing::new(space, aside, &self.config);
        let numbers = [
            (
                "disk_bytes",
                "Bytes of the disk of the data",
                standing.total,
            ),
            (
                "disk_free_bytes",
                "Bytes that are free there, with what the node has set aside",
                standing.free,
            ),
            (
                "disk_reserve_bytes",
                "Bytes that stay free for sign-in, deletion and copies",
                standing.reserve,
            ),
            (
                "disk_read_only",
                "1 while less than the reserve is free, so that nothing else is written",
                u64::from(standing.level == Level::Reserve),
            ),
        ];
        for (name, help, value) in numbers {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

/// The node's clock, read for each scrape.
struct Clocks(Arc<dyn Time>);

impl std::fmt::Debug for Clocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clocks")
    }
}

impl Collector for Clocks {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let gauge = ConstGauge::new(i64::from(self.0.doubted().is_some()));
        let (name, help) = (
            "clock_doubted",
            "1 while the machine's clock is ahead and not believed",
        );
        gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
    }
}

/// The ledger's counters, read for each scrape.
struct LedgerNumbers(Ledger);

impl std::fmt::Debug for LedgerNumbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LedgerNumbers")
    }
}

impl Collector for LedgerNumbers {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let stats = self.0.stats();
        let counters = [
            ("ledger_commands", "Commands entered", stats.commands),
            ("ledger_refused", "Commands refused", stats.refused),
            ("ledger_entries", "Entries", stats.entries),
            (
                "ledger_batches",
                "Batches, each with one fsync",
                stats.batches,
            ),
            ("ledger_moves", "Moves of entries into logs", stats.moves),
            (
                "media_swept_files",
                "Files removed since no entry names them",
                stats.swept_files,
            ),
            (
                "media_swept_bytes",
                "Bytes of the files removed since no entry names them",
                stats.swept_bytes,
            ),
        ];
        for (name, help, value) in counters {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(
                name,
                help,
                None,
                counter.metric_type(),
            )?)?;
        }
        let gauges = [
            (
                "ledger_waiting_entries",
                "Entries that wait in the journal to be moved",
                stats.waiting,
            ),
            (
                "ledger_journal_bytes",
                "Bytes of the journal",
                stats.journal_bytes,
            ),
            ("ledger_in_flight", "Commands in flight", stats.in_flight),
            ("ledger_open_logs", "Logs that are open", stats.open_logs),
            (
                "ledger_quarantined",
                "Logs that are set aside since they are damaged",
                stats.quarantined,
            ),
            (
                "ledger_outdated",
                "Logs that are read-only since a newer state of them is known",
                self.0.outdated().len() as u64,
            ),
            (
                "ledger_failed",
                "1 if the ledger stopped writing",
                u64::from(stats.fatal.is_some()),
            ),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

/// The parts of a node whose state the metrics show besides its requests.
pub(crate) struct Watched {
    pub(crate) ledger: Ledger,
    pub(crate) network: Arc<Network>,
    pub(crate) upkeep: Arc<OnceLock<Arc<dyn Upkeep>>>,
    pub(crate) alarms: Arc<Alarms>,
    pub(crate) data: PathBuf,
    pub(crate) disk: DiskConfig,
    pub(crate) clock: Arc<dyn Time>,
}

impl Metrics {
    /// Shows what the ledger counts, too, and how the certificates, the disk and the clock are.
    pub(crate) fn watch(&self, of: Watched) {
        self.register(|registry| {
            registry.register_collector(Box::new(Clocks(of.clock)));
            registry.register_collector(Box::new(DiskRoom {
                data: of.data.clone(),
                config: of.disk,
            }));
            registry.register_collector(Box::new(LedgerNumbers(of.ledger)));
            registry.register_collector(Box::new(Certificates(of.network)));
            registry.register_collector(Box::new(Backups(of.upkeep)));
            registry.register_collector(Box::new(Needs(of.alarms)));
            registry.register_collector(Box::new(Verification(of.data)));
        });
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// An empty registry with the HTTP side's own numbers.
    pub fn new() -> Self {
        let requests = Family::<Request, Counter>::default();
        // 100 µs to 3.3 s, doubling: a group commit on an SD card takes 11 ms.
        let commands = Histogram::new((0..16).map(|n| 0.0001 * f64::from(1 << n)));
        let (limited, open) = (Counter::default(), Gauge::<i64>::default());
        let uptime = Gauge::<f64, AtomicU64>::default();
        let mut registry = Registry::with_prefix("imajin");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "command",
            "From a command's arrival to its answer",
            Unit::Seconds,
            commands.clone(),
        );
        registry.register(
            "http_limited",
            "Requests refused for their rate",
            limited.clone(),
        );
        registry.register("http_connections", "Open connections", open.clone());
        registry.register_with_unit(
            "uptime",
            "Since the node started",
            Unit::Seconds,
            uptime.clone(),
        );
        Self {
            registry: Mutex::new(registry),
            requests,
            commands,
            limited,
            open,
            uptime,
        }
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
        self.requests
            .get_or_create(&Request { service, class })
            .inc();
    }

    pub(crate) fn command(&self, took: Duration) {
        self.commands.observe(took.as_secs_f64());
    }

    /// The number of open connections.
    pub fn connections(&self) -> &Gauge<i64> {
        &self.open
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
