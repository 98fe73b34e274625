//! Events, dates, policies.

use crate::patching::*;

pub fn event(text: &str) -> Patch {
    child(&format!("[[event]]\n{text}\n"))
}

fn policy(text: &str) -> Patch {
    child(&format!("[policies.x]\n{text}\n"))
}

fn schedule(turns: &str) -> Patch {
    let policy = "[policies.x]\nkind = \"research_grant\"\n";
    child(&format!("{policy}[government]\nmode = \"scheduled\"\nfactor = [\"x\"]\nschedule = [{turns}]\n"))
}

pub fn events() -> Vec<Case> {
    vec![
        Case::new(vec![event("tick = 3\nkey = ▸\"research.stp\"\nadd = 0.01")])
            .says(&["there is no key `stp` in `research`", "did you mean `step`?"]),
        Case::new(vec![event("tick = 3\nkey = ▸\"reserch.step\"\nadd = 0.01")])
            .says(&["there is no key `reserch`", "did you mean `research`?"]),
        Case::new(vec![event("tick = 3\nkey = ▸\"demand.TRAM.home_ordinary\"\nmultiply = 0.7")])
            .says(&["there is no key `TRAM` in `demand`", "did you mean `TRA`?"]),
        Case::new(vec![event("tick = 3\nkey = ▸\"research..step\"\nadd = 0.01")]).says(&["is not a dotted key"]),
        Case::new(vec![event("tick = 3\nadd = 0.01")]).says(&["this event names no `key` to change"]),
        Case::new(vec![event("key = \"research.step\"\nadd = 0.01")]).says(&[
            "neither a `date` nor a `tick`",
            "date = \"2010Q1\"",
            "child.toml:2:1",
        ]),
        Case::new(vec![event("date = \"2015Q1\"\ntick = ▸21\nkey = \"research.step\"\nadd = 0.01")])
            .says(&["either a `date` or a `tick`, not both"]),
        Case::new(vec![event("date = ▸\"2015\"\nkey = \"research.step\"\nadd = 0.01")])
            .says(&["\"2015\" is not a date of this scenario; write it like \"2010Q4\""]),
        Case::new(vec![event("date = ▸\"2015Q5\"\nkey = \"research.step\"\nadd = 0.01")])
            .says(&["\"2015Q5\" is not a date of this scenario"]),
        Case::new(vec![event("date = ▸\"2009Q4\"\nkey = \"research.step\"\nadd = 0.01")])
            .says(&["2009Q4 lies before the start of the scenario; valid dates are 2010Q1 to 2030Q4"]),
        Case::new(vec![event("date = ▸\"2031Q1\"\nkey = \"research.step\"\nadd = 0.01")])
            .says(&["2031Q1 lies after the end of the scenario"]),
        Case::new(vec![event("tick = ▸85\nkey = \"research.step\"\nadd = 0.01")])
            .says(&["tick 85 lies outside the scenario; valid ticks are 1 to 84"]),
        Case::new(vec![event("date = \"2015Q1\"\nuntil = ▸\"2014Q1\"\nkey = \"research.step\"\nadd = 0.01")])
            .says(&["an event must end after it starts"]),
        Case::new(vec![event("tick = 3\nkey = \"research.step\"\nvalue = 0.01\nmultiply = ▸2")])
            .says(&["exactly one of `value`, `multiply` and `add`; this one has 2"]),
        Case::new(vec![event("tick = 3\nkey = \"research.step\"")]).says(&["this one has none", "child.toml:2:1"]),
        Case::new(vec![event("tick = 3\nkey = ▸\"time.ticks\"\nadd = 1")])
            .says(&["`time.ticks` cannot change during a run", "read only when the opening state is built"]),
        Case::new(vec![event("tick = 3\nkey = ▸\"sub_industries.MET.sales\"\nmultiply = 1.1")])
            .says(&["cannot change during a run", "`sub_industries` is read only"]),
        Case::new(vec![event("tick = 3\nkey = ▸\"research\"\nvalue = 1")])
            .says(&["an event cannot change the whole of `research`", "name one key in it"]),
        Case::new(vec![event("tick = 3\nkey = \"research.enabled\"\nmultiply = ▸2")])
            .says(&["`research.enabled` is no number", "value = ..."]),
        Case::new(vec![event("tick = 3\nkey = \"research.enabled\"\nvalue = ▸\"no\"")])
            .says(&["`research.enabled` must be true or false"]),
        Case::new(vec![event("tick = 3\nkey = \"research.arrival_rate\"\nmultiply = ▸1000")])
            .says(&["`research.arrival_rate` must be between 0 and 10 (1/year)"]),
        Case::new(vec![event("tick = 3\nkey = \"input_prices.services\"\nadd = ▸-1")])
            .says(&["`input_prices.services` must be between 0.01 and 100 (index), but is 0"]),
        Case::new(vec![event("tick = 3\nkey = \"ownership.personal.entrant_share\"\nvalue = ▸0.9")])
            .says(&["`entrant_share` must sum to 1 over all of `ownership`", "after this change"]),
        Case::new(vec![event("tick = 3\nkey = ▸\"event[0].tick\"\nvalue = 4")]).says(&["cannot change the events"]),
        Case::new(vec![event("tick = 3\nkey = \"research.step\"\nadd = ▸nan")]).says(&["must be a finite number"]),
    ]
}

