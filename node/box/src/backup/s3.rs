//! A bucket of S3's protocol: three requests, each signed (AWS Signature Version 4), addressed by path, so that any
//! server of the protocol at any address will do.
//!
//! Always: the secret key leaves this machine only as signatures, and each signature covers the checksum of the body.
//! This module does not know what a backup is.

use super::{BackupError, Result};
use crate::clock::machine_now;
use crate::failure::because;
use crate::settings::BackupConfig;
use imajin_dfos::{Timestamp, hex};
use imajin_host::outgoing::{AddressSource, Allowed, Blocking, Paced, time_for};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::blocking::{Body, Response};
use reqwest::{Method, StatusCode, Url};
use ring::hmac;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::time::Duration;

/// Maximum silence of the storage. A whole pack may take as long as its bytes need on a slow line (`Paced`).
const SILENCE: Duration = Duration::from_secs(60);
/// Attempts after a failure in the middle, and the first pause between them, which doubles each time.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_secs(1);
/// The most of an error's text that is read.
const ERROR_BYTES_MAX: u64 = 4096;

/// A bucket and a prefix in it.
pub struct Bucket {
    http: Blocking,
    silence: Duration,
    pause: Duration,
    base: Url,
    /// The host and port as in the header.
    host: String,
    bucket: String,
    prefix: String,
    signer: Signer,
}

/// The credentials that sign.
struct Signer {
    key_id: String,
    secret: String,
    region: String,
}

impl Bucket {
    /// `BUCKET[/PREFIX]` with the address and the keys of the settings.
    pub(super) fn new(rest: &str, config: &BackupConfig, allowed: Allowed) -> Result<Self> {
        let wrong = BackupError::settings;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(wrong("`to` must name a bucket: s3://BUCKET/PREFIX"));
        }
        let base = Url::parse(&config.s3_url).ok().filter(|url| url.has_host());
        let base = base.ok_or_else(|| wrong("`backup.s3_url` must be the address of the storage, like https://s3.eu-central-1.amazonaws.com"))?;
        if config.s3_key.is_empty() || config.s3_secret.is_empty() {
            return Err(wrong(
                "`backup.s3_key` and `backup.s3_secret` are missing: give them in the environment (IMAJIN_BACKUP_S3_KEY, IMAJIN_BACKUP_S3_SECRET)",
            ));
        }
        let name = base.host_str().unwrap_or_default();
        let host = match base.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        let http = Blocking::within(allowed, AddressSource::InSettings, |client| client)
            .map_err(BackupError::settings)?;
        Ok(Self {
            http,
            silence: SILENCE,
            pause: PAUSE,
            host,
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            signer: Signer {
                key_id: config.s3_key.clone(),
                secret: config.s3_secret.reveal().to_owned(),
                region: config.s3_region.clone(),
            },
            base,
        })
    }

    pub(super) fn name(&self) -> String {
        match self.prefix.as_str() {
            "" => format!("s3://{}", self.bucket),
            prefix => format!("s3://{}/{prefix}", self.bucket),
        }
    }

    pub(super) fn put(&self, name: &str, file: &File, bytes: u64) -> Result<(), String> {
        let mut sum = Sha256::new();
        let again = |mut file: &File| file.seek(SeekFrom::Start(0)).map(drop);
        again(file)
            .and_then(|()| io::copy(&mut &*file, &mut sum))
            .and_then(|_| again(file))
            .map_err(|error| error.to_string())?;
        let sum = hex::encode(&sum.finalize());
        let answer = self.send(Method::PUT, name, (&sum, bytes), || {
            again(file)?;
            Ok(Some(Body::sized(file.try_clone()?, bytes)))
        })?;
        if answer.status().is_success() { Ok(()) } else { Err(refusal(answer)) }
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Box<dyn Read>>, String> {
        let answer = self.send(Method::GET, name, (EMPTY, 0), || Ok(None))?;
        match answer.status() {
            StatusCode::NOT_FOUND => {
                let why = refusal(answer);
                // A missing bucket is an error, unlike a missing object.
                if why.contains("NoSuchBucket") { Err(why) } else { Ok(None) }
            }
            status if status.is_success() => Ok(Some(Box::new(Paced::new(answer, self.silence)))),
            _ => Err(refusal(answer)),
        }
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), String> {
        let answer = self.send(Method::DELETE, name, (EMPTY, 0), || Ok(None))?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(()),
            status if status.is_success() => Ok(()),
            _ => Err(refusal(answer)),
        }
    }

    /// Sends a request with a body of this sum and length, again where the line broke or the server had a moment of weakness.
    fn send(
        &self,
        method: Method,
        name: &str,
        (sum, bytes): (&str, u64),
        body: impl Fn() -> io::Result<Option<Body>>,
    ) -> Result<Response, String> {
        let path = self.path(name);
        let mut url = self.base.clone();
        url.set_path(&path);
        let mut pause = self.pause;
        for attempt in 1.. {
            let headers = self.signer.headers(&method, &path, &self.host, sum, machine_now());
            let request = self.http.request(method.clone(), url.clone());
            let mut request = request.map_err(|error| error.to_string())?;
            request = request.timeout(self.silence + time_for(bytes));
            for (name, value) in headers {
                request = request.header(name, value);
            }
            if let Some(body) = body().map_err(|error| error.to_string())? {
                request = request.body(body);
            }
            let why = match request.send() {
                Ok(answer) if !answer.status().is_server_error() => return Ok(answer),
                Ok(answer) => refusal(answer),
                Err(error) => because(&error),
            };
            if attempt == ATTEMPTS {
                return Err(why);
            }
            std::thread::sleep(pause);
            pause *= 2;
        }
        Err("it does not answer".to_owned())
    }

    /// Returns `/BUCKET/PREFIX/NAME` below the base address's path, as signed and sent.
    fn path(&self, name: &str) -> String {
        let base = self.base.path().trim_matches('/');
        let parts = base
            .split('/')
            .chain([self.bucket.as_str()])
            .chain(self.prefix.split('/'))
            .chain([name]);
        let parts = parts.filter(|part| !part.is_empty());
        parts.fold(String::new(), |path, part| path + "/" + &escape(part))
    }
}

