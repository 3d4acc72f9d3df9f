//! What the team's screens and commands refuse, on the router itself.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use super::{Ground, ORIGIN, request};

/// Every reason for which a file or a line is refused is said in every language.
#[test]
fn what_is_wrong_with_a_file_is_said() {
    use protocol::Language;

    use super::super::corps_file::FileProblem;
    use super::super::corps_plan::Wrong;
    use crate::strings::Strings;

    let files = FileProblem::ALL.map(FileProblem::id);
    let lines = Wrong::ALL.map(Wrong::id);
    for language in Language::ALL.iter().copied() {
        for id in files.iter().chain(&lines) {
            assert_ne!(Strings::of(language).say(id), *id);
        }
    }
}

/// The screens of the team are behind the same lock as all others.
#[tokio::test]
async fn a_locked_desk_shows_nothing_of_the_team() {
    let ground = Ground::with_vault().await;
    let (cookie, csrf) = ground.enter().await;
    let member = format!("/roster/member/{}", "00".repeat(32));
    for path in [
        "/roster",
        "/permissions",
        "/decisions",
        "/trail",
        "/exposure",
        "/roster/file",
        "/roster/export.csv",
        "/roster/invitation/0",
        &member,
    ] {
        let answer = ground.get(path, &cookie).await;
        assert_eq!(answer.header("location"), "/unlock", "{path}");
    }
    for path in ["/roster/file/apply", "/alarms/1/acknowledge"] {
        let answer = ground.post(path, &cookie, format!("csrf={csrf}")).await;
        assert_eq!(answer.header("location"), "/unlock", "{path}");
    }
    let answer = ground.get("/api/view", &cookie).await;
    assert_eq!(answer.status, StatusCode::LOCKED);
}

#[tokio::test]
async fn what_a_script_sends_wrongly_is_refused_with_a_reason() {
    let ground = Ground::with_vault().await;
    let (cookie, csrf) = ground.enter().await;
    ground.unlock(&cookie, &csrf).await;
    let long = format!(
        "{{\"command\":\"answer\",\"case\":\"00000000\",\"text\":\"{}\"}}",
        "x".repeat(1501)
    );
    let wrong: [(&str, StatusCode); 15] = [
        ("", StatusCode::BAD_REQUEST),
        ("{}", StatusCode::BAD_REQUEST),
        ("{\"command\":\"explode\"}", StatusCode::BAD_REQUEST),
        (
            "{\"command\":\"take\",\"case\":\"xyz\"}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "{\"command\":\"take-next\",\"more\":1}",
            StatusCode::BAD_REQUEST,
        ),
        (&long, StatusCode::BAD_REQUEST),
        (
            "{\"command\":\"admit\",\"device\":\"00\",\"stage\":\"guide\"}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "{\"command\":\"admit\",\"device\":\"00\",\"role\":\"guide\"}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "{\"command\":\"approve\",\"proposal\":\"xyz\"}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "{\"command\":\"revoke\",\"device\":\"00\",\"reason\":\"lost\"}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "{\"command\":\"extend-case\",\"case\":\"00000000\",\"until\":\"soon\",\"reason\":\"contact-asked\"}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "{\"command\":\"extend-case\",\"case\":\"00000000\",\"until\":\"2026-12-01\",\"reason\":\"none\"}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "{\"command\":\"approve-draft\",\"case\":\"00000000\",\"draft\":-1}",
            StatusCode::BAD_REQUEST,
        ),
        ("{\"command\":\"note-refused\"}", StatusCode::BAD_REQUEST),
        (
            "{\"command\":\"destroy\",\"case\":\"00000000\"}",
            StatusCode::NOT_FOUND,
        ),
    ];
    for (body, status) in wrong {
        let request = request(Method::POST, "/api/command")
            .header("cookie", &cookie)
            .header("origin", ORIGIN)
            .header("content-type", "application/json");
        let answer = ground
            .send(request.body(Body::from(body.to_owned())).unwrap())
            .await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        assert!(answer.body.contains("\"detail\":\""), "{body}");
    }
    ground.app.lock().await;
}
