//! The live page: who is let in, what a person can do with it in a real browser, and that what is shared
//! is the run that was seen.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/folder.rs"]
mod folder;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use browser::{browser, payloads};
use folder::Folder;
use tiexi::report::live::{Session, State};

/// A server that ends with the test.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(folder: &Folder, scenario: &str) -> Self {
        let mut child = folder.command(&["serve", scenario]).stdout(Stdio::piped()).spawn().expect("tiexi starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("text");
        Server { child, url: line.trim().to_string() }
    }

    fn host(&self) -> &str {
        self.url.trim_start_matches("http://").split('/').next().expect("a host")
    }

    fn token(&self) -> &str {
        self.url.split("token=").nth(1).expect("a token")
    }

    /// What the server answers to these bytes: status and text.
    fn answer(&self, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.host()).expect("it listens");
        // A server that has refused may close before all is written.
        let _ = stream.write_all(request.as_bytes());
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text);
        let status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        (status, text)
    }

    /// A request with these headers beside `Connection`.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        self.answer(&format!(
            "{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn only_the_page_itself_is_let_in() {
    let folder = Folder::new();
    let server = Server::start(&folder, "teaching.toml");
    let (host, token) = (server.host().to_string(), server.token().to_string());
    assert!(host.starts_with("127.0.0.1:") && token.len() == 32, "{}", server.url);
    let port = host.split(':').nth(1).expect("a port");
    let page = format!("/?token={token}");
    let get = |path: &str, headers: &[(&str, &str)]| server.ask("GET", path, headers, "").0;
    assert_eq!(get(&page, &[("Host", &host)]), 200);
    assert_eq!(get(&page, &[("Host", &format!("localhost:{port}"))]), 200);
    assert_eq!(get(&page, &[("Host", &host), ("Origin", &format!("http://{host}"))]), 200);
    // Another host, as after a rebound name; another page; no token, a wrong one, half of it.
    for wrong in ["evil.example", "127.0.0.1", &format!("evil.example:{port}"), "127.0.0.1:1"] {
        assert_eq!(get(&page, &[("Host", wrong)]), 403, "host {wrong}");
    }
    for wrong in ["http://evil.example", "null", &format!("https://{host}"), &format!("http://{host}.evil.example")] {
        assert_eq!(get(&page, &[("Host", &host), ("Origin", wrong)]), 403, "origin {wrong}");
    }
    for wrong in [
        "/",
        "/?token=",
        &format!("/?token={}", &token[..16]),
        &format!("/?token={token}0"),
        "/?token=00000000000000000000000000000000",
    ] {
        assert_eq!(get(wrong, &[("Host", &host)]), 403, "{wrong}");
    }
    // Everything is behind the same door.
    for (method, path) in [
        ("POST", "/start"),
        ("POST", "/control"),
        ("POST", "/levers"),
        ("GET", "/scenario"),
        ("GET", "/events"),
        ("GET", "/x"),
    ] {
        assert_eq!(
            server.ask(method, path, &[("Host", &host), ("Content-Type", "application/json")], "{}").0,
            403,
            "{path}"
        );
    }
    let (_, text) = server.ask("GET", &page, &[("Host", &host)], "");
    let head = text.split("\r\n\r\n").next().expect("a head").to_lowercase();
    for part in ["default-src 'none'", "frame-ancestors 'none'", "nosniff", "no-store", "no-referrer"] {
        assert!(head.contains(part), "{part} is missing in\n{head}");
    }
}

