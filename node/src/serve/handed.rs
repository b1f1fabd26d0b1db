//! Sockets that the service manager opened before it started the node (sd_listen_fds(3)): ports below 1024 without any
//! right to open them. The one called `https` (`FileDescriptorName=`) is for HTTPS; of those with other names the first is
//! the plain one, and the second is for HTTPS.

use imajin_box::failure::{Failure, OrFail, Outcome};
use std::os::fd::{FromRawFd, RawFd};
use tokio::net::TcpListener;

/// The sockets handed over.
#[derive(Default)]
pub(super) struct InheritedSockets {
    pub(super) plain: Option<TcpListener>,
    pub(super) secure: Option<TcpListener>,
}

/// Takes the sockets. Must be called once, at the start.
pub(super) fn sockets() -> Outcome<InheritedSockets> {
    let mut handed = InheritedSockets::default();
    let descriptors =
        sd_notify::listen_fds_with_names().or_unusable("the service manager's sockets")?;
    for (fd, name) in descriptors {
        let listener =
            listener(fd).or_unusable(format!("the service manager's socket {name:?}"))?;
        let slot = match (name.as_str(), &handed.plain) {
            ("https", _) | (_, Some(_)) => &mut handed.secure,
            (_, None) => &mut handed.plain,
        };
        if slot.replace(listener).is_some() {
            return Err(Failure::unusable(
                "the service manager handed over more sockets than the two that the node serves, http and https",
            ));
        }
    }
    Ok(handed)
}

#[expect(
    unsafe_code,
    reason = "a number becomes a socket, which the service manager says that it is"
)]
fn listener(fd: RawFd) -> std::io::Result<TcpListener> {
    // SAFETY: sd_listen_fds(3) hands these numbers to this process alone, and each is taken once.
    let listener = unsafe { std::net::TcpListener::from_raw_fd(fd) };
    // Reports anything but a listening TCP socket now.
    listener.local_addr()?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}
