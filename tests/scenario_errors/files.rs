//! CSV tables, scenarios that extend others, hostile text.

use crate::patching::*;

const CITIES: &str = "data/cities.csv";
const FIELDS: &str = "data/technology_fields.csv";

pub fn csv() -> Vec<Case> {
    vec![
        Case::new(vec![append(CITIES, "▸Yichun,47,128,1,2,3,4\n")])
            .says(&["this row has 7 cells, but the header names 6 columns", "stands in quotes"]),
        Case::new(vec![append(CITIES, "▸Dalian,38.9,121.6,1,true,x\n"), mark(CITIES, "Dalian", "Dalian")])
            .says(&["`Dalian` has two rows", "first row"]),
        Case::new(vec![line(CITIES, "city,", "city,latitude,longitude,▸popluation,port,source")])
            .says(&["unknown column `popluation`", "did you mean `population`?"]),
        Case::new(vec![line(CITIES, "city,", "city,latitude,longitude,population,▸population,source")])
            .says(&["the column `population` appears twice"]),
        Case::new(vec![line(CITIES, "city,", "city,latitude,longitude,population,▸,source")])
            .says(&["a column has no name"]),
        Case::new(vec![cell(CITIES, "Anshan", "population", "▸\"3,646,000\"")])
            .says(&["this cell must be a number, but is `3,646,000`", "no thousands separator"]),
        Case::new(vec![cell(CITIES, "Anshan", "population", "▸3.6 million")])
            .says(&["this cell must be a number, but is `3.6 million`"]),
        Case::new(vec![cell(CITIES, "Anshan", "port", "▸no")])
            .says(&["this cell must be true or false, but is `no`", "write true or false"]),
        Case::new(vec![cell("data/sub_industries.csv", "MET", "firms", "▸713.5")])
            .says(&["this cell must be a whole number, but is `713.5`"]),
        Case::new(vec![cell(CITIES, "Anshan", "population", ""), mark(CITIES, "Anshan", "Anshan")])
            .says(&["missing key `population` in `cities.Anshan`", "a number (persons): Population."]),
        Case::new(vec![line(CITIES, "Anshan", "▸,41,122,1,false,x")]).says(&["no name in its first column"]),
        Case::new(vec![line(CITIES, "Anshan", "▸\"Anshan,41,122,1,false,x")]).says(&["this quote is never closed"]),
        Case::new(vec![file(CITIES, ""), mark(MAIN, "csv = \"data/cities.csv\"", "\"data")]).says(&[
            "the CSV table `",
            "is empty",
            "its first line names the columns",
        ]),
        Case::new(vec![file(CITIES, b"city,latitude,longitude,population\nDalian\xe9,1,2,3\n")]).says(&[
            "is not UTF-8 text",
            "data/cities.csv:2:7",
            "save the file as UTF-8",
        ]),
        Case::new(vec![line(MAIN, "csv = \"data/cities.csv\"", "csv = ▸\"data/citys.csv\"")])
            .says(&["cannot find the file `data/citys.csv`", "did you mean `cities.csv`?"]),
        Case::new(vec![line(MAIN, "csv = \"data/cities.csv\"", "csv = ▸\"../cities.csv\"")])
            .says(&["`../cities.csv` lies outside the scenario's folder"]),
        Case::new(vec![line(MAIN, "csv = \"data/cities.csv\"", "csv = ▸\"/etc/passwd\"")])
            .says(&["`/etc/passwd` is an absolute path"]),
        Case::new(vec![line(MAIN, "csv = \"data/cities.csv\"", "csv = ▸\"data\"")]).says(&["it is a folder"]),
        Case::new(vec![line(MAIN, "csv = \"data/cities.csv\"", "csv = ▸7")])
            .says(&["`cities.csv` must be the name of a CSV file"]),
        Case::new(vec![child("[cities]\ncsv = \"data/none.csv\"\n"), file("data/none.csv", "city,population\n")])
            .says(&["names \"Shenyang\", but `cities` is empty"]),
        Case::new(vec![cell(FIELDS, "robots", "growth_factor", "▸1.35%")])
            .says(&["this cell must be a number, but is `1.35%`", "no percent sign"]),
    ]
}

