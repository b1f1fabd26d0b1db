//! The deadlines of each phase, and who hears of an end.

use super::*;

/// A deadline that a test waits for, and one that it does not live to see.
const SOON: Duration = Duration::from_millis(50);
const NEVER: Duration = Duration::from_secs(3600);

fn link(header: Duration, idle: Duration, write: Duration) -> Link {
    let deadlines = Deadlines { header, idle, write };
    Link::new(Prefix::from_address([192, 0, 2, 1].into()), deadlines)
}

/// Checks that the connection ends by its deadline, and not before it.
async fn is_over(link: &Link) {
    let deadline = link.deadline().unwrap();
    let over = tokio::time::timeout(NEVER / 60, link.over()).await;
    assert!(over.is_ok(), "it waits for another deadline");
    assert!(Instant::now() >= deadline);
}

#[tokio::test]
async fn a_head_has_its_own_deadline_however_long_a_connection_may_idle() {
    is_over(&link(SOON, NEVER, NEVER)).await;
    let slow = link(SOON, NEVER, NEVER);
    slow.answered();
    let begins = async {
        tokio::task::yield_now().await;
        slow.read();
        let deadline = slow.deadline();
        assert_eq!(deadline, Some(slow.0.state.lock().since + SOON));
        tokio::time::sleep(Duration::from_millis(2)).await;
        slow.read();
        assert_eq!(slow.deadline(), deadline, "a byte now and then is no head");
    };
    let over = async { tokio::time::timeout(NEVER / 60, slow.over()).await };
    let (over, ()) = tokio::join!(over, begins);
    assert!(over.is_ok(), "it has begun to wait when it idled");
    let idle = link(SOON, SOON * 3, NEVER);
    idle.answered();
    assert_eq!(idle.deadline(), Some(idle.0.state.lock().since + SOON * 3));
    is_over(&idle).await;
}

#[tokio::test]
async fn a_client_that_takes_no_byte_has_a_deadline() {
    let link = link(NEVER, NEVER, SOON);
    link.request_began(false);
    link.answering();
    link.wrote(false);
    let deadline = link.deadline();
    tokio::time::sleep(Duration::from_millis(2)).await;
    link.wrote(false);
    assert_eq!(link.deadline(), deadline, "the first counts");
    is_over(&link).await;
    link.wrote(true);
    assert_eq!(link.deadline(), None, "it continues");
}

#[tokio::test]
async fn a_socket_may_be_silent_and_must_take_what_is_sent() {
    let link = link(SOON, SOON, SOON);
    link.request_began(false);
    link.talks();
    link.answered();
    link.read();
    assert_eq!(link.deadline(), None);
    assert!(link.is_talking());
    assert!(tokio::time::timeout(SOON * 10, link.over()).await.is_err());
    let blocks = async {
        tokio::task::yield_now().await;
        link.wrote(false);
    };
    let over = async { tokio::time::timeout(NEVER / 60, link.over()).await };
    let (over, ()) = tokio::join!(over, blocks);
    assert!(over.is_ok(), "it waits for a client that takes nothing");
    assert!(link.idle_for(Instant::now()).is_some(), "it can make room for others");
}

#[tokio::test]
async fn who_waits_for_a_socket_hears_that_it_was_cut_and_its_keeper_that_it_ended() {
    let cut = link(NEVER, NEVER, NEVER);
    cut.talks();
    let waits = std::future::poll_fn(|context| {
        cut.waits(Side::Reader, context);
        if cut.is_cut() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    });
    let cuts = async {
        tokio::task::yield_now().await;
        cut.cut();
    };
    let waited = async { tokio::time::timeout(NEVER / 60, waits).await };
    let (waited, ()) = tokio::join!(waited, cuts);
    assert!(waited.is_ok());
    let ended = link(NEVER, NEVER, NEVER);
    ended.talks();
    let ends = async {
        tokio::task::yield_now().await;
        ended.ended();
    };
    let over = async { tokio::time::timeout(NEVER / 60, ended.over()).await };
    let (over, ()) = tokio::join!(over, ends);
    assert!(over.is_ok() && !ended.has_request());
}

#[tokio::test]
async fn work_of_the_node_is_never_too_slow_for_itself() {
    let link = link(SOON, SOON, SOON);
    link.request_began(false);
    assert_eq!(link.deadline(), None);
    let over = tokio::time::timeout(SOON * 10, link.over()).await;
    assert!(over.is_err());
    assert_eq!(link.idle_for(Instant::now()), None);
    link.cut();
    link.over().await;
}
