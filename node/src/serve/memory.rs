//! Gives memory back to the system that the allocator would keep: what only the start needed (descriptions of the routes,
//! the command line and the like leave holes in the heap, a third of what an idle node takes), and what a burst of
//! requests took.

use imajin_app::Node;
use imajin_host::stop::Stop;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

/// Settings of the allocator (mallopt(3)). By default it makes eight heaps per core, each with its own holes; keeps 128 KiB
/// at the end of each; and stops returning large blocks to the system once one of their size was freed. The padding of heap
/// requests (`M_TOP_PAD`) keeps its default: with less, sending a file grows and shrinks the heap with each piece.
#[cfg(target_env = "gnu")]
const ALLOCATOR: [(libc::c_int, libc::c_int); 3] = [
    (libc::M_ARENA_MAX, 2),
    (libc::M_MMAP_THRESHOLD, 64 << 10),
    (libc::M_TRIM_THRESHOLD, 64 << 10),
];

/// Limits what the allocator keeps of freed memory. Must be called while there is one thread.
#[cfg(target_env = "gnu")]
#[expect(
    unsafe_code,
    reason = "a foreign function that takes two numbers, called while there is one thread"
)]
pub(super) fn keep_little() {
    for (setting, value) in ALLOCATOR {
        // SAFETY: mallopt(3) sets a number of the allocator, and refuses what it doesn't know.
        unsafe {
            libc::mallopt(setting, value);
        }
    }
}

/// Does nothing: only glibc keeps freed memory.
#[cfg(not(target_env = "gnu"))]
pub(super) fn keep_little() {}

/// After so long what is begun with the node has had its first round, which reads a good part of the program once more.
const SETTLED: Duration = Duration::from_secs(3);

/// Gives memory back to the system until told to stop.
pub(super) async fn run(node: Node, stop: Stop) {
    let trimming = async {
        // Once the start is over; what is read again comes back from the page cache.
        tokio::time::sleep(SETTLED).await;
        trim_node(&node).await;
        trim_after_use(&node).await;
    };
    stop.or(trimming).await;
}

/// Interval between two checks whether a burst is over.
const LOOK: Duration = Duration::from_secs(5);
/// A change of this size is a burst, not a busy hour.
const BURST_BYTES: u64 = 16 << 20;

/// Number of looks without a change after which the node is idle: ten seconds. The node's own rounds end sooner, and some come
/// every fifteen; each reads a good part of the program.
const QUIET_LOOKS: u32 = 2;
/// Minimum change between two looks that counts as activity.
const STEADY_BYTES: u64 = 256 << 10;
/// Minimum that an idle node returns: less is not worth reading the program again.
const IDLE_BYTES: u64 = 2 << 20;

/// Gives free heap and program pages back to the system after bursts, and when the node has become idle, for as long as it
/// runs: the allocator keeps what many requests at once took, and the kernel keeps what they read of the program.
async fn trim_after_use(node: &Node) {
    let Some(mut last) = Look::now() else { return };
    let mut quiet = Quiet::after(last.resident);
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(now) = Look::now() else { return };
        if quiet.look(now.resident) || now.is_worth_a_trim(&last) {
            trim_node(node).await;
            last = Look::now().unwrap_or(now);
            quiet = Quiet::after(last.resident);
        } else {
            last = Look {
                resident: last.resident.min(now.resident),
                allocated: last.allocated.max(now.allocated),
            };
        }
    }
}

/// Whether the node has been idle since it used memory.
struct Quiet {
    /// Resident bytes after the last trim.
    trimmed: u64,
    /// Resident bytes at the last look.
    before: u64,
    /// Number of looks without a change.
    looks: u32,
}

impl Quiet {
    fn after(resident: u64) -> Self {
        Self { trimmed: resident, before: resident, looks: 0 }
    }

    /// Whether there is something to give back, and nothing has changed for a while.
    fn look(&mut self, resident: u64) -> bool {
        let is_steady = resident.abs_diff(self.before) < STEADY_BYTES;
        self.looks = if is_steady { self.looks.saturating_add(1) } else { 0 };
        self.before = resident;
        self.looks >= QUIET_LOOKS && resident >= self.trimmed.saturating_add(IDLE_BYTES)
    }
}

/// The memory of this process, in bytes. Of all looks since the last trim: the least resident, the most allocated.
struct Look {
    resident: u64,
    /// Bytes of the heap in use.
    allocated: u64,
}

