//! The limits that the child sets on itself before it reads a byte: memory, time, files, privileges.
//!
//! Always: a limit that cannot be set ends the child, except for its priority, which is a courtesy to other processes.
//! The child cannot lift any limit, except for the time: that grows with each file, and the parent waits for a bounded
//! time only.

use rustix::io::Errno;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, getrlimit, set_dumpable_behavior,
    set_parent_process_death_signal, setpriority_process, setrlimit,
};
use rustix::thread::set_no_new_privs;
use rustix::time::{ClockId, clock_gettime};
use std::io;

/// Address space beyond what the program maps when it starts: a box has one gigabyte or more, and the node needs its part.
pub(crate) const MEMORY_BYTES: u64 = 128 << 20;
/// Processor time for one file, and a second more, since the system counts whole ones and a child may be within one: a
/// thumbnail that takes longer would keep others waiting.
pub(crate) const FILE_SECONDS: u64 = 2;
/// Pixels for which that is enough on the slowest box: another second for as many more.
const SECOND_PIXELS: u64 = 24_000_000;
/// Last of all: requests of people come first.
const NICE: i32 = 19;
/// Standard input, output and error are open; nothing else can be.
const DESCRIPTORS: u64 = 3;

/// All limits but that of time.
pub(crate) fn impose() -> io::Result<()> {
    let mapped = mapped_bytes()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    match setpriority_process(None, NICE) {
        // A service manager's filter may forbid it.
        Err(Errno::PERM | Errno::ACCESS) => {}
        done => done?,
    }
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::As, mapped.saturating_add(MEMORY_BYTES))?;
    limit(Resource::Nofile, DESCRIPTORS)?;
    Ok(())
}

/// Gives a file its time by its pixels, of which 0 are known before it is read.
pub(crate) fn allow_pixels(pixels: u64) -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    let more = pixels.saturating_sub(SECOND_PIXELS) / SECOND_PIXELS;
    let until = u64::try_from(used).unwrap_or_default() + FILE_SECONDS + 1 + more;
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = Some(maximum.map_or(until, |maximum| maximum.min(until)));
    setrlimit(Resource::Cpu, Rlimit { current, maximum })?;
    Ok(())
}

fn limit(resource: Resource, amount: u64) -> Result<(), Errno> {
    let amount = getrlimit(resource).maximum.map_or(amount, |maximum| maximum.min(amount));
    let both = Some(amount);
    setrlimit(resource, Rlimit { current: both, maximum: both })
}

/// Address space that the program takes.
fn mapped_bytes() -> io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kilobytes = kilobytes.and_then(|number| number.trim().parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes * 1024).ok_or_else(|| io::ErrorKind::InvalidData.into())
}
