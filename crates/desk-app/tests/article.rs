//! Claims from a pasted article, over HTTP as a browser without scripts uses it: sentences are proposed, nothing is kept before a person
//! confirms a claim, and nothing that was typed is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

#[path = "ground/browser.rs"]
mod browser;
mod ground;

use browser::{Answer, encoded, enter};
use ground::Ground;
use ground::team::coordinator;

const TEXT: &str = "At least 18 soldiers have deserted, Kyiv said on Tuesday. Moscow denied it.\r\n\r\n\u{202e}<b>Nobody</b> knows.";
const SOURCE: &str = "&source-publisher=The+News&source-address=https%3A%2F%2Fnews.example%2Fa&published=2024-10-31&keeps-copy=yes";

/// The value of the attribute after a mark, for the `number`th time.
fn value(body: &str, after: &str, number: usize) -> String {
    let rest = body.split(after).nth(number + 1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn opened(screen: &Answer, number: usize) -> String {
    value(&screen.body, "name=\"sentence\" value=\"", number)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sentence_becomes_a_claim_when_a_person_confirms_it() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    coordinator(&ground).await.stop().await;
    let (willow, editor) = enter(&ground, "coordinator").await;

    assert!(editor.get("/edit/article").await.has("field-article"));
    let typed = format!("article={}{SOURCE}", encoded(TEXT));
    let screen = editor.post("/edit/article", &typed).await;
    assert_eq!(screen.status, 200);
    assert_eq!(screen.body.matches("data-testid=\"sentence\"").count(), 3);
    for shown in [
        "Kyiv",
        "data-how=\"denied\"",
        "2024-10-29",
        "18 <bdi>soldiers</bdi>",
    ] {
        assert!(screen.body.contains(shown), "{shown}");
    }
    assert!(screen.has("hidden"), "what turns text is said");
    assert!(
        !screen.body.contains("<b>Nobody"),
        "what was pasted is text"
    );
    let hash = value(&screen.body, "data-testid=\"hash\">", 0);
    let hash = hash.split('<').next().unwrap();
    assert_eq!(hash.len(), 64);

    // The form of a claim is filled in, its source included; nothing is kept.
    let chosen = format!("{typed}&sentence={}", opened(&screen, 0));
    let form = editor.post("/edit/article/claim", &chosen).await;
    assert_eq!(form.status, 200);
    for field in [
        "name=\"said-by\" value=\"Kyiv\"",
        "name=\"number\" value=\"18\"",
        "value=\"The News\"",
        "value=\"2024-10-29\"",
        "https://news.example/a",
        hash,
    ] {
        assert!(form.body.contains(field), "{field}");
    }
    assert!(form.body.contains("value=\"stated\" selected"));
    let view = editor.view(None).await;
    assert!(view["editing"]["revisions"].as_array().unwrap().is_empty());

    // A sentence that tells nothing leaves the way of saying to the person.
    let empty = format!("article=Winter+came+early.{SOURCE}");
    let screen = editor.post("/edit/article", &empty).await;
    let form = format!("{empty}&sentence={}", opened(&screen, 0));
    let form = editor.post("/edit/article/claim", &form).await;
    assert!(form.body.contains("<option value=\"\" selected>—</option>"));

    // Confirmed, it is a revision as any other; the article shows that it is there.
    let id = value(&form.body, "name=\"id\" value=\"", 0);
    let source = value(&form.body, "name=\"source\" value=\"", 0);
    let confirmed = format!(
        "base=&id={id}&text=Winter+came+early.&said-by=One&how=stated&source={source}&source-publisher=The+News&step=review"
    );
    assert_eq!(editor.post("/edit/claim", &confirmed).await.status, 303);
    editor
        .until(|view| view["editing"]["revisions"][0]["name"] == id.as_str())
        .await;
    let screen = editor.post("/edit/article", &empty).await;
    assert!(screen.body.contains(&format!("/edit/claim/{id}")));
    willow.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_said_and_comes_back() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    coordinator(&ground).await.stop().await;
    let (willow, editor) = enter(&ground, "coordinator").await;

    // A million characters of three bytes each are read, a part at a time.
    let mut long = "북조선은 이를 부인했다. ".repeat(77_000);
    long.truncate(long.char_indices().nth(1_000_000).unwrap().0);
    let typed = format!("article={}{SOURCE}", encoded(&long));
    let screen = editor.post("/edit/article", &typed).await;
    assert_eq!(screen.status, 200);
    assert!(screen.body.matches("data-testid=\"sentence\"").count() == 200 && screen.has("later"));
    assert!(screen.body.contains(&long), "all of it comes back");
    let later = editor
        .post("/edit/article", &format!("{typed}&from=400"))
        .await;
    assert!(
        later
            .body
            .contains("<li data-testid=\"sentence\" value=\"401\">")
    );
    // One more is refused, and comes back as well.
    let longer = format!("{long}.");
    let refused = editor
        .post("/edit/article", &format!("article={}", encoded(&longer)))
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.has("error") && refused.body.contains(&longer));
    // More than a form may have is refused before it is read.
    let huge = format!("article={}", "a".repeat(17 << 20));
    let too_large = editor.post("/edit/article", &huge).await;
    assert_eq!(too_large.status, 413);
    assert!(too_large.body.contains("Nothing was kept"));

    let nothing = editor
        .post("/edit/article", &format!("article=+%0D%0A{SOURCE}"))
        .await;
    assert_eq!(nothing.status, 422);
    assert!(
        nothing.body.contains("The News"),
        "the source was typed as well"
    );
    // Another text than the one that was shown is not taken for it.
    let first = editor
        .post("/edit/article", &format!("article=One+is+here.{SOURCE}"))
        .await;
    let other = format!(
        "article=Two+is+here.{SOURCE}&sentence={}",
        opened(&first, 0)
    );
    let other = editor.post("/edit/article/claim", &other).await;
    assert_eq!(other.status, 409);
    assert!(other.body.contains("Two is here."));
    for odd in ["x", "9999-x", "", "-1-"] {
        let odd = format!("article=One+is+here.&sentence={odd}");
        assert_eq!(editor.post("/edit/article/claim", &odd).await.status, 409);
    }
    willow.end().await;
}
