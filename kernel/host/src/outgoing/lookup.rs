//! Look-ups of names with the system's resolver, which includes /etc/hosts and names that end in `.local`.
//!
//! Always: the system's resolver blocks a thread until it gives up, which may take longer than the caller waits. Each look-up
//! has a separate thread, and these are bounded: a few for each asker, and some reserved for names from the settings or the
//! owner. So names that never answer delay their own asker's look-ups.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, LazyLock, mpsc};
use std::time::Duration;

use imajin_app::fair::{FairSemaphore, Shares};
use imajin_app::{Role, blocking};

use super::AddressSource;
use crate::jobs::JobOwner;

/// How long a caller waits for a look-up and for its turn. A slower name counts as unknown.
const DEADLINE: Duration = Duration::from_secs(5);
/// Threads that wait for the system's resolver: each takes some tens of kilobytes. The last ones are for names in the settings:
/// the mail server, relays, registries, the place of backups.
const SHARES: Shares =
    Shares { permits: 12, each: 2, for_members: 0, for_owner: 4, waiting: 256, waiting_each: 32 };

tokio::task_local! {
    static ASKER: JobOwner;
}

/// Makes requests for this person or address: their look-ups share its places.
pub async fn asked_by<T>(who: JobOwner, requests: impl Future<Output = T>) -> T {
    ASKER.scope(who, requests).await
}

/// For whom a name is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asker {
    /// A person or an address.
    Client(JobOwner),
    /// Unknown: all names of a site share their slots. A site is the last two labels.
    Site(String),
}

impl Asker {
    fn for_name(name: &str) -> Self {
        match ASKER.try_with(JobOwner::clone) {
            Ok(client) => Self::Client(client),
            Err(_) => {
                let mut labels = name.trim_end_matches('.').rsplit('.');
                let site: Vec<&str> = labels.by_ref().take(2).collect();
                Self::Site(site.join(".").to_ascii_lowercase())
            }
        }
    }
}

type Resolve = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Look-ups, and the places for them.
struct Lookups {
    turns: FairSemaphore<Asker>,
    resolve: Arc<Resolve>,
    deadline: Duration,
}

static LOOKUPS: LazyLock<Lookups> = LazyLock::new(|| Lookups::new(Arc::new(system)));

fn system(name: &str) -> io::Result<Vec<SocketAddr>> {
    Ok((name, 0).to_socket_addrs()?.collect())
}

/// The addresses of a name.
///
/// # Errors
/// The name has none, the resolver did not answer in time, or this asker has too many look-ups under way.
pub fn lookup(
    name: &str,
    named: AddressSource,
) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send + use<> {
    LOOKUPS.addresses(name, named)
}

