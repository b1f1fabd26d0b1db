//! Gives back what only the start needed: descriptions of the routes and the like leave holes in the heap that the
//! allocator would keep for good, about a tenth of what an idle node takes.

/// Gives memory that is free back to the system, where the allocator knows how.
#[cfg(target_env = "gnu")]
#[expect(
    unsafe_code,
    reason = "a foreign function; it takes no pointer, and glibc allows it at any time and from any thread"
)]
pub(super) fn trim() {
    // SAFETY: malloc_trim(3) is thread-safe, and touches nothing but what is free.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Nothing to do: only glibc keeps it.
#[cfg(not(target_env = "gnu"))]
pub(super) fn trim() {}
