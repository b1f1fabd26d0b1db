use std::net::SocketAddr;

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

use super::*;
use imajin_edge::testing::TestClock;

const LIMITS: Limits = Limits {
    in_flight: 4,
    per_client: 2,
    per_host: 2,
    deadline: Duration::from_secs(600),
    circuits: Backoff::new(Duration::from_secs(60), Duration::from_secs(3_600)),
    scope: Scope::ClientAndHost,
};

/// Connects and waits for a byte.
async fn ask(address: SocketAddr) -> Attempt<bool> {
    let Ok(mut stream) = TcpStream::connect(address).await else {
        return Attempt::Unreached(false);
    };
    match stream.read_u8().await {
        Ok(_) => Attempt::Answered(true),
        Err(_) => Attempt::Unreached(false),
    }
}

/// A server that accepts and says nothing. Each connection is open as long as its stream.
async fn silent() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

#[tokio::test]
async fn ten_dead_destinations_of_one_client_hold_up_nobody_else() {
    let clock = TestClock::at("2026-11-20T10:00:00.000Z");
    let mut dispatcher = Dispatcher::new(clock, LIMITS);
    let mut dead = Vec::new();
    for n in 0..10 {
        let (listener, address) = silent().await;
        dispatcher.submit(n, ("mallory", &address.to_string()), ask(address));
        dead.push(listener);
    }
    let (listener, address) = silent().await;
    let answers = async {
        use tokio::io::AsyncWriteExt;
        listener.accept().await.unwrap().0.write_u8(1).await
    };
    dispatcher.submit(100, ("ada", "alive"), ask(address));
    // No other delivery ends before this one does.
    let (answered, ()) = tokio::join!(answers, dispatcher.wait_for_completion());
    answered.unwrap();
    let [completion] = dispatcher.completions() else {
        panic!("{:?}", dispatcher.completions());
    };
    assert_eq!((completion.key, completion.result), (100, Ok(true)));
    assert!(dispatcher.has(&100) && dispatcher.has(&9));
    dispatcher.settle();
    assert!(!dispatcher.has(&100));
    // The first two were in flight from the beginning.
    let reached = dead.iter_mut().take(2);
    for listener in reached {
        drop(listener.accept().await.unwrap());
    }
    dispatcher.wait_for_completion().await;
    assert_eq!(dispatcher.completions()[0].result, Ok(false));
}

#[tokio::test]
async fn a_deadline_ends_each_delivery_and_a_circuit_opens_and_is_probed() {
    let clock = TestClock::at("2026-11-20T10:00:00.000Z");
    let time = Arc::clone(&clock) as Arc<dyn Time>;
    let limits = Limits { deadline: Duration::from_millis(1), ..LIMITS };
    let mut dispatcher: Dispatcher<u8, ()> = Dispatcher::new(time, limits);
    let to = ("mallory", "dead");
    for n in 0..5 {
        dispatcher.submit(n, to, std::future::pending());
    }
    let minute = Duration::from_secs(60);
    let silent = Err(Undelivered::NoAnswer);
    let refused = Err(Undelivered::CircuitOpen(minute));
    assert_eq!(next_results(&mut dispatcher, 5).await, [silent, silent, silent, refused, refused]);
    dispatcher.submit(6, to, std::future::pending());
    assert_eq!(next_results(&mut dispatcher, 1).await, [refused]);
    clock.pass(minute);
    dispatcher.submit(7, to, async { Attempt::Unneeded(()) });
    dispatcher.submit(8, to, async { Attempt::Answered(()) });
    dispatcher.submit(9, to, async { Attempt::Answered(()) });
    assert_eq!(next_results(&mut dispatcher, 3).await, [Ok(()); 3]);
}

/// The results of the next deliveries that end.
async fn next_results(
    dispatcher: &mut Dispatcher<u8, ()>,
    count: usize,
) -> Vec<Result<(), Undelivered>> {
    while dispatcher.completions().len() < count {
        dispatcher.wait_for_completion().await;
    }
    let results = dispatcher.completions().iter().map(|completion| completion.result);
    let results = results.collect();
    dispatcher.settle();
    results
}
