//! Both ends of a tunnel over a pipe.

use axum::http::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;

use super::*;

/// Longer than a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A registry that is connected to a box; the box does `visit` with each visitor.
async fn connected<F, T>(visit: F) -> (SendRequest<Bytes>, JoinHandle<()>)
where
    F: Fn(TunnelStream) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let (ours, theirs) = duplex(64 * 1024);
    let boxed = tokio::spawn(serve(theirs, visit));
    let (requests, connection) = registry_side(ours).await.unwrap();
    tokio::spawn(connection);
    (requests, boxed)
}

async fn serve<F, T>(socket: DuplexStream, visit: F)
where
    F: Fn(TunnelStream) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let mut connection = box_side(socket).await.unwrap();
    while let Some(Ok((request, mut answer))) = connection.accept().await {
        let receiver = Receiver::new(request.into_body(), Meter::default());
        let sender = answer.send_response(Response::new(()), false).unwrap();
        let stream = TunnelStream::new(receiver, Sender::new(sender, Meter::default()));
        tokio::spawn(visit(stream));
    }
}

async fn open(requests: &SendRequest<Bytes>, meter: &Meter) -> (Receiver, Sender) {
    let mut requests = requests.clone().ready().await.unwrap();
    let request = Request::connect("a.example:443").body(()).unwrap();
    let (answer, sender) = requests.send_request(request, false).unwrap();
    let receiver = answer.await.unwrap().into_body();
    (Receiver::new(receiver, meter.clone()), Sender::new(sender, meter.clone()))
}

async fn read_all(receiver: &mut Receiver) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(piece) = receiver.next().await {
        let piece = piece.unwrap();
        receiver.release(piece.len()).unwrap();
        all.extend_from_slice(&piece);
    }
    all
}

#[test]
fn an_address_is_read_as_it_was_written_and_in_no_other_form() {
    for address in ["192.0.2.1", "2001:db8::1", "::1"] {
        let address: IpAddr = address.parse().unwrap();
        assert_eq!(forwarded_address(&forwarded(address)), Some(address));
    }
    let mapped = "::ffff:192.0.2.1".parse().unwrap();
    assert_eq!(forwarded(mapped), "for=192.0.2.1");
    assert_eq!(forwarded_address("for=\"[::ffff:192.0.2.1]\""), Some(IpAddr::from([192, 0, 2, 1])));
    let cases = "|192.0.2.1|for=|for=_hidden|for=unknown|for=192.0.2.1:80|\
        for=192.0.2.1, for=192.0.2.2|for=[::1]|for=\"[::1]:80\"|for=\"192.0.2.1\"|\
        For=192.0.2.1;by=1.1.1.1";
    for odd in cases.split('|') {
        assert_eq!(forwarded_address(odd), None, "{odd}");
    }
}

#[tokio::test]
async fn a_megabyte_comes_back_as_it_went_and_both_ways_are_counted() {
    let (requests, _) = connected(async |mut stream: TunnelStream| {
        let (mut reader, mut writer) = tokio::io::split(&mut stream);
        tokio::io::copy(&mut reader, &mut writer).await.unwrap();
        stream.shutdown().await.unwrap();
    })
    .await;
    let meter = Meter::default();
    let (mut receiver, mut sender) = open(&requests, &meter).await;
    let sent: Vec<u8> = (0..1_u32 << 20).map(|n| (n % 251) as u8).collect();
    let bytes = Bytes::from(sent.clone());
    let sending = async {
        sender.send(bytes).await.unwrap();
        sender.end().unwrap();
    };
    let ((), received) = tokio::join!(sending, read_all(&mut receiver));
    assert!(received == sent, "{} bytes", received.len());
    assert_eq!(meter.bytes(), 2 << 20);
}

#[tokio::test]
async fn a_visitor_that_reads_nothing_holds_up_no_other_and_takes_bounded_memory() {
    let (requests, _) = connected(async |mut stream: TunnelStream| {
        let much = vec![7; 1 << 20];
        let _ = stream.write_all(&much).await;
        let _ = stream.shutdown().await;
    })
    .await;
    let meter = Meter::default();
    // The room that they left unread is free again once they are gone.
    for _ in 0..3 {
        // As many as there may be but one, of whom none reads.
        let mut slow = Vec::new();
        for _ in 1..STREAMS_MAX {
            slow.push(open(&requests, &meter).await);
        }
        let (mut receiver, _sender) = open(&requests, &meter).await;
        let received = tokio::time::timeout(PATIENCE, read_all(&mut receiver)).await;
        assert_eq!(received.unwrap().len(), 1 << 20);
        for (receiver, _) in &mut slow {
            let waiting = receiver.stream.flow_control();
            let (used, left) = (waiting.used_capacity(), waiting.available_capacity());
            assert!(used <= STREAM_BYTES as usize && left >= 0, "{used} {left}");
        }
    }
}

#[tokio::test]
async fn a_stream_that_one_end_drops_ends_at_the_other() {
    let (requests, _) = connected(async |mut stream: TunnelStream| {
        let mut first = [0];
        let _ = stream.read_exact(&mut first).await;
        if first == *b"b" {
            // The box says something, and is gone.
            let _ = stream.write_all(&[7; 10_000]).await;
            return;
        }
        assert!(stream.read_exact(&mut first).await.is_err());
    })
    .await;
    let meter = Meter::default();
    let (mut receiver, mut sender) = open(&requests, &meter).await;
    sender.send(Bytes::from_static(b"b")).await.unwrap();
    let received = tokio::time::timeout(PATIENCE, read_all(&mut receiver)).await;
    assert_eq!(received.unwrap(), [7; 10_000], "all that was said before");
    let (receiver, mut sender) = open(&requests, &meter).await;
    sender.send(Bytes::from_static(b"r")).await.unwrap();
    drop((receiver, sender));
}

#[tokio::test]
async fn the_box_hears_goaway_when_the_registry_has_no_requests_left() {
    let (requests, boxed) = connected(async |_| {}).await;
    drop(requests);
    tokio::time::timeout(PATIENCE, boxed).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_end_that_answers_no_ping_is_silent_and_one_that_does_is_not() {
    let every = Duration::from_millis(20);
    let (ours, theirs) = duplex(64 * 1024);
    let (_requests, mut connection) = registry_side(ours).await.unwrap();
    let pings = connection.ping_pong().unwrap();
    tokio::spawn(connection);
    let silent = tokio::time::timeout(PATIENCE, silence(pings, every)).await;
    assert!(silent.is_ok(), "nobody reads at the other end");
    drop(theirs);

    let (ours, theirs) = duplex(64 * 1024);
    let serving = tokio::spawn(serve(theirs, async |_| {}));
    let (_requests, mut connection) = registry_side(ours).await.unwrap();
    let mut pings = connection.ping_pong().unwrap();
    tokio::spawn(connection);
    for _ in 0..3 {
        pings.ping(Ping::opaque()).await.unwrap();
    }
    serving.abort();
}
