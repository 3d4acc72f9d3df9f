//! `cargo xtask bench paint`: how soon a desk with 500 open cases and 10,000 closed ones shows something, in a real browser, beside an empty
//! page in the same browser.
//!
//! The desk and the relay are the command as it is released, each a process of its own; the desk is connected and on duty, with the cards
//! of the demonstration. What is measured is the browser's own `first-contentful-paint` of the queue screen: from another screen of the
//! desk, and from elsewhere.
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark tells how long something took"
)]
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

#[path = "desk.rs"]
mod desk;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use e2e::Browser;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::desk::{PATIENCE, is_connected, open, prepare, serve};

/// So many times each is measured; the middle one counts.
const TIMES: usize = 7;
/// Where nothing is.
const BLANK: &str = "about:blank";
const OPEN: usize = 500;
const CLOSED: usize = 10_000;
/// What a person waits for, in milliseconds.
const AIM: f64 = 100.0;
const EMPTY: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Empty</title></head><body><p>Empty</p></body></html>";
/// What a field of the search is typed into, and is in every open case.
const WORDS: &str = "lark-77";

/// One exchange on a connection of its own; gives the answer with its head.
async fn exchange(authority: &str, request: &str) -> Result<String> {
    let mut stream = TcpStream::connect(authority).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A script's session at the desk.
struct Session {
    authority: String,
    cookie: String,
}

impl Session {
    async fn enter(link: &str) -> Result<Session> {
        let (authority, path) = link
            .strip_prefix("http://")
            .and_then(|rest| rest.split_once('/'))
            .context("a link is an address")?;
        let request =
            format!("GET /{path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n");
        let answer = exchange(authority, &request).await?;
        let cookie = answer
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "))
            .and_then(|cookie| cookie.split(';').next())
            .context("the link opens the desk")?;
        Ok(Session {
            authority: authority.to_owned(),
            cookie: cookie.to_owned(),
        })
    }

    async fn get(&self, path: &str) -> Result<String> {
        let Session { authority, cookie } = self;
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {authority}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
        );
        exchange(authority, &request).await
    }

    async fn post(&self, path: &str, form: &str) -> Result<String> {
        let Session { authority, cookie } = self;
        let length = form.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {authority}\r\norigin: http://{authority}\r\ncookie: {cookie}\r\nx-script: 1\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{form}"
        );
        exchange(authority, &request).await
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// Serves the empty page until the program ends; like the desk it asks for a process of its own.
async fn empty_page() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let length = EMPTY.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncache-control: no-store\r\ncross-origin-opener-policy: same-origin\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{EMPTY}"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    Ok(address)
}

