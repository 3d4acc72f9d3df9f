//! Who may come in: one-time links, sessions, and the checks that keep other pages of the same browser out.
//!
//! Any page that the guide has open, and any program on the computer, can reach a loopback address. So a request must name
//! this desk's own host (a foreign name that points here is refused), carry the session's cookie, and, if it changes
//! anything, come from this desk's own pages and carry the session's token.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use protocol::Language;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::{App, looks, page};
use crate::clock;
use crate::strings::{Strings, accepted};

/// The size of a request's body at most, in bytes: a card set is the largest of most.
const LARGEST_BODY: usize = 4 << 20;
/// The same where an article is pasted: a million characters of three bytes each, and each of these as a form sends it.
const LARGEST_ARTICLE: usize = 16 << 20;
/// How much of a body that is too large is read before the answer, in bytes.
const READ_AT_MOST: usize = 64 << 20;

const SECURITY: [(&str, &str); 7] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    // Not `no-referrer`: with it a browser sends `Origin: null` with this desk's own forms.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=()",
    ),
];

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// One browser, or one script, that came in by a link.
#[derive(Clone)]
pub(crate) struct Session {
    key: [u8; 32],
    csrf: Arc<str>,
    pub(crate) strings: &'static Strings,
}

impl Session {
    /// The token that each form of this session carries.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }
}

struct Kept {
    csrf: Arc<str>,
    language: Option<Language>,
}

/// The fields of a form that was sent, in order; they wipe themselves, since one may be a passphrase.
#[derive(Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Drop for Fields {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            value.zeroize();
        }
    }
}

impl Fields {
    /// The first field of a name; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All fields of a name.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The one-time links and the sessions; only hashes of both are kept.
pub(crate) struct Door {
    port: u16,
    links: Mutex<HashSet<[u8; 32]>>,
    sessions: Mutex<HashMap<[u8; 32], Kept>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Door {
    /// A door on a port, with no link yet.
    pub(crate) fn new(port: u16) -> Door {
        Door {
            port,
            links: Mutex::default(),
            sessions: Mutex::default(),
        }
    }

    /// A fresh link that works once.
    pub(crate) fn link(&self) -> String {
        let token = clock::token();
        lock(&self.links).insert(hash(&token));
        format!("http://127.0.0.1:{}/open/{token}", self.port)
    }

    /// Uses a link up and begins a session: gives its `Set-Cookie`, or nothing if the link was used before.
    pub(crate) fn open(&self, token: &str) -> Option<String> {
        if !lock(&self.links).remove(&hash(token)) {
            return None;
        }
        let session = clock::token();
        let kept = Kept {
            csrf: clock::token().into(),
            language: None,
        };
        lock(&self.sessions).insert(hash(&session), kept);
        let name = self.cookie_name();
        Some(format!(
            "{name}={session}; Path=/; HttpOnly; SameSite=Strict"
        ))
    }

    /// Cookies do not tell ports apart, so the name does: two desks in one browser must not end each other's session.
    fn cookie_name(&self) -> String {
        format!("footbridge-desk-{}", self.port)
    }

    fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let name = self.cookie_name();
        let sessions = lock(&self.sessions);
        let cookies = headers.get_all(header::COOKIE).into_iter();
        let mut pairs = cookies
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        pairs.find_map(|(found, value)| {
            let key = hash(value);
            let kept = sessions.get(&key).filter(|_| found == name)?;
            let language = kept.language.unwrap_or_else(|| asked_language(headers));
            Some(Session {
                key,
                csrf: Arc::clone(&kept.csrf),
                strings: Strings::of(language),
            })
        })
    }

    /// Keeps the language that a session chose.
    pub(crate) fn choose_language(&self, session: &Session, language: Language) {
        if let Some(kept) = lock(&self.sessions).get_mut(&session.key) {
            kept.language = Some(language);
        }
    }

    fn is_own_host(&self, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).into_iter();
        let only = (hosts.next(), hosts.next());
        let (Some(host), None) = only else {
            return false;
        };
        ["127.0.0.1", "localhost"]
            .iter()
            .any(|name| host.as_bytes() == format!("{name}:{}", self.port).as_bytes())
    }

    /// Whether a request comes from this desk's own pages: by `Origin`, and by `Sec-Fetch-Site` where a browser sends it.
    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let host = headers
            .get(header::HOST)
            .map_or(&b""[..], HeaderValue::as_bytes);
        let own = [b"http://", host].concat();
        let origin = headers
            .get(header::ORIGIN)
            .map(|origin| origin.as_bytes() == own);
        let site = headers
            .get("sec-fetch-site")
            .map(|site| site.as_bytes() == b"same-origin");
        origin != Some(false) && site != Some(false) && (origin.is_some() || site.is_some())
    }

    /// Whether a page of another origin embeds or fetches this. Cookies of one address do not tell its ports apart, so such
    /// a request may carry the session; a person who follows a link is not meant.
    fn is_foreign_fetch(&self, headers: &HeaderMap) -> bool {
        let is = |name, value: &str| headers.get(name).is_some_and(|found| found == value);
        let is_foreign = is("sec-fetch-site", "cross-site") || is("sec-fetch-site", "same-site");
        is_foreign && !(is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document"))
    }
}

