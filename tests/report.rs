//! Reports and figures: every kind of result as one file that opens without a network, complete, quick
//! and with text that stays text; looked at in a real browser.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/folder.rs"]
mod folder;

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use browser::{Browser, browser, payloads};
use folder::Folder;
use serde_json::Value;

const PLAN: &str = "base = \"teaching.toml\"\nreplicates = 2\n[set]\ntime.ticks = 8\n\
    [[factor]]\nkey = \"finance.debt_limit\"\nvalues = [1.0, 3.0]\n\
    [[factor]]\nkey = \"outside.frontier_growth\"\nvalues = [0.0, 0.04]\n\
    [[factor]]\nname = \"path\"\n[factor.option.nothing]\n[factor.option.grant]\n\
    \"policies.p\" = { kind = \"research_grant\", annual_budget = 1500.0, rate = 0.3 }\n\
    [output]\nindicators = [\"value_added_per_worker\", \"high_end_share\"]\nevery = 4\n";
const AXES: &str = "[map]\nx = \"finance.debt_limit\"\ny = \"outside.frontier_growth\"\npath = \"path\"\n\
    criterion = \"value_added_per_worker\"\n";

/// One short result of every kind, with its report.
fn results() -> Folder {
    let folder = Folder::new();
    folder.write("sweep.toml", PLAN);
    folder.write("map.toml", &format!("{PLAN}{AXES}"));
    folder.said(&["run", "grant.toml", "--ticks", "16", "--panel", "firms,links", "--output", "run", "-q"], 0);
    folder.said(
        &["compare", "teaching.toml", "grant.toml", "-n", "2", "--ticks", "12", "--output", "comparison", "-q"],
        0,
    );
    folder.said(&["sweep", "sweep.toml", "--output", "sweep", "-q"], 0);
    folder.said(&["map", "map.toml", "--output", "map", "-q"], 0);
    for kind in ["run", "comparison", "sweep", "map"] {
        let said = folder.said(&["report", kind], 0);
        assert!(said.contains("report.html"), "{said}");
    }
    folder
}

/// Charts that every report of a kind has.
const EXPECTED: [(&str, &[&str]); 4] = [
    (
        "run",
        &[
            "decomposition",
            "contributions",
            "high_shares",
            "smile",
            "value_kept",
            "kept_shares",
            "network_growth",
            "network_turnover",
            "map",
            "clusters",
            "mix",
            "adoption",
            "levels",
            "policy_spending",
            "size_tail",
            "tail_and_shape",
            "any",
        ],
    ),
    ("comparison", &["differences", "difference_over_time", "levels_over_time", "agreement"]),
    ("sweep", &["fan", "response", "distribution", "sensitivity", "seeds"]),
    ("map", &["applicability", "fan", "response", "sensitivity"]),
];

/// Draws all charts; for each its name, its rows, what is drawn, and the sizes of its files.
fn drawn(browser: &Browser) -> Vec<Value> {
    browser.wait("document.documentElement.dataset.ready === 'yes'");
    let charts = browser.evaluate(
        "page.shown.map(view => { page.draw(view); return { id: view.chart.id, \
         rows: view.chart.data.columns[0].values.length, \
         marks: view.host.querySelectorAll('svg path, svg circle, svg text').length, \
         csv: tiexi.csv(view.chart.data).replace(/\"[^\"]*\"/g, '').split('\\n').length - 2, \
         svg: tiexi.svg(view.chart, view.state), \
         png: tiexi.png(view.chart, view.state).slice(0, 22) }; })",
    );
    charts.as_array().expect("a list").clone()
}

