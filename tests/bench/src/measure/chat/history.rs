//! Opening a conversation: compared with a read of a profile, and with a long and a short history.

use super::past::Past;
use super::{post, room};
use crate::measure::prelude::*;

/// Number of writers of the history, who write in turn; limited by the messages a minute that the node accepts from one
/// person in a room.
const WRITERS: usize = 16;
const A_MINUTE: usize = 10;
const MINUTE: Duration = Duration::from_secs(61);
/// Number of messages in the short history, and on the first page.
const FEW: usize = 1_000;
const OPENED: usize = 50;
/// Rounds in turn, so that all measurements run under the same conditions.
const ROUNDS: usize = 5;
const EACH: Duration = Duration::from_millis(500);
/// A typical length of messages and of ciphertexts.
const TEXT_CHARS: usize = 250;

/// A history in a room's log.
struct Room {
    log: String,
    /// Sequence number of the newest entry.
    head: u64,
}

/// Measures a short conversation, a long one, and a profile, read by one client in turn.
pub fn history(folder: &Path, sizes: &Sizes, report: &mut Report) -> Outcome {
    let folder = tempfile::Builder::new().prefix("imajin-bench-").tempdir_in(folder)?;
    let (key, [few, many]) = write(&folder.path().join("data"), sizes.writes)?;
    let bench = Bench::on(folder, Watch::No)?;
    let reader = Actor::new(&bench.client, key)?;
    let session = format!("Bearer {}", reader.session.token());
    let host = bench.host()?;
    let get = |path: String| {
        let headers = [("authorization", session.as_str())];
        request("GET", &path, &host, &headers, "")
    };
    let few = few.look(&bench, &reader)?;
    let many = many.look(&bench, &reader)?;
    let profile = get(format!("/profile/api/profile/{}", reader.did()));
    let requests =
        [vec![profile], few.opening().map(get).collect(), many.opening().map(get).collect()];
    let mut times: [Vec<Vec<f64>>; 3] =
        requests.each_ref().map(|asked| vec![Vec::new(); asked.len()]);
    for _ in 0..ROUNDS {
        for (asked, times) in requests.iter().zip(&mut times) {
            for (bytes, times) in asked.iter().zip(times) {
                let done = load::run(Load::repeat(bench.node()?.address, 1, bytes, EACH))?;
                times.push(done.quantile(0.5).as_secs_f64() * 1e3);
            }
        }
    }
    // Each part once: none of it is in memory yet.
    let earlier = few.earlier().map(get).collect();
    let earlier = load::run(Load::each(bench.node()?.address, vec![earlier]))?;
    let [profile, few, many] = times.map(|asked| asked.into_iter().map(median).collect::<Vec<_>>());
    let whole = |times: &[f64]| times.iter().sum::<f64>();
    let (rows, profile) = (few[0], profile[0]);
    report
        .row(format!("a conversation's newest {OPENED} messages, 1 client"))
        .at_most(rows / profile, "times a read of a profile", 3.0)
        .beside(format!("{rows:.2} ms; a profile: {profile:.2} ms"));
    let earlier = earlier.quantile(0.5).as_secs_f64() * 1e3;
    report
        .row(format!("{OPENED} messages that nobody read before, 1 client"))
        .within(earlier / profile, "times a read of a profile", None)
        .beside(format!("{earlier:.2} ms; a profile: {profile:.2} ms"));
    let of = number(sizes.writes as f64);
    report
        .row(format!("all that opens a conversation of {of} messages"))
        .at_most(whole(&many) / whole(&few), "times one of 1 000", 1.2)
        .beside(format!("{:.2} ms; {:.2} ms", whole(&many), whole(&few)));
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

impl Room {
    fn new(log: String) -> Self {
        Self { log, head: 0 }
    }

    /// Finds the newest entry.
    fn look(self, bench: &Bench, reader: &Actor) -> Outcome<Self> {
        let path = format!("/chat/api/d/{}/log?limit=1", self.log);
        let part = reader.session.get(&bench.client, &path)?;
        let head = part["head"]["seq"].as_u64().ok_or("no head")?;
        Ok(Self { head, ..self })
    }

    /// Returns the paths of earlier parts of the same length.
    fn earlier(&self) -> impl Iterator<Item = String> {
        let ends = (OPENED as u64..=self.head).rev();
        ends.map(|end| format!("/chat/api/d/{}/log?before={end}&limit={OPENED}", self.log))
    }

    /// Returns a page's first requests: the newest rows, then the rest.
    fn opening(&self) -> impl Iterator<Item = String> {
        let (log, end) = (&self.log, self.head + 1);
        let parts = [
            format!("/log?before={end}&limit={OPENED}"),
            String::new(),
            "/reads".to_owned(),
            "/log?limit=1".to_owned(),
            "/turns".to_owned(),
            format!("/messages?limit={OPENED}"),
        ];
        parts.map(|part| format!("/chat/api/d/{log}{part}")).into_iter()
    }
}

/// Writes both histories on a node that stops afterwards. Returns their reader.
fn write(data: &Path, most: usize) -> Outcome<(PersonKey, [Room; 2])> {
    let minutes = (FEW + most).div_ceil(WRITERS * A_MINUTE) + 60;
    let past = Past::begin(data, MINUTE * u32::try_from(minutes)?)?;
    let client = &past.client;
    let person = || Actor::new(client, past.register()?);
    let organiser = person()?;
    let named = Draft::new("profile", "profile.update").body(&json!({ "displayName": "Ada" }))?;
    organiser.does(client, &named)?;
    let mut others = Vec::new();
    for _ in 1..WRITERS {
        others.push(person()?);
        past.pass(MINUTE)?;
    }
    let host = past.address.to_string();
    let text = "word ".repeat(TEXT_CHARS / 5);
    let mut rooms = Vec::new();
    for count in [FEW, most] {
        let log = room(client, &organiser, &others, None)?;
        let writers = || std::iter::once(&organiser).chain(&others);
        let lanes = || writers().map(|by| vec![post(by, &log, &host, &text); A_MINUTE]);
        for _ in 0..count.div_ceil(WRITERS * A_MINUTE) {
            past.pass(MINUTE)?;
            past.meanwhile(|| load::run(Load::each(past.address, lanes().collect())))?;
        }
        rooms.push(Room::new(log));
    }
    past.end()?;
    let both = <[Room; 2]>::try_from(rooms).map_err(|_| "there are not two rooms")?;
    Ok((organiser.key, both))
}
