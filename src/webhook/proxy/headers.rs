//! Which headers are passed on: all but those that belong to one connection.
//!
//! The map is built anew and nothing is taken out of it, since taking out changes the order.

use hyper::header::{
    CONNECTION, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
    TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

/// Headers of one hop, besides those that `Connection` names. `Expect` has been fulfilled: the body was read.
const OF_ONE_HOP: [HeaderName; 8] =
    [CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, EXPECT];
const OF_ONE_HOP_UNNAMED: [&str; 2] = ["keep-alive", "proxy-connection"];

/// The end-to-end headers, in their order. With `host` given, it replaces `Host`, or is added.
pub(super) fn end_to_end(headers: &HeaderMap, host: Option<&HeaderValue>) -> HeaderMap {
    let named = named_by_connection(headers);
    let mut kept = HeaderMap::with_capacity(headers.len() + 1);
    let mut replaced = false;
    for (name, value) in headers {
        match host {
            Some(host) if name == HOST => {
                if !replaced {
                    kept.append(HOST, host.clone());
                }
                replaced = true;
            }
            _ if is_of_one_hop(name) || named.iter().any(|n| n == name.as_str()) => {}
            _ => {
                kept.append(name, value.clone());
            }
        }
    }
    if let Some(host) = host.filter(|_| !replaced) {
        kept.append(HOST, host.clone());
    }
    kept
}

fn is_of_one_hop(name: &HeaderName) -> bool {
    OF_ONE_HOP.contains(name) || OF_ONE_HOP_UNNAMED.contains(&name.as_str())
}

fn named_by_connection(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_one_hop_go_and_the_rest_keeps_its_order() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", "proxy:1"),
            ("x-a", "1"),
            ("connection", "keep-alive, X-Hop"),
            ("x-hop", "2"),
            ("keep-alive", "timeout=5"),
            ("x-a", "3"),
            ("transfer-encoding", "chunked"),
            ("operationid", "ob"),
        ] {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let shown = |headers: &HeaderMap| {
            let pairs = headers.iter().map(|(n, v)| format!("{n}={}", v.to_str().unwrap()));
            pairs.collect::<Vec<_>>().join(" ")
        };
        let host: HeaderValue = "up".parse().unwrap();
        assert_eq!(shown(&end_to_end(&headers, Some(&host))), "host=up x-a=1 x-a=3 operationid=ob");
        assert_eq!(shown(&end_to_end(&headers, None)), "host=proxy:1 x-a=1 x-a=3 operationid=ob");
        assert_eq!(shown(&end_to_end(&HeaderMap::new(), Some(&host))), "host=up");
    }
}
