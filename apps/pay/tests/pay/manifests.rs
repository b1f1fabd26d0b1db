use crate::prelude::*;

#[tokio::test]
async fn published_and_read_by_everybody() {
    let node = node().await;
    let (band, eve) = (somebody(&node, 2).await, somebody(&node, 3).await);
    let song = band.signs_shares("song", &[(band.did(), 700_000), (eve.did(), 300_000)]);
    let body = json!({"manifest": song.text()});
    let answer = band.does(&node, "/pay/api/manifests", &body).await;
    assert_eq!(answer["digest"], json!(song.digest().to_string()));
    assert_eq!(answer["table"][0]["share"], json!(700_000));
    let read = node.get(format!("/pay/api/manifests/{}/fair", song.digest())).await;
    assert_eq!((read.status, read.text()), (200, song.text().to_owned()));
    assert_eq!(read.header("x-fair-digest"), Some(&*song.digest().to_string()));
    assert!(read.header("link").unwrap().ends_with("/fair>; rel=\"fair\""));
    let other = format!("/pay/api/manifests/sha256:{}/fair", "0".repeat(64));
    assert_eq!(node.get(other).await.status, 404);
    // Manifests signed by another person, or by no one whom they name, are refused.
    eve.signed(&node, "/pay/api/manifests", &body).await.check(403);
    let theirs = shares("x", &[(band.did(), 1_000_000)]).build().unwrap().sign(eve.key()).unwrap();
    eve.signed(&node, "/pay/api/manifests", &json!({"manifest": theirs.text()})).await.check(400);
    close(node).await;
}

/// People can't pass on other people's earnings; circles are refused before anything is paid.
#[tokio::test]
async fn what_is_passed_on_is_ones_own() {
    let (node, olga, [buyer, band, eve]) = node_with_people([2, 3, 4]).await;
    buyer.top_up(&node, &olga, 500).await;
    let mut theft = shares(band.did().as_str(), &[(eve.did(), 1_000_000)]);
    theft.kind = "distribution".to_owned();
    let theft = theft.build().unwrap().sign(eve.key()).unwrap();
    eve.signed(&node, "/pay/api/manifests", &json!({"manifest": theft.text()})).await.check(403);
    for (who, to) in [(&band, &eve), (&eve, &band)] {
        let circle = passes_on(who, &[(to.did(), 1_000_000)]);
        who.does(&node, "/pay/api/manifests", &json!({"manifest": circle.text()})).await;
    }
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    // In a circle the money stays with the first who cannot pass it on, and the sale succeeds.
    buyer.settles(&node, &event, 100).await;
    assert_eq!(balances(&node, [&band, &eve]).await, [100, 0]);
    // A newer manifest replaces the older.
    let own = passes_on(&eve, &[(eve.did(), 1_000_000)]);
    eve.does(&node, "/pay/api/manifests", &json!({"manifest": own.text()})).await;
    buyer.settles(&node, &event, 100).await;
    assert_eq!(balances(&node, [&band, &eve]).await, [100, 100]);
    close(node).await;
}