impl Look {
    /// Reads the current values; `None` if the system does not report them.
    fn now() -> Option<Self> {
        Some(Self { resident: resident_bytes()?, allocated: allocated_bytes() })
    }

    /// A burst that came and went between two looks shows only in what is resident. One that a trim fell into shows only
    /// in what was freed since: the allocator keeps those pages, so resident memory stays as it is.
    fn is_worth_a_trim(&self, last: &Self) -> bool {
        self.resident >= last.resident.saturating_add(BURST_BYTES)
            || self.allocated.saturating_add(BURST_BYTES) <= last.allocated
    }
}

#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "a foreign function that takes nothing and returns numbers")]
fn allocated_bytes() -> u64 {
    // SAFETY: mallinfo2(3) is thread-safe and only counts.
    unsafe { libc::mallinfo2() }.uordblks as u64
}

/// Returns 0: only glibc keeps freed memory.
#[cfg(not(target_env = "gnu"))]
fn allocated_bytes() -> u64 {
    0
}

/// Returns the resident memory of this process in bytes; `None` if the system does not report it. Uses little code: the
/// program's pages that a look reads are memory, too.
fn resident_bytes() -> Option<u64> {
    // proc_pid_statm(5): all pages, those that are resident, and more.
    let mut text = [0; 96];
    let length = File::open("/proc/self/statm").ok()?.read(&mut text).ok()?;
    let pages = text.get(..length)?.split(|byte| *byte == b' ').nth(1)?;
    let pages = pages.iter().try_fold(0_u64, |sum, digit| {
        sum.checked_mul(10)?.checked_add(u64::from(digit.checked_sub(b'0')?))
    })?;
    pages.checked_mul(page_bytes()?)
}

#[expect(unsafe_code, reason = "a foreign function that takes and returns a number")]
fn page_bytes() -> Option<u64> {
    // SAFETY: sysconf(3) only looks a number up.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok()
}

/// Frees what idle connections to databases keep, and trims.
async fn trim_node(node: &Node) {
    node.ledger().release_memory().await;
    trim();
}

fn trim() {
    trim_heap();
    if let Err(error) = trim_program() {
        tracing::debug!(%error, "the program's pages stay in memory");
    }
}

#[cfg(target_env = "gnu")]
#[expect(
    unsafe_code,
    reason = "a foreign function; it takes no pointer, and glibc allows it at any time and from any thread"
)]
fn trim_heap() {
    // SAFETY: malloc_trim(3) is thread-safe, and touches nothing but what is free.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Does nothing: only glibc keeps freed memory.
#[cfg(not(target_env = "gnu"))]
fn trim_heap() {}

/// The machine code and the constants are mapped from the program's file: the kernel may forget their pages.
#[expect(
    unsafe_code,
    reason = "madvise(2) takes an address; it is that of what the kernel itself mapped from a file"
)]
fn trim_program() -> std::io::Result<()> {
    let program = std::fs::read_link("/proc/self/exe")?;
    let maps = std::fs::read_to_string("/proc/self/smaps")?;
    for Mapping { start, length } in as_in_the_file(&maps, &program) {
        // SAFETY: a private mapping of a file that nothing may write to and that has no modified pages loses nothing by
        // MADV_DONTNEED: the next access reads the same bytes from the file again.
        let done = unsafe {
            libc::madvise(std::ptr::with_exposed_provenance_mut(start), length, libc::MADV_DONTNEED)
        };
        if done != 0 {
            return Err(std::io::Error::last_os_error());
        }
    }
    Ok(())
}

/// A mapped range of addresses, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mapping {
    start: usize,
    length: usize,
}

/// The read-only mappings of the program in a text as of /proc/self/smaps that are byte for byte as in its file. What the
/// loader relocates, or a debugger writes, is in pages of the process's own, which count as anonymous.
fn as_in_the_file(smaps: &str, program: &Path) -> Vec<Mapping> {
    let mut mappings = Vec::new();
    let mut mapping = None;
    for line in smaps.lines() {
        let mut fields = line.split_ascii_whitespace();
        match fields.next() {
            Some("Anonymous:") => {
                let is_the_files = fields.next() == Some("0");
                mappings.extend(mapping.take().filter(|_| is_the_files));
            }
            Some(name) if name.ends_with(':') => {}
            _ => mapping = read_only(line, program),
        }
    }
    mappings
}