#[test]
fn every_kind_of_report_opens_with_its_charts_and_asks_for_nothing() {
    let Some(browser) = browser("reports of every kind") else { return };
    let folder = results();
    for (kind, expected) in EXPECTED {
        browser.open_file(&folder.join(kind).join("report.html"));
        let charts = drawn(&browser);
        for id in expected {
            let chart = charts.iter().find(|chart| chart["id"] == *id).unwrap_or_else(|| panic!("{kind} has no {id}"));
            assert!(chart["rows"].as_u64() > Some(0) && chart["marks"].as_u64() > Some(8), "{kind} {id}: {chart}");
            assert_eq!(chart["csv"], chart["rows"], "{kind} {id}: its CSV has all rows");
            let svg = chart["svg"].as_str().expect("text");
            assert!(
                svg.starts_with("<svg") && svg.contains("<path") && svg.ends_with("</svg>"),
                "{kind} {id}: {svg:.80}"
            );
            assert_eq!(chart["png"], "data:image/png;base64,", "{kind} {id}");
        }
        assert_eq!(browser.evaluate("document.querySelectorAll('.card').length >= 4"), true, "{kind}");
        let command = browser.evaluate("document.querySelector('pre.command').textContent");
        assert!(command.as_str().is_some_and(|text| text.starts_with("tiexi ")), "{kind}: {command}");
        assert_eq!(browser.errors(), Vec::<String>::new(), "{kind}");
        assert_eq!(browser.requests("file:"), Vec::<String>::new(), "{kind}");
    }
}

/// The slider moves through the years, a choice changes what is drawn, and dark is dark.
#[test]
fn controls_change_what_is_drawn() {
    let Some(browser) = browser("controls of a report") else { return };
    let folder = results();
    browser.open_file(&folder.join("run/report.html"));
    drawn(&browser);
    let picture = |id: &str| browser.evaluate(&format!("document.querySelector('#{id} .plot').innerHTML")).to_string();
    let before = picture("smile");
    browser.act("const s = document.querySelector('#smile input'); s.value = 0; s.dispatchEvent(new Event('input'));");
    assert_ne!(picture("smile"), before);
    let before = picture("any");
    browser.act(
        "const s = document.querySelector('#any select'); s.value = 'firms'; s.dispatchEvent(new Event('change'));",
    );
    assert_ne!(picture("any"), before);
    let ground = || browser.evaluate("getComputedStyle(document.body).backgroundColor");
    let (before, chart) = (ground(), picture("mix"));
    browser.act("document.querySelector('.theme').click()");
    assert!(ground() != before && picture("mix") != chart);
    // Light ink on a dark page; dark ink on paper, also from there.
    assert!(picture("mix").contains("#e8e6e1"));
    browser.act("window.dispatchEvent(new Event('beforeprint'))");
    assert!(!picture("mix").contains("#e8e6e1") && picture("mix").contains("#222"));
    browser.act("window.dispatchEvent(new Event('afterprint'))");
    assert!(picture("mix").contains("#e8e6e1"));
    assert_eq!(browser.errors(), Vec::<String>::new());
}

