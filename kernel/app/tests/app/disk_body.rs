//! A body from the disk whose right to be read ends.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http_body_util::BodyExt;
use imajin_app::disk_body::DiskBody;
use imajin_app::{Problem, Right};
use imajin_edge::testing::TestNode;
use imajin_host::Config;

const PIECE_BYTES: u64 = 32 * 1024;

#[tokio::test]
async fn a_piece_that_was_read_before_the_right_ended_is_not_handed_out() {
    let node = TestNode::start(Vec::new(), Config::default(), 3).await.unwrap();
    let ended = Arc::new(AtomicBool::new(false));
    let is_ended = Arc::clone(&ended);
    let right = Right::new(&node.node, move |_| {
        if is_ended.load(Ordering::SeqCst) {
            Err(Problem::not_found("It is no longer yours."))
        } else {
            Ok(())
        }
    });
    let (told, asked) = std::sync::mpsc::channel();
    let mut body = DiskBody::new(ReportingReader(told), 4 * PIECE_BYTES, right);
    for _ in 0..2 {
        assert!(body.frame().await.unwrap().is_ok());
        node.clock.pass(Duration::from_secs(1));
    }
    for _ in 0..3 {
        asked.recv().unwrap();
    }
    ended.store(true, Ordering::SeqCst);
    node.clock.pass(Duration::from_secs(1));
    assert_eq!(body.frame().await.unwrap().unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    assert!(body.frame().await.is_none());
    node.stop().await.unwrap();
}

/// Says how much of it was asked for.
struct ReportingReader(std::sync::mpsc::Sender<usize>);

impl Read for ReportingReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.send(out.len()).map_err(io::Error::other)?;
        Ok(out.len())
    }
}
