//! Reports of payments to a seller elsewhere.

use imajin_protocol::exchange::{Exchange, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::prelude::*;

/// Answers a request with this status. Returns the request's head and body.
async fn answered(listener: &TcpListener, status: u16) -> (String, String) {
    let accepted = tokio::time::timeout(Duration::from_secs(60), listener.accept()).await;
    let (mut stream, _) = accepted.expect("nobody asks").unwrap();
    let mut bytes = Vec::new();
    loop {
        let mut some = [0; 4096];
        let n = stream.read(&mut some).await.unwrap();
        bytes.extend_from_slice(&some[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
        });
        if body.len() == length.unwrap() {
            let answer =
                format!("HTTP/1.1 {status} -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            return (head.to_owned(), body.to_owned());
        }
    }
}

#[tokio::test]
async fn told_until_it_is_heard_and_signed_by_the_node() {
    let node = node().await;
    // Only the owner may have the node call its own machine.
    let (olga, buyer) = (owner(&node, 1).await, somebody(&node, 2).await);
    buyer.top_up(&node, &olga, 1_000).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let url = format!("http://{address}/paid?shop=1");
    for wrong in [
        "ftp://shop.example/",
        "http://shop.example/",
        "https://10.0.0.1/",
        "https://router/",
        "https://a:b@shop.example/",
        "nowhere",
    ] {
        let reply = olga.signed(&node, "/pay/api/callback", &json!({ "url": wrong })).await;
        assert_eq!((reply.status, &reply.json()["field"]), (400, &json!("url")), "{wrong}");
    }
    buyer.signed(&node, "/pay/api/callback", &json!({ "url": url })).await.check(403);
    let event = olga.signs_shares("event", &[(olga.did(), 1_000_000)]);
    // Earlier payments are not reported.
    buyer.settles(&node, &event, 100).await;
    let chosen = olga.does(&node, "/pay/api/callback", &json!({ "url": url })).await;
    assert_eq!(chosen, json!({ "url": url }));
    let paid = buyer.settles(&node, &event, 250).await;

    answered(&listener, 500).await;
    // The report is retried later, by the node's own clock.
    let pass = async {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            node.clock.pass(Duration::from_secs(1));
        }
    };
    let (head, body) = tokio::select! {
        came = answered(&listener, 204) => came,
        () = pass => unreachable!(),
    };
    let notice: Json = serde_json::from_str(&body).unwrap();
    assert_members!(notice, "event": "payment.settled", "transactionId": paid["batchId"]);
    assert_members!(notice, "amount": 250, "payer": buyer.did());
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    };
    let (exchange, signature) = Exchange::read(header).unwrap();
    assert_eq!(&exchange.did, node.node.did());
    let request = Request {
        host: &address.to_string(),
        method: "POST",
        target: "/paid?shop=1",
        body: body.as_bytes(),
    };
    let key = node.node.public_key().verifying_key().unwrap();
    exchange.verify(&request, &signature, &[key], node.node.now()).unwrap();
    // A confirmed report is not repeated, and reports end when the seller removes the address.
    olga.does(&node, "/pay/api/callback", &json!({ "url": null })).await;
    buyer.settles(&node, &event, 250).await;
    let more = tokio::time::timeout(Duration::from_secs(2), listener.accept()).await;
    assert!(more.is_err(), "told again");
    close(node).await;
}

#[tokio::test]
async fn a_seller_who_says_nothing_delays_no_payment() {
    let node = node().await;
    let (olga, buyer) = (owner(&node, 1).await, somebody(&node, 2).await);
    buyer.top_up(&node, &olga, 1_000).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    olga.does(&node, "/pay/api/callback", &json!({ "url": url })).await;
    let event = olga.signs_shares("event", &[(olga.did(), 1_000_000)]);
    let pay = async || buyer.settles(&node, &event, 100).await;
    let attested = async || {
        let all = buyer.get(&node, "/auth/api/attestations").await.json();
        all["attestations"].as_array().map(Vec::len)
    };
    pay().await;
    let accepted = tokio::time::timeout(Duration::from_secs(60), listener.accept()).await;
    let (hanging, _) = accepted.expect("nobody asks").unwrap();
    let before = until_some(async || attested().await.filter(|count| *count > 0)).await;
    pay().await;
    until(async || attested().await > Some(before)).await;
    let read = loop {
        match hanging.try_read(&mut [0; 4096]) {
            Ok(bytes) if bytes > 0 => {}
            other => break other,
        }
    };
    let still_open = read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
    assert!(still_open, "the payment waited for the call");
    close(node).await;
}
