use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::forms::SPENDING;

const GROUPS: [&str; 3] = ["Choir", "Club", "Street"];

fn spending() -> SurveyForm {
    let groups = GROUPS.map(str::to_owned);
    SurveyForm::parse(SPENDING, &groups).unwrap()
}

/// A household: the group that it names first, the other groups as bits, and the start of its postal code.
type Household = (usize, u8, u8);

/// Number of households per category, one bit of the amount each, so that 100 households fit into the categories.
const BITS: usize = 16;

fn answers(form: &SurveyForm, (first, others, place): Household, amounts: &Json) -> Answers {
    let mut json = amounts.clone();
    json["household"] = json!(1);
    json["postal"] = json!(format!("80{}", place % 3));
    if let Some(first) = GROUPS.get(first) {
        let is_other = |(n, _): &(usize, &&str)| (others >> n) & 1 == 1;
        let others = GROUPS.iter().enumerate().filter(is_other);
        let others: Vec<&str> = others.map(|(_, name)| *name).collect();
        json["group"] = json!(first);
        json["also"] = json!(others);
    }
    form.check(&json).unwrap()
}

/// Returns every tally published while these households answer one after the other. Each household has a unique amount.
fn publications(form: &SurveyForm, all: &[Household]) -> Vec<(Key, Tally)> {
    let (mut sums, mut published, mut seen) = (Sums::default(), BTreeMap::new(), Vec::new());
    for (n, household) in all.iter().enumerate() {
        let own = json!({ CATEGORIES[n / BITS]: 1 << (n % BITS) });
        sums.add(form, &answers(form, *household, &own));
        // Round trip through JSON, as in the box.
        sums = serde_json::from_str(&serde_json::to_string(&sums).unwrap()).unwrap();
        for due in sums.due(form, &published) {
            published.insert(due.key.clone(), due.n);
            let is_row = |row: &&Row| row.of == due.key.0 && row.name == due.key.1;
            let row = sums.rows.iter().find(is_row).unwrap();
            seen.push((due.key, row.step.clone().unwrap()));
        }
    }
    seen
}

/// Whether a tally includes a household's amount.
fn has(tally: &Tally, household: usize) -> bool {
    let Some(totals) = &tally.totals else {
        return false;
    };
    let count = &totals.questions[CATEGORIES[household / BITS]];
    let sum = count.by.values().sum::<i64>() / 1_000;
    (sum >> (household % BITS)) & 1 == 1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each exact tally behind a publication is a sum over some households. Households in the same sums can't be told
    /// apart by any combination of them, so no household is isolated if each has four others in exactly its sums.
    #[test]
    fn no_combination_of_publications_isolates_fewer_than_five(all in prop::collection::vec((0..4_usize, 0..8_u8, 0..3_u8), 1..=100)) {
        let form = spending();
        let published = publications(&form, &all);
        // Column by column: the publications that include a household's amount.
        let column = |household| published.iter().map(|(_, tally)| has(tally, household)).collect();
        let columns: Vec<Vec<bool>> = (0..all.len()).map(column).collect();
        for column in &columns {
            let alike = columns.iter().filter(|other| *other == column).count();
            prop_assert!(!column.contains(&true) || alike >= 5, "{alike} households alone: {column:?}");
        }
        // Each amount counts once; otherwise the bits would carry over.
        for (_, tally) in published.iter().filter(|(key, _)| key.0 != Of::Postal) {
            let households = (0..all.len()).filter(|household| has(tally, *household)).count() as u64;
            prop_assert_eq!(households, tally.n);
        }
    }

    /// The remainder of each row is below five and never published.
    #[test]
    fn a_row_is_published_in_steps_of_five(all in prop::collection::vec((0..4_usize, 0..8_u8, 0..3_u8), 1..=100)) {
        let form = spending();
        let mut last: BTreeMap<Key, u64> = BTreeMap::new();
        for (key, tally) in publications(&form, &all) {
            let before = last.insert(key, tally.n).unwrap_or(0);
            prop_assert_eq!(tally.n, before + STEP);
            prop_assert!(tally.households >= tally.n);
        }
        for group in GROUPS {
            let first = all.iter().filter(|(first, ..)| GROUPS.get(*first) == Some(&group)).count() as u64;
            let shown = last.get(&(Of::Group, group.to_owned())).copied().unwrap_or(0);
            prop_assert_eq!(shown, first / STEP * STEP);
        }
    }
}

#[test]
fn what_is_published_of_spending_is_rounded_to_five() {
    assert_eq!([0, 2, 3, 7, 8, 12, 13].map(|n| rounded(n, 1)), [0, 0, 5, 5, 10, 10, 15]);
    assert_eq!(rounded(100, 7), 15, "100 / 7 is 14.3");
    let form = spending();
    let mut sums = Sums::default();
    for _ in 0..4 {
        sums.add(&form, &answers(&form, (0, 2, 0), &json!({ "cloud": 12 })));
        assert_eq!(sums.due(&form, &BTreeMap::new()), []);
    }
    sums.add(&form, &answers(&form, (0, 2, 0), &json!({ "cloud": 15 })));
    let due = sums.due(&form, &BTreeMap::new());
    let keys: Vec<_> = due.iter().map(|row| (row.key.0, row.key.1.as_str())).collect();
    assert_eq!(keys, [(Of::Group, "Choir"), (Of::Postal, "800")]);
    let spent: Spent = serde_json::from_str(&due[0].sums).unwrap();
    assert_eq!((spent.households, spent.members), (5, 5));
    assert_eq!((spent.totals["cloud"], spent.means["cloud"]), (65, 15));
    assert_eq!(due[1].sums, "{}", "a place is counted, and nothing else");
}
