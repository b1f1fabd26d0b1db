//! The pages of surveys.

use imajin_edge::testing::{Ask, populated};

use crate::{ONE, node, open, put, secret, somebody, yes_or_no};

#[tokio::test]
async fn a_page_says_what_the_owner_learns_before_anybody_answers() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    let path = format!("/dykil/{}/{ONE}", ada.did);
    let see = async |token: Option<&str>| {
        let ask = Ask::get(path.clone()).bearer_if(token);
        node.send(ask).await
    };
    put(&node, &ada, &yes_or_no(), secret()).await;
    assert_eq!(see(None).await.status, 404);
    assert_eq!(see(Some(&token)).await.status, 200);
    open(&node, &ada, &yes_or_no(), secret()).await;
    let page = see(None).await.text();
    assert_has!(page, "never who said what", "If you do not trust them, do not vote here.");
    let list = node.get(format!("/dykil/{}", ada.did)).await;
    assert!(list.text().contains("Shall we?"), "{}", list.text());
    for (ending, found) in [("/feed.atom", "<entry>"), (".json", "\"items\""), (".md", "Shall we?")]
    {
        let reply = node.send(Ask::get(format!("/dykil/{}{ending}", ada.did))).await;
        assert_eq!(reply.status, 200, "{ending}");
        assert!(reply.text().contains(found), "{ending}: {}", reply.text());
    }
    let edit = node.send(Ask::get("/dykil/edit").bearer(&token)).await;
    assert!(edit.text().contains("template"), "{}", edit.text());
}
