//! What a recording does not say in so many words: `webhooks.yml`, whether anybody listened,
//! when the group process was down.
//!
//! Where a difference from the usual configuration is named (free text), its words and what
//! was seen are held together, and what was seen wins; without one the usual holds.

use serde_json::Value;

use crate::probe::observation::Callback;
use crate::probe::recording::{BEFORE_CREATE, RECORDED_KEYS, Recording};
use crate::wire::WebhookKey;
use crate::wire::webhooks_yml::{KeyConfig, WebhooksYml, effective_timeout_s};

/// Keys that every successful create calls back.
const CREATE: [WebhookKey; 3] =
    [WebhookKey::BeforeCreateGroup, WebhookKey::AfterCreateGroup, WebhookKey::BeforeMemberJoinGroup];
const USUAL_TIMEOUT_S: i64 = 5;
/// Callbacks that end sooner were not cut by a timeout.
const LEAST_TIMEOUT_S: f64 = 0.9;
const LOOPBACK: &str = "127.0.0.1:";

/// The named difference; text, whatever it was written as.
fn difference(recording: &Recording) -> String {
    match &recording.json["webhooks_yml_difference"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `webhooks.yml` as the recording describes it, calling back to port `port` of this machine.
pub(super) fn webhooks(recording: &Recording, crowd: bool, port: u16) -> WebhooksYml {
    let difference = difference(recording);
    let callbacks = recording.callbacks();
    let came = |key: WebhookKey| callbacks.iter().any(|c| key.commands().contains(&c.command()));
    let on = |key: &WebhookKey| {
        came(*key)
            || (RECORDED_KEYS.contains(key)
                && (difference.is_empty() || !is_off(recording, crowd, &difference, *key)))
    };
    let failed_continue = (difference.contains("failedContinue")
        && !difference.contains("failedContinue: false"))
    .then_some(true);
    let config = |key: WebhookKey| KeyConfig {
        enable: true,
        timeout: timeout(recording, crowd, &difference, key),
        failed_continue,
    };
    let keys = WebhookKey::ALL.iter().filter(|k| on(k)).map(|k| (k.name().to_owned(), config(*k))).collect();
    let url = url(recording).or_else(|| named_url(&difference));
    let url = url.unwrap_or_else(|| format!("http://{LOOPBACK}1/callbackExample"));
    WebhooksYml { url: own_port(&url, port), keys }
}

/// Whether the difference switched a usual key off: creates succeed without it, or the
/// text says so.
fn is_off(recording: &Recording, crowd: bool, difference: &str, key: WebhookKey) -> bool {
    let succeeded = || {
        recording.list("api").iter().zip(recording.answers()).any(|(call, answer)| {
            call["path"] == "/group/create_group" && answer.json()["data"]["groupInfo"].is_object()
        })
    };
    if CREATE.contains(&key) && !crowd && succeeded() {
        return true;
    }
    let text = difference.to_ascii_lowercase();
    let words =
        ["off", "disabled", "without", "not enabled", "enable: false", "enable=false", "\"enable\":false"];
    text.contains(&key.name().to_ascii_lowercase()) && words.iter().any(|w| text.contains(w))
}

/// `timeout` of a key: as named, unless what was seen contradicts it.
fn timeout(recording: &Recording, crowd: bool, difference: &str, key: WebhookKey) -> i64 {
    let named = named_timeout(difference);
    let usual = named.unwrap_or(USUAL_TIMEOUT_S);
    if difference.is_empty() {
        return usual;
    }
    if crowd {
        // Waits for a connection count, so that a callback is cut sooner than its timeout.
        return named.or_else(|| shortest_cut(recording)).unwrap_or(USUAL_TIMEOUT_S);
    }
    let own: Vec<Callback> =
        recording.callbacks().into_iter().filter(|c| key.commands().contains(&c.command())).collect();
    let as_named = |seconds: f64| (seconds - f64::from(effective_timeout_s(usual))).abs() < 0.6;
    match own.iter().find_map(|c| c.aborted) {
        Some(seconds) if as_named(seconds) => usual,
        // The client's own limit words it differently from a timeout of 15 s.
        Some(seconds) if seconds > 14.5 && says_client_limit(recording) => 0,
        Some(seconds) => (seconds.round() as i64).clamp(1, 15),
        None => {
            let held = own.iter().filter_map(|c| Some(c.replied_at? - c.at)).fold(0.0, f64::max);
            // It was held for longer and not cut: another key is meant.
            if held > f64::from(effective_timeout_s(usual)) + 0.3 {
                USUAL_TIMEOUT_S.max(held.ceil() as i64)
            } else {
                usual
            }
        }
    }
}

fn says_client_limit(recording: &Recording) -> bool {
    recording.answers().iter().any(|a| a.body.contains("Client.Timeout exceeded"))
}

/// The number that follows the word.
fn named_timeout(difference: &str) -> Option<i64> {
    let lower = difference.to_ascii_lowercase();
    for (at, word) in lower.match_indices("timeout") {
        let rest = &lower[at + word.len()..];
        let near: String = rest.chars().take(24).collect();
        let Some(start) = near.find(|c: char| c.is_ascii_digit()) else { continue };
        // "timeout 1" and "timeout: -1" name it, "timeout off, 3 members" does not.
        if near[..start].contains([',', ';', '.']) {
            continue;
        }
        let digits: String = near[start..].chars().take_while(char::is_ascii_digit).collect();
        let sign = if near[..start].ends_with('-') { -1 } else { 1 };
        if let Ok(number) = digits.parse::<i64>() {
            return Some(sign * number);
        }
    }
    // "2 s timeout"
    let before = lower.split("timeout").next().filter(|b| b.len() < lower.len())?;
    let word = before.trim_end().trim_end_matches("seconds").trim_end_matches('s').trim_end();
    let digits = word.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// Whole seconds of the first calls that ended in a timeout.
fn shortest_cut(recording: &Recording) -> Option<i64> {
    let cut = recording.answers().into_iter().filter(|a| a.err_code() == Some(90004)).map(|a| a.seconds);
    let least = cut.filter(|s| *s >= LEAST_TIMEOUT_S).fold(f64::INFINITY, f64::min);
    least.is_finite().then(|| ((least + 0.05).floor() as i64).clamp(1, 15))
}

/// The recorded `url`: what stands before the command where a callback came or failed.
fn url(recording: &Recording) -> Option<String> {
    let failed = recording.answers().iter().find_map(|answer| {
        let body = answer.json();
        let text = body["errDlt"].as_str()?.rsplit("post url=").next()?;
        text.find("/callback").filter(|_| body["errCode"] == 90004)?;
        // Without that name at the end the text was cut.
        let (url, _) = text.rsplit_once("/callback").filter(|_| text.contains("Command"))?;
        let url = url.rsplit('"').next().unwrap_or(url);
        (!url.contains(' ')).then(|| url.to_owned())
    });
    let came = || {
        let callback = recording.callbacks().into_iter().find(|c| !c.headers.is_empty())?;
        let path = callback.target().strip_suffix(callback.command())?.strip_suffix('/')?;
        Some(format!("http://{}{path}", callback.header("host")))
    };
    failed.or_else(came)
}

fn named_url(difference: &str) -> Option<String> {
    let mut words = difference.split(|c: char| c.is_whitespace() || "\"'`,;()".contains(c));
    words.find(|w| w.contains("://")).map(str::to_owned)
}

/// The loopback port replaced.
fn own_port(url: &str, port: u16) -> String {
    let Some(at) = url.find(LOOPBACK) else { return url.to_owned() };
    let rest = url[at + LOOPBACK.len()..].trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{}{LOOPBACK}{port}{rest}", &url[..at])
}

/// Another machine's address in `url`, which a replay must not call.
pub(super) fn leads_away(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, h)| h);
    let host = host.rsplit_once(':').map_or(host, |(h, _)| h).trim_matches(['[', ']']);
    let address: std::net::IpAddr = host.parse().ok()?;
    (!address.is_loopback() && !address.is_unspecified()).then(|| host.to_owned())
}

/// Only codes and times of the calls were kept.
pub(super) fn is_summary(recording: &Recording) -> bool {
    recording.list("api").iter().any(|c| c.get("path").is_none())
}

/// Whether nobody listened: callbacks failed at once, and none came.
pub(super) fn refuses(recording: &Recording) -> bool {
    let came = recording.list("receiver").iter().any(|e| e["ev"] == "request" || e["ev"] == "accept");
    let mut answers = recording.answers().into_iter();
    !came && answers.any(|a| a.err_code() == Some(90004) && a.seconds < LEAST_TIMEOUT_S)
}

/// Whether an answer says that no group process runs.
pub(super) fn is_down(body: &str) -> bool {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |key: &str| json[key].as_str().unwrap_or_default();
    let says = |part: &str| text("errMsg").contains(part) || text("errDlt").contains(part);
    match json["errCode"].as_i64() {
        Some(14) => !is_crash(body),
        Some(500) => says("group-rpc-service down") || says("no children to pick from"),
        _ => false,
    }
}

/// Whether the group process died of this very call.
pub(super) fn is_crash(body: &str) -> bool {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let text = json["errMsg"].as_str().unwrap_or_default();
    let read = text.contains("error reading from server");
    json["errCode"] == 14 && read && (text.contains("EOF") || text.contains("reset by peer"))
}

/// How long after the first crash the group process was back; `None` where it was not.
pub(super) fn back_after(recording: &Recording) -> Option<f64> {
    let calls = recording.list("api").iter().zip(recording.answers());
    let mut calls = calls.map(|(call, answer)| (call["at"].as_f64().unwrap_or(0.0), call, answer));
    let (crashed, _, answer) = calls.find(|(_, _, a)| is_crash(&a.body))?;
    let mut last_down = crashed + answer.seconds;
    for (at, call, answer) in calls {
        let group = call["path"].as_str().is_some_and(|p| p.starts_with("/group/"));
        if group && !is_down(&answer.body) && !is_crash(&answer.body) && answer.status == 200 {
            return Some(((last_down + at) / 2.0 - crashed).max(0.0));
        }
        if group {
            last_down = at;
        }
    }
    None
}

/// Creates whose call is not among the recorded ones: the caller went away. Told by the
/// first callback of each.
pub(super) fn abandoned(recording: &Recording) -> Vec<Callback> {
    let known = |operation: &str| {
        recording.list("api").iter().any(|c| c["request_headers"]["operationID"].as_str() == Some(operation))
    };
    let callbacks = recording.callbacks().into_iter();
    callbacks.filter(|c| c.command() == BEFORE_CREATE && !known(c.operation())).collect()
}

/// For how long those callers waited: the number before " s" that follows "after" or "up" in
/// the note.
pub(super) fn patience_s(recording: &Recording) -> f64 {
    let note = recording.text("note").to_ascii_lowercase();
    let words: Vec<&str> = note.split([' ', ';', ',']).collect();
    let number = words.windows(2).find_map(|pair| {
        let unit = ["s", "seconds", "second"].contains(&pair[1]);
        pair[0].parse::<f64>().ok().filter(|_| unit)
    });
    number.filter(|s| (0.0..60.0).contains(s)).unwrap_or(0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_found_in_free_text() {
        for (text, expected) in [
            ("timeout 1, answer after 1.2 s", Some(1)),
            ("timeout: 0 means the 15 s cap", Some(0)),
            ("timeout: 3600 is cut to 15 s", Some(3600)),
            ("timeout: -1", Some(-1)),
            ("beforeCreateGroup.timeout = 2", Some(2)),
            ("a timeout of 8 s", Some(8)),
            ("a 3 s timeout", Some(3)),
            (r#"{"timeout":7}"#, Some(7)),
            ("no scheme", None),
            ("url without timeout, 3 members", None),
        ] {
            assert_eq!(named_timeout(text), expected, "{text}");
        }
    }

    #[test]
    fn only_another_machines_address_leads_away() {
        for url in [
            "http://127.0.0.1:10/x",
            "http://no.such.host/x",
            "127.0.0.1:9/x",
            "http://[::1]:1",
            "http://localhost:1",
        ] {
            assert_eq!(leads_away(url), None, "{url}");
        }
        assert_eq!(leads_away("http://192.0.2.1:80/x").as_deref(), Some("192.0.2.1"));
    }
}
