//! Many people who each write a little: the cost of a write when each goes to another log, including the drain into the
//! logs.

use super::resident::crowd;
use crate::measure::prelude::*;
use crate::people::Person;

const CLIENTS: usize = 16;
/// Total number of writes, so that the small and the large run take equally long.
const WRITES: usize = 20_000;
/// Entries of a crowd wait up to half a minute for more of their log.
const IN_LOGS_MAX: Duration = Duration::from_secs(120);

/// Measures writes in turn by a thousand people, and by as many as the largest node has.
pub fn measure(folder: &Path, sizes: &Sizes, report: &mut Report) -> Outcome {
    for people in [1_000, sizes.people] {
        in_turn(folder, people, report)?;
        person(folder, people, report)?;
    }
    Ok(())
}

fn in_turn(folder: &Path, people: usize, report: &mut Report) -> Outcome {
    let mut bench = Bench::new(folder, Watch::No)?;
    let mut writers = Vec::with_capacity(people);
    for done in (0..people).step_by(1_000) {
        for key in bench.register(1_000.min(people - done))? {
            writers.push(Person::known(&bench.client, key)?);
        }
    }
    until_in_logs(&bench, people)?;
    let each = (WRITES / people).max(1);
    let (now, host) = (bench.now()?, bench.host()?);
    let mut lanes = vec![Vec::new(); CLIENTS];
    let mut requests = Vec::with_capacity(people);
    for writer in &mut writers {
        requests.push(writer.updates(each, &host, now)?.into_iter());
    }
    for _ in 0..each {
        for (n, requests) in requests.iter_mut().enumerate() {
            lanes[n % CLIENTS].extend(requests.next());
        }
    }
    let verify = ceiling::verify_per_second()?;
    let address = bench.node()?.address;
    let (cpu, bytes) = (bench.node()?.cpu()?, bench.node()?.written()?);
    let begun = Instant::now();
    load::run(Load::each(address, lanes))?;
    let answered = begun.elapsed();
    let memory = bench.node()?.memory()?;
    // Stopping drains the journal into the logs.
    let cost = bench.take_node()?.stop()?;
    let drained = begun.elapsed();
    let verify = verify.max(ceiling::verify_per_second()?);
    let writes = (people * each) as f64;
    let name = |what: &str| format!("{what}, {} people in turn", number(people as f64));
    report
        .row(name("writes until they are in the logs"))
        .at_least(writes / drained.as_secs_f64() / verify, "of verify_strict", 0.16)
        .beside(format!(
            "{:.0} writes/s; answered at {:.0} a second",
            writes / drained.as_secs_f64(),
            writes / answered.as_secs_f64()
        ));
    let cpu = (cost.cpu - cpu).as_secs_f64() / writes;
    report
        .row(name("server CPU a write"))
        .at_most(cpu * verify, "verifications", 7.5)
        .beside(format!("{:.0} µs", cpu * 1e6));
    report.row(name("bytes a write")).at_most(
        (cost.bytes - bytes) as f64 / writes / 1e3,
        "kB",
        12.0,
    );
    report
        .row(name("memory after the writes"))
        .at_most(memory as f64 / 1e6, "MB", 80.0)
        .beside("right after the last answer (VmRSS)");
    Ok(())
}

/// Waits until everybody has a log, so that what is measured creates none. The node stays as it is: it knows the people.
fn until_in_logs(bench: &Bench, people: usize) -> Outcome {
    let users = bench.folder.path().join("data/users");
    let begun = Instant::now();
    while begun.elapsed() < IN_LOGS_MAX {
        let mut logs = 0;
        for entry in std::fs::read_dir(&users)? {
            logs += usize::from(entry?.path().join("log.sqlite").exists());
        }
        // The node has one, too.
        if logs > people {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(format!("some of {people} people have no log after {IN_LOGS_MAX:?}").into())
}

/// Measures the disk space of a person with two entries.
fn person(folder: &Path, people: usize, report: &mut Report) -> Outcome {
    let mut bench = Bench::new(folder, Watch::No)?;
    crowd(&bench, people)?;
    bench.take_node()?.stop()?;
    let bytes = on_disk(&bench.folder.path().join("data/users"))?;
    report
        .row(format!("on the disk for each of {} people", number(people as f64)))
        .at_most(bytes as f64 / people as f64 / 1e3, "kB", 25.0)
        .beside("their log as it is after registering: blocks of the disk, without folders");
    Ok(())
}

/// Returns the allocated bytes of the files below a folder.
fn on_disk(folder: &Path) -> Outcome<u64> {
    use std::os::unix::fs::MetadataExt as _;
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() {
            on_disk(&entry.path())?
        } else {
            // st_blocks counts units of 512 bytes, whatever the block size of the file system (stat(2)).
            entry.metadata()?.blocks() * 512
        };
    }
    Ok(bytes)
}