pub fn policies() -> Vec<Case> {
    let seventeen: String =
        (0..17).map(|number| format!("[policies.p{number}]\nkind = \"research_grant\"\n")).collect();
    vec![
        Case::new(vec![policy("kind = ▸\"reserch_grant\"")])
            .says(&["`policies.x.kind` cannot be \"reserch_grant\"", "did you mean `research_grant`?"]),
        Case::new(vec![child("[policies.▸x]\nrate = 0.5\n")])
            .says(&["missing key `kind` in `policies.x`", "one of `research_grant`"]),
        Case::new(vec![policy("kind = ▸3")]).says(&["`policies.x.kind` must be text"]),
        Case::new(vec![policy("kind = \"research_grant\"\nstart = ▸\"2012\"")])
            .says(&["\"2012\" is not a date of this scenario"]),
        Case::new(vec![policy("kind = \"research_grant\"\nend = ▸\"2045Q1\"")]).says(&["lies after the end"]),
        Case::new(vec![policy("kind = \"research_grant\"\nstart = \"2015Q1\"\nend = ▸\"2014Q1\"")])
            .says(&["the policy `x` ends before it starts", "no longer runs"]),
        Case::new(vec![policy("kind = \"research_grant\"\nend = ▸\"2010Q1\"")]).says(&["ends before it starts"]),
        Case::new(vec![policy("kind = \"research_grant\"\nannual_budget = ▸-1")])
            .says(&["between 0 and 1000000000 (million CNY per year), but is -1"]),
        Case::new(vec![policy("kind = \"research_grant\"\ntarget = {ownership = [▸\"privat\"]}")])
            .says(&["names \"privat\", which does not exist in `ownership`"]),
        Case::new(vec![policy(
            "kind = \"research_grant\"\ntarget = {minimum_employment = ▸500, maximum_employment = ▸100}",
        )])
        .says(&["the policy `x` addresses nobody"]),
        Case::new(vec![policy("kind = \"platform_support\"\ntarget = {roles = ▸[\"integrator\"]}")])
            .says(&["which does not heed `target.roles`"]),
        Case::new(vec![schedule("{date = ▸\"2031Q1\", portfolio = \"factor\"}")]).says(&["2031Q1 lies after the end"]),
        Case::new(vec![schedule("▸{date = \"2015Q1\", tick = 21, portfolio = \"factor\"}")])
            .says(&["a turn has either a `date` or a `tick`, not both"]),
        Case::new(vec![schedule("▸{portfolio = \"factor\"}")]).says(&["this turn has neither a `date` nor a `tick`"]),
        Case::new(vec![schedule("{date = \"2015Q1\", portfolio = \"factor\"}, ▸{tick = 21, portfolio = \"factor\"}")])
            .says(&["this turn is not later than the one before it", "in the order of their dates"]),
        Case::new(vec![child("[government]\nfrom = ▸\"2012Q1\"\nfrom_tick = 9\n")])
            .says(&["either at `from` or at `from_tick`, not at both"]),
        Case::new(vec![child(&seventeen.replace("p16", "▸p16"))])
            .says(&["more than 16 policies of the kind `research_grant` run at the same time"]),
    ]
}
