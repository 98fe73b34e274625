//! Where the command line meets the model: the only file here that knows both.

use schemars::schema_for;

use super::listing::Listing;
use crate::policy::Instrument;
pub fn dump() -> String { serde_json::to_string_pretty(&schema_for!(Instrument)).unwrap() }
#[test] fn x() { println!("{}", dump()); }
