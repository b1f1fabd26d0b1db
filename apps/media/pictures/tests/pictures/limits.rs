//! The child's limits, read from the system; and the outcome for a file that needs more.

use crate::corpus::{interlaced, jpeg, jpeg_quarters, photo};
use crate::support::{ALL, pictures, program, render, script};
use imajin_pictures::{PictureError, Pictures, Size};
use jpeg_encoder::ColorType;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};

/// A request as it goes through the pipe. No codes of sizes ask for facts.
pub(crate) fn request(sizes: &[u8], file: &[u8]) -> Vec<u8> {
    let codes = sizes.iter().copied().chain([0; 8]).take(8);
    let head: Vec<u8> = std::iter::once(sizes.len() as u8).chain(codes).collect();
    [&head[..], &(file.len() as u32).to_le_bytes(), file].concat()
}

/// A child that a test talks with itself, to know its number.
pub(crate) struct Raw(Child);

impl Raw {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(program());
        command.arg(imajin_pictures::COMMAND).envs(imajin_pictures::SETTINGS);
        Self(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap())
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.0.stdin.as_mut().unwrap().write_all(bytes).unwrap();
    }

    pub(crate) fn close_input(&mut self) {
        self.0.stdin.take();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.0.wait().unwrap()
    }

    /// The parts of the answer about a file.
    pub(crate) fn ask(&mut self, sizes: &[u8], file: &[u8]) -> Vec<Vec<u8>> {
        self.send(&request(sizes, file));
        let [status] = self.read();
        assert_eq!(status, 0);
        let parts = (0..sizes.len().max(1)).map(|_| {
            let mut part = vec![0; u32::from_le_bytes(self.read()) as usize];
            self.0.stdout.as_mut().unwrap().read_exact(&mut part).unwrap();
            part
        });
        parts.collect()
    }

    fn read<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        self.0.stdout.as_mut().unwrap().read_exact(&mut array).unwrap();
        array
    }

    fn proc(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.0.id())).unwrap()
    }

    /// Kilobytes, or another number, of `/proc/…/status`.
    fn status(&self, name: &str) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.unwrap().split_whitespace().next().unwrap().parse().unwrap()
    }

    /// A soft limit, and the hard one.
    fn limit(&self, name: &str) -> [String; 2] {
        let limits = self.proc("limits");
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        let mut words = line.split_whitespace().map(str::to_owned);
        [words.next().unwrap(), words.next().unwrap()]
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_child_limits_itself_before_it_answers() {
    let mut child = Raw::start();
    child.ask(&[], &jpeg_quarters(40, 30));
    let both = |amount: &str| [amount.to_owned(), amount.to_owned()];
    assert_eq!(child.limit("Max file size"), both("0"));
    assert_eq!(child.limit("Max core file size"), both("0"));
    assert_eq!(child.limit("Max open files"), both("3"));
    let [seconds, _] = child.limit("Max cpu time");
    assert!(["3", "4"].contains(&&seconds[..]), "{seconds}");
    let [soft, hard] = child.limit("Max address space");
    assert_eq!(soft, hard);
    // The program's own mappings are small next to the 128 MiB that it may map more.
    let (limit, peak) = (soft.parse::<u64>().unwrap() / 1024, child.status("VmPeak"));
    assert!((128 << 10..192 << 10).contains(&limit), "{limit} kB");
    assert!(peak <= limit, "{peak} kB of {limit} kB");
    assert_eq!(child.status("NoNewPrivs"), 1);
    let stat = child.proc("stat");
    let nice = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(16).unwrap().to_owned();
    assert_eq!(nice, "19");
}

/// A fresh child's peak memory (kB) after these sizes of a photo.
fn peak(sizes: &[u8], photo: &[u8]) -> u64 {
    let mut child = Raw::start();
    let begun = imajin_log::clock::monotonic();
    child.ask(sizes, photo);
    let (millis, peak) = (begun.elapsed().as_millis(), child.status("VmHWM"));
    let file = photo.len() / 1024;
    println!("{sizes:?}: {millis} ms; peak {peak} kB; file {file} kB");
    peak
}

#[test]
fn a_photo_of_twelve_megapixels_needs_little() {
    let photo = jpeg(&photo(4000, 3000), 4000, 3000, ColorType::Rgb, false);
    for sizes in [&[0, 1][..], &[2], &[3], &[0, 1, 2, 3]] {
        // The decoder's threads wait in a queue without a bound: on a busy machine it grows, and one of a few tries says
        // what the work itself needs. What the child may have at most is in the test of its limits.
        let fits = (0..5).any(|_| peak(sizes, &photo) < 24 << 10);
        assert!(fits, "{sizes:?}");
    }
}

#[test]
fn a_file_that_takes_too_long_is_given_up_at_once() {
    // The real limit is read above; the same death comes sooner with a smaller one.
    let folder = tempfile::tempdir().unwrap();
    let starts = folder.path().join("starts");
    let lines = format!("echo >> {}; ulimit -S -t 1; while :; do :; done", starts.display());
    let pictures = Pictures::new(script(folder.path(), &lines));
    let answer = render(&pictures, &jpeg_quarters(40, 30), &[Size::W200]);
    assert!(matches!(answer, Err(PictureError::Failed)));
    assert_eq!(std::fs::read(starts).unwrap().len(), 1);
}

#[test]
fn a_file_that_needs_too_much_memory_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let lines = format!("ulimit -v 40000; exec {} \"$@\"", program().display());
    let pictures = Pictures::new(script(folder.path(), &lines));
    let answer = render(&pictures, &interlaced(4000, 4000), &[Size::W200]);
    assert!(matches!(answer, Err(PictureError::Failed)));
    assert!(render(&pictures, &jpeg_quarters(40, 30), &ALL).is_ok());
}

/// Each kind at the most pixels that it may have fits into the memory that there is.
#[test]
fn the_largest_pictures_fit() {
    let pictures = pictures();
    let (width, height) = (6000, 4000);
    let pixels = photo(width, height);
    let inks: Vec<u8> =
        pixels.chunks(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 0]).collect();
    let files = [
        ("progressive JPEG", jpeg(&pixels, width, height, ColorType::Rgb, true)),
        ("CMYK JPEG", jpeg(&inks, width, height, ColorType::Cmyk, false)),
        ("interlaced PNG", interlaced(width, height)),
        (
            "WebP",
            crate::corpus::webp(
                &crate::corpus::quarters(width, height),
                width,
                height,
                image_webp::ColorType::Rgb8,
            ),
        ),
        ("GIF", crate::corpus::gif(6000, 4000, 0, 0)),
    ];
    for (name, file) in files {
        let begun = imajin_log::clock::monotonic();
        let answer = render(&pictures, &file, &ALL);
        println!("{name}: {} ms, {} kB", begun.elapsed().as_millis(), file.len() / 1024);
        assert!(answer.is_ok(), "{name}: {:?}", answer.err());
    }
}