/// The addresses of a name from the settings, for a caller that has no task. The thread ends when the resolver gives up.
pub fn lookup_blocking(name: &str) -> io::Result<Vec<SocketAddr>> {
    let (sender, receiver) = mpsc::channel();
    let name = name.to_owned();
    std::thread::Builder::new()
        .name("lookup".to_owned())
        .spawn(move || sender.send(system(&name)))?;
    let answer = receiver.recv_timeout(DEADLINE);
    answer.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

impl Lookups {
    fn new(resolve: Arc<Resolve>) -> Self {
        Self { turns: FairSemaphore::new(SHARES), resolve, deadline: DEADLINE }
    }

    /// The asker is the one of the task that calls this.
    fn addresses(
        &self,
        name: &str,
        source: AddressSource,
    ) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send + use<> {
        let role = match source {
            AddressSource::InSettings | AddressSource::ByOwner => Role::Owner,
            AddressSource::ByAnybody => Role::Stranger,
        };
        let (turns, asker) = (self.turns.clone(), Asker::for_name(name));
        let (resolve, name) = (Arc::clone(&self.resolve), name.to_owned());
        let deadline = self.deadline;
        async move {
            let resolution = async {
                let turn = turns.acquire(asker, role).await.map_err(io::Error::other)?;
                let search = blocking::long(move || {
                    // The turn is held until the resolver returns, even if the caller stops waiting earlier.
                    let _turn = turn;
                    resolve(&name)
                });
                search.await.map_err(|problem| io::Error::other(problem.to_string()))?
            };
            match tokio::time::timeout(deadline, resolution).await {
                Ok(addresses) => addresses,
                Err(_) => Err(io::ErrorKind::TimedOut.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefix::Prefix;
    use parking_lot::Mutex;

    /// Look-ups where a name that begins with `silent` has no answer for as long as the sender is kept.
    fn with_silence() -> (Arc<Lookups>, mpsc::Sender<()>) {
        let (sender, receiver) = mpsc::channel::<()>();
        let receiver = Mutex::new(receiver);
        let resolve = move |name: &str| -> io::Result<Vec<SocketAddr>> {
            if name.starts_with("silent") {
                let silence = receiver.lock();
                let _ = silence.recv();
            }
            Ok(vec![SocketAddr::from(([192, 0, 2, 1], 0))])
        };
        (Arc::new(Lookups::new(Arc::new(resolve))), sender)
    }

    fn client(last: u8) -> JobOwner {
        JobOwner::Address(Prefix::from_address([192, 0, 2, last].into()))
    }

    #[tokio::test]
    async fn names_that_never_answer_delay_no_other_askers_look_ups() {
        let (lookups, _silence) = with_silence();
        let mut silent = Vec::new();
        for n in 0..48 {
            let lookups = Arc::clone(&lookups);
            silent.push(tokio::spawn(asked_by(client(1), async move {
                let name = format!("silent.of-{n}.example");
                lookups.addresses(&name, AddressSource::ByAnybody).await
            })));
        }
        while lookups.turns.waiting() < SHARES.waiting_each {
            tokio::task::yield_now().await;
        }
        assert_eq!(lookups.turns.held(), SHARES.each, "threads of one asker");
        let other = asked_by(client(2), async {
            lookups.addresses("a.example", AddressSource::ByAnybody).await
        });
        assert!(other.await.is_ok());
        // Look-ups beyond the queue's bound were refused at once; the others end with their requests, and leave the queue.
        for task in &silent {
            task.abort();
        }
        while lookups.turns.waiting() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn names_of_the_settings_have_places_when_strangers_hold_all_of_theirs() {
        let (lookups, _silence) = with_silence();
        let mut silent = Vec::new();
        for n in 0..8 {
            let lookups = Arc::clone(&lookups);
            silent.push(tokio::spawn(asked_by(client(n), async move {
                let both = ["silent.example", "silent.test"];
                let both = both.map(|name| lookups.addresses(name, AddressSource::ByAnybody));
                let [a, b] = both;
                tokio::join!(a, b)
            })));
        }
        while lookups.turns.held() < SHARES.permits - SHARES.for_owner
            || lookups.turns.waiting() < 8
        {
            tokio::task::yield_now().await;
        }
        assert!(lookups.addresses("relay.example", AddressSource::InSettings).await.is_ok());
        for task in &silent {
            task.abort();
        }
    }

    #[tokio::test]
    async fn nobody_waits_for_a_name_beyond_the_deadline() {
        let (lookups, _silence) = with_silence();
        let hurried = Lookups {
            turns: lookups.turns.clone(),
            resolve: Arc::clone(&lookups.resolve),
            deadline: Duration::ZERO,
        };
        let answer = hurried.addresses("silent.example", AddressSource::ByAnybody).await;
        assert_eq!(answer.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn the_own_machine_is_found_as_the_system_says() {
        let addresses = lookup("localhost", AddressSource::InSettings).await.unwrap();
        assert!(addresses.iter().all(|address| address.ip().is_loopback()));
        assert_eq!(lookup_blocking("localhost").unwrap(), addresses);
    }

    #[test]
    fn names_of_a_site_share_their_places() {
        assert_eq!(Asker::for_name("a.b.Example.org."), Asker::for_name("c.example.org"));
        assert_ne!(Asker::for_name("a.example.org"), Asker::for_name("a.example.com"));
    }
}
