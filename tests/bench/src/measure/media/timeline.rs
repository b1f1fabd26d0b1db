//! The timeline of a person with a lifetime's photos, compared with the bare queries; and an erasure in that record.

use super::{File, JPEG, asset_id, get};
use crate::load::Measurement;
use crate::measure::prelude::*;
use crate::measure::stall;
use crate::people::Person;
use rusqlite::{Connection, Row, ToSql, params};
use serde_json::Value as Json;

/// Photos in the timeline; fewer if entering them takes longer than this limit, and the rows say how many.
const PHOTOS: usize = 50_000;
const PATIENCE: Duration = Duration::from_secs(120);
/// Entries between two queries of the node's time: a signature is valid for five minutes.
const ROUND: usize = 10_000;
/// Number of keys that enter photos at once. Each has one file, of which all its photos are copies: the node examines
/// each file and keeps few.
const LANES: usize = 16;
/// The beginning by which the node recognizes a JPEG.
const JPEG_BEGINS: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00";
/// Number of photos per month, and the year of the first.
const MONTH: usize = 1_000;
const FIRST_YEAR: usize = 2015;
const READ: &str = "2015-06";
/// Number of reads of each kind.
const READS: usize = 200;
/// Number of photos that are erased one after the other.
const ERASED: usize = 3;

/// The projection, in the node's folder of derived data.
const PROJECTION: &str = "media.sqlite";
/// The bare queries: number of pictures in each month, and the columns for each picture of a month.
const MONTHS_SQL: &str = "SELECT substr(day, 1, 7) AS month, count(*) FROM assets
    WHERE owner_did = ?1 AND state = 'kept' AND sort IN ('photo', 'video') GROUP BY month ORDER BY month DESC";
const MONTH_SQL: &str = "SELECT id, owner_did, width, height, sort, ms, day, said FROM assets
    WHERE owner_did = ?1 AND state = 'kept' AND sort IN ('photo', 'video') AND day >= ?2 AND day < ?2 || '~' ORDER BY day DESC, id";

/// A long timeline, its months and one month of it, and an erasure in the record.
pub fn timeline(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let mut bench = Bench::new(folder, Watch::No)?;
    let mut people = bench.people(2)?;
    let mut other = people.pop().ok_or("nobody else")?;
    let mut owner = people.pop().ok_or("nobody")?;
    let (files, photos) = fill(&bench, &mut owner)?;
    // The node locks its projections, so it is stopped while they are read.
    bench.take_node()?.stop()?;
    let did = owner.key.did().to_string();
    let bare = Bare::measure(bench.folder.path(), &did)?;
    bench.start_again()?;
    let actor = Actor::new(&bench.client, owner.key.clone())?;
    let path = "/media/api/timeline".to_owned();
    let months = read(&bench, &actor, &path)?;
    let month = read(&bench, &actor, &format!("{path}/{READ}"))?;
    let of = number(photos as f64);
    rows(report, format!("months of {of} photos"), &months, bare.months);
    rows(report, format!("a month of {of} photos"), &month, bare.month);
    let quiet = stall::quiet(&bench, &mut other)?;
    for file in files.iter().take(ERASED) {
        let erase = json!({ "assets": [asset_id(&did, &file.cid, 0)] });
        let erase = Draft::new("media", "media.erase").fact(&erase)?;
        let (done, took) =
            stall::meanwhile(&bench, &mut other, || actor.does(&bench.client, &erase))?;
        let name = format!("write while a photo of {of} is erased");
        stall::row(report, name, &quiet, &done, took);
    }
    Ok(())
}

/// Enters the photos. Returns their files and the number of photos.
fn fill(bench: &Bench, owner: &mut Person) -> Outcome<(Vec<File>, usize)> {
    let actor = Actor::new(&bench.client, owner.key.clone())?;
    let file = |lane: usize| {
        let bytes = [JPEG_BEGINS, &lane.to_le_bytes()].concat();
        File::send(bench, &actor, &bytes, 1)
    };
    let files = (0..LANES).map(file).collect::<Result<Vec<_>, _>>()?;
    owner.delegate(&bench.client, LANES, "media.add")?;
    let (begun, each, mut photos) = (Instant::now(), ROUND / LANES, 0);
    while photos < PHOTOS && begun.elapsed() < PATIENCE {
        let (now, host) = (bench.time_of(owner)?, bench.host()?);
        let key = owner.key.clone();
        let mut lanes = Vec::with_capacity(LANES);
        for (lane, delegate) in owner.delegates.iter_mut().enumerate() {
            let file = files.get(lane).ok_or("a key without a file")?;
            let copies = photos / LANES;
            let entry = |n: usize| {
                let about = photo_json(photos + lane * each + n);
                let add = file.add(&key, copies + n, (about, json!({})))?;
                delegate.next(&add, &host, now)
            };
            lanes.push((0..each).map(entry).collect::<Result<Vec<_>, _>>()?);
        }
        load::run(Load::each(bench.node()?.address, lanes))?;
        photos += each * LANES;
    }
    Ok((files, photos))
}