/// Every payload as the name of an instrument, a cluster, a city and a layer, and in title and description.
#[test]
fn hostile_text_stays_text() {
    let Some(browser) = browser("hostile text in a report") else { return };
    let folder = Folder::new();
    folder.said(&["run", "grant.toml", "--ticks", "8", "--output", "run", "-q"], 0);
    let texts = payloads();
    let table = |name: &str, header: &str, row: &dyn Fn(&str) -> String| {
        let mut text = format!("{header}\n");
        for payload in &texts {
            let _ = writeln!(text, "{}", row(&format!("\"{}\"", payload.replace('"', "\"\""))));
        }
        folder.write(&format!("run/{name}.csv"), &text);
    };
    table("policies", "tick,instrument,budget,spent,recipients", &|name| format!("4,{name},2.0,1.0,1"));
    table("clusters", "tick,level,name,firms,sales,value_added,high_end_share", &|name| {
        format!("4,cluster,{name},1,2.0,1.0,0.1")
    });
    table("cities", "tick,city,firms,employment,value_added,engineers,high_end_share", &|name| {
        format!("4,{name},1,1.0,2.0,1.0,0.1")
    });
    let layers = "tick,layer,subjects,relations,new_relations,dissolved_relations,mean_degree,clustering,largest_component,resources";
    table("network", layers, &|name| format!("4,{name},1,2,1,1,1.0,0.5,0.5,1.0"));
    let mut manifest: Value = serde_json::from_str(&folder.read("run/manifest.json")).expect("JSON");
    let all = texts.join(" ");
    manifest["scenario"]["title"] = all.clone().into();
    manifest["resolved_scenario"]["scenario"]["description"] = all.clone().into();
    manifest["command_line"] =
        serde_json::json!(std::iter::once("tiexi".to_string()).chain(texts.clone()).collect::<Vec<_>>());
    folder.write("run/manifest.json", &manifest.to_string());
    folder.said(&["report", "run"], 0);

    browser.open_file(&folder.join("run/report.html"));
    drawn(&browser);
    assert_eq!(browser.evaluate("typeof owned"), "undefined");
    // A text that is the name of what all objects share must not reach them.
    assert_eq!(browser.evaluate("(() => { for (const key in {}) return key; return 'none'; })()"), "none");
    assert_eq!(browser.evaluate("document.title"), all.as_str());
    assert_eq!(browser.evaluate("document.querySelector('h1').textContent"), all.as_str());
    let strangers = "img, iframe, object, embed, form, base, link, video, math, body script:not([id]) script, style ~ style, input[autofocus]";
    assert_eq!(browser.evaluate(&format!("document.querySelectorAll(`{strangers}`).length")), 0);
    assert_eq!(browser.evaluate("document.scripts.length"), 4);
    let shown = browser.evaluate("[...document.querySelectorAll('#policy_budget option')].map(one => one.textContent)");
    assert_eq!(shown, serde_json::json!(texts));
    // What the pointer brings up is text too.
    browser.act(
        "page.shown.forEach(view => view.drawn.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: 0 }))",
    );
    assert_eq!(browser.evaluate("typeof owned"), "undefined");
    assert_eq!(browser.evaluate(&format!("document.querySelectorAll(`{strangers}`).length")), 0);
    assert_eq!(browser.errors(), Vec::<String>::new());
    assert_eq!(browser.requests("file:"), Vec::<String>::new());
}

/// A folder as a sweep of this size leaves it: the manifest of a small one, and tables of ten thousand runs.
fn large_sweep(folder: &Folder) {
    folder.write("sweep.toml", &PLAN.replace("every = 4", "every = 1").replace("time.ticks = 8", "time.ticks = 20"));
    folder.said(&["sweep", "sweep.toml", "--output", "large", "-q"], 0);
    let (mut runs, mut series) = (String::new(), String::new());
    let header = |name: &str| folder.read(name).lines().next().unwrap_or_default().to_string();
    let _ = writeln!(runs, "{}", header("large/runs.csv"));
    let _ = writeln!(series, "{}", header("large/series.csv"));
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for run in 1..=10_000 {
        let (point, replicate) = ((run - 1) / 10 + 1, (run - 1) % 10 + 1);
        let (debt, growth) = (random() * 4.0, random() * 0.05);
        let _ = writeln!(runs, "{run},{point},{replicate},{run},{debt},{growth},grant,ok,-,{run:064x}");
        for tick in 0..=20 {
            let level = 0.06 + 0.001 * f64::from(tick) * (1.0 + random());
            let _ = writeln!(series, "{run},{tick},{level},{}", 0.1 * random());
        }
    }
    folder.write("large/runs.csv", &runs);
    folder.write("large/series.csv", &series);
}

#[test]
fn ten_thousand_runs_give_a_small_report_that_opens_soon() {
    let folder = Folder::new();
    large_sweep(&folder);
    folder.said(&["report", "large"], 0);
    let bytes = std::fs::metadata(folder.join("large/report.html")).expect("a file").len();
    assert!(bytes < 10_000_000, "{bytes} bytes");
    let Some(browser) = browser("a report of ten thousand runs") else { return };
    let began = Instant::now();
    browser.open_file(&folder.join("large/report.html"));
    browser.wait("document.documentElement.dataset.ready === 'yes' && page.shown.some(view => view.drawn)");
    let took = browser.evaluate("performance.getEntriesByType('navigation')[0].duration").as_f64().expect("a time");
    assert!(took < 3000.0, "{took} ms, {:?} with the driver", began.elapsed());
    assert!(drawn(&browser).len() >= 4);
    assert_eq!(browser.errors(), Vec::<String>::new());
}

