//! The child as a process: it may come and go, be killed, or lie, and callers see an error at most.

use crate::corpus::{exif_segment, jpeg_quarters, telephone, with_segments};
use crate::limits::{Raw, request};
use crate::support::{file, program, render, script};
use imajin_pictures::{CancelToken, PictureError, Pictures, Size};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread;

fn is_failed<T>(answer: Result<T, PictureError>) -> bool {
    matches!(answer, Err(PictureError::Failed))
}

#[test]
fn a_child_that_always_dies_is_started_twice_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let starts = folder.path().join("starts");
    let dies = script(folder.path(), &format!("echo >> {}", starts.display()));
    let pictures = Pictures::new(dies);
    assert!(is_failed(render(&pictures, &jpeg_quarters(40, 30), &[Size::W200])));
    assert!(is_failed(pictures.look(file(&jpeg_quarters(40, 30)))));
    assert_eq!(std::fs::read(starts).unwrap().len(), 4);
}

#[test]
fn a_child_that_dies_once_is_not_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let died = folder.path().join("died");
    let lines = format!(
        "if [ -e {0} ]; then exec {1} \"$@\"; fi; : > {0}; kill -9 $$",
        died.display(),
        program().display()
    );
    let pictures = Pictures::new(script(folder.path(), &lines));
    assert_eq!(render(&pictures, &jpeg_quarters(40, 30), &[Size::W200]).unwrap().len(), 1);
}

#[test]
fn a_child_that_lies_is_believed_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let answer = folder.path().join("answer");
    let liar = script(folder.path(), &format!("cat {}; exec cat > /dev/null", answer.display()));
    let pictures = Pictures::new(liar);
    let part = |bytes: &[u8]| [&[0][..], &(bytes.len() as u32).to_le_bytes(), bytes].concat();
    let jpeg = jpeg_quarters(40, 30);
    let render_answer = |bytes: &[u8]| {
        std::fs::write(&answer, bytes).unwrap();
        render(&pictures, &jpeg, &[Size::W200])
    };
    assert_eq!(render_answer(&part(&jpeg)).unwrap()[0], jpeg);
    let lies = [
        part(b"<html><script>"),
        part(&jpeg_quarters(201, 20)),
        part(&with_segments(&jpeg, &[(0xe1, &exif_segment(&telephone(false, 1)))])),
        part(&[&jpeg[..], b"<script>"].concat()),
        part(&[]),
        [&[0][..], &u32::MAX.to_le_bytes()].concat(),
        vec![7],
    ];
    for lie in lies {
        // A child that stays connected is not better.
        drop(pictures.clone());
        std::fs::write(&answer, &lie).unwrap();
        let fresh = Pictures::new(folder.path().join("program"));
        assert!(is_failed(render(&fresh, &jpeg, &[Size::W200])), "{lie:?}");
        assert!(is_failed(fresh.look(file(&jpeg))), "{lie:?}");
    }
    let fresh = Pictures::new(folder.path().join("program"));
    std::fs::write(&answer, [1]).unwrap();
    assert!(matches!(render(&fresh, &jpeg, &[Size::W200]), Err(PictureError::NotDecodable)));
}

#[test]
fn an_idle_child_ends_and_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let number = folder.path().join("number");
    let lines = format!("echo $$ > {}; exec {} \"$@\"", number.display(), program().display());
    let pictures = Pictures::new(script(folder.path(), &lines));
    let number = || std::fs::read_to_string(&number).unwrap().trim().parse::<i32>().unwrap();
    render(&pictures, &jpeg_quarters(40, 30), &[Size::W200]).unwrap();
    let first = number();
    render(&pictures, &jpeg_quarters(40, 30), &[Size::W200]).unwrap();
    assert_eq!(number(), first, "one child for one file after another");
    wait_for_end(first);
    render(&pictures, &jpeg_quarters(40, 30), &[Size::W200]).unwrap();
    assert_ne!(number(), first);
    let second = number();
    drop(pictures);
    wait_for_end(second);
}

/// Ends when the process is gone, and not only dead.
fn wait_for_end(number: i32) {
    while std::fs::exists(format!("/proc/{number}")).unwrap() {
        thread::yield_now();
    }
}