/// Returns the description of the photo with this number.
fn photo_json(number: usize) -> Json {
    let (month, within) = (number / MONTH, number % MONTH);
    let taken = format!(
        "{}-{:02}-{:02}T{:02}:{:02}:00",
        FIRST_YEAR + month / 12,
        month % 12 + 1,
        within % 28 + 1,
        within / 28 % 24,
        within % 60
    );
    json!({ "name": format!("IMG_{number:05}.jpg"), "kind": JPEG, "taken": taken, "width": 4_000, "height": 3_000 })
}

/// Reads a path repeatedly with one client.
fn read(bench: &Bench, actor: &Actor, path: &str) -> Outcome<Measurement> {
    let lane = || Ok::<_, Failed>(vec![vec![get(bench, actor, path)?; READS]]);
    let address = bench.node()?.address;
    load::run(Load::each(address, lane()?))?;
    load::run(Load::each(address, lane()?))
}

/// Median times of the bare queries.
struct Bare {
    months: Duration,
    month: Duration,
}

impl Bare {
    /// Measures on the projection of a stopped node.
    fn measure(folder: &Path, did: &str) -> Outcome<Self> {
        // On a copy, so that the node's own stays unchanged.
        let (from, to) = (folder.join("data/runtime"), folder.join("bare"));
        std::fs::create_dir(&to)?;
        for name in [PROJECTION.to_owned(), format!("{PROJECTION}-wal")] {
            if from.join(&name).exists() {
                std::fs::copy(from.join(&name), to.join(&name))?;
            }
        }
        let db = Connection::open(to.join(PROJECTION))?;
        let months = median(&db, MONTHS_SQL, params![did], (month_of, 1))?;
        let month = median(&db, MONTH_SQL, params![did, READ], (cell, MONTH))?;
        Ok(Self { months, month })
    }
}

fn month_of(row: &Row<'_>) -> rusqlite::Result<(String, i64)> {
    Ok((row.get(0)?, row.get(1)?))
}

/// A photo in a month.
type Cell = (String, String, Option<i64>, Option<i64>, String, Option<i64>, String, Option<String>);

fn cell(row: &Row<'_>) -> rusqlite::Result<Cell> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
        row.get(7)?,
    ))
}

/// Returns the median time of a query, which must return at least `rows` rows.
fn median<T>(
    db: &Connection,
    sql: &str,
    params: &[&dyn ToSql],
    (read, least): (impl Fn(&Row<'_>) -> rusqlite::Result<T> + Copy, usize),
) -> Outcome<Duration> {
    let mut statement = db.prepare(sql)?;
    let mut times = Vec::with_capacity(READS);
    for _ in 0..READS {
        let begun = Instant::now();
        let rows = statement.query_map(params, read)?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        times.push(begun.elapsed());
        if rows.len() < least {
            return Err(format!("the query found {} rows and not {least}", rows.len()).into());
        }
    }
    times.sort_unstable();
    Ok(times[READS / 2])
}

/// Reports a read as an absolute time, and as a multiple of the bare query's.
fn rows(report: &mut Report, name: String, done: &Measurement, bare: Duration) {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (middle, p99) = (done.quantile(0.5), done.quantile(0.99));
    let beside = format!("p99 {:.1} ms", ms(p99));
    report.row(name.clone()).at_most(ms(middle), "ms", 10.0).beside(beside);
    report
        .row(format!("{name}, against the query"))
        .at_most(middle.as_secs_f64() / bare.as_secs_f64(), "times the bare query", 3.0)
        .beside(format!("bare query: {:.2} ms", ms(bare)));
}
