//! Tables that come from CSV files.

use super::*;
use crate::scenario::load_as;
use std::fs;

/// Loads a scenario whose cities come from a CSV file with this text.
fn cities(csv: &[u8]) -> Result<LoadedAs<Small>, ScenarioError> {
    with_csv(csv, "[cities]\ncsv = 'data/t.csv'\n")
}

fn with_csv(csv: &[u8], scenario: &str) -> Result<LoadedAs<Small>, ScenarioError> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/t.csv"), csv).unwrap();
    fs::write(folder.path().join("top.toml"), scenario).unwrap();
    load_as(&folder.path().join("top.toml"), &[], &[])
}

#[test]
fn cells_become_what_their_keys_take() {
    let csv = "# census\nname,population,port,rank,neighbours\n\
        Dalian,6.7e6,true,2,\nShen Yang,8100000,,,Dalian; Dalian\n";
    let cities = cities(csv.as_bytes()).unwrap_or_else(|error| panic!("{error}")).scenario.cities;
    assert_eq!(cities["Dalian"], City { population: 6.7e6, port: true, rank: 2, neighbours: vec![] });
    assert_eq!(cities["Shen Yang"].neighbours, ["Dalian", "Dalian"]);
    assert!(!cities["Shen Yang"].port, "an empty cell is an absent key");
}

#[test]
fn what_is_written_beside_the_file_is_laid_on_its_rows() {
    let scenario = "[cities]\ncsv = 'data/t.csv'\n[cities.Dalian]\nport = true\n[cities.Anshan]\npopulation = 1\n";
    let cities = with_csv(b"name,population\nDalian,5\n", scenario).unwrap().scenario.cities;
    assert_eq!((cities["Dalian"].population, cities["Dalian"].port), (5.0, true));
    assert_eq!(cities["Anshan"].population, 1.0);
}

#[test]
fn tables_of_tables_and_of_plain_values() {
    let scenario = "[cities.A]\npopulation = 1\n[cities.B]\npopulation = 1\n[purchases]\ncsv = 'data/t.csv'\n";
    let loaded = with_csv(b"input,A,B\nsteel,0.3,0.2\nvalue_added,0.7,0.8\n", scenario).unwrap();
    assert_eq!(loaded.scenario.purchases["steel"]["B"], 0.2);
    let loaded = with_csv(b"input,price\nsteel,1.5\n", "[prices]\ncsv = 'data/t.csv'\n").unwrap();
    assert_eq!(loaded.scenario.prices["steel"], 1.5);
}

#[test]
fn wrong_tables_are_refused_with_line_and_column() {
    let cases: [(&[u8], &[&str]); 14] = [
        (b"name,population\nA,1,2\n", &["3 cells, but the header names 2", "data/t.csv:2:1"]),
        (b"name,population,rank\nA,1\n", &["2 cells, but the header names 3"]),
        (b"name,population\nA,1\nB,2\nA,3\n", &["`A` has two rows", "t.csv:4:1", "first row"]),
        (b"name,populaton\nA,1\n", &["unknown column `populaton`", "t.csv:1:6", "did you mean `population`?"]),
        (b"name,population,population\nA,1,2\n", &["`population` appears twice", "t.csv:1:17"]),
        (b"name,population,\nA,1,2\n", &["a column has no name"]),
        (b"", &["is empty", "top.toml:2:7"]),
        (b"name,population\nA,\"1,5\"\n", &["must be a number, but is `1,5`", "t.csv:2:3", "a point for decimals"]),
        (b"name,population\nA,nan\n", &["must be a finite number"]),
        (b"name,population\nA,12 persons\n", &["must be a number, but is `12 persons`"]),
        (b"name,population,rank\nA,1,1.5\n", &["must be a whole number, but is `1.5`"]),
        (b"name,population,port\nA,1,yes\n", &["must be true or false", "write true or false"]),
        (b"name,population\n,1\n", &["no name in its first column"]),
        (b"name,population\n\"A,1\nB,2\n", &["this quote is never closed", "t.csv:2:1"]),
    ];
    for (csv, parts) in cases {
        let message = cities(csv).unwrap_err().to_string();
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in:\n{message}");
        }
    }
}

#[test]
fn later_checks_point_into_the_table() {
    let cases: [(&[u8], &[&str]); 4] = [
        (b"name,population\nA,-1\n", &["`cities.A.population` must be at least 0 (persons)", "data/t.csv:2:3"]),
        (b"name,port\nA,true\n", &["missing key `population` in `cities.A`", "data/t.csv:2:1"]),
        (b"name,population,neighbours\nA,1,Dalian\n", &["names \"Dalian\"", "data/t.csv:2:5"]),
        (b"\xef\xbb\xbfname,population\nA,-1\n", &["data/t.csv:2:3"]),
    ];
    for (csv, parts) in cases {
        let message = cities(csv).unwrap_err().to_string();
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in:\n{message}");
        }
    }
}

#[test]
fn files_that_are_no_tables() {
    let message = cities(b"name,population\nA,\xe9\n").unwrap_err().to_string();
    assert!(message.contains("is not UTF-8") && message.contains("t.csv:2:3"), "{message}");
    let message = with_csv(b"", "[cities]\ncsv = 'data/u.csv'\n").unwrap_err().to_string();
    assert!(message.contains("cannot find the file") && message.contains("did you mean `t.csv`?"), "{message}");
    let message = with_csv(b"", "[cities]\ncsv = 3\n").unwrap_err().to_string();
    assert!(message.contains("`cities.csv` must be the name of a CSV file"), "{message}");
    let message = with_csv(b"a,b\n", "[policies]\ncsv = 'data/t.csv'\n").unwrap_err().to_string();
    assert!(message.contains("`policies.csv` must be a table"), "{message}");
}
