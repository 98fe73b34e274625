//! What the page asks for.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Json, State as Shared};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::json;

use crate::report::html::{CHARTS, LIBRARY, STYLE, embedded};

use super::levers::State;
use super::session::Session;
use super::{Live, guard};

/// Largest body of a request, in bytes.
const LARGEST_BODY: usize = 16 * 1024;
/// Longest time between two ticks.
const SLOWEST: u64 = 5000;

/// All that the page can ask for, behind the guard.
pub fn router(live: Arc<Live>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/start", post(start))
        .route("/control", post(control))
        .route("/levers", post(steer))
        .route("/scenario", get(scenario))
        .route("/events", get(events))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(live.clone(), guard::check))
        .with_state(live)
}

fn refused(why: impl Into<String>) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": why.into() }))).into_response()
}

/// The page itself.
async fn page(Shared(live): Shared<Arc<Live>>) -> Response {
    let Ok(data) = serde_json::to_string(&json!({ "token": live.token, "choices": live.choices })) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (nonce, data) = (&live.nonce, embedded(&data));
    let text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Tiexi</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLE}{}</style>\n</head>\n<body>\n<main id=\"page\"></main>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n\
         <script nonce=\"{nonce}\">{LIBRARY}</script>\n<script nonce=\"{nonce}\">{CHARTS}</script>\n\
         <script nonce=\"{nonce}\">{}</script>\n<script nonce=\"{nonce}\">{}</script>\n</body>\n</html>\n",
        include_str!("../page/live.css"),
        include_str!("../page/words.js"),
        include_str!("../page/live.js"),
    );
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data: blob:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let mut response = Html(text).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The session, if there is one.
fn session(live: &Live) -> Option<Arc<Session>> {
    live.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    file: String,
    seed: u64,
    levers: State,
    delay: u64,
}

/// Starts a run; one that was going ends.
async fn start(Shared(live): Shared<Arc<Live>>, Json(asked): Json<Start>) -> Response {
    let Some(choice) = live.choice(&asked.file) else {
        return refused("there is no such scenario");
    };
    let (folder, file) = (live.folder.clone(), choice.file.clone());
    let delay = Duration::from_millis(asked.delay.min(SLOWEST));
    let begin = move || Session::start(folder, &file, asked.seed, &asked.levers, delay);
    match tokio::task::spawn_blocking(begin).await {
        Ok(Ok(begun)) => {
            let before = live.session.lock().unwrap_or_else(PoisonError::into_inner).replace(begun);
            if let Some(before) = before {
                before.end();
            }
            Json(json!({})).into_response()
        }
        Ok(Err(why)) => refused(why),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "action")]
enum Control {
    Pause,
    Resume,
    Step,
    Pace { delay: u64 },
}

async fn control(Shared(live): Shared<Arc<Live>>, Json(asked): Json<Control>) -> Response {
    let Some(session) = session(&live) else {
        return refused("nothing runs yet");
    };
    match asked {
        Control::Pause => session.pause(true, false),
        Control::Resume => session.pause(false, false),
        Control::Step => session.pause(true, true),
        Control::Pace { delay } => session.pace(Duration::from_millis(delay.min(SLOWEST))),
    }
    Json(json!({})).into_response()
}

/// Moves levers while a run goes or waits.
async fn steer(Shared(live): Shared<Arc<Live>>, Json(state): Json<State>) -> Response {
    let Some(session) = session(&live) else {
        return refused("nothing runs yet");
    };
    match tokio::task::spawn_blocking(move || session.steer(&state)).await {
        Ok(Ok(tick)) => Json(json!({ "tick": tick })).into_response(),
        Ok(Err(why)) => refused(why),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The run as a scenario file.
async fn scenario(Shared(live): Shared<Arc<Live>>) -> Response {
    let Some(session) = session(&live) else {
        return refused("nothing runs yet");
    };
    let kind = [(header::CONTENT_TYPE, "application/toml; charset=utf-8")];
    (kind, session.text()).into_response()
}

/// What one listener has been told.
struct Listener {
    session: Arc<Session>,
    news: tokio::sync::watch::Receiver<u64>,
    told: usize,
    waiting: std::collections::VecDeque<String>,
}

impl Listener {
    /// The next message; `None` when the session is over.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(message) = self.waiting.pop_front() {
                return Some(message);
            }
            self.news.borrow_and_update();
            let (messages, network) = self.session.since(self.told);
            if !messages.is_empty() {
                let again = messages.first().is_some_and(|first| first.contains("\"again\""));
                self.told = if again { messages.len() } else { self.told + messages.len() };
                self.waiting.extend(messages);
                self.waiting.extend(network);
                continue;
            }
            self.news.changed().await.ok()?;
        }
    }
}

/// Ticks as they come, as server-sent events.
async fn events(Shared(live): Shared<Arc<Live>>) -> Response {
    let Some(session) = session(&live) else {
        return refused("nothing runs yet");
    };
    let news = session.news();
    let listener = Listener { session, news, told: 0, waiting: Default::default() };
    Sse::new(stream_of(listener)).keep_alive(KeepAlive::default()).into_response()
}

fn stream_of(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(listener, |mut listener| async move {
        let message = listener.next().await?;
        Some((Ok(Event::default().data(message)), listener))
    })
}
