//! Damaged records on the owner's page: the findings, the places of copies, and a button for each.

use axum::http::StatusCode;
use imajin_app::extract::{Caller, Json, Visitor};
use imajin_app::{Problem, args};
use imajin_host::scrub::Damage;
use imajin_host::upkeep::{Mending, MendingDone, MendingSource};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Wording, upkeep_of_owner};

/// Records that are listed one by one; further ones are only counted.
const NAMED_MAX: usize = 50;

/// The place of the copies.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct From {
    from: String,
}

/// `POST /health/mend`: starts mending damaged records.
pub(crate) async fn mend(
    Visitor(node, Caller(session)): Visitor,
    Json(wish): Json<From>,
) -> Result<StatusCode, Problem> {
    let upkeep = upkeep_of_owner(&node, session.as_ref())?;
    let begun = move || upkeep.begin_mending(&wish.from);
    imajin_app::blocking::run(begun).await??;
    Ok(StatusCode::ACCEPTED)
}

/// Draws nothing if nothing is damaged and nothing was mended.
pub(super) fn drawn(mending: &Mending, (words, t): Wording<'_>) -> Markup {
    html! {
        @if !mending.damaged.is_empty() || mending.running.is_some() || mending.last.is_some() {
            h2 #mending { (t.text("mending")) }
            section.card aria-labelledby="mending" {
                @if let Some(last) = &mending.last { (done(last, (words, t))) }
                @if mending.damaged.is_empty() {
                    p { span.tag.good { (t.text("health-tag-good")) } " " (t.text("mending-none")) }
                } @else {
                    (found(&mending.damaged, (words, t)))
                    @if mending.running.is_none() { (sources(&mending.sources, (words, t))) }
                }
                @if mending.running.is_some() {
                    p.busy #being-mended role="status" { (t.text("mending-busy")) }
                }
            }
        }
    }
}

fn found(damaged: &[Damage], (words, t): Wording<'_>) -> Markup {
    html! {
        p { (t.format("mending-damage", args![count = damaged.len()])) }
        details {
            summary { (t.text("mending-found")) }
            ul {
                @for damage in damaged.iter().take(NAMED_MAX) {
                    li { span.mono { (damage.what) } ": " (words.sentence(&damage.says)) }
                }
                @if damaged.len() > NAMED_MAX { li { (t.format("mending-more", args![count = damaged.len() - NAMED_MAX])) } }
            }
        }
    }
}

fn sources(sources: &[MendingSource], (words, t): Wording<'_>) -> Markup {
    html! {
        @if sources.is_empty() {
            p { (t.markup("mending-no-source", args![], |_, _| html! { code { "imajin repair" } })) }
        } @else {
            p { (t.text("mending-how")) }
        }
        @for source in sources {
            @match &source.problem {
                None => p {
                    button.main type="button" data-mend=(source.id) {
                        @if source.id == "backup" { (t.text("mending-from-backup")) }
                        @else { (t.format("mending-from-stick", args![name = source.name.as_str()])) }
                    }
                    @if source.id == "backup" { " " span.hint { (source.name) } }
                },
                Some(why) => p { (t.format("mending-unusable", args![name = source.name.as_str(), why = words.sentence(why)])) },
            }
        }
    }
}

fn done(done: &MendingDone, (words, t): Wording<'_>) -> Markup {
    let from = done.from.as_str();
    html! {
        @if let Some(why) = &done.failure {
            p role="status" { span.tag.bad { (t.text("mending-tag-not")) } " " (t.format("mending-failed", args![from = from, why = words.sentence(why)])) }
        } @else {
            p role="status" {
                @if done.left.is_empty() { span.tag.good { (t.text("mending-tag-done")) } } @else { span.tag.bad { (t.text("mending-tag-partly")) } }
                " " (t.format("mending-done", args![count = done.mended.len(), from = from]))
            }
        }
        @if !done.mended.is_empty() {
            details { summary { (t.text("mending-what")) } ul { @for line in &done.mended { li { (line) } } } }
        }
        @if !done.left.is_empty() {
            p { (t.text("mending-left")) }
            ul { @for line in &done.left { li { (line) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::TEXTS;
    use imajin_app::{Lang, Words};

    fn damaged() -> Mending {
        Mending {
            damaged: vec![Damage {
                what: "did:imajin:a".to_owned(),
                says: "entry 7: <bad>".to_owned(),
                found_ms: 0,
            }],
            ..Mending::default()
        }
    }

    #[test]
    fn a_whole_box_has_no_section_for_damage() {
        let healthy = drawn(&Mending::default(), (&Words::default(), TEXTS.for_reader(Lang::En)));
        assert_eq!(healthy.into_string(), "");
    }

    #[test]
    fn what_is_damaged_is_listed_with_a_button_for_each_source_that_is_there() {
        let mut mending = damaged();
        let text = drawn(&mending, (&Words::default(), TEXTS.for_reader(Lang::En))).into_string();
        assert!(text.contains("entry 7: &lt;bad&gt;") && !text.contains("<button"), "{text}");
        let source = |id: &str, problem: Option<&str>| MendingSource {
            id: id.to_owned(),
            name: "name".to_owned(),
            problem: problem.map(str::to_owned),
        };
        mending.sources = vec![source("backup", Some("it is out")), source("stick:sda1", None)];
        let text = drawn(&mending, (&Words::default(), TEXTS.for_reader(Lang::En))).into_string();
        assert!(text.contains("data-mend=\"stick:sda1\"") && text.contains("it is out"));
        assert!(!text.contains("data-mend=\"backup\""), "{text}");
        mending.running = Some("mending".to_owned());
        let text = drawn(&mending, (&Words::default(), TEXTS.for_reader(Lang::En))).into_string();
        assert!(text.contains("being-mended") && !text.contains("<button"), "{text}");
    }

    #[test]
    fn what_was_mended_and_what_is_left_are_both_told() {
        let mut mending = damaged();
        mending.last = Some(MendingDone {
            from: "a stick".to_owned(),
            mended: vec!["one".to_owned()],
            left: vec!["another".to_owned()],
            failure: None,
        });
        let text = drawn(&mending, (&Words::default(), TEXTS.for_reader(Lang::En))).into_string();
        assert!(text.contains("1 record mended from a stick"), "{text}");
        assert!(text.contains("partly mended") && text.contains("another"));
    }
}