#[test]
fn what_is_too_large_or_makes_no_sense_is_refused() {
    let folder = Folder::new();
    let server = Server::start(&folder, "teaching.toml");
    let (host, token) = (server.host().to_string(), server.token().to_string());
    let headers = [("Host", host.as_str()), ("X-Tiexi-Token", token.as_str()), ("Content-Type", "application/json")];
    let post = |path: &str, body: &str| server.ask("POST", path, &headers, body).0;
    assert_eq!(post("/levers", &format!("{{\"x\":{}}}", "1".repeat(20_000))), 413);
    assert_eq!(server.ask("GET", &format!("/?token={token}&x={}", "x".repeat(4000)), &headers, "").0, 414);
    assert_eq!(post("/control", r#"{"action":"pause"}"#), 400, "nothing runs yet");
    let start = |file: &str| format!("{{\"file\":{file:?},\"seed\":1,\"levers\":{{}},\"delay\":0}}");
    for file in ["../teaching.toml", "/etc/passwd", "data/cities.csv", "nowhere.toml", ""] {
        assert_eq!(post("/start", &start(file)), 400, "{file}");
    }
    for wrong in ["", "{", "[]", r#"{"file":"teaching.toml"}"#, r#"{"file":1,"seed":1,"levers":{},"delay":0}"#] {
        assert!((400..500).contains(&post("/start", wrong)), "{wrong}");
    }
    assert!(server.answer("nonsense\r\n\r\n").0 < 500);
    assert_eq!(post("/start", &start("teaching.toml")), 200);
}

/// A scenario that cannot be is refused before a page is opened.
#[test]
fn a_wrong_scenario_is_refused() {
    let folder = Folder::new();
    folder.write("wrong.toml", "extends = \"teaching.toml\"\nsede = 1\n");
    assert!(folder.said(&["serve", "wrong.toml"], 2).contains("did you mean"));
    assert!(folder.said(&["watch", "wrong.toml"], 2).contains("did you mean"));
    assert!(folder.said(&["watch", "teaching.toml"], 2).contains("needs a terminal"));
}

/// In a terminal of its own a run is drawn, and a key ends the program.
#[cfg(target_os = "linux")]
#[test]
fn a_run_is_watched_in_a_terminal() {
    let folder = Folder::new();
    folder.write("short.toml", "extends = \"teaching.toml\"\ntitle = \"Watched\"\n[time]\nticks = 6\n");
    let program = assert_cmd::cargo::cargo_bin!("tiexi").display().to_string();
    let line = format!("stty cols 160 rows 40; exec timeout 120 '{program}' watch short.toml --delay 0");
    let mut child = std::process::Command::new("script")
        .args(["--quiet", "--return", "--flush", "--command", &line, "screen"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("script starts");
    let seen = || {
        let bytes = std::fs::read(folder.join("screen")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(100);
    // Blanks and what is there already are not written, so that only single words stand together.
    let drawn = || ["Watched", "worker", "events"].iter().all(|part| seen().contains(part));
    while !drawn() && std::time::Instant::now() < patience {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let mut keys = child.stdin.take().expect("a pipe");
    keys.write_all(b"q").expect("written");
    let ended = child.wait().expect("it ends");
    assert!(drawn(), "{}", seen());
    assert!(ended.success(), "{ended}\n{}", seen());
}

/// What the ticker of the page and of the terminal tells is what the tables of the same run say.
#[test]
fn events_are_those_of_the_tables() {
    let folder = Folder::new();
    folder.write(
        "events.toml",
        "extends = \"teaching.toml\"\n[time]\nticks = 24\n[platform]\noperation = 400.0\n[platforms.empty]\ncity = \"Fuxin\"\nfields = [\"robots\"]\n\
         development = 50.0\n[policies.p]\nkind = \"platform_support\"\nstart = \"2010Q1\"\nend = \"2011Q1\"\n\
         annual_budget = 100.0\nrate = 1.0\n",
    );
    folder.said(&["run", "events.toml", "--output", "run", "--panel", "firms", "--panel-every", "1", "-q"], 0);
    let session = Session::start(folder.path().to_path_buf(), "events.toml", 1, &State::new(), Duration::ZERO);
    let session = session.expect("it starts");
    let patience = Instant::now() + Duration::from_secs(300);
    let messages = || -> Vec<serde_json::Value> {
        session.since(0).0.iter().map(|text| serde_json::from_str(text).expect("JSON")).collect()
    };
    while !messages().iter().any(|one| one["kind"] == "end") {
        assert!(Instant::now() < patience, "it never ended");
        std::thread::sleep(Duration::from_millis(20));
    }
    let told = |kind: &str| -> Vec<String> {
        let messages = messages();
        let all = messages.iter().flat_map(|one| one["happened"].as_array().cloned().unwrap_or_default());
        let named = all.filter(|one| one["kind"] == kind).map(|one| one["name"].as_str().expect("a name").to_string());
        let mut named: Vec<String> = named.collect();
        named.sort();
        named
    };
    // Names of platforms or standards, whenever something begins to hold of them.
    let begins = |table: &str, name: &str, holds: &dyn Fn(&BTreeMap<String, String>) -> bool| -> Vec<String> {
        let (mut held, mut begun) = (BTreeMap::new(), Vec::new());
        for row in folder.rows(table) {
            if held.insert(row[name].clone(), holds(&row)) == Some(false) && holds(&row) {
                begun.push(row[name].replace('_', " "));
            }
        }
        begun.sort();
        begun
    };
    assert_eq!(told("platforms"), ["empty"]);
    assert_eq!(begins("run/platforms.csv", "platform", &|row| row["alive"] == "0"), ["empty"]);
    let won = begins("run/standards.csv", "standard", &|row| folder::number(row, "share") >= 0.5);
    assert_eq!(told("standards"), won);
    assert!(!won.is_empty(), "a standard leads its class within six years");
    let sum: f64 = messages().iter().filter_map(|one| one["region"]["breakthroughs"].as_f64()).sum();
    let written: f64 = folder.rows("run/region.csv").iter().map(|row| folder::number(row, "breakthroughs")).sum();
    assert!(sum == written && written > 0.0, "{sum} {written}");
    session.end();
}

#[test]
fn a_lesson_runs_pauses_moves_a_lever_goes_on_and_is_laid_over() {
    let Some(browser) = browser("the live page") else { return };
    let folder = Folder::new();
    folder.write("lesson.toml", "extends = \"teaching.toml\"\ntitle = \"Lesson\"\n[time]\nticks = 60\n");
    let server = Server::start(&folder, "lesson.toml");
    let click = |id: &str| browser.act(&format!("document.getElementById('{id}').click()"));
    let set = |id: &str, value: &str| {
        browser.act(&format!("const f = document.getElementById('{id}'); f.value = '{value}'; f.dispatchEvent(new Event('input')); f.dispatchEvent(new Event('change'));"))
    };
    let count = || browser.evaluate("live.rows().length").as_u64().expect("a number");
    browser.open(&server.url);
    browser.wait("live.status() === 'ready'");
    set("speed", "70");
    set("path", "1");
    click("run");
    browser.wait("live.rows().length >= 4 && live.network() !== null");
    click("pause");
    browser.wait("live.status() === 'waiting'");
    std::thread::sleep(std::time::Duration::from_millis(800));
    let held = count();
    std::thread::sleep(std::time::Duration::from_millis(800));
    assert_eq!(count(), held, "a pause holds");
    click("step");
    browser.wait(&format!("live.rows().length === {}", held + 1));
    let before = browser.evaluate("JSON.stringify(live.rows())");

    set("demand", "0.5");
    click("apply");
    browser.wait("document.querySelector('.ticker').textContent.includes('moved')");
    click("pause");
    browser.wait("live.status() === 'over'");
    assert_eq!(count(), 61);
    let after = browser.evaluate(&format!("JSON.stringify(live.rows().slice(0, {}))", held + 1));
    assert_eq!(after, before, "what was seen before the lever moved is as it was");
    for id in ["level", "parts", "shares", "chain", "firms", "links", "network"] {
        let marks = browser.evaluate(&format!("document.querySelectorAll('#chart-{id} svg path').length"));
        assert!(marks.as_u64() > Some(5), "{id}: {marks}");
    }

    // The next run is laid over the pinned one, from the same seed, and differs.
    click("pin");
    set("demand", "1.5");
    set("speed", "100");
    click("run");
    browser.wait("live.status() === 'over' && live.rows().length === 61");
    assert_eq!(browser.evaluate("live.pinned.length"), 1);
    assert_eq!(browser.evaluate("live.pinned[0].rows[0].firms === live.rows()[0].firms"), true);
    assert_eq!(browser.evaluate("live.pinned[0].rows[60].value_added_real < live.rows()[60].value_added_real"), true);
    let legend = browser.evaluate("document.querySelector('#chart-level svg').textContent");
    assert!(legend.as_str().is_some_and(|text| text.contains("pinned 1")), "{legend}");

    click("language");
    assert_eq!(browser.evaluate("document.getElementById('step').textContent"), "单步");
    assert_eq!(browser.evaluate("document.documentElement.lang"), "zh");
    assert_eq!(browser.errors(), Vec::<String>::new());
    assert_eq!(browser.requests(&format!("http://{}/", server.host())), Vec::<String>::new());

    // The shared file is a scenario that gives the run that was seen.
    let seen = browser.evaluate("live.rows()[60].value_added_real").as_f64().expect("a number");
    let headers = [("Host", server.host()), ("X-Tiexi-Token", server.token())];
    let (status, text) = server.ask("GET", "/scenario", &headers, "");
    assert_eq!(status, 200);
    folder.write("shared.toml", text.split_once("\r\n\r\n").expect("a body").1);
    folder.said(&["run", "shared.toml", "--output", "shared", "-q"], 0);
    let last = folder.rows("shared/region.csv").pop().expect("rows");
    assert_eq!(folder::number(&last, "value_added_real"), seen);
}

#[test]
fn hostile_titles_stay_text() {
    let Some(browser) = browser("hostile titles on the live page") else { return };
    let folder = Folder::new();
    for (at, payload) in payloads().iter().enumerate() {
        folder.write(
            &format!("h{at:02}.toml"),
            &format!("extends = \"teaching.toml\"\ntitle = {}\n", serde_json::json!(payload)),
        );
    }
    let server = Server::start(&folder, "h00.toml");
    browser.open(&server.url);
    browser.wait("live.status() === 'ready'");
    let shown = browser.evaluate("[...document.querySelectorAll('#scenario option')].map(one => one.textContent)");
    for payload in payloads() {
        assert!(shown.as_array().expect("a list").contains(&payload.as_str().into()), "{payload}");
    }
    browser.act("document.getElementById('run').click()");
    browser.wait("live.rows().length >= 3");
    assert_eq!(browser.evaluate("typeof owned"), "undefined");
    assert_eq!(
        browser.evaluate("document.querySelectorAll('img, iframe, object, embed, form, base, video, math').length"),
        0
    );
    assert_eq!(browser.errors(), Vec::<String>::new());
    assert_eq!(browser.requests(&format!("http://{}/", server.host())), Vec::<String>::new());
}