fn asked_language(headers: &HeaderMap) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE);
    accepted(header.and_then(|value| value.to_str().ok()))
}

fn refused(status: StatusCode, headers: &HeaderMap, message: &str) -> Response {
    let strings = Strings::of(asked_language(headers));
    (status, page::outside(strings, &strings.say(message))).into_response()
}

fn is_type(headers: &HeaderMap, expected: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
}

/// Reads a body of at most `largest` bytes. Of a larger one the rest is read and thrown away up to [`READ_AT_MOST`]: a browser that is
/// still sending when the connection ends shows that it was cut off, not the screen that says why.
async fn whole(body: Body, largest: usize) -> Result<Vec<u8>, StatusCode> {
    let (mut bytes, mut read) = (Vec::new(), 0_usize);
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| StatusCode::BAD_REQUEST)?;
        read = read.saturating_add(part.len());
        if read <= largest {
            bytes.extend_from_slice(&part);
        } else if read <= READ_AT_MOST {
            bytes.clear();
        } else {
            break;
        }
    }
    match read <= largest {
        true => Ok(bytes),
        false => Err(StatusCode::PAYLOAD_TOO_LARGE),
    }
}

/// Reads a form and checks its token. JSON needs none: no foreign page can send it without asking, and nobody answers.
async fn checked_body(request: Request, session: &Session) -> Result<Request, StatusCode> {
    let (mut parts, body) = request.into_parts();
    let largest = match parts.uri.path().starts_with("/edit/article") {
        true => LARGEST_ARTICLE,
        false => LARGEST_BODY,
    };
    let bytes = whole(body, largest).await?;
    if is_type(&parts.headers, "application/json") {
        let has_origin = parts.headers.contains_key(header::ORIGIN);
        let is_command = parts.uri.path() == "/api/command";
        return match has_origin && is_command {
            true => Ok(Request::from_parts(parts, Body::from(bytes))),
            false => Err(StatusCode::FORBIDDEN),
        };
    }
    let mut form = Request::builder()
        .method(Method::POST)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(bytes))
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    // It was counted above, and what is too long for a message must come as far as the screen that says so.
    DefaultBodyLimit::disable().apply(&mut form);
    let fields = match is_type(&parts.headers, "application/x-www-form-urlencoded") {
        true => axum::Form::<Vec<(String, String)>>::from_request(form, &())
            .await
            .map_err(|_| StatusCode::BAD_REQUEST)?,
        false => return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
    };
    let fields = Fields(fields.0);
    let sent = fields.get("csrf").as_bytes();
    if !bool::from(sent.ct_eq(session.csrf().as_bytes())) {
        return Err(StatusCode::FORBIDDEN);
    }
    parts.extensions.insert(fields);
    Ok(Request::from_parts(parts, Body::empty()))
}

async fn checked(app: &App, mut request: Request, next: Next) -> Response {
    if !app.door.is_own_host(request.headers()) {
        return refused(
            StatusCode::MISDIRECTED_REQUEST,
            request.headers(),
            "error-not-found",
        );
    }
    if app.door.is_foreign_fetch(request.headers()) {
        return refused(StatusCode::FORBIDDEN, request.headers(), "error-unexpected");
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && request.uri().path().starts_with("/open/") {
        return next.run(request).await;
    }
    let Some(session) = app.door.session(request.headers()) else {
        return refused(StatusCode::UNAUTHORIZED, request.headers(), "link-used");
    };
    if !reads {
        if *request.method() != Method::POST || !app.door.is_own_origin(request.headers()) {
            return refused(StatusCode::FORBIDDEN, request.headers(), "error-unexpected");
        }
        let headers = request.headers().clone();
        request = match checked_body(request, &session).await {
            Ok(request) => request,
            Err(StatusCode::PAYLOAD_TOO_LARGE) => {
                return refused(StatusCode::PAYLOAD_TOO_LARGE, &headers, "error-too-large");
            }
            Err(status) => return refused(status, &headers, "error-unexpected"),
        };
    }
    request.extensions_mut().insert(session);
    next.run(request).await
}

/// Lets in who may come in, and gives every answer the headers that keep it here.
pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = checked(&app, request, next).await;
    for (name, value) in SECURITY {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, looks::policy());
    response
}

/// `GET /open/TOKEN`: uses the link up, and goes on to the desk without the token in the address.
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    axum::extract::Path(token): axum::extract::Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    // Programs that preview links send HEAD; that must not use the link up.
    let cookie = (method == Method::GET)
        .then(|| app.door.open(&token))
        .flatten();
    match cookie {
        Some(cookie) => (
            StatusCode::SEE_OTHER,
            [
                (header::SET_COOKIE, cookie),
                (header::LOCATION, "/".to_owned()),
            ],
        )
            .into_response(),
        None => refused(StatusCode::GONE, &headers, "link-used"),
    }
}
