//! Keys, types, ranges, names, settings.

use crate::patching::*;

const CITIES: &str = "data/cities.csv";
const SUB_INDUSTRIES: &str = "data/sub_industries.csv";
const NAMED: &str = "data/named_firms.csv";

pub fn keys() -> Vec<Case> {
    vec![
        Case::new(vec![line(MAIN, "[upgrading]", "[▸upgradng]")])
            .says(&["unknown key `upgradng` at the top level", "did you mean `upgrading`?"]),
        Case::new(vec![line(MAIN, "arrival_rate =", "▸arival_rate = 0.5")]).says(&[
            "unknown key `arival_rate` in `research`",
            "did you mean `arrival_rate`?",
            "^ unknown key",
        ]),
        Case::new(vec![child("▸arrival_rate = 1\n")])
            .says(&["unknown key `arrival_rate` at the top level", "elsewhere: `research.arrival_rate`"]),
        Case::new(vec![child("[cities.Dalian]\n▸popluation = 3\n")])
            .says(&["unknown key `popluation` in `cities.Dalian`", "did you mean `population`?"]),
        Case::new(vec![child("[markets.home]\n▸grwth = 0.1\n")])
            .says(&["unknown key `grwth` in `markets.home`", "did you mean `growth`?"]),
        Case::new(vec![child("[markets.▸moon]\ngrowth = 0.1\n")])
            .says(&["unknown key `moon` in `markets`", "valid keys: `home`, `middle_income` and `high_income`"]),
        Case::new(vec![child("[demand.TRA]\n▸home_highend = 1\n")])
            .says(&["unknown key `home_highend` in `demand.TRA`", "did you mean `home_high_end`?"]),
        Case::new(vec![child("[policies.x]\nkind = \"research_grant\"\n▸budget = 3\n")])
            .says(&["unknown key `budget` in `policies.x`", "did you mean `annual_budget`?"]),
        Case::new(vec![child("[policies.x]\nkind = \"research_grant\"\ntarget = {▸city = [\"Dalian\"]}\n")])
            .says(&["unknown key `city` in `policies.x.target`", "did you mean `cities`?"]),
        Case::new(vec![child("[[event]]\n▸dat = \"2015Q1\"\nkey = \"research.step\"\nadd = 0.01\n")])
            .says(&["unknown key `dat` in `event[0]`", "did you mean `date`?"]),
        Case::new(vec![child("[▸Research]\n")])
            .says(&["unknown key `Research` at the top level", "did you mean `research`?"]),
    ]
}

pub fn types() -> Vec<Case> {
    vec![
        Case::new(vec![line(MAIN, "ticks =", "ticks = ▸\"84\"")]).says(&[
            "`time.ticks` must be a whole number, but is the text \"84\"",
            "write it without quotes: 84",
            "^ expected a whole number",
        ]),
        Case::new(vec![line(MAIN, "ticks =", "ticks = ▸84.0")]).says(&["without a decimal point: 84"]),
        Case::new(vec![line(MAIN, "enabled =", "enabled = ▸1")])
            .says(&["`research.enabled` must be true or false, but is the whole number 1", "write true or false"]),
        Case::new(vec![line(MAIN, "title =", "title = ▸2010")])
            .says(&["`title` must be text in quotes", "write it in quotes: \"2010\""]),
        Case::new(vec![child("region = ▸3\n")]).says(&["`region` must be a table, but is the whole number 3"]),
        Case::new(vec![child("▸[input_prices.services]\nx = 1\n")])
            .says(&["`input_prices.services` must be a number, but is a table"]),
        Case::new(vec![child("[policies.x]\nkind = \"research_grant\"\ntarget = {cities = ▸\"Dalian\"}\n")])
            .says(&["`policies.x.target.cities` must be a list of texts", "in square brackets"]),
        Case::new(vec![child("[[event]]\ndate = ▸2015-01-01\nkey = \"research.step\"\nadd = 0.01\n")])
            .says(&["is the date 2015-01-01", "write it in quotes: \"2015-01-01\""]),
        Case::new(vec![child("[output]\npanel = [▸\"firm\"]\n")])
            .says(&["`output.panel[0]` cannot be \"firm\"", "did you mean `firms`?"]),
        Case::new(vec![child("[output]\ngraph = [\"gexf\", ▸\"graphm\"]\n")])
            .says(&["`output.graph[1]` cannot be \"graphm\"", "did you mean `graphml`?"]),
        Case::new(vec![child("[output]\ngraph_ticks = [0, ▸-1]\n")]).says(&["`output.graph_ticks[1]` must be"]),
        Case::new(vec![child("[output]\ngraph_ticks = ▸40\n")]).says(&["`output.graph_ticks` must be a list"]),
        Case::new(vec![cell(SUB_INDUSTRIES, "GEN", "technology_class", "▸medum")])
            .says(&["`sub_industries.GEN.technology_class` cannot be \"medum\"", "did you mean `medium`?"]),
        Case::new(vec![line(MAIN, "ticks =", "ticks = ▸")]).says(&["not valid TOML"]),
        Case::new(vec![line(MAIN, "ticks =", "ticks = 84\n▸ticks = 85")])
            .says(&["duplicate key", "a key may be given once per table"]),
        Case::new(vec![line(MAIN, "title =", "title = ▸Liaoning")])
            .says(&["not valid TOML", "write text in quotes: \"Liaoning\""]),
    ]
}