#[test]
fn callers_at_the_same_time_share_one_child() {
    let folder = tempfile::tempdir().unwrap();
    let starts = folder.path().join("starts");
    let lines = format!("echo >> {}; exec {} \"$@\"", starts.display(), program().display());
    let pictures = Pictures::with_children(script(folder.path(), &lines), 1);
    let shared = file(&jpeg_quarters(400, 300));
    thread::scope(|scope| {
        for at in 0..8 {
            let (pictures, file) = (pictures.clone(), shared.try_clone().unwrap());
            scope.spawn(move || match at % 2 {
                0 => assert_eq!(pictures.look(file).unwrap().width, Some(400)),
                _ => assert_eq!(pictures.render(file, &[Size::W200]).unwrap().len(), 1),
            });
        }
    });
    assert_eq!(std::fs::read(starts).unwrap().len(), 1);
}

#[test]
fn a_child_without_a_parent_ends() {
    let mut child = Raw::start();
    child.close_input();
    assert!(child.wait().success());
}

#[test]
fn a_child_dies_with_its_parent() {
    let mut shell = Command::new("sh");
    let lines = "exec 3<&0; \"$0\" preview <&3 >/dev/null & echo $!; wait";
    shell.args(["-c", lines]).arg(program());
    let mut shell = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut number = String::new();
    BufReader::new(shell.stdout.take().unwrap()).read_line(&mut number).unwrap();
    let proc = format!("/proc/{}", number.trim());
    let has_limits = |status: String| status.contains("NoNewPrivs:\t1");
    while !std::fs::read_to_string(format!("{proc}/status")).is_ok_and(has_limits) {
        thread::yield_now();
    }
    // The child waits for the rest of the file, which never comes.
    let mut input = shell.stdin.take().unwrap();
    let request = request(&[0], &jpeg_quarters(400, 300));
    input.write_all(&request[..request.len() - 1]).unwrap();
    shell.kill().unwrap();
    shell.wait().unwrap();
    // Gone; or dead, where its new parent does not wait for it.
    while std::fs::read_to_string(format!("{proc}/stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
        thread::yield_now();
    }
    drop(input);
}

#[test]
fn nonsense_instead_of_a_request_ends_a_child() {
    let mut child = Raw::start();
    child.send(&[255; 100]);
    assert!(!child.wait().success());
}

#[test]
fn a_child_whose_work_nobody_waits_for_is_killed_and_the_next_file_has_another() {
    let folder = tempfile::tempdir().unwrap();
    let (starts, started) = (folder.path().join("starts"), folder.path().join("started"));
    let lines = format!(
        "if [ -e {0} ]; then exec {2} \"$@\"; fi; echo >> {1}; : > {0}; exec sleep 600",
        started.display(),
        starts.display(),
        program().display()
    );
    let pictures = Pictures::with_children(script(folder.path(), &lines), 1);
    let cancel = CancelToken::default();
    let guard = cancel.guard();
    let working = pictures.cancelled_by(&cancel);
    let job = thread::spawn(move || render(&working, &jpeg_quarters(40, 30), &[Size::W200]));
    while !started.exists() {
        thread::yield_now();
    }
    drop(guard);
    assert!(matches!(job.join().unwrap(), Err(PictureError::Cancelled)));
    assert!(render(&pictures, &jpeg_quarters(40, 30), &[Size::W200]).is_ok());
    assert_eq!(std::fs::read(starts).unwrap().len(), 1);
}

#[test]
fn of_two_children_one_works_while_the_other_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let started = folder.path().join("started");
    let lines = format!(
        "if mkdir {0} 2>/dev/null; then exec sleep 600; fi; exec {1} \"$@\"",
        started.display(),
        program().display()
    );
    let pictures = Pictures::with_children(script(folder.path(), &lines), 2);
    let cancel = CancelToken::default();
    let guard = cancel.guard();
    let working = pictures.cancelled_by(&cancel);
    let job = thread::spawn(move || render(&working, &jpeg_quarters(40, 30), &[Size::W200]));
    while !started.exists() {
        thread::yield_now();
    }
    assert!(render(&pictures, &jpeg_quarters(40, 30), &[Size::W200]).is_ok());
    drop(guard);
    assert!(job.join().unwrap().is_err());
}
