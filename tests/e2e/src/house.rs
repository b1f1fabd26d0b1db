//! Signs in as a node's owner and uses the owner's pages.

use crate::person::text_of;
use crate::prelude::*;
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};

/// A node's owner, signed in.
pub struct Owner {
    /// The person.
    pub person: Person,
    session: Session,
}

impl Owner {
    /// Claims an unclaimed node for a new owner.
    pub fn claim(node: &Node) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::sign_in(Person::claim(node, folder.path()))
    }

    /// Signs in again at the node's address after a restart.
    pub fn at(&self, node: &Node) -> Self {
        Self::sign_in(self.person.at(&node.url))
    }

    /// Signs a person in who will own the node.
    pub fn sign_in(person: Person) -> Self {
        let session = Session::begin(&person.client, &person.key).expect("a session");
        Self { person, session }
    }

    /// Sends a request, with an optional body. Returns the status and the text.
    pub fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> (u16, String) {
        let request = self.session.request(&self.person.client, method, path);
        text_of(request, body)
    }

    /// Sends a form, like a page without scripts. Returns the status and the text.
    pub fn send_form(&self, path: &str, fields: &str) -> (u16, String) {
        let request = self.session.request(&self.person.client, Method::POST, path);
        let request = request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(fields.to_owned());
        text_of(request, None)
    }

    /// Returns a page.
    pub fn page(&self, path: &str) -> String {
        let (status, text) = self.ask(Method::GET, path, None);
        assert_eq!(status, 200, "{text}");
        text
    }

    /// Returns a page in German.
    pub fn german_page(&self, path: &str) -> String {
        let request = self.session.request(&self.person.client, Method::GET, path);
        let answer = request.header(ACCEPT_LANGUAGE, "de").send();
        answer.expect("an answer").text().expect("a body")
    }

    /// Returns the page to which a request leads on.
    pub fn page_after(&self, method: Method, path: &str) -> String {
        let request = self.session.request(&self.person.client, method, path);
        let answer = request.send().expect("an answer");
        assert_eq!(answer.status(), 303, "{path}");
        let next = answer.headers().get("location").expect("a location");
        self.page(next.to_str().expect("a path"))
    }

    /// Returns the JSON of a route; panics unless it succeeds.
    pub fn get(&self, path: &str) -> Json {
        serde_json::from_str(&self.page(path)).expect("JSON")
    }

    /// Returns the kinds of the current alarms.
    pub fn alarms(&self) -> Vec<String> {
        let answer = self.get("/www/api/box/alarms");
        let alarms = answer["alarms"].as_array().expect("alarms");
        let kinds = alarms.iter().map(|alarm| alarm["kind"].as_str().expect("a kind").to_owned());
        kinds.collect()
    }

    /// Requests that the box be restarted, stopped or erased.
    pub fn power(&self, what: &str, typed: &str) -> (u16, String) {
        let wish = json!({ "what": what, "typed": typed });
        self.ask(Method::POST, "/www/api/box/power", Some(&wish))
    }
}