pub fn ranges() -> Vec<Case> {
    vec![
        Case::new(vec![line(MAIN, "arrival_rate =", "arrival_rate = ▸11")]).says(&[
            "`research.arrival_rate` must be between 0 and 10 (1/year), but is 11",
            "^^ out of range",
            "what it means:",
        ]),
        Case::new(vec![line(MAIN, "arrival_rate =", "arrival_rate = ▸nan")])
            .says(&["`research.arrival_rate` must be a finite number, but is NaN"]),
        Case::new(vec![line(MAIN, "payback =", "payback = ▸-inf")])
            .says(&["`investment.payback` must be a finite number, but is -inf"]),
        Case::new(vec![line(MAIN, "payback =", "payback = ▸1e999")]).says(&["must be a finite number, but is inf"]),
        Case::new(vec![line(MAIN, "ticks_per_year =", "ticks_per_year = ▸3")])
            .says(&["`time.ticks_per_year` must be one of 1, 2, 4, 12 (ticks per year), but is 3"]),
        Case::new(vec![line(MAIN, "ticks =", "ticks = ▸0")]).says(&["between 1 and 8000 (ticks), but is 0"]),
        Case::new(vec![line(MAIN, "ticks =", "ticks = ▸99999999999999999999")]).says(&["too large for any key"]),
        Case::new(vec![line(MAIN, "seed =", "seed = ▸-1")]).says(&["`seed` must be between 0 and"]),
        Case::new(vec![line(MAIN, "scale =", "scale = ▸0")]).says(&["`scale` must be between 0.001 and 1000000"]),
        Case::new(vec![line(MAIN, "utilisation =", "utilisation = ▸7.5")]).says(&["`production.utilisation` must be"]),
        Case::new(vec![line(MAIN, "services =", "services = ▸0.0")])
            .says(&["`input_prices.services` must be between 0.01 and 100 (index), but is 0"]),
        Case::new(vec![child("[demand.TRA]\nhome_high_end = ▸101\n")])
            .says(&["`demand.TRA.home_high_end` must be between 0 and 100 (index), but is 101"]),
        Case::new(vec![cell(CITIES, "Anshan", "latitude", "▸91")])
            .says(&["`cities.Anshan.latitude` must be between -90 and 90 (degrees), but is 91"]),
        Case::new(vec![cell(CITIES, "Anshan", "population", "▸-1")]).says(&["(persons), but is -1"]),
        Case::new(vec![cell(CITIES, "Anshan", "population", "▸NaN")]).says(&["must be a finite number"]),
        Case::new(vec![cell("data/recipes.csv", "MET", "robots", "▸-0.06")])
            .says(&["`recipes.MET.robots` must be between 0 and 1 (share 0-1), but is -0.06"]),
        Case::new(vec![child("[policies.x]\nkind = \"research_grant\"\nrate = ▸1.5\n")])
            .says(&["`policies.x.rate` must be between 0 and 1 (share 0-1 (interest discount: 1/year)), but is 1.5"]),
    ]
}

