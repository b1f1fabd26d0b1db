//! The questions of households, with their answers.

use imajin_app::Lang;
use imajin_app::help::HelpText;

use crate::manifest::TEXTS;

/// The messages of the questions. The first line of each is the question, the others are the answer.
const QUESTIONS: [&str; 12] = [
    "ask-key",
    "ask-lost",
    "ask-see",
    "ask-record",
    "ask-erase",
    "ask-copy",
    "ask-leave",
    "ask-owner",
    "ask-broken",
    "ask-offline",
    "ask-outside",
    "ask-credit",
];

pub(super) fn questions(lang: Lang) -> impl Iterator<Item = HelpText> {
    let read = move |id| HelpText::read(&TEXTS, id, lang);
    QUESTIONS.into_iter().map(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_has_an_answer_of_its_own_in_each_language() {
        let english: Vec<_> = questions(Lang::En).collect();
        for lang in Lang::ALL {
            for (text, original) in questions(lang).zip(&english) {
                assert!(text.title.ends_with('?'), "{text:?}");
                let is_sentence = |line: &String| line.ends_with('.');
                assert!(text.sentences.len() == 2 && text.sentences.iter().all(is_sentence));
                assert!(lang == Lang::En || text.sentences != original.sentences);
            }
        }
    }
}
