//! People of a test, to whom each app adds what they do there.

/// Declares `Somebody`, to whom each app's tests add methods, and how a node and the people on it begin.
#[macro_export]
macro_rules! people {
    () => {
        /// The code that claims the node.
        pub(crate) const CLAIM: &str = "TEST-CLAI-MC0D";

        /// Starts a node that has an identity and can be claimed.
        pub(crate) async fn start(
            services: Vec<::std::sync::Arc<dyn ::imajin_app::Service>>,
            config: ::imajin_host::Config,
        ) -> $crate::testing::TestNode {
            use ::imajin_host::prelude::*;
            let node = $crate::testing::TestNode::start(services, config, 200);
            let node = node.await.unwrap();
            ::imajin_identity::begin_node_identity(&node.node).await.unwrap();
            node.node.set_claim_code(CLAIM.to_owned());
            node
        }

        /// A person with a session.
        pub(crate) struct Somebody {
            pub(crate) person: $crate::testing::Person,
            pub(crate) token: String,
        }

        /// Creates the node's owner, who claims it.
        #[allow(dead_code, reason = "some tests need no such person")]
        pub(crate) async fn owner(node: &$crate::testing::TestNode, seed: u8) -> Somebody {
            let (person, token) = $crate::testing::Person::enter(node, seed, Some(CLAIM)).await;
            Somebody { person, token }
        }

        /// Creates a person with a chain.
        #[allow(dead_code, reason = "some tests need no such person")]
        pub(crate) async fn somebody(node: &$crate::testing::TestNode, seed: u8) -> Somebody {
            let (person, token) = $crate::testing::Person::enter(node, seed, None).await;
            Somebody { person, token }
        }

        /// Creates a person with a bare key.
        #[allow(dead_code, reason = "some tests need no such person")]
        pub(crate) async fn bare(node: &$crate::testing::TestNode, seed: u8) -> Somebody {
            let person = $crate::testing::Person::new(seed);
            person.register(node).await.check(201);
            let token = person.sign_in(node).await;
            Somebody { person, token }
        }

        #[allow(dead_code, reason = "each app's tests use some of them")]
        impl Somebody {
            pub(crate) fn did(&self) -> &::imajin_protocol::Did {
                &self.person.did
            }

            pub(crate) async fn get(
                &self,
                node: &$crate::testing::TestNode,
                path: &str,
            ) -> $crate::testing::Reply {
                let ask = $crate::testing::Ask::get(path).bearer(&self.token);
                node.send(ask).await
            }

            /// Posts a request, signs what the answer asks for, and posts it again with the proof.
            pub(crate) async fn signed(
                &self,
                node: &$crate::testing::TestNode,
                path: &str,
                body: &::serde_json::Value,
            ) -> $crate::testing::Reply {
                let to = ("POST", path);
                self.person.ask_signed(node, &self.token, to, body).await
            }

            /// Signs the person in again, with a new session.
            pub(crate) async fn again(self, node: &$crate::testing::TestNode) -> Self {
                let token = self.person.sign_in(node).await;
                Self { token, ..self }
            }

            /// Returns the person's credit in CHF.
            pub(crate) async fn balance(&self, node: &$crate::testing::TestNode) -> i64 {
                self.person.balance(node, &self.token).await
            }
        }
    };
}