pub fn names() -> Vec<Case> {
    vec![
        Case::new(vec![cell(NAMED, "siasun", "city", "▸Shenyan")])
            .says(&["`named_firms.siasun.city` names \"Shenyan\", which does not exist in `cities`"])
            .says(&["did you mean `Shenyang`?"]),
        Case::new(vec![cell(NAMED, "siasun", "sub_industry", "▸SPEC")])
            .says(&["which does not exist in `sub_industries`", "did you mean `SPE`?"]),
        Case::new(vec![cell(NAMED, "siasun", "ownership", "▸state")])
            .says(&["does not exist in `ownership`", "did you mean `state_large`?"]),
        Case::new(vec![cell("data/institutes.csv", "transformer_research_institute", "fields", "▸high_volt")])
            .says(&["`institutes.transformer_research_institute.fields[0]` names \"high_volt\""])
            .says(&["did you mean `high_voltage`?"]),
        Case::new(vec![cell("data/bases.csv", "shenyang_robots", "city", "▸Beijing")])
            .says(&["`bases.shenyang_robots.city` names \"Beijing\""]),
        Case::new(vec![cell("data/bases.csv", "shenyang_robots", "sub_industries", "▸SPE;GNE")])
            .says(&["`bases.shenyang_robots.sub_industries[1]` names \"GNE\"", "did you mean `GEN`?"]),
        Case::new(vec![cell("data/ownership.csv", "hmt", "capital_source", "▸hongkong")])
            .says(&["\"hongkong\" is no source of capital in `ownership_shares`", "`hmt`"])
            .says(&["the capital source `hmt` has shares but no ownership group"])
            .problems(2),
        Case::new(vec![child(
            "[policies.x]\nkind = \"research_grant\"\ntarget = {sub_industries = [\"GEN\", ▸\"EL\"]}\n",
        )])
        .says(&["`policies.x.target.sub_industries[1]` names \"EL\"", "did you mean `ELE`?"]),
        Case::new(vec![child("[demand.▸TRAM]\n")])
            .says(&["`demand.TRAM` names \"TRAM\", which does not exist in `sub_industries`", "did you mean `TRA`?"]),
        Case::new(vec![child("[input_prices]\n▸basic_metal = 1.1\n")])
            .says(&["does not exist in `input_output`", "did you mean `basic_metals`?"]),
        Case::new(vec![append("data/recipes.csv", "▸SHI,1,,,,,,,,,,,,,,,,,,,,,,,\n")])
            .says(&["`recipes.SHI` names \"SHI\", which does not exist in `sub_industries`"]),
        Case::new(vec![line("data/input_output.csv", "input,", "input,MET,GEN,SPE,TRA,ELE,ICT,INS,▸AUTO")])
            .says(&["names \"AUTO\", which does not exist in `sub_industries`", "did you mean `AUT`?"]),
    ]
}

pub fn settings() -> Vec<Case> {
    vec![
        Case::new(vec![set("region.name=▸Liaoning")]).says(&[
            "`Liaoning` is not a TOML value",
            "--set 'region.name=\"Liaoning\"'",
            "a word without quotes",
        ]),
        Case::new(vec![set("research.▸arival_rate=1")])
            .says(&["unknown key `arival_rate` in `research`", "did you mean `arrival_rate`?"]),
        Case::new(vec![set("▸reserch.arrival_rate=1")]).says(&["unknown key `reserch`", "did you mean `research`?"]),
        Case::new(vec![set("research.arrival_rate=▸\"much\"")]).says(&["must be a number, but is the text \"much\""]),
        Case::new(vec![set("research.arrival_rate=▸99")]).says(&["must be between 0 and 10 (1/year), but is 99"]),
        Case::new(vec![set("▸research.arrival_rate")])
            .says(&["`research.arrival_rate` has no `=`", "write --set dotted.key=value"]),
        Case::new(vec![set("research.arrival_rate=")]).says(&["is set to nothing"]),
        Case::new(vec![set("▸event[0].date=\"2015Q1\"")]).says(&["a list is set as a whole"]),
        Case::new(vec![set("▸research..step=1")]).says(&["is not a dotted key"]),
        Case::new(vec![set("research=▸1")]).says(&["`research` must be a table"]),
        Case::new(vec![set("cities.▸Dalain.port=true")]).says(&[
            "missing keys `latitude`, `longitude` and `population` in `cities.Dalain`",
            "did you mean `Dalian`?",
        ]),
        Case::new(vec![set("cities.csv=▸\"data/city.csv\"")])
            .says(&["cannot find the file `data/city.csv`", "did you mean `cities.csv`?"]),
        Case::new(vec![set("research.step=0.05"), set("research.step=▸5")]).says(&["`research.step` must be"]),
    ]
}