/// The addresses in the first line of a mapping (proc_pid_maps(5)), if it is one of the program that nothing may write to.
fn read_only(line: &str, program: &Path) -> Option<Mapping> {
    let mut fields = line.split_ascii_whitespace();
    let (range, rights) = (fields.next()?, fields.next()?);
    let path = fields.nth(3)?;
    if !matches!(rights, "r-xp" | "r--p") || Path::new(path) != program {
        return None;
    }
    let (start, end) = range.split_once('-')?;
    let start = usize::from_str_radix(start, 16).ok()?;
    let end = usize::from_str_radix(end, 16).ok()?;
    Some(Mapping { start, length: end.checked_sub(start)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_as_in_the_programs_file_is_named() {
        let program = Path::new("/usr/bin/imajin");
        let named = |line: &str, anonymous: &str| {
            let text = format!("{line}\nSize: 8 kB\nAnonymous: {anonymous} kB\nVmFlags: rd mr\n");
            as_in_the_file(&text, program)
        };
        let mapping = Mapping { start: 0x55d0_a000, length: 0x2000 };
        let code = "55d0a000-55d0c000 r-xp 0001a000 fe:00 1234    /usr/bin/imajin";
        let constants = "55d0a000-55d0c000 r--p 00000000 fe:00 1234    /usr/bin/imajin";
        for line in [code, constants] {
            assert_eq!(named(line, "0"), [mapping], "{line}");
            assert_eq!(named(line, "4"), [], "relocated: {line}");
        }
        let cases = "55d0a000-55d0c000 rw-p 0001a000 fe:00 1234    /usr/bin/imajin|\
            55d0a000-55d0c000 r--s 0001a000 fe:00 1234    /usr/bin/imajin|\
            55d0a000-55d0c000 r-xp 0001a000 fe:00 1234    /usr/lib/libc.so.6|\
            7ffd1000-7ffd3000 r-xp 00000000 00:00 0       [vdso]|";
        for other in cases.split('|') {
            assert_eq!(named(other, "0"), [], "{other}");
        }
        let both =
            format!("{code}\nAnonymous: 0 kB\n{constants}\nAnonymous: 8 kB\nAnonymous: 0 kB\n");
        assert_eq!(as_in_the_file(&both, program).len(), 1);
    }

    #[test]
    fn this_very_program_has_code_and_constants_that_are_as_in_its_file() {
        let program = std::fs::read_link("/proc/self/exe").unwrap();
        let smaps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mappings = as_in_the_file(&smaps, &program);
        assert!(mappings.len() > 1, "{mappings:?}\n{smaps}");
    }

    #[test]
    fn memory_that_was_freed_after_a_trim_is_given_back_by_the_next() {
        const MB: u64 = 1 << 20;
        let look = |resident: u64, allocated: u64| Look {
            resident: resident * MB,
            allocated: allocated * MB,
        };
        let quiet = look(13, 4);
        assert!(look(100, 90).is_worth_a_trim(&quiet), "a burst began");
        let amid = look(100, 90);
        assert!(!look(100, 89).is_worth_a_trim(&amid), "it continues");
        assert!(look(100, 5).is_worth_a_trim(&amid), "it is over");
        assert!(look(40, 4).is_worth_a_trim(&quiet), "it came and went");
        assert!(!look(20, 10).is_worth_a_trim(&quiet), "a busy hour");
    }

    #[test]
    fn an_idle_node_gives_back_what_it_used_once() {
        const MB: u64 = 1 << 20;
        let mut quiet = Quiet::after(14 * MB);
        let looks = |quiet: &mut Quiet, resident: u64| {
            let many = (0..3 * QUIET_LOOKS).map(|_| quiet.look(resident));
            many.filter(|is_idle| *is_idle).count()
        };
        assert_eq!(looks(&mut quiet, 15 * MB), 0, "that is not worth it");
        let busy = (0..100).map(|n| quiet.look((20 + n % 2) * MB));
        assert!(!busy.into_iter().any(|is_idle| is_idle), "it is busy");
        assert!(looks(&mut quiet, 20 * MB) > 0);
        let mut quiet = Quiet::after(14 * MB);
        assert_eq!(looks(&mut quiet, 14 * MB), 0, "nothing is left to return");
    }

    #[test]
    fn a_trimmed_program_goes_on() {
        trim();
        assert!(trim_program().is_ok());
    }
}
