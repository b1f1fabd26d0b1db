//! What this machine is called in its network.

/// Its name, and that name as mDNS has it.
pub fn machine_names() -> Vec<String> {
    let machine = rustix::system::uname();
    let name = machine.nodename().to_string_lossy().to_ascii_lowercase();
    match name.as_str() {
        "" | "localhost" | "(none)" => Vec::new(),
        name => vec![name.to_owned(), format!("{name}.local")],
    }
}
