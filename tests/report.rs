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

/// A run with everything that a report can show: a policy, standards, and a platform.
const EVERYTHING: &str = "extends = \"grant.toml\"\n[platforms.robots]\ncity = \"Shenyang\"\n\
    fields = [\"robots\", \"cnc_motion\", \"sensors\"]\ndevelopment = 150.0\n\
    [policies.platforms]\nkind = \"platform_support\"\nstart = \"2010Q1\"\nannual_budget = 300.0\nrate = 1.0\n";

/// One short result of every kind, with its report.
fn results() -> Folder {
    let folder = Folder::new();
    folder.write("everything.toml", EVERYTHING);
    folder.write("sweep.toml", PLAN);
    folder.write("map.toml", &format!("{PLAN}{AXES}"));
    folder.said(&["run", "everything.toml", "--ticks", "16", "--panel", "firms,links", "--output", "run", "-q"], 0);
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
            "network_shape",
            "map",
            "clusters",
            "mix",
            "industries_per_worker",
            "industries_gap",
            "adoption",
            "generations",
            "levels",
            "standards_race",
            "standards_adopters",
            "standards_royalties",
            "platforms_cumulative_cash_flow",
            "platforms_cash_flow",
            "platforms_funding",
            "platforms_members",
            "platforms_quality",
            "policy_spending",
            "policy_budget",
            "size_tail",
            "growth_rates",
            "tail_and_shape",
            "births_and_deaths",
            "any",
        ],
    ),
    ("comparison", &["differences", "difference_over_time", "levels_over_time", "agreement"]),
    ("sweep", &["fan", "response", "distribution", "sensitivity", "seeds"]),
    ("map", &["applicability", "fan", "response", "sensitivity"]),
];

/// Counts the numbers that a chart draws with these choices, whatever form they have in its series.
const DRAWN: &str = "const finite = (one) => typeof one === 'number' ? Number.isFinite(one) : Array.isArray(one) ? one.some(finite) \
     : one !== null && typeof one === 'object' && finite(one.value); \
     const count = (view, state) => tiexi.option(view.chart, state, false).series.filter(one => one.tooltip?.show !== false) \
     .flatMap(one => one.data ?? []).filter(finite).length;";

/// Draws all charts; for each its name, its rows, what is drawn, and the sizes of its files.
fn drawn(browser: &Browser) -> Vec<Value> {
    browser.wait("document.documentElement.dataset.ready === 'yes'");
    let charts = browser.evaluate(&format!(
        "(() => {{ {DRAWN} return page.shown.map(view => {{ page.draw(view); return {{ id: view.chart.id, \
         numbers: count(view, view.state), \
         empty: view.chart.pick.filter(pick => pick.control === 'select').flatMap(pick => tiexi.distinct(tiexi.column(view.chart.data, \
         pick.field)).slice(0, 20).filter(value => count(view, {{ ...view.state, [pick.field]: String(value) }}) === 0)), \
         rows: view.chart.data.columns[0].values.length, \
         marks: view.host.querySelectorAll('svg path, svg circle, svg text').length, \
         csv: tiexi.csv(view.chart.data).replace(/\"[^\"]*\"/g, '').split('\\n').length - 2, \
         svg: tiexi.svg(view.chart, view.state), \
         png: tiexi.png(view.chart, view.state).slice(0, 22) }}; }}); }})()",
    ));
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
            assert!(chart["numbers"].as_u64() > Some(0), "{kind} {id} draws no number");
            assert_eq!(chart["csv"], chart["rows"], "{kind} {id}: its CSV has all rows");
            let svg = chart["svg"].as_str().expect("text");
            assert!(
                svg.starts_with("<svg") && svg.contains("<path") && svg.ends_with("</svg>"),
                "{kind} {id}: {svg:.80}"
            );
            assert_eq!(chart["png"], "data:image/png;base64,", "{kind} {id}");
        }
        for chart in &charts {
            assert_eq!(chart["empty"], serde_json::json!([]), "{kind} {}: choices that draw nothing", chart["id"]);
        }
        assert_eq!(browser.evaluate("document.querySelectorAll('.card').length >= 4"), true, "{kind}");
        let shown = browser.evaluate("document.querySelector('#provenance details pre').textContent");
        let shown: Value = serde_json::from_str(shown.as_str().expect("text")).expect("JSON");
        let written: Value = serde_json::from_str(&folder.read(&format!("{kind}/manifest.json"))).expect("JSON");
        for part in ["identity", "files", "version"] {
            assert!(shown[part] == written[part] && !shown[part].is_null(), "{kind}: the manifest on the page, {part}");
        }
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

