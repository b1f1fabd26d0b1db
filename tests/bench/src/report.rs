//! The results as a table and as JSON.

use crate::Outcome;
use serde_json::{Value as Json, json};
use std::path::Path;

/// The results of a run.
pub struct Report {
    rows: Vec<Row>,
    /// Load average when the run began.
    load: String,
}

/// A row, before its figure is known.
pub struct Figure<'r> {
    report: &'r mut Report,
    name: String,
}

/// A figure of all runs with its limit.
pub struct Row {
    name: String,
    /// Values of the runs, in ascending order.
    values: Vec<f64>,
    unit: &'static str,
    bound: Option<Bound>,
    /// Remark of the last run.
    beside: String,
}

/// The limit for a figure.
#[derive(Clone, Copy)]
pub enum Bound {
    /// Minimum.
    AtLeast(f64),
    /// Maximum.
    AtMost(f64),
}

impl Report {
    /// Creates an empty report.
    pub fn new() -> Self {
        Self { rows: Vec::new(), load: load_average() }
    }

    /// Begins a row. A repeated name is another run of the same row: the median of all runs is compared.
    pub fn row(&mut self, name: impl Into<String>) -> Figure<'_> {
        Figure { report: self, name: name.into() }
    }

    /// Whether every figure is within its limit.
    pub fn all_reached(&self) -> bool {
        self.rows.iter().all(Row::reached)
    }

    /// Prints the table.
    pub fn print(&self) {
        let cells: Vec<[String; 5]> = self.rows.iter().map(Row::cells).collect();
        let head = ["measure", "median", "must", "runs", "beside"].map(str::to_owned);
        let width = |column: usize| {
            cells.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2), width(3), width(4)];
        let line = |row: &[String; 5]| {
            println!(
                "| {:<a$} | {:>b$} | {:<c$} | {:<d$} | {:<e$} |",
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                a = widths[0],
                b = widths[1],
                c = widths[2],
                d = widths[3],
                e = widths[4]
            );
        };
        line(&head);
        println!("|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"));
        cells.iter().for_each(line);
        println!(
            "{} cores; load average {} at the start, {} at the end",
            cores(),
            self.load,
            load_average()
        );
    }

    /// Writes the JSON.
    pub fn write(&self, path: &Path) -> Outcome {
        let rows: Vec<Json> = self.rows.iter().map(Row::json).collect();
        let report = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "cores": cores(),
            "load_average": { "start": self.load, "end": load_average() },
            "measures": rows,
        });
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent)?;
        }
        Ok(std::fs::write(path, serde_json::to_string_pretty(&report)? + "\n")?)
    }
}

impl<'r> Figure<'r> {
    /// Adds the figure, which has a maximum.
    pub fn at_most(self, value: f64, unit: &'static str, most: f64) -> &'r mut Row {
        self.within(value, unit, Some(Bound::AtMost(most)))
    }

    /// Adds the figure, which has a minimum.
    pub fn at_least(self, value: f64, unit: &'static str, least: f64) -> &'r mut Row {
        self.within(value, unit, Some(Bound::AtLeast(least)))
    }

    /// Adds the figure, which may have a limit.
    pub fn within(self, value: f64, unit: &'static str, bound: Option<Bound>) -> &'r mut Row {
        let Self { report, name } = self;
        eprintln!("  {name}: {} {unit}", number(value));
        let position = report.rows.iter().position(|row| row.name == name);
        let at = position.unwrap_or(report.rows.len());
        if position.is_none() {
            report.rows.push(Row { name, values: Vec::new(), unit, bound, beside: String::new() });
        }
        let row = &mut report.rows[at];
        let place = row.values.partition_point(|other| *other < value);
        row.values.insert(place, value);
        row
    }
}

impl Row {
    /// Adds a remark.
    pub fn beside(&mut self, remark: impl Into<String>) {
        self.beside = remark.into();
    }

    /// Returns the median; of an even number of runs the lower one of the middle two.
    fn value(&self) -> f64 {
        self.values[(self.values.len() - 1) / 2]
    }

    /// Returns the range of the runs, or an empty text for a single run.
    fn spread(&self) -> String {
        match &self.values[..] {
            [least, .., most] => {
                format!("{}: {}–{}", self.values.len(), number(*least), number(*most))
            }
            _ => "1".to_owned(),
        }
    }

    fn reached(&self) -> bool {
        match self.bound {
            None => true,
            Some(Bound::AtLeast(bound)) => self.value() >= bound,
            Some(Bound::AtMost(bound)) => self.value() <= bound,
        }
    }

    fn cells(&self) -> [String; 5] {
        let must = match self.bound {
            None => String::new(),
            Some(Bound::AtLeast(bound)) => format!("≥ {}", number(bound)),
            Some(Bound::AtMost(bound)) => format!("≤ {}", number(bound)),
        };
        let mark = if self.reached() { "" } else { " MISSED" };
        [
            self.name.clone(),
            format!("{} {}", number(self.value()), self.unit),
            must + mark,
            self.spread(),
            self.beside.clone(),
        ]
    }

    fn json(&self) -> Json {
        let (at_least, at_most) = match self.bound {
            Some(Bound::AtLeast(bound)) => (Some(bound), None),
            Some(Bound::AtMost(bound)) => (None, Some(bound)),
            None => (None, None),
        };
        json!({
            "measure": self.name, "value": self.value(), "runs": self.values, "unit": self.unit, "at_least": at_least, "at_most": at_most,
            "reached": self.reached(), "beside": self.beside,
        })
    }
}

/// Returns the number of cores, which the node and the client share.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Returns the load average of the last 1, 5 and 15 minutes.
fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

/// Formats a number with three significant digits.
pub fn number(value: f64) -> String {
    match value.abs() {
        a if a >= 100.0 => {
            let digits = format!("{value:.0}");
            let (sign, digits) =
                digits.strip_prefix('-').map_or(("", digits.as_str()), |digits| ("-", digits));
            let groups: Vec<&str> = digits
                .as_bytes()
                .rchunks(3)
                .rev()
                .filter_map(|group| std::str::from_utf8(group).ok())
                .collect();
            sign.to_owned() + &groups.join(" ")
        }
        a if a >= 10.0 => format!("{value:.1}"),
        a if a >= 0.1 || a == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}
