//! What identities bring to Home: what others say about somebody and nobody confirmed yet.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_protocol::attestation::Status;
use imajin_service::{HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem, args};
use maud::html;

use crate::Auth;
use crate::NAME;
use crate::attestations::read;
use crate::manifest::TEXTS;

impl HomeCards for Auth {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Result<Vec<HomeCard>, Problem> {
        let now = node.now();
        let mut about = node.read(NAME, |db| read::about(db, person))?;
        about.retain(|said| {
            said.status() == Status::Pending
                && said.is_in_force(now)
                && said.issuer != person.as_str()
        });
        let Some(newest) = about.iter().map(|said| said.issued_at).max() else {
            return Ok(Vec::new());
        };
        let t = TEXTS.of(lang);
        let content = html! {
            p { (t.with("home-said", args![count = about.len()])) }
            p { a.button.main href="/trust" { (t.text("home-said-do")) } }
        };
        Ok(vec![HomeCard {
            section: HomeSection::Waiting,
            kind: "said",
            at: Timestamp::from_millis(newest).map_err(Problem::internal)?,
            icon: Icon::Shield,
            content,
            script: None,
        }])
    }
}
