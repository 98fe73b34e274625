//! A headless Chromium that tests drive through chromedriver, as a user would: open a page, look, click.

// Every test file is a crate of its own and takes what it needs.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A browser that ends with the test.
pub struct Browser {
    driver: Child,
    agent: ureq::Agent,
    session: String,
}

/// The browser, or `None` with a word on what is left out where there is none.
pub fn browser(what: &str) -> Option<Browser> {
    if std::env::var_os("TIEXI_TEST_BROWSER").is_none() {
        // Written directly, since the test harness hides what passing tests print.
        let _ = writeln!(std::io::stderr(), "left out: {what} in Chromium (./tests/run does it)");
        return None;
    }
    Some(Browser::start())
}

impl Browser {
    fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let lines = BufReader::new(driver.stdout.take().expect("a pipe")).lines();
        let port = lines.map(|line| line.expect("text")).find_map(|line| {
            Some(line.split_once("started successfully on port ")?.1.trim_end_matches('.').to_string())
        });
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(180)));
        let agent: ureq::Agent = config.build().into();
        let mut browser =
            Browser { driver, agent, session: format!("http://127.0.0.1:{}/session", port.expect("a port")) };
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1000"];
        let answer = browser.post(
            "",
            json!({"capabilities": {"alwaysMatch": {
                "browserName": "chrome",
                "goog:chromeOptions": {"args": arguments},
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            }}}),
        );
        browser.session += &format!("/{}", answer["sessionId"].as_str().expect("a session"));
        browser
    }

    fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.session);
        let mut answer = self.agent.post(&url).send_json(&body).unwrap_or_else(|error| panic!("{path}: {error}"));
        let status = answer.status();
        let value: Value = answer.body_mut().read_json().expect("JSON");
        assert!(status.is_success(), "{path}: {value:#}");
        value["value"].clone()
    }

    /// Opens a page and waits until it is there.
    pub fn open(&self, url: &str) {
        self.post("/url", json!({"url": url}));
    }

    /// Opens a file.
    pub fn open_file(&self, path: &Path) {
        self.open(&format!("file://{}", path.canonicalize().expect("a file").display()));
    }

    /// What a script returns.
    pub fn evaluate(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({"script": format!("return ({script});"), "args": []}))
    }

    /// Does a script.
    pub fn act(&self, script: &str) {
        self.post("/execute/sync", json!({"script": script, "args": []}));
    }

    /// A command of the developer tools of Chromium.
    pub fn command(&self, name: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({"cmd": name, "params": parameters}))
    }

    /// Waits until a script returns true.
    #[track_caller]
    pub fn wait(&self, script: &str) {
        let patience = Instant::now() + Duration::from_secs(120);
        while self.evaluate(script) != true {
            assert!(Instant::now() < patience, "never true: {script}\n{:?}", self.errors());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Everything that the page complained of since the last call.
    pub fn errors(&self) -> Vec<String> {
        let log = self.post("/se/log", json!({"type": "browser"}));
        let complaints =
            log.as_array().expect("a log").iter().filter(|line| line["level"] != "INFO" && line["level"] != "DEBUG");
        complaints.map(|line| line["message"].to_string()).collect()
    }

    /// Addresses that the page has asked for since the last call, but those of the page itself, of data
    /// and of blobs.
    pub fn requests(&self, own: &str) -> Vec<String> {
        let log = self.post("/se/log", json!({"type": "performance"}));
        let mut found = Vec::new();
        for line in log.as_array().expect("a log") {
            let message: Value = serde_json::from_str(line["message"].as_str().expect("text")).expect("JSON");
            let event = &message["message"];
            if event["method"] == "Network.requestWillBeSent" {
                let url = event["params"]["request"]["url"].as_str().expect("an address").to_string();
                if ![own, "data:", "blob:", "about:", "chrome:"].iter().any(|start| url.starts_with(start)) {
                    found.push(url);
                }
            }
        }
        found
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session; the driver would leave it behind.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Texts that would do harm if any of them were taken for more than text.
pub fn payloads() -> Vec<String> {
    let mut all: Vec<String> = [
        "<script>owned=1</script>",
        "</script><script>owned=1</script>",
        "<img src=x onerror=owned=1>",
        "<svg onload=owned=1>",
        "<svg><script>owned=1</script></svg>",
        "<body onload=owned=1>",
        "<iframe src=javascript:owned=1></iframe>",
        "<a href=javascript:owned=1>x</a>",
        "<details open ontoggle=owned=1>",
        "<input autofocus onfocus=owned=1>",
        "<video><source onerror=owned=1></video>",
        "<math><mtext></mtext><script>owned=1</script></math>",
        "<style>*{display:none}</style>",
        "<link rel=stylesheet href=http://192.0.2.1/x.css>",
        "<meta http-equiv=refresh content=0;url=http://192.0.2.1/>",
        "<base href=http://192.0.2.1/>",
        "<object data=http://192.0.2.1/x></object>",
        "<embed src=http://192.0.2.1/x>",
        "<form action=http://192.0.2.1/><button>x</button></form>",
        "<!--",
        "--><script>owned=1</script>",
        "<![CDATA[<script>owned=1</script>]]>",
        "\"><script>owned=1</script>",
        "'><script>owned=1</script>",
        "\" onmouseover=owned=1 x=\"",
        "';owned=1;//",
        "\";owned=1;//",
        "`${owned=1}`",
        "{{constructor.constructor('owned=1')()}}",
        "{a|owned}",
        "{b} {c}",
        "__proto__",
        "constructor",
        "&lt;script&gt;owned=1&lt;/script&gt;",
        "&#60;script&#62;owned=1&#60;/script&#62;",
        "\\u003cscript\\u003eowned=1\\u003c/script\\u003e",
        "%3Cscript%3Eowned=1%3C/script%3E",
        "<ScRiPt>owned=1</sCrIpT>",
        "<template><script>owned=1</script></template>",
        "=cmd|' /C calc'!A0",
    ]
    .map(str::to_string)
    .to_vec();
    all.sort();
    assert_eq!(all.len(), 40);
    all
}