/// On paper the page is black on white, without controls, and all its charts are there; a reader whose system is
/// dark gets a dark page.
#[test]
fn a_report_is_readable_in_print_and_follows_the_system() {
    let Some(browser) = browser("a report in print") else { return };
    let folder = results();
    let media = |media: &str, scheme: &str| {
        let features = serde_json::json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        browser.command("Emulation.setEmulatedMedia", serde_json::json!({ "media": media, "features": features }));
    };
    let ground = || browser.evaluate("getComputedStyle(document.body).backgroundColor");
    let hidden = |selector: &str| {
        browser.evaluate(&format!(
            "[...document.querySelectorAll('{selector}')].every(one => getComputedStyle(one).display === 'none')"
        ))
    };
    media("screen", "dark");
    browser.open_file(&folder.join("run/report.html"));
    drawn(&browser);
    assert_eq!((ground(), hidden(".controls")), (serde_json::json!("rgb(22, 24, 27)"), false.into()));
    assert!(browser.evaluate("document.querySelector('#mix .plot').innerHTML").to_string().contains("#e8e6e1"));
    media("print", "dark");
    browser.act("window.dispatchEvent(new Event('beforeprint'))");
    assert_eq!(ground(), "rgb(255, 255, 255)");
    assert_eq!(hidden(".controls, nav, .theme"), true);
    let unfit = "page.shown.filter(view => view.host.querySelectorAll('svg path').length < 3 || view.host.innerHTML.includes('#e8e6e1')) \
                 .map(view => view.chart.id)";
    assert_eq!(browser.evaluate(unfit), serde_json::json!([]));
    let pdf = browser.command("Page.printToPDF", serde_json::json!({ "printBackground": true }));
    assert!(pdf["data"].as_str().is_some_and(|text| text.starts_with("JVBERi0") && text.len() > 100_000));
    media("", "light");
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

/// A folder as a sweep of this size leaves it, with all indicators of `region.csv`: the manifest of a small
/// one, and tables of ten thousand runs. Returns the number of indicators that are numbers.
fn large_sweep(folder: &Folder) -> usize {
    let plan = PLAN.replace("indicators = [\"value_added_per_worker\", \"high_end_share\"]\n", "");
    assert_ne!(plan, PLAN);
    folder.write("sweep.toml", &plan.replace("every = 4", "every = 5").replace("time.ticks = 8", "time.ticks = 20"));
    folder.said(&["sweep", "sweep.toml", "--output", "large", "-q"], 0);
    let small = folder.read("large/series.csv");
    let (header, first) = small.split_once('\n').expect("a header");
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    let labels: Vec<bool> =
        first.lines().next().expect("a row").split(',').skip(2).map(|cell| !is_number(cell)).collect();
    let (mut runs, mut series) = (String::new(), format!("{header}\n"));
    let _ = writeln!(runs, "{}", folder.read("large/runs.csv").lines().next().unwrap_or_default());
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for run in 1..=10_000 {
        let (point, replicate) = ((run - 1) / 10 + 1, (run - 1) % 10 + 1);
        let (debt, growth) = (random() * 4.0, random() * 0.05);
        let _ = writeln!(runs, "{run},{point},{replicate},{run},{debt},{growth},grant,ok,-,{run:064x}");
        for tick in (0..=20).step_by(5) {
            let _ = write!(series, "{run},{tick}");
            for is_label in &labels {
                let _ = if *is_label {
                    write!(series, ",none")
                } else {
                    write!(series, ",{:.6}", f64::from(tick) + random())
                };
            }
            series.push('\n');
        }
    }
    folder.write("large/runs.csv", &runs);
    folder.write("large/series.csv", &series);
    labels.iter().filter(|is_label| !**is_label).count()
}

#[test]
fn ten_thousand_runs_give_a_small_report_that_opens_soon() {
    let folder = Folder::new();
    let indicators = large_sweep(&folder);
    assert!(indicators > 100, "{indicators}");
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
    // Every indicator can be chosen in every chart of the outcomes, and draws something.
    for chart in ["fan", "response", "distribution", "seeds"] {
        let reached = browser.evaluate(&format!(
            "(() => {{ {DRAWN} const view = page.shown.find(view => view.chart.id === '{chart}'); \
             return [...document.querySelector('#{chart} select').options].filter(one => count(view, {{ ...view.state, \
             indicator: one.value }}) > 1).length; }})()"
        ));
        assert_eq!(reached, indicators, "{chart}");
    }
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
    let Some(browser) = browser("seeds beside each other") else { return };
    browser.open_file(&folder.join("both.html"));
    drawn(&browser);
    let lines = browser
        .evaluate("page.shown.find(view => view.chart.id === 'any').drawn.getOption().series.map(one => one.name)");
    assert_eq!(lines, serde_json::json!(["Liaoning for teaching, seed 1", "Liaoning for teaching, seed 2"]));
    // What the chosen indicator is stands below its chart, with its unit on the axis.
    browser.act("const s = document.querySelector('#any select'); s.value = 'high_end_share'; s.dispatchEvent(new Event('change'));");
    let text = browser.evaluate("document.querySelector('#any').textContent").to_string();
    assert!(text.contains("High-end products in sales") && text.contains("share 0-1"), "{text}");
}

/// Charts whose tables a run may lack are there when the tables are, and what a run did not write is said.
#[test]
fn what_a_run_lacks_is_left_out_or_explained() {
    let folder = Folder::new();
    folder.write("everything.toml", EVERYTHING);
    let charts = ["standards_race", "platforms_cash_flow", "policy_spending", "growth_rates"];
    let there = |arguments: &[&str]| {
        folder.said(&[&["run"], arguments, &["--ticks", "12", "--output", "run", "--force", "-q"]].concat(), 0);
        folder.said(&["report", "run", "-q"], 0);
        let page = folder.read("run/report.html");
        (charts.map(|chart| page.contains(&format!("\"id\":\"{chart}\""))), page)
    };
    let (found, page) = there(&["teaching.toml", "--set", "standards.enabled=false"]);
    assert_eq!(found, [false; 4]);
    // The commands that give the links and the firms stand on the charts that lack them.
    let again = "To get them: tiexi run teaching.toml --set standards.enabled=false --ticks 12 --output run --force";
    assert!(!page.contains(again), "a command that has --force is not lengthened by it");
    assert_eq!(page.matches("with --panel firms,links --panel-every 4 and --force").count(), 2);
    let (found, page) = there(&["everything.toml", "--panel", "firms,links", "--panel-every", "4"]);
    assert_eq!(found, [true; 4]);
    assert!(!page.contains("with --panel firms,links"));

    folder.said(&["run", "teaching.toml", "--ticks", "4", "--output", "plain", "-q"], 0);
    folder.said(&["report", "plain", "-q"], 0);
    let command = "tiexi run teaching.toml --ticks 4 --output plain -q --panel firms,links --panel-every 4 --force";
    assert!(folder.read("plain/report.html").contains(&format!("To get them: {command}")));
    folder.said(&command.split(' ').skip(1).collect::<Vec<_>>(), 0);
    folder.said(&["report", "plain", "-q"], 0);
    assert!(folder.read("plain/report.html").contains("\"links\":{\"columns\""));
}

/// The report of an older result does not stay beside a newer one, whatever renews the folder.
#[test]
fn a_report_goes_with_its_result() {
    let folder = Folder::new();
    let report = |name: &str| {
        folder.said(&["report", name, "-q"], 0);
        folder.join(name).join("report.html")
    };
    let run = ["run", "teaching.toml", "--ticks", "4", "--output", "run", "-q"];
    folder.said(&run, 0);
    let page = report("run");
    folder.said(&run, 0);
    assert!(page.exists(), "the same result is left alone, and its report with it");
    assert!(folder.said(&[&run[..], &["--seed", "2"]].concat(), 2).contains("--force"));
    assert!(page.exists(), "a refusal changes nothing");
    folder.said(&[&run[..], &["--seed", "2", "--force"]].concat(), 0);
    assert!(!page.exists());
    // A page of that name which is somebody else's stays.
    folder.write("run/report.html", "<!doctype html>\nmine");
    folder.said(&[&run[..], &["--force"]].concat(), 0);
    assert!(folder.read("run/report.html").contains("mine"));

    let compare =
        ["compare", "teaching.toml", "grant.toml", "-n", "2", "--ticks", "12", "--output", "both", "-q", "--force"];
    folder.said(&compare, 0);
    let page = report("both");
    folder.said(&[&compare[..], &["--set", "seed=5"]].concat(), 0);
    assert!(!page.exists());

    folder.write("map.toml", &format!("{PLAN}{AXES}"));
    let map = ["map", "map.toml", "--output", "map", "-q"];
    folder.said(&map, 0);
    let page = report("map");
    folder.said(&map, 0);
    assert!(page.exists(), "the same map is left alone");
    folder.said(&["sensitivity", "map"], 0);
    assert!(!page.exists(), "the page would not show what was measured");
    let page = report("map");
    folder.write("map.toml", &format!("{PLAN}{AXES}").replace("replicates = 2", "replicates = 3"));
    folder.said(&[&map[..], &["--extend"]].concat(), 0);
    assert!(!page.exists());
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
    assert!(figure("firms", "x.pdf").contains("SVG or PNG"));
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
