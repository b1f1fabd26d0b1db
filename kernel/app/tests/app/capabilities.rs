//! A capability that the kernel knows nothing of goes from one app to another.

use std::sync::Arc;

use axum::extract::State;

use imajin_app::HoldsNothing;
use imajin_app::Node;
use imajin_app::Service;
use imajin_app::routing::{OpenApiRouter, get};
use imajin_app::{Manifest, Ports};
use imajin_edge::testing::TestNode;
use imajin_host::Config;

use imajin_app::{Offers, Services};

/// Declared in neither of the two apps.
trait Weather: Send + Sync {
    fn today(&self) -> String;
}

/// An app with its report about the weather.
struct App {
    manifest: &'static Manifest,
    weather: Option<&'static str>,
}

impl Weather for App {
    fn today(&self) -> String {
        self.weather.unwrap_or_default().to_owned()
    }
}

impl HoldsNothing for App {}

impl Service for App {
    fn manifest(&self) -> &'static Manifest {
        self.manifest
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let ask = async |State(node): State<Node>| {
            let weather = node.get::<dyn Weather>();
            weather.map_or_else(|| "nobody knows".to_owned(), Weather::today)
        };
        OpenApiRouter::new().route("/api/weather", get(ask)).with_state(node)
    }

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        if self.weather.is_some() {
            offers.offer::<dyn Weather>(self);
        }
    }
}

fn app(name: &'static str, weather: Option<&'static str>) -> Arc<dyn Service> {
    let manifest = Manifest::new(name, Ports::new(1, 2));
    let manifest = Box::leak(Box::new(manifest));
    Arc::new(App { manifest, weather })
}

async fn ask_weather(services: Vec<Arc<dyn Service>>) -> String {
    let node = TestNode::start(services, Config::default(), 3).await.unwrap();
    let answer = node.get("/asks/api/weather").await;
    answer.text()
}

#[tokio::test]
async fn an_app_finds_a_capability_of_another_by_its_type_alone() {
    assert_eq!(ask_weather(vec![app("asks", None), app("knows", Some("rain"))]).await, "rain");
    assert_eq!(ask_weather(vec![app("asks", None)]).await, "nobody knows");
}

#[test]
fn each_offer_names_its_app_and_the_first_mounted_one_is_found() {
    let services =
        Services::new([app("quiet", None), app("first", Some("sun")), app("second", Some("snow"))]);
    let all: Vec<_> = services.offers().all::<dyn Weather>().collect();
    let all: Vec<_> = all.iter().map(|(app, it)| (*app, it.today())).collect();
    assert_eq!(all, [("first", "sun".to_owned()), ("second", "snow".to_owned())]);
    let weather = services.offers().get::<dyn Weather>().unwrap();
    assert_eq!(weather.today(), "sun");
    assert!(services.offers().get::<dyn imajin_app::SocialGraph>().is_none());
}
