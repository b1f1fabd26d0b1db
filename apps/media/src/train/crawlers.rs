//! Robots that gather what programs are trained with, by their makers' own word.
//!
//! Always: a robot is in this list because the page on which its maker describes it says so. Robots that say that they only search, or
//! fetch a page because a person asked for it (`OAI-SearchBot`, `Claude-User`, `PerplexityBot`), are not: they may look.

/// Names in the user agents of robots: each is refused what is reserved.
pub(super) const AGENTS: [&str; 8] = [
    // OpenAI: content that may be used in training its models.
    "GPTBot",
    // Anthropic: web content that could contribute to the training of its models.
    "ClaudeBot",
    // Common Crawl: the data set that most models begin with.
    "CCBot",
    // ByteDance: data for its language models.
    "Bytespider",
    // Amazon: may be used to train its models.
    "Amazonbot",
    // Meta: for training its models, and for its indexes.
    "meta-externalagent",
    // Ai2: data for open models.
    "AI2Bot",
    // Cohere: training data for its models, as its name says.
    "cohere-training-data-crawler",
];

/// Names that only `robots.txt` knows: the requests come with the user agent of a robot that searches as well.
pub(super) const TOKENS: [&str; 2] = [
    // Google: whether what Googlebot fetched trains its models.
    "Google-Extended",
    // Apple: whether what Applebot fetched trains its models.
    "Applebot-Extended",
];

/// Whether a user agent is one of these robots'.
pub(super) fn is_one(user_agent: &str) -> bool {
    let user_agent = user_agent.to_ascii_lowercase();
    let mut agents = AGENTS.iter();
    agents.any(|agent| user_agent.contains(&agent.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn robots_that_train_are_known_by_their_names_and_others_may_look() {
        for trains in [
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            "Mozilla/5.0 (compatible; claudebot/1.0; +claudebot@anthropic.com)",
            "CCBot/2.0 (https://commoncrawl.org/faq/)",
            "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
        ] {
            assert!(is_one(trains), "{trains}");
        }
        for looks in [
            "",
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; OAI-SearchBot/1.0; +https://openai.com/searchbot)",
        ] {
            assert!(!is_one(looks), "{looks}");
        }
    }
}