/// One part of a path, as it is signed: everything escaped but unreserved characters (RFC 3986, section 2.3).
fn escape(text: &str) -> String {
    const RESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

/// SHA-256 of nothing.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

impl Signer {
    /// The headers of a signed request without query (AWS, "Create a signed AWS API request").
    fn headers(
        &self,
        method: &Method,
        path: &str,
        host: &str,
        sum: &str,
        now: Timestamp,
    ) -> [(&'static str, String); 3] {
        let stamp = stamp(now);
        let day = &stamp[..8];
        let names = "host;x-amz-content-sha256;x-amz-date";
        let request = format!(
            "{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:{sum}\nx-amz-date:{stamp}\n\n{names}\n{sum}"
        );
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let hashed = hex::encode(&Sha256::digest(request));
        let signature = self.sign(day, &format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}"));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={names},Signature={signature}",
            self.key_id
        );
        [
            ("authorization", authorization),
            ("x-amz-content-sha256", sum.to_owned()),
            ("x-amz-date", stamp),
        ]
    }

    fn sign(&self, day: &str, text: &str) -> String {
        let first = format!("AWS4{}", self.secret).into_bytes();
        let parts = [day, &self.region, "s3", "aws4_request", text];
        let signature = parts.iter().fold(first, |key, part| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), part.as_bytes()).as_ref().to_vec()
        });
        hex::encode(&signature)
    }
}

/// `20130524T000000Z`.
fn stamp(now: Timestamp) -> String {
    let seconds =
        now.to_string().chars().take(19).filter(|c| !"-:".contains(*c)).collect::<String>();
    seconds + "Z"
}

