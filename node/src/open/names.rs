//! What this machine is called in its network.

/// Its name, and that name as mDNS has it.
pub fn machine_names() -> Vec<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim().to_ascii_lowercase();
    match name.as_str() {
        "" | "localhost" | "(none)" => Vec::new(),
        name => vec![name.to_owned(), format!("{name}.local")],
    }
}
