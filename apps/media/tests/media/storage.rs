//! The room that files take, and how much each person may have.

use crate::prelude::*;
use crate::support::restart;

const STORAGE: &str = "/media/api/storage";

impl World {
    async fn sets_quota(&self, who: Option<&Somebody>, whose: &str, bytes: Json) -> Reply {
        let mut ask = Ask::new("PUT", format!("/media/api/quotas/{whose}"))
            .header("content-type", "application/json")
            .body(json!({ "bytes": bytes }).to_string());
        if let Some(who) = who {
            ask = ask.bearer(&who.token);
        }
        self.node.send(ask).await
    }

    async fn quota(&self, who: &Somebody) -> Json {
        self.get(Some(who), STORAGE).await.json()["quota"].clone()
    }

    async fn begin_status(&self, who: &Somebody, bytes: usize) -> u16 {
        let ask = Ask::new("POST", "/media/api/uploads")
            .bearer(&who.token)
            .header("tus-resumable", "1.0.0")
            .header("upload-length", bytes.to_string());
        self.node.send(ask).await.status
    }
}

#[tokio::test]
async fn the_owner_gives_somebody_a_quota_and_takes_it_back() {
    let settings = Settings {
        established_bytes: 10_000,
        preliminary_bytes: 10_000,
        soft_bytes: 10_000,
        ..Settings::default()
    };
    let world = world_of(Config::default(), settings).await;
    let (bea, ada) = (&world.bea, &world.owner);
    assert_eq!(world.quota(bea).await, 10_000);
    assert_eq!(world.begin_status(bea, 12_000).await, 507);
    let more = world.sets_quota(Some(ada), bea.did().as_str(), json!(20_000)).await;
    let expected = json!({ "did": bea.did(), "bytes": 20_000, "quota": 20_000 });
    assert_eq!((more.status, more.json()), (200, expected));
    assert_eq!(world.quota(bea).await, 20_000);
    assert_eq!(world.begin_status(bea, 12_000).await, 201);
    let zoe = somebody(&world.node, 3).await;
    assert_eq!(world.quota(&zoe).await, 10_000, "it is Bea's alone");

    world.sets_quota(Some(ada), bea.did().as_str(), json!(12_000)).await.check(200);
    let refused = Ask::new("POST", "/media/api/uploads")
        .bearer(&bea.token)
        .header("tus-resumable", "1.0.0")
        .header("upload-length", "1");
    let refused = world.node.send(refused).await.check(507);
    assert!(!refused.text().contains("media."), "no setting says so: {}", refused.text());
    let none = world.sets_quota(Some(ada), bea.did().as_str(), json!(0)).await.json();
    assert_eq!((&none["bytes"], &none["quota"]), (&json!(0), &Json::Null));
    assert_eq!(world.quota(bea).await, Json::Null);
    let back = world.sets_quota(Some(ada), bea.did().as_str(), Json::Null).await.json();
    assert_members!(back, "bytes": null, "quota": 10_000);
}

#[tokio::test]
async fn nobody_else_sets_a_quota_and_a_restart_keeps_it() {
    let world = world().await;
    let (bea, ada) = (&world.bea, &world.owner);
    let (hers, owners) = (bea.did().as_str(), ada.did().as_str());
    assert_eq!(world.sets_quota(None, hers, json!(1)).await.status, 401);
    world.sets_quota(Some(bea), hers, json!(1)).await.check(403);
    assert_eq!(world.sets_quota(Some(ada), owners, json!(1)).await.status, 409);
    assert_eq!(world.sets_quota(Some(ada), "nobody", json!(1)).await.status, 404);
    for wrong in [json!(-1), json!("1"), json!(u64::MAX)] {
        world.sets_quota(Some(ada), hers, wrong).await.check(400);
    }
    world.sets_quota(Some(ada), hers, json!(7_000_000_000_u64)).await.check(200);
    let world = restart(world).await;
    assert_eq!(world.quota(&world.bea).await, 7_000_000_000_u64);
    world.close().await;
}

#[tokio::test]
async fn the_page_tells_of_room_and_uploads_and_the_owner_of_everybodys() {
    let world = world().await;
    let (bea, ada) = (&world.bea, &world.owner);
    world.adds(bea, "a", json!({})).await;
    assert_eq!(world.begin_status(bea, 2_000_000).await, 201);
    let path = "/media/storage";
    let text = world.get(Some(bea), path).await.check(200).text();
    assert_has!(text, "data-upload=", "<progress");
    assert!(!text.contains("row\" data-did="), "others are the owner's matter");
    let own = world.get(Some(ada), path).await.text();
    assert_has!(own, &format!("row\" data-did=\"{}\"", bea.did()));
    assert!(!own.contains(&format!("row\" data-did=\"{}\"", ada.did())));
    world.sets_quota(Some(ada), bea.did().as_str(), json!(1_500_000_000)).await.check(200);
    assert_has!(world.get(Some(ada), path).await.text(), "value=\"1.5\"");
    assert_eq!(world.get(None, path).await.status, 303);
}