/// The browser's own times of one visit: first contentful paint, the end of the HTML, the end of everything.
async fn paint(browser: &Browser, before: &str, address: &str) -> Result<[f64; 3]> {
    browser.open(before).await?;
    browser.open(address).await?;
    let ask = "const [paint] = performance.getEntriesByName('first-contentful-paint');
        const [visit] = performance.getEntriesByType('navigation');
        return paint && visit.loadEventEnd ? [paint.startTime, visit.responseEnd, visit.loadEventEnd] : null";
    let waiting = async {
        let mut looks = tokio::time::interval(Duration::from_millis(30));
        loop {
            looks.tick().await;
            let said = browser.script(ask).await?;
            if let [Some(paint), Some(html), Some(all)] =
                [0, 1, 2].map(|place| said[place].as_f64())
            {
                return Ok([paint, html, all]);
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .context("nothing was ever painted")?
}

async fn paints(browser: &Browser, before: &str, address: &str) -> Result<Vec<[f64; 3]>> {
    // The first visit starts what later ones find started; it does not count.
    paint(browser, before, address).await?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        times.push(paint(browser, before, address).await?);
    }
    Ok(times)
}

/// How long the desk takes for something, on a connection of its own, and the last answer.
async fn server_time<F>(ask: impl Fn() -> F) -> Result<(f64, String)>
where
    F: Future<Output = Result<String>>,
{
    let mut times = Vec::new();
    let mut last = String::new();
    for _ in 0..TIMES {
        let clock = Instant::now();
        last = ask().await?;
        times.push(clock.elapsed().as_secs_f64() * 1000.0);
    }
    Ok((median(times), last))
}

async fn measured(links: &Value) -> Result<Value> {
    let link = links["open"].as_str().context("the desk gives a link")?;
    let script = links["script"].as_str().context("and one for scripts")?;
    let session = Session::enter(script).await?;
    ready(&session).await?;
    let (html, answer) = server_time(|| session.get("/")).await?;
    let (_, body) = answer
        .split_once("\r\n\r\n")
        .context("an answer has a body")?;
    let csrf = body
        .split("data-csrf=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .context("the screen has its token")?;
    let form = format!("csrf={csrf}&words={WORDS}");
    let (search, found) = server_time(|| session.post("/search", &form)).await?;
    ensure!(
        found.contains(&format!("data-count=\"{OPEN}\"")),
        "the search finds every open case"
    );
    let browser = Browser::start(1280, 900).await?;
    browser.open(link).await?;
    browser.find("status").await?;
    let origin = link.split("/open/").next().unwrap_or_default();
    let (queue, help) = (format!("{origin}/"), format!("{origin}/help"));
    let desk = paints(&browser, &help, &queue).await?;
    // From elsewhere the browser starts a process of its own for the desk, since its answers ask for that.
    let started = paints(&browser, BLANK, &queue).await?;
    let page = empty_page().await?;
    let empty = paints(&browser, &format!("{page}before"), &page).await?;
    let empty_started = paints(&browser, BLANK, &page).await?;
    browser.close().await?;
    let column = |times: &[[f64; 3]], place: usize| {
        median(
            times
                .iter()
                .filter_map(|one| one.get(place).copied())
                .collect(),
        )
    };
    let (first, nothing) = (column(&desk, 0), column(&empty, 0));
    let (first_started, nothing_started) = (column(&started, 0), column(&empty_started, 0));
    let all: Vec<f64> = desk.iter().map(|[paint, ..]| rounded(*paint)).collect();
    Ok(json!({
        "open_cases": OPEN,
        "closed_cases": CLOSED,
        "paint_ms": rounded(first),
        "paints_ms": all,
        "html_received_ms": rounded(column(&desk, 1)),
        "all_loaded_ms": rounded(column(&desk, 2)),
        "empty_paint_ms": rounded(nothing),
        "ratio": rounded(first / nothing),
        "paint_from_elsewhere_ms": rounded(first_started),
        "empty_paint_from_elsewhere_ms": rounded(nothing_started),
        "server_html_ms": rounded(html),
        "html_bytes": body.len(),
        "server_search_ms": rounded(search),
        "aim_ms": AIM,
        "good": first < AIM && first_started < AIM,
    }))
}

/// Waits until the desk is connected, with its cards and all of its cases.
async fn ready(session: &Session) -> Result<()> {
    let waiting = async {
        let mut path = "/api/view".to_owned();
        loop {
            let answer = session.get(&path).await?;
            let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            let view: Value = serde_json::from_str(body)?;
            let cards = view["cards"].as_array();
            if is_connected(&view) && cards.is_some_and(|cards| !cards.is_empty()) {
                let cases = view["cases"].as_array().map_or(0, Vec::len);
                ensure!(cases == OPEN, "the desk has {cases} cases");
                return Ok(());
            }
            path = format!("/api/view?wait_for_change={}", view["version"]);
        }
    };
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(done) => done,
        Err(_) => bail!("the desk never was connected with all of its cases"),
    }
}

async fn run() -> Result<Value> {
    let directory = tempfile::tempdir()?;
    prepare(directory.path(), &["paint-records"])?;
    let relay = serve(directory.path()).await?;
    let desk = open(directory.path(), &relay).await?;
    let report = measured(&desk.links).await;
    desk.process.stop().await;
    relay.process.stop().await;
    report
}

fn print(report: &Value) {
    println!("{OPEN} open cases, {CLOSED} closed ones");
    for (what, name) in [
        ("first contentful paint of the queue", "paint_ms"),
        ("of an empty page in the same browser", "empty_paint_ms"),
        ("ratio", "ratio"),
        ("the queue, from elsewhere", "paint_from_elsewhere_ms"),
        (
            "an empty page, from elsewhere",
            "empty_paint_from_elsewhere_ms",
        ),
        ("the desk makes the HTML in", "server_html_ms"),
        ("and searches all open cases in", "server_search_ms"),
    ] {
        println!("{what:38} {:>6}", report[name].to_string());
    }
    println!("in milliseconds but for the ratio; aim: the queue below {AIM}, from either");
}

#[tokio::main]
async fn main() -> ExitCode {
    let report = match run().await {
        Ok(report) => report,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    };
    match std::env::args().any(|argument| argument == "--json") {
        true => println!("{report}"),
        false => print(&report),
    }
    match report["good"] == true {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