/// The code and message in the XML of a refusal.
fn refusal(answer: Response) -> String {
    let status = answer.status();
    let mut text = String::new();
    // An unreadable body leaves only the status for the message.
    let _ = answer.take(ERROR_BYTES_MAX).read_to_string(&mut text);
    let part = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once("</").map(|(part, _)| part)
    };
    match (part("Code"), part("Message")) {
        (Some(code), Some(message)) => format!("{status}, {code}: {message}"),
        (Some(code), None) => format!("{status}, {code}"),
        _ => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chain of keys of AWS's own example ("Examples of the complete Signature Version 4 signing process"), and its
    /// signature of the request for a bucket's lifecycle (with a query, which our requests don't have).
    #[test]
    fn the_signature_is_that_of_the_documentation() {
        let signer = Signer {
            key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            region: "us-east-1".to_owned(),
        };
        let request = format!(
            "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\nx-amz-content-sha256:{EMPTY}\n\
             x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n{EMPTY}"
        );
        let hashed = hex::encode(&Sha256::digest(request));
        assert_eq!(hashed, "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972");
        let text = format!(
            "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n{hashed}"
        );
        let expected = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        assert_eq!(signer.sign("20130524", &text), expected);
        let at = Timestamp::from_millis(1_369_353_600_000).unwrap();
        assert_eq!(stamp(at), "20130524T000000Z");
        let [(_, authorization), ..] =
            signer.headers(&Method::GET, "/test.txt", "examplebucket.s3.amazonaws.com", EMPTY, at);
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;"), "{authorization}");
    }

    fn bucket(url: &str) -> Bucket {
        let config = BackupConfig {
            to: "s3://boxes".to_owned(),
            every_h: 24,
            keep: 14,
            box_reads: true,
            s3_url: url.to_owned(),
            s3_region: "us-east-1".to_owned(),
            s3_key: "key".to_owned(),
            s3_secret: imajin_pay::Secret::new("secret"),
        };
        Bucket::new("boxes", &config, Allowed::default()).unwrap()
    }

    #[test]
    fn a_storage_is_asked_where_the_settings_say_and_leads_nowhere_else() {
        let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        elsewhere.set_nonblocking(true).unwrap();
        let there = elsewhere.local_addr().unwrap();
        let storage = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = storage.local_addr().unwrap().port();
        let served = std::thread::spawn(move || {
            use std::io::Write;
            let (mut stream, _) = storage.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let answer = format!(
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{there}/boxes/x\r\ncontent-length: 0\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        });
        // In the house, since the address says so itself.
        let outcome = bucket(&format!("http://127.0.0.1:{port}")).get("x");
        assert!(outcome.is_err_and(|why| why.contains("307")));
        served.join().unwrap();
        assert!(elsewhere.accept().is_err(), "nobody followed");
        // An unroutable address: no test can reach a real machine.
        let refused = bucket(&format!("http://0.0.0.0:{port}")).get("x");
        let why = refused.err().unwrap();
        assert!(why.contains("not an address on the open internet"), "{why}");
    }

    #[test]
    fn an_answer_without_end_is_given_up() {
        use imajin_edge::testing::{EndlessServer, Flood};
        let floods = [Flood::HTTP[0], Flood::HTTP[1], Flood::HTTP[2], Flood::SLOW_BODY];
        for flood in floods {
            let server = EndlessServer::start(flood);
            let mut bucket = bucket(&server.url());
            (bucket.silence, bucket.pause) = (Duration::from_millis(400), Duration::ZERO);
            let mut bytes = Vec::new();
            let outcome =
                bucket.get("x").map(|found| found.unwrap().take(64 * 1024).read_to_end(&mut bytes));
            assert_eq!(matches!(outcome, Ok(Ok(_))), bytes.len() == 64 * 1024, "{flood:?}");
            server.check_given_up(64 * 1024);
        }
    }

    #[test]
    fn paths_are_escaped_once() {
        assert_eq!(escape("a b+c~d.e/é"), "a%20b%2Bc~d.e%2F%C3%A9");
    }
}
