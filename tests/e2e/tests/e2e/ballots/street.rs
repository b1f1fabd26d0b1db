//! A street publishes what it spends, without signing up. Totals cover five households or more, and four cheats who
//! watch every publication learn nothing about anyone else.

use super::{receipt, start};
use imajin_e2e::prelude::*;
use imajin_e2e::surveys::{answer_from, results, send_answer};

const SURVEY: &str = "itm_0000000000000000000000f1";
/// Honest households, of forty.
const HONEST: usize = 36;
const STEP: i64 = 5;

/// Sums over the households that named a group first.
#[derive(Default)]
struct Sums {
    households: i64,
    members: i64,
    cloud: i64,
}

/// The expected sums by group, published at each fifth household.
#[derive(Default)]
struct Street {
    /// The number of answers that name each group, and the sums of those that name it first.
    groups: BTreeMap<String, (i64, Sums)>,
    shown: BTreeMap<String, Json>,
}

fn rounded(sum: i64, n: i64) -> i64 {
    let fives = 5 * n;
    (2 * sum + fives) / (2 * fives) * 5
}

impl Street {
    fn add(&mut self, answers: &Json) {
        let first = answers["group"].as_str().unwrap_or_default();
        let others = answers["also"].as_array().into_iter().flatten();
        for group in others.filter_map(Json::as_str) {
            self.groups.entry(group.to_owned()).or_default().0 += 1;
        }
        let (named, sums) = self.groups.entry(first.to_owned()).or_default();
        *named += 1;
        sums.households += 1;
        sums.members += answers["household"].as_i64().unwrap();
        sums.cloud += answers["cloud"].as_i64().unwrap();
        if sums.households % STEP == 0 {
            let shown = json!({
                "households": *named / STEP * STEP, "members": rounded(sums.members, 1),
                "cloud": rounded(sums.cloud, 1), "mean": rounded(sums.cloud, sums.households),
            });
            self.shown.insert(first.to_owned(), shown);
        }
    }
}

/// Returns the published results in the form of [`Street`].
fn read_results(node: &Node, ada: &str) -> BTreeMap<String, Json> {
    let tally = results(&node.url, ada, SURVEY);
    let groups = tally["groups"].as_array().cloned().unwrap_or_default();
    let group = |one: Json| {
        let shown = json!({
            "households": one["households"], "members": one["members"],
            "cloud": one["totals"]["cloud"], "mean": one["means"]["cloud"],
        });
        (one["name"].as_str().unwrap().to_owned(), shown)
    };
    groups.into_iter().map(group).collect()
}

/// Returns a household's answers, with groups in varying order.
fn honest(n: usize) -> Json {
    let mut answers = json!({ "household": 1 + n % 6, "cloud": (n * 37) % 90 });
    let group = match n * 7 % 5 {
        0 => return answers,
        1 | 2 => "Choir",
        _ => "Club",
    };
    answers["group"] = json!(group);
    if n.is_multiple_of(4) {
        answers["also"] = json!(["Garden"]);
    }
    answers
}

/// Returns a cheat's answers: all groups, in order to be in all sums.
fn cheat() -> Json {
    json!({ "household": 10, "cloud": 100_000, "group": "Choir", "also": ["Club", "Garden"] })
}

#[test]
fn a_street_of_forty_learns_what_it_spends_and_four_cheats_learn_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(&folder.path().join("data"));
    let ada = Person::new(&node.url);
    let did = ada.did().to_owned();
    let body =
        json!({ "title": "Our street", "form": "spending", "groups": "Choir\nClub\nGarden" });
    let fact = json!({ "mode": "totals", "each": "any", "show": "all" });
    ada.open_survey_of(SURVEY, &body, &fact);
    let client = http();
    let send = |n: usize, from: usize, answers: &Json| {
        let from = format!("10.3.{from}.1");
        let request = answer_from(&client, &node.url, (&did, SURVEY), &from);
        send_answer(request, &receipt(n), answers).unwrap()
    };
    // An invalid answer is not counted.
    for wrong in [
        json!({ "household": 2, "cloud": -1 }),
        json!({ "household": 2, "cloud": 1.5 }),
        json!({ "household": 2, "cloud": 100_001 }),
        json!({ "household": 11 }),
        json!({ "household": 2, "group": "Neighbours" }),
    ] {
        assert_eq!(send(900, 200, &wrong), 400, "{wrong}");
    }
    let mut street = Street::default();
    let mut say = |n: usize, answers: &Json| {
        assert_eq!(send(n, n, answers), 201);
        street.add(answers);
        // A cheat who looks right before and after an answer sees no difference.
        assert_eq!(read_results(&node, &did), street.shown, "after answer {n}");
        assert_eq!(send(n, n, answers), 200, "a repetition counts once");
    };
    // A household is alone in its group with four cheats, who name it, too: the group is not shown.
    say(0, &json!({ "household": 3, "cloud": 55, "group": "Garden" }));
    for n in 1..=HONEST - 1 {
        say(n, &honest(n));
        if n % 9 == 0 {
            say(HONEST + n / 9, &cheat());
        }
    }
    say(HONEST, &cheat());
    let seen = read_results(&node, &did);
    assert!(seen.contains_key("Choir") && seen.contains_key("Club"), "{seen:?}");
    assert!(!seen.contains_key("Garden"), "{seen:?}");
    // A cheat who answers repeatedly gets five answers through.
    let again: Vec<u16> = (0..6).map(|n| send(500 + n, 250, &cheat())).collect();
    assert_eq!(again, [201, 201, 201, 201, 201, 429]);

    let before = read_results(&node, &did);
    ada.set_survey(SURVEY, "closed");
    until("the end of the box", || results(&node.url, &did, SURVEY)["ended"] == "whole");
    assert_eq!(read_results(&node, &did), before, "what waited was destroyed");
}
