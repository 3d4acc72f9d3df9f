//! Who may come in: each rule of the door, on the router itself.

mod team;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;
use crate::setup::{self, NewDesk};
use crate::vault::VaultCost;

const PORT: u16 = 4711;
const HOST: &str = "127.0.0.1:4711";
const ORIGIN: &str = "http://127.0.0.1:4711";
const FORM: &str = "application/x-www-form-urlencoded";

struct Ground {
    app: Arc<App>,
    directory: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", HOST)
}

impl Ground {
    fn new() -> Ground {
        let directory = tempfile::tempdir().unwrap();
        let app = App::new(PORT, directory.path().join("vault"), None);
        Ground { app, directory }
    }

    /// With the vault of a founder whose relay is nowhere.
    async fn with_vault() -> Ground {
        use statements::{Delegation, DeviceKey, Root, RootKey};
        let ground = Ground::new();
        let root_key = RootKey::from_seed(&[1; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let device = DeviceKey::from_seed(&[2; 32]);
        let days = (wire::Day(0), wire::Day(u32::MAX));
        let delegation = Delegation::draft(root.line_id(), 1, days, 1, &[device.public()])
            .sign_by_root(&root_key)
            .done();
        let new = NewDesk {
            vault: ground.directory.path().join("vault"),
            passphrase: Passphrase::new("secret <words>".into()),
            cost: VaultCost {
                memory_kib: 8,
                passes: 1,
            },
            work_name: "Willow \u{202e}<script>alert(1)</script>\"'".into(),
        };
        let url = "http://127.0.0.1:1";
        setup::found(new, device, url, &root.statement(), &delegation)
            .await
            .unwrap();
        ground
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.app.clone().router().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// Comes in by a fresh link: the cookie and the token of the forms.
    async fn enter(&self) -> (String, String) {
        let link = self.app.link();
        let path = link.strip_prefix(ORIGIN).unwrap();
        let answer = self
            .send(request(Method::GET, path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/");
        let cookie = answer.header("set-cookie");
        assert!(
            cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
            "{cookie}"
        );
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let page = self.get("/help", &cookie).await;
        let page = if page.status == StatusCode::OK {
            page
        } else {
            self.get("/unlock", &cookie).await
        };
        let after = page.body.split("name=\"csrf\" value=\"").nth(1).unwrap();
        (cookie, after.split('"').next().unwrap().to_owned())
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = request(Method::GET, path).header("cookie", cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, cookie: &str, body: String) -> Answer {
        let request = request(Method::POST, path)
            .header("cookie", cookie)
            .header("origin", ORIGIN)
            .header("content-type", FORM);
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn unlock(&self, cookie: &str, csrf: &str) {
        let body = format!("csrf={csrf}&passphrase=secret+%3Cwords%3E");
        let answer = self.post("/unlock", cookie, body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
}

#[tokio::test]
async fn nobody_comes_in_without_a_session() {
    let ground = Ground::new();
    for path in [
        "/",
        "/help",
        "/desk.js",
        "/events",
        "/api/view",
        "/case/00000000",
        "/none",
    ] {
        for cookie in [
            "",
            "footbridge-desk-4711=",
            "footbridge-desk-4711=00",
            "other=1; x",
        ] {
            let answer = ground.get(path, cookie).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path} {cookie}");
        }
    }
}

#[tokio::test]
async fn a_link_works_once_and_says_so_afterwards() {
    let ground = Ground::new();
    let link = ground.app.link();
    let path = link.strip_prefix(ORIGIN).unwrap();
    let get = |method| request(method, path).body(Body::empty()).unwrap();
    // A program that previews links does not use it up.
    assert_eq!(
        ground.send(get(Method::HEAD)).await.status,
        StatusCode::GONE
    );
    assert_eq!(
        ground.send(get(Method::GET)).await.status,
        StatusCode::SEE_OTHER
    );
    let again = ground.send(get(Method::GET)).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.body.contains("used already"));
    assert!(again.header("set-cookie").is_empty());
    let guessed = ground.get("/open/0000", "").await;
    assert_eq!(guessed.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_foreign_name_that_points_here_is_refused() {
    let ground = Ground::new();
    let (cookie, _) = ground.enter().await;
    for host in [
        "evil.example:4711",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:47110",
        "[::1]:4711",
        "",
    ] {
        let request = Request::builder()
            .uri("/help")
            .header("host", host)
            .header("cookie", &cookie);
        let answer = ground.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    let link = ground.app.link();
    let path = link.strip_prefix(ORIGIN).unwrap();
    let request = Request::builder()
        .uri(path)
        .header("host", "evil.example:4711");
    let answer = ground.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    let localhost = Request::builder()
        .uri("/unlock")
        .header("host", "localhost:4711")
        .header("cookie", &cookie);
    assert_eq!(
        ground
            .send(localhost.body(Body::empty()).unwrap())
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn other_pages_of_the_browser_cannot_act() {
    let ground = Ground::new();
    let (cookie, csrf) = ground.enter().await;
    let body = format!("csrf={csrf}&language=ko");
    let send = |headers: &[(&str, &str)]| {
        let mut request = request(Method::POST, "/language")
            .header("cookie", &cookie)
            .header("content-type", FORM);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        ground.send(request.body(Body::from(body.clone())).unwrap())
    };
    let foreign: [&[(&str, &str)]; 6] = [
        &[],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:80")],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", ORIGIN), ("sec-fetch-site", "same-site")],
    ];
    for headers in foreign {
        assert_eq!(
            send(headers).await.status,
            StatusCode::FORBIDDEN,
            "{headers:?}"
        );
    }
    let own: [&[(&str, &str)]; 3] = [
        &[("origin", ORIGIN)],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", ORIGIN), ("sec-fetch-site", "same-origin")],
    ];
    for headers in own {
        assert_eq!(
            send(headers).await.status,
            StatusCode::SEE_OTHER,
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn other_pages_of_the_browser_cannot_even_fetch() {
    let ground = Ground::new();
    let (cookie, _) = ground.enter().await;
    for (site, mode, dest, status) in [
        ("same-site", "no-cors", "script", StatusCode::FORBIDDEN),
        ("cross-site", "cors", "empty", StatusCode::FORBIDDEN),
        ("cross-site", "navigate", "iframe", StatusCode::FORBIDDEN),
        ("cross-site", "navigate", "document", StatusCode::OK),
        ("same-origin", "cors", "empty", StatusCode::OK),
        ("none", "navigate", "document", StatusCode::OK),
    ] {
        let request = request(Method::GET, "/unlock")
            .header("cookie", &cookie)
            .header("sec-fetch-site", site)
            .header("sec-fetch-mode", mode)
            .header("sec-fetch-dest", dest);
        let answer = ground.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{site} {mode} {dest}");
    }
}

#[tokio::test]
async fn a_form_without_its_session_s_token_is_refused() {
    let ground = Ground::new();
    let (cookie, csrf) = ground.enter().await;
    let (other_cookie, _) = ground.enter().await;
    for body in [
        "",
        "language=ko",
        "csrf=&language=ko",
        "csrf=00&language=ko",
    ] {
        let answer = ground.post("/language", &cookie, body.into()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{body}");
    }
    let stolen = ground
        .post(
            "/language",
            &other_cookie,
            format!("csrf={csrf}&language=ko"),
        )
        .await;
    assert_eq!(stolen.status, StatusCode::FORBIDDEN);
    for kind in ["text/plain", "multipart/form-data", ""] {
        let request = request(Method::POST, "/language")
            .header("cookie", &cookie)
            .header("origin", ORIGIN)
            .header("content-type", kind);
        let body = Body::from(format!("csrf={csrf}&language=ko"));
        let answer = ground.send(request.body(body).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let put = request(Method::PUT, "/language")
        .header("cookie", &cookie)
        .header("origin", ORIGIN);
    assert_eq!(
        ground.send(put.body(Body::empty()).unwrap()).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_script_must_name_its_origin_and_only_gives_commands() {
    let ground = Ground::new();
    let (cookie, _) = ground.enter().await;
    let send = |path: &str, headers: &[(&str, &str)]| {
        let mut request = request(Method::POST, path)
            .header("cookie", &cookie)
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        ground.send(
            request
                .body(Body::from("{\"command\":\"take-next\"}"))
                .unwrap(),
        )
    };
    let refused = send("/api/command", &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(
        send("/lock", &[("origin", ORIGIN)]).await.status,
        StatusCode::FORBIDDEN
    );
    let locked = send("/api/command", &[("origin", ORIGIN)]).await;
    assert_eq!(locked.status, StatusCode::LOCKED);
    assert!(locked.body.contains("\"error\":\"locked\""));
}

#[tokio::test]
async fn every_answer_forbids_what_this_desk_does_not_need() {
    let ground = Ground::new();
    let (cookie, _) = ground.enter().await;
    for (path, cookie) in [
        ("/unlock", cookie.as_str()),
        ("/", ""),
        ("/none", &cookie),
        ("/desk.js", &cookie),
    ] {
        let answer = ground.get(path, cookie).await;
        // One style sheet may stand in a page, by its hash.
        let policy = answer.header("content-security-policy");
        let (before, rest) = policy.split_once(" 'sha256-").unwrap();
        let (_, after) = rest.split_once("';").unwrap();
        assert_eq!(
            format!("{before};{after}"),
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn the_language_is_the_browser_s_until_a_person_chooses() {
    let ground = Ground::new();
    let (cookie, csrf) = ground.enter().await;
    let asked = request(Method::GET, "/unlock")
        .header("cookie", &cookie)
        .header("accept-language", "uk");
    let answer = ground.send(asked.body(Body::empty()).unwrap()).await;
    assert!(answer.body.contains("<html lang=\"uk\">"));
    let request = request(Method::POST, "/language")
        .header("cookie", &cookie)
        .header("origin", ORIGIN)
        .header("referer", format!("{ORIGIN}/unlock"))
        .header("content-type", FORM);
    let chosen = ground
        .send(
            request
                .body(Body::from(format!("csrf={csrf}&language=ko")))
                .unwrap(),
        )
        .await;
    assert_eq!(chosen.header("location"), "/unlock");
    let answer = ground.get("/unlock", &cookie).await;
    assert!(answer.body.contains("<html lang=\"ko\">"));
}

#[tokio::test]
async fn a_passphrase_unlocks_the_desk_and_the_lock_closes_the_vault() {
    let ground = Ground::with_vault().await;
    let (cookie, csrf) = ground.enter().await;
    assert_eq!(ground.get("/", &cookie).await.header("location"), "/unlock");
    let wrong = ground
        .post("/unlock", &cookie, format!("csrf={csrf}&passphrase=no"))
        .await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(wrong.body.contains("does not open the vault"));
    ground.unlock(&cookie, &csrf).await;
    let page = ground.get("/", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(
        ground.get("/case/0badcafe", &cookie).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        ground.get("/case/..%2f", &cookie).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        ground.get("/record", &cookie).await.status,
        StatusCode::NOT_FOUND
    );
    let locked = ground.post("/lock", &cookie, format!("csrf={csrf}")).await;
    assert_eq!(locked.header("location"), "/unlock");
    assert_eq!(
        ground.get("/events", &cookie).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        ground.get("/cards", &cookie).await.header("location"),
        "/unlock"
    );
    let directory = ground.directory.path().join("vault");
    Vault::open(&directory, &Passphrase::new("secret <words>".into())).unwrap();
}

#[tokio::test]
async fn names_are_text_whatever_is_in_them() {
    let ground = Ground::with_vault().await;
    let (cookie, csrf) = ground.enter().await;
    ground.unlock(&cookie, &csrf).await;
    for path in [
        "/",
        "/roster",
        "/roster?stage=coordinator&language=",
        "/permissions",
        "/decisions",
        "/shifts",
        "/help",
        "/cards",
    ] {
        let page = ground.get(path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains("&lt;script&gt;alert(1)"), "{path}");
        assert!(!page.body.contains("<script>"), "{path}");
        assert!(!page.body.contains("style=\""), "{path}");
    }
    ground.app.lock().await;
}
