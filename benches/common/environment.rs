//! Sizes of a benchmark from the environment.

use std::str::FromStr;

/// A comma-separated list from the environment, or what is usual.
pub fn list<T: FromStr>(variable: &str, usual: &str) -> Vec<T> {
    let text = std::env::var(variable).unwrap_or_else(|_| usual.to_string());
    let parse = |item: &str| item.trim().parse().unwrap_or_else(|_| panic!("{variable}: `{item}` is not a number"));
    text.split(',').map(parse).collect()
}