pub fn extends() -> Vec<Case> {
    vec![
        Case::new(vec![file("child.toml", "extends = ▸\"liaonig.toml\"\n")])
            .says(&["cannot find the file `liaonig.toml`", "did you mean `liaoning.toml`?"]),
        Case::new(vec![
            file("child.toml", "extends = \"other.toml\"\n"),
            file("other.toml", "extends = ▸\"child.toml\"\n"),
        ])
        .says(&["scenario files extend one another in a circle: child.toml -> other.toml -> child.toml"]),
        Case::new(vec![file("child.toml", "extends = ▸\"child.toml\"\n")]).says(&["child.toml -> child.toml"]),
        Case::new(vec![file("child.toml", "extends = ▸\"../liaoning.toml\"\n")])
            .says(&["`../liaoning.toml` lies outside the scenario's folder", "the folders below it"]),
        Case::new(vec![file("child.toml", "extends = ▸\"/tmp/liaoning.toml\"\n")])
            .says(&["is an absolute path", "relative to the file that names it"]),
        Case::new(vec![file("child.toml", "extends = ▸[\"liaoning.toml\", \"coast.toml\"]\n")])
            .says(&["`extends` must be the name of one scenario file", "extends = \"liaoning.toml\""]),
        Case::new(vec![file("child.toml", "extends = ▸\"data\"\n")]).says(&["it is a folder"]),
        Case::new(vec![file("child.toml", "extends = ▸\"\"\n")]).says(&["not the name of a file"]),
        Case::new(vec![child("title = \"x\"\n"), line(MAIN, "arrival_rate =", "arrival_rate = ▸-3")])
            .says(&["`research.arrival_rate` must be between 0 and 10"]),
        Case::new(vec![child(
            "[named_firms]\ncsv = \"data/coast_named_firms.csv\"\n[named_firms.▸siasun]\nsales = 1700.0\n",
        )])
        .says(&["missing keys `sub_industry`, `city` and `ownership` in `named_firms.siasun`"]),
        Case::new(vec![top("nowhere.toml")]).says(&["cannot find the file"]),
        Case::new(vec![top("liaonig.toml")]).says(&["cannot find the file", "did you mean `liaoning.toml`?"]),
    ]
}

pub fn hostile() -> Vec<Case> {
    let long = "k".repeat(100_000);
    let deep = "[".repeat(50_000);
    vec![
        Case::new(vec![child("▸\"\\u001b[2Jred\" = 1\n")]).says(&["unknown key"]).never_says(&["\u{1b}"]),
        Case::new(vec![child("[cities]\ncsv = ▸\"\\u001b]0;x\\u0007\"\n")])
            .says(&["cannot find the file"])
            .never_says(&["\u{1b}", "\u{7}"]),
        Case::new(vec![child("▸extends_to = 1\n")]).says(&["unknown key"]),
        Case::new(vec![child("[cities]\ncsv = ▸\"a\\u0000b\"\n")]).says(&["not the name of a file"]),
        Case::new(vec![child(&format!("{long} = 1\n"))]).says(&["unknown key `kkkk", "..."]),
        Case::new(vec![child(&format!("title = {deep}\n"))]).says(&["not valid TOML"]),
        Case::new(vec![child(&format!("a{} = 1\n", ".a".repeat(70)))]).says(&["more than 64 deep"]),
        Case::new(vec![file("child.toml", vec![b'#'; 10 * 1024 * 1024 + 1])]).says(&["larger than 10 MB"]),
        Case::new(vec![file("child.toml", b"\xff\xfet\0i\0")]).says(&["is not UTF-8 text", "child.toml:1:1"]),
        Case::new(vec![file("child.toml", "\u{feff}extends = \"liaoning.toml\"\n▸titel = 1\n")])
            .says(&["did you mean `title`?"]),
        Case::new(vec![append(CITIES, "▸\u{202e}naiilaD,1,2,3,false,x,y\n")])
            .says(&["this row has 7 cells"])
            .never_says(&["\u{202e}"]),
        Case::new(vec![child(&(0..300).map(|number| format!("key{number} = 1\n")).collect::<String>())])
            .says(&["... and 180 more problems"])
            .problems(200),
    ]
}
