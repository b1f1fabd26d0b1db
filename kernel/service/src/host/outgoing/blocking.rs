//! The door to the network for threads that wait, such as a backup's.

use std::sync::Arc;

use reqwest::blocking::{Client, ClientBuilder, RequestBuilder};
use reqwest::{Method, Url};

use super::{AGENT, Allowed, Named, NotReached, Reach};

/// A client that connects only to addresses that it may reach. Not for async tasks.
#[derive(Debug, Clone)]
pub struct Blocking {
    client: Client,
    reach: Reach,
}

impl Blocking {
    /// As the operator allows. `with` sets timeouts.
    pub fn within(
        allowed: Allowed,
        named: Named,
        with: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> reqwest::Result<Self> {
        let reach = Reach { allowed, named };
        // A provider that another part of the program installed already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(reach));
        let client = with(client).build()?;
        Ok(Self { client, reach })
    }

    /// A request to be sent, unless its address is a number that may not be reached. What a name resolves to is checked
    /// when it is sent.
    pub fn request(&self, method: Method, url: Url) -> Result<RequestBuilder, NotReached> {
        self.reach.check_number(&url)?;
        Ok(self.client.request(method, url))
    }
}
