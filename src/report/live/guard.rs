//! Who may ask: only the page itself, on this computer.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Live;

/// Header in which the scripts of the page send the token.
pub const TOKEN_HEADER: &str = "x-tiexi-token";
/// Longest address of a request.
const LONGEST_ADDRESS: usize = 512;

/// Refuses whoever is not the page.
pub async fn check(State(live): State<Arc<Live>>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    if request.uri().to_string().len() > LONGEST_ADDRESS {
        return (StatusCode::URI_TOO_LONG, "too long\n").into_response();
    }
    let refused = |why: &'static str| (StatusCode::FORBIDDEN, why).into_response();
    if !is_our_host(request.headers(), live.address) {
        return refused("the request is meant for another host\n");
    }
    if !is_our_origin(request.headers(), live.address) {
        return refused("the request comes from another page\n");
    }
    if !has_token(request.headers(), query, &live.token) {
        return refused("the token of the address is missing or wrong; take the address that `tiexi serve` printed\n");
    }
    let mut response = next.run(request).await;
    protect(response.headers_mut());
    response
}

/// Names under which the page may be asked for.
fn hosts(address: SocketAddr) -> [String; 2] {
    [address.to_string(), format!("localhost:{}", address.port())]
}

/// Exactly one `Host`, and it is ours: a name that was made to lead here (DNS rebinding) is another one.
fn is_our_host(headers: &HeaderMap, address: SocketAddr) -> bool {
    let mut given = headers.get_all(header::HOST).iter();
    let (first, more) = (given.next(), given.next());
    more.is_none()
        && first.and_then(|host| host.to_str().ok()).is_some_and(|host| hosts(address).iter().any(|ours| ours == host))
}

/// Browsers say from where a script asks; where they say it, it must be our page.
fn is_our_origin(headers: &HeaderMap, address: SocketAddr) -> bool {
    let is_ours = |origin: &HeaderValue| {
        origin.to_str().is_ok_and(|origin| hosts(address).iter().any(|host| origin == format!("http://{host}")))
    };
    headers.get_all(header::ORIGIN).iter().all(is_ours)
}

/// The token, in the header or, where a browser cannot send one, in the address.
fn has_token(headers: &HeaderMap, query: &str, token: &str) -> bool {
    let from_header = headers.get(TOKEN_HEADER).and_then(|value| value.to_str().ok());
    let from_query = query.split('&').find_map(|part| part.strip_prefix("token="));
    // Hashes take the same time to compare wherever the texts differ.
    from_header.or(from_query).is_some_and(|given| blake3::hash(given.as_bytes()) == blake3::hash(token.as_bytes()))
}

/// What browsers are told of every answer.
fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_str(value).expect("a value"));
        }
        headers
    }

    #[test]
    fn only_our_own_host_and_origin_pass() {
        let address: SocketAddr = "127.0.0.1:8123".parse().expect("an address");
        let host = |hosts: &[&str]| {
            is_our_host(&headers(&hosts.iter().map(|host| ("host", *host)).collect::<Vec<_>>()), address)
        };
        assert!(host(&["127.0.0.1:8123"]) && host(&["localhost:8123"]));
        for wrong in
            [&["evil.example:8123"][..], &["127.0.0.1"], &["127.0.0.1:8124"], &[], &["127.0.0.1:8123", "evil.example"]]
        {
            assert!(!host(wrong), "{wrong:?}");
        }
        let origin = |origin: &str| is_our_origin(&headers(&[("origin", origin)]), address);
        assert!(origin("http://127.0.0.1:8123") && is_our_origin(&headers(&[]), address));
        for wrong in ["http://evil.example", "null", "https://127.0.0.1:8123", "http://127.0.0.1:8123.evil.example"] {
            assert!(!origin(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_token_is_compared_whole() {
        assert!(has_token(&headers(&[(TOKEN_HEADER, "abc")]), "", "abc"));
        assert!(has_token(&headers(&[]), "x=1&token=abc", "abc"));
        for (given, query) in [("ab", ""), ("", ""), ("abcd", ""), ("abd", "token=abc")] {
            assert!(!has_token(&headers(&[(TOKEN_HEADER, given)]), query, "abc"), "{given} {query}");
        }
        assert!(!has_token(&headers(&[]), "token=", "abc"));
    }
}
