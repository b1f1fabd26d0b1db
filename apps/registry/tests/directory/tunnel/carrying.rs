//! Bytes that pass through a tunnel, and those that don't.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{NAME, World, ask, hello, request, rest, within};

#[tokio::test]
async fn bytes_reach_the_box_as_they_were_sent_and_come_back_by_name() {
    let world = World::new("").await;
    let mut boxed = world.dial().await;
    assert_eq!(boxed.day, "0/1000000000", "the first week");
    let mut visitor = world.visit("Alpha.Nodes.example").await;
    let sent = hello("Alpha.Nodes.example");
    let mut seen = boxed.next().await;
    assert_eq!([&*seen.target, &*seen.forwarded], ["alpha.nodes.example:443", "for=127.0.0.1"]);
    // Each ClientHello has other random bytes, and the same length, ALPN and name.
    let mut bytes = vec![0; sent.len()];
    within("bytes", seen.stream.read_exact(&mut bytes)).await.unwrap();
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    assert!(bytes[0] == 22 && has(b"acme-tls/1") && has(b"http/1.1"));
    // Both ways at once, larger than every window, and each end says when it is done.
    let (mut reader, mut writer) = tokio::io::split(seen.stream);
    let echo = tokio::spawn(async move {
        tokio::io::copy(&mut reader, &mut writer).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let large: Vec<u8> = (0..1_u32 << 20).map(|n| (n % 251) as u8).collect();
    let (mut reader, mut writer) = visitor.split();
    let mut back = Vec::new();
    let sending = async {
        writer.write_all(&large).await.unwrap();
        writer.shutdown().await.unwrap();
    };
    let (_, read) =
        within("an echo", async { tokio::join!(sending, reader.read_to_end(&mut back)) }).await;
    read.unwrap();
    echo.await.unwrap();
    assert!(back == large, "{} bytes came back", back.len());
}

#[tokio::test]
async fn a_visitor_that_takes_or_says_nothing_holds_up_no_other() {
    let world = World::new("").await;
    let mut boxed = world.dial().await;
    let mut idle = Vec::new();
    for part in [&b""[..], &[22], &[22, 3, 1, 2]] {
        let mut stream = TcpStream::connect(world.visitors()).await.unwrap();
        stream.write_all(part).await.unwrap();
        idle.push(stream);
    }
    let slow = world.visit(NAME).await;
    let mut flood = boxed.next().await;
    let flooding = tokio::spawn(async move {
        let much = vec![7; 64 << 20];
        let _ = flood.stream.write_all(&much).await;
    });
    let mut other = world.visit(NAME).await;
    let mut seen = boxed.next().await;
    seen.stream.write_all(b"hello").await.unwrap();
    let mut word = [0; 5];
    within("a word", other.read_exact(&mut word)).await.unwrap();
    assert_eq!(&word, b"hello");
    assert!(!flooding.is_finished(), "nobody reads 64 MiB");
    drop(slow);
    within("the flood's end", flooding).await.unwrap();
    // The registry closes connections that name no host in time.
    for stream in idle {
        assert!(rest(stream).await.is_empty());
    }
}

#[tokio::test]
async fn own_names_pass_unknown_ones_are_closed_and_plain_http_leads_on() {
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let more = format!(
        "names = [\"registry.example\"]\npass = \"{}\"\npass-proxy-protocol = true\n",
        proxy.local_addr().unwrap()
    );
    let world = World::new(&more).await;
    let mut visitor = world.visit("registry.example").await;
    let (mut passed, _) = within("the proxy", proxy.accept()).await.unwrap();
    let mut bytes = vec![0; 11];
    passed.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"PROXY TCP4 ");
    passed.write_all(b"from the proxy").await.unwrap();
    let mut bytes = [0; 14];
    visitor.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"from the proxy");
    for name in ["unknown.example", NAME, "nodes.example", "x.alpha.nodes.example"] {
        assert!(rest(world.visit(name).await).await.is_empty(), "{name}");
    }
    for odd in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0; 64], &hello("192.0.2.1")] {
        let mut stream = TcpStream::connect(world.visitors()).await.unwrap();
        let _ = stream.write_all(odd).await;
        assert!(rest(stream).await.is_empty());
    }
    let _boxed = world.dial().await;
    let plain = world.process.address("redirecting at ");
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let client = client.build().unwrap();
    let ask = async |host: &str| {
        let request = client.get(format!("http://{plain}/a?b=c")).header("host", host);
        let response = request.send().await.unwrap();
        let location = response.headers().get("location");
        let location = location.map(|location| location.to_str().unwrap().to_owned());
        (response.status().as_u16(), location)
    };
    let place = "https://alpha.nodes.example/a?b=c".to_owned();
    assert_eq!(ask("Alpha.nodes.example:80").await, (308, Some(place)));
    assert_eq!(ask("registry.example").await.0, 308);
    assert_eq!(ask("unknown.example").await, (404, None));
}

#[tokio::test]
async fn a_box_that_speaks_something_else_has_no_tunnel() {
    let world = World::new("").await;
    for junk in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0; 4096], &[0xff; 100_000]] {
        let (_, mut socket) = ask(&world.process, &request(&world.node, &[NAME])).await.unwrap();
        let _ = socket.write_all(junk).await;
        let mut rest = Vec::new();
        let _ = within("the end", socket.read_to_end(&mut rest)).await;
    }
    assert_eq!(world.reach().await["connected"], false);
    let mut boxed = world.dial().await;
    let _visitor = world.visit(NAME).await;
    boxed.next().await;
}
