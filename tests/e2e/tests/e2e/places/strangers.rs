//! Callers who request other people's files, and faults in the answers.

use super::containers::{CANARIES, has};
use imajin_e2e::prelude::*;
use reqwest::header::RANGE;

/// A caller who requests other people's files.
pub struct Stranger<'a> {
    pub name: &'static str,
    url: &'a str,
    session: Option<(&'a Person, Session)>,
}

impl<'a> Stranger<'a> {
    pub fn new(name: &'static str, node: &'a Node, person: Option<&'a Person>) -> Self {
        let sign_in = |person: &'a Person| {
            let session = Session::begin(&person.client, &person.key).expect("a session");
            (person, session)
        };
        Self { name, url: &node.url, session: person.map(sign_in) }
    }

    pub fn ask(&self, method: Method, path: &str) -> reqwest::blocking::RequestBuilder {
        match &self.session {
            Some((person, session)) => session.request(&person.client, method, path),
            None => http().request(method, format!("{}{path}", self.url)),
        }
    }
}

/// Faults of the answers, and the routes that served a file.
#[derive(Default)]
pub struct Findings {
    pub faults: Vec<String>,
    /// The routes that served a file.
    pub open: BTreeSet<&'static str>,
    /// Complete copies, by file name, for exiftool.
    pub given: BTreeMap<String, Vec<u8>>,
}

impl Findings {
    /// Requests a path of a route. Returns the status and the bytes.
    pub fn fetch(&mut self, way: &'static str, who: &Stranger<'_>, path: &str) -> (u16, Vec<u8>) {
        self.fetch_part(way, who, path, None)
    }

    /// Requests the whole and two parts of a path, like a resumed download. Returns the status, and the bytes of the
    /// whole.
    pub fn fetch_in_parts(
        &mut self,
        way: &'static str,
        who: &Stranger<'_>,
        path: &str,
    ) -> (u16, Vec<u8>) {
        for range in ["bytes=30-4000", "bytes=-600"] {
            self.fetch_part(way, who, path, Some(range));
        }
        self.fetch(way, who, path)
    }

    fn fetch_part(
        &mut self,
        way: &'static str,
        who: &Stranger<'_>,
        path: &str,
        range: Option<&str>,
    ) -> (u16, Vec<u8>) {
        let request = who.ask(Method::GET, path);
        let request = match range {
            Some(range) => request.header(RANGE, range),
            None => request,
        };
        let answer = request.send().expect("an answer");
        let status = answer.status().as_u16();
        let bytes = answer.bytes().expect("a body").to_vec();
        for canary in CANARIES.iter().filter(|canary| has(&bytes, canary)) {
            let (name, range) = (who.name, range.unwrap_or("all"));
            let canary = String::from_utf8_lossy(canary);
            let fault = format!("{name} gets {canary:?} of {path} ({range}, {status})");
            self.faults.push(fault);
        }
        if status == 200 {
            self.open.insert(way);
        }
        (status, bytes)
    }

    /// Records a fault if exiftool finds a location, a device or a name in the served files.
    pub fn judge(&mut self) {
        let folder = tempfile::tempdir().unwrap();
        let names: BTreeMap<String, &str> = (0..)
            .zip(self.given.keys())
            .map(|(number, name)| {
                let ending = name.rsplit('.').next().unwrap_or_default();
                (format!("{number}.{ending}"), name.as_str())
            })
            .collect();
        for (path, name) in &names {
            fs::write(folder.path().join(path), &self.given[*name]).unwrap();
        }
        let output = Command::new("exiftool")
            .args(["-j", "-G1", "-a", "-u", "-ee"])
            .arg(folder.path())
            .output()
            .unwrap();
        let files: Vec<Json> = serde_json::from_slice(&output.stdout).expect("what exiftool read");
        assert_eq!(files.len(), names.len(), "{files:?}");
        for file in &files {
            let path = file["SourceFile"].as_str().unwrap().rsplit('/').next().unwrap();
            for (tag, value) in file.as_object().unwrap() {
                let text = value.to_string();
                let tells = ["GPS", "SerialNumber", "Owner", "Make", "Thumbnail", "OffsetTime"];
                let tells =
                    tells.iter().any(|word| tag.split(':').any(|part| part.starts_with(word)));
                if tells || text.contains("canary") || text.contains("48.8577") {
                    self.faults.push(format!("{}: {tag} is {text}", names[path]));
                }
            }
        }
    }
}
