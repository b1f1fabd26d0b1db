//! The services that are mounted on a node.

use std::sync::Arc;

use imajin_ledger::{Command, TypedCommand};
use imajin_log::format::shared::SharedLog;
use imajin_protocol::{Did, naming};

use crate::capabilities::Offers;
use crate::manifest::{Manifest, NavItem, PagePlacement};
use crate::node::Node;
use crate::operation::Declaration;
use crate::page::NavLink;
use crate::problem::Problem;
use crate::service::Service;
use crate::words::{Catalogue, Label, Words};

/// The services of a node, in the order in which they are mounted.
#[derive(Clone)]
pub struct Services(Arc<Mounted>);

struct Mounted {
    services: Vec<Arc<dyn Service>>,
    offers: Offers,
    words: Words,
}

impl Services {
    /// A node's services.
    pub fn new(services: impl IntoIterator<Item = Arc<dyn Service>>) -> Self {
        let services: Vec<_> = services.into_iter().collect();
        let mut offers = Offers::default();
        for service in &services {
            Arc::clone(service).offers(offers.set_app(service.name()));
        }
        let texts = services.iter().filter_map(|service| service.manifest().texts);
        let words = Words::new(texts);
        Self(Arc::new(Mounted { services, offers, words }))
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Service>> {
        self.iter().find(|service| service.name() == name)
    }

    /// The declaration of an operation.
    pub fn declaration(&self, op: &str) -> Option<&'static Declaration> {
        self.get(naming::service_of(op))?.declaration(op)
    }

    /// Iterates over all services.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Service>> {
        self.0.services.iter()
    }

    /// The capabilities that the apps offer each other.
    pub fn offers(&self) -> &Offers {
        &self.0.offers
    }

    /// The services' words in English; [`Words::of`] has those of another language.
    pub fn words(&self) -> &Words {
        &self.0.words
    }

    /// The manifests of the apps.
    pub fn manifests(&self) -> impl Iterator<Item = &'static Manifest> {
        self.iter().map(|service| service.manifest())
    }

    /// The links that the apps have in these places, by rank.
    pub fn navigation(&self, places: &[PagePlacement]) -> Vec<NavLink> {
        let items = |manifest: &'static Manifest| {
            let items = manifest.navigation.iter();
            let items = items.filter(|item| places.contains(&item.shown));
            // An app without texts has no places: a test of the program finds a place without a label.
            let items = manifest
                .texts
                .into_iter()
                .flat_map(move |texts| items.clone().map(move |item| (texts, item)));
            items.map(move |(texts, item)| (item.rank, texts, item))
        };
        let mut all: Vec<_> = self.manifests().flat_map(items).collect();
        all.sort_by_key(|(rank, ..)| *rank);
        let link = |(_, texts, item): (u8, &'static Catalogue, &'static NavItem)| NavLink {
            href: item.href,
            text: Label { catalogue: texts, message: item.message },
            icon: item.icon,
            app: texts.app,
            badge: 0,
        };
        all.into_iter().map(link).collect()
    }
}

impl Node {
    /// The mounted services.
    pub fn services(&self) -> &Services {
        self.part()
    }

    /// The capability of this type, where a mounted app offers it ([`crate::capabilities`]).
    pub fn get<C: ?Sized + 'static>(&self) -> Option<&C> {
        self.services().offers().get()
    }

    /// Asks the app that offers this capability. Without one, the answer is the default: nothing, no.
    pub fn ask<C: ?Sized + 'static, T: Default>(
        &self,
        question: impl FnOnce(&C) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.get::<C>().map_or_else(|| Ok(T::default()), question)
    }

    /// Asks one app after another that offers this capability, until one has an answer.
    pub fn ask_each<C: ?Sized + 'static, T>(
        &self,
        question: impl Fn(&C) -> Result<Option<T>, Problem>,
    ) -> Result<Option<T>, Problem> {
        let all = self.services().offers().all::<C>();
        let mut answers = all.map(|(_, app)| question(app));
        answers.find_map(Result::transpose).transpose()
    }

    /// Asks all apps that offer this capability, and returns what they answer together.
    pub fn ask_all<C: ?Sized + 'static, T>(
        &self,
        question: impl Fn(&C) -> Result<Vec<T>, Problem>,
    ) -> Result<Vec<T>, Problem> {
        let mut all = Vec::new();
        for (_, app) in self.services().offers().all::<C>() {
            all.extend(question(app)?);
        }
        Ok(all)
    }

    /// The logs that are shared with a person, and what they may see of each.
    ///
    /// # Errors
    /// A service can't say.
    pub fn shares_of(&self, did: &Did) -> Result<Vec<SharedLog>, Problem> {
        let mut shares = Vec::new();
        for service in self.services().iter() {
            shares.extend(service.shares(self, did)?);
        }
        Ok(shares)
    }

    /// Has another service's `before_submit` see the command that the decision of `command` will have it decide
    /// ([`imajin_ledger::Decide::call_service`]): the service may refuse it, or attach what its own decision needs.
    pub fn prepare_nested(
        &self,
        headers: &axum::http::HeaderMap,
        command: &Command,
        nested: TypedCommand,
    ) -> Result<TypedCommand, Problem> {
        let name = naming::service_of(&nested.op);
        let service = self.services().get(name).ok_or_else(|| {
            Problem::unavailable(format!("This node does not run the service {name:?}."))
        })?;
        let mut inner = Command {
            did: nested.did.clone(),
            service: name.to_owned(),
            op: nested.op.clone(),
            reference: nested.reference.clone(),
            body: nested.body.clone(),
            fact: nested.fact.clone(),
            args: nested.args.clone(),
            prepared: nested.prepared.clone(),
            ..command.clone()
        };
        service.before_submit(self, headers, &mut inner)?;
        Ok(TypedCommand { args: inner.args, prepared: inner.prepared, ..nested })
    }
}
