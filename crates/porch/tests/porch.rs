//! Bad input at the porch: nothing is lost, nothing is kept, and each page says what to do next. The whole way is played in browsers.
#![allow(clippy::unwrap_used, reason = "a test")]

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt;
use porch::Porch;
use tower::ServiceExt;

/// An answer of a porch whose relay cannot be reached.
async fn answer(request: Request<Body>) -> Response {
    let porch = Porch::new("http://127.0.0.1:1").unwrap();
    porch.router().oneshot(request).await.unwrap()
}

async fn get(path: &str) -> Response {
    answer(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post(path: &str, form: &str) -> Response {
    answer(
        Request::post(path)
            .body(Body::from(form.to_owned()))
            .unwrap(),
    )
    .await
}

async fn text(response: Response) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn nothing_is_kept_framed_run_or_told_to_others() {
    for response in [
        get("/").await,
        get("/en/").await,
        get("/nowhere").await,
        post("/ko/words", "").await,
        post("/ru/open", "words=x").await,
        post("/uk/leave", "open=x").await,
    ] {
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert!(header("clear-site-data").contains("storage"));
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"));
        assert!(!response.headers().contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn each_page_says_who_could_read_it() {
    for (tag, part) in [
        ("en", "this server seals for you"),
        ("ko", "이 서버가 대신"),
        ("ko-KP", "이 봉사기"),
        ("ru", "запечатывает этот сервер"),
        ("uk", "запечатує цей сервер"),
    ] {
        for page in [
            get(&format!("/{tag}/")).await,
            post(&format!("/{tag}/words"), "").await,
            post(&format!("/{tag}/type"), "").await,
            post(&format!("/{tag}/open"), "words=x").await,
            post(&format!("/{tag}/write"), "text=x").await,
        ] {
            let shown = text(page).await;
            assert!(shown.contains(part), "{tag}: {shown}");
            assert!(!shown.contains("<script"));
        }
    }
}

#[tokio::test]
async fn wrong_words_come_back_with_what_is_wrong_with_them() {
    let few = text(post("/en/open", "words=abandon+%3Cscript%3E").await).await;
    assert!(
        few.contains("Seven words are needed. There are 2 here."),
        "{few}"
    );
    assert!(few.contains("abandon &lt;script&gt;"), "{few}");
    let unknown = "words=abandon+ability+able+about+above+absent+absorbb";
    let unknown = text(post("/en/open", unknown).await).await;
    assert!(unknown.contains("Word 7 is not in the list"), "{unknown}");
    assert!(unknown.contains("absorb"), "helped: {unknown}");
}

#[tokio::test]
async fn a_text_is_not_lost_when_its_conversation_was_closed_meanwhile() {
    for step in ["write", "again"] {
        let path = format!("/en/{step}");
        let shown = text(post(&path, "open=0011&text=what+now%3F+%3Cb%3E").await).await;
        assert!(shown.contains("Type your seven words again"), "{shown}");
        assert!(shown.contains("what now? &lt;b&gt;"), "{shown}");
    }
}

#[tokio::test]
async fn what_is_too_large_or_no_page_is_refused() {
    let large = format!("text={}", "a".repeat(1 << 20));
    let refused = post("/en/write", &large).await;
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["/xx/", "/en/../", "/en/nothing", "/%00/"] {
        assert_eq!(get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        get("/en/write").await.status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_line_that_cannot_be_reached_is_said_and_nothing_was_sent() {
    let shown = text(get("/en/").await).await;
    assert!(
        shown.contains("No connection. Nothing was sent."),
        "{shown}"
    );
    let seven = "words=abandon+ability+able+about+above+absent+absorb";
    let shown = text(post("/en/open", seven).await).await;
    assert!(
        shown.contains("No connection. Nothing was sent."),
        "{shown}"
    );
    assert!(
        !shown.contains("absorb"),
        "words stand on no page that needs them not"
    );
}