#[test]
fn runs_beside_each_other_are_drawn_together() {
    let folder = Folder::new();
    for seed in ["1", "2"] {
        folder.said(&["run", "teaching.toml", "--ticks", "4", "--seed", seed, "--output", seed, "-q"], 0);
    }
    folder.said(&["report", "1", "--beside", "2", "--out", "both.html", "-q"], 0);
    let text = folder.read("both.html");
    assert!(text.contains("Liaoning for teaching, seed 1") && text.contains("Liaoning for teaching, seed 2"));
}

/// Charts whose tables a run may lack are there when the tables are.
#[test]
fn standards_and_platforms_are_drawn_where_a_run_has_them() {
    let folder = Folder::new();
    let off = ["--set", "standards.enabled=false", "--output", "run", "-q"];
    folder.said(&[&["run", "teaching.toml", "--ticks", "4"][..], &off].concat(), 0);
    let charts = ["\"id\":\"standards_race\"", "\"id\":\"platforms_cash_flow\""];
    folder.said(&["report", "run", "-q"], 0);
    assert!(charts.iter().all(|chart| !folder.read("run/report.html").contains(chart)));
    folder.write(
        "run/standards.csv",
        "tick,class,standard,adopters,share,royalty\n1,drives,ours,1,0.2,0.0\n1,drives,theirs,4,0.8,0.1\n",
    );
    folder.write(
        "run/platforms.csv",
        "tick,platform,members,quality,cash_flow\n1,shenyang,3,0.1,-2.0\n2,shenyang,4,0.2,1.0\n",
    );
    folder.said(&["report", "run", "-q"], 0);
    let page = folder.read("run/report.html");
    assert!(charts.iter().all(|chart| page.contains(chart)));
}

/// The same result gives the same bytes, and a report does not disturb the rules of its folder.
#[test]
fn reports_repeat_and_leave_the_result_alone() {
    let folder = Folder::new();
    folder.said(&["run", "teaching.toml", "--ticks", "4", "--output", "run", "-q"], 0);
    folder.said(&["report", "run"], 0);
    let first = folder.read("run/report.html");
    folder.said(&["report", "run"], 0);
    assert_eq!(folder.read("run/report.html"), first);
    folder.said(&["verify", "run"], 0);
    assert!(folder.said(&["run", "teaching.toml", "--ticks", "4", "--output", "run"], 0).contains("this very result"));
}

#[test]
fn what_cannot_be_shown_is_refused_and_leaves_nothing() {
    let folder = Folder::new();
    assert!(folder.said(&["report", "nowhere"], 2).contains("no such folder"));
    assert!(folder.said(&["report", "data"], 2).contains("manifest.json is missing"));
    folder.said(&["run", "teaching.toml", "--ticks", "4", "--output", "run", "-q"], 0);
    let figure = |indicator: &str, out: &str| folder.said(&["plot", "run", indicator, "--out", out], 2);
    assert!(figure("value_aded", "x.svg").contains("did you mean `value_added`?"));
    assert!(figure("firms", "x.png").contains("SVG"));
    assert!(figure("stage", "x.svg").contains("is not a number"));
    folder.write("run/region.csv", "tick,year\n0,x\n");
    assert!(folder.said(&["report", "run"], 2).contains("region.csv"));
    for name in ["x.svg", "x.png", "run/report.html"] {
        assert!(!Path::new(&folder.join(name)).exists(), "{name}");
    }
}

#[test]
fn figures_of_every_kind_are_drawn() {
    let folder = results();
    for kind in ["run", "comparison", "sweep", "map"] {
        folder.said(&["plot", kind, "value_added_per_worker", "high_end_share", "--out", "figure.svg"], 0);
        let text = folder.read("figure.svg");
        assert!(text.starts_with("<svg") && text.matches("<polyline").count() >= 2, "{kind}: {text:.200}");
        assert!(text.contains("value added per worker"), "{kind}");
    }
}
