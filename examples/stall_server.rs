//! A server that imitates just enough of OpenIM's API to be driven, and stalls.
//!
//! It shows what coordinated omission hides: in one terminal
//!
//! ```text
//! cargo run --release --example stall_server -- --listen 127.0.0.1:10022 --stall 1s --every 10s --for 120s
//! ```
//!
//! and in another `openim-bench run` with `--target http://127.0.0.1:10022`, `webhook.expect = []`
//! (it never calls back), constant arrivals and a measured time of whole periods. A share
//! f = stall ÷ every of the arrivals waits evenly between 0 and the stall, so the open loop's
//! response time at quantile q is stall · (1 − (1 − q) ÷ f). It keeps nothing and checks
//! nothing: every group is created, every user known. Loopback only; ends by itself.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use openim_bench::clock::RunClock;
use openim_bench::units::Span;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

/// A server that imitates OpenIM's API and stalls.
#[derive(Clone, Copy, Debug, Parser)]
struct Args {
    /// Loopback address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// How long nobody is answered.
    #[arg(long, default_value = "1s")]
    stall: Span,
    /// From the start of one stall to the start of the next.
    #[arg(long, default_value = "10s")]
    every: Span,
    /// How long the server lives.
    #[arg(long = "for", value_name = "DURATION", default_value = "120s")]
    lifetime: Span,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    ensure!(args.listen.ip().is_loopback(), "--listen {} is not a loopback address", args.listen);
    ensure!(args.stall < args.every, "--stall {} must be shorter than --every {}", args.stall, args.every);
    let listener =
        TcpListener::bind(args.listen).await.with_context(|| format!("cannot listen on {}", args.listen))?;
    announce(&listener, &args)?;
    let clock = RunClock::start();
    // The end of the lifetime is what ends it.
    let _ = tokio::time::timeout(args.lifetime.0, serve(listener, clock, args)).await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the address is this program's result")]
fn announce(listener: &TcpListener, args: &Args) -> anyhow::Result<()> {
    println!("http://{}", listener.local_addr()?);
    println!("answers nobody for {} every {}, ends after {}", args.stall, args.every, args.lifetime);
    Ok(())
}

async fn serve(listener: TcpListener, clock: RunClock, args: Args) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(stream, clock, args))),
            // Out of file descriptors, for instance: some will be free again.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, clock: RunClock, args: Args) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| async move {
        Ok::<_, Infallible>(respond(request, clock, args).await)
    });
    // A client that goes away is its own affair.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(request: Request<Incoming>, clock: RunClock, args: Args) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let has_operation_id = request.headers().get("operationID").is_some_and(|value| !value.is_empty());
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    wait_out_a_stall(clock, args).await;
    let envelope = if has_operation_id {
        let body = body.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(Value::Null);
        answer(&path, &body)
    } else {
        Some(failure(1001, "ArgsError", "header must have operationID"))
    };
    let (status, text) = match envelope {
        Some(envelope) => (StatusCode::OK, envelope.to_string()),
        None => (StatusCode::NOT_FOUND, "404 page not found".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert("content-type", hyper::header::HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

async fn wait_out_a_stall(clock: RunClock, args: Args) {
    let into = clock.now().0 % args.every.as_us();
    if let Some(left) = args.stall.as_us().checked_sub(into).filter(|left| *left > 0) {
        tokio::time::sleep(Duration::from_micros(left)).await;
    }
}

/// The envelope for a path; `None` for one that the API does not have.
fn answer(path: &str, body: &Value) -> Option<Value> {
    Some(match path {
        "/auth/get_admin_token" | "/auth/get_user_token" => {
            success(Some(json!({"token": "stall-server", "expireTimeSeconds": 7_776_000})))
        }
        "/auth/parse_token" => {
            success(Some(json!({"userID": "imAdmin", "platformID": 10, "expireTimeSeconds": 7_776_000})))
        }
        "/user/account_check" => success(Some(json!({"results": accounts(body)}))),
        "/group/create_group" => success(Some(json!({"groupInfo": group_info(body)}))),
        "/user/user_register"
        | "/group/dismiss_group"
        | "/group/invite_user_to_group"
        | "/group/join_group"
        | "/group/group_application_response"
        | "/group/kick_group"
        | "/group/quit_group" => success(None),
        _ => return None,
    })
}

/// As 3.8.3 and later: the key `data` is left out where there is nothing to say.
fn success(data: Option<Value>) -> Value {
    let mut envelope = json!({"errCode": 0, "errMsg": "", "errDlt": ""});
    if let Some(data) = data {
        envelope["data"] = data;
    }
    envelope
}

fn failure(code: i64, message: &str, detail: &str) -> Value {
    json!({"errCode": code, "errMsg": message, "errDlt": detail})
}

/// Everybody is registered.
fn accounts(body: &Value) -> Vec<Value> {
    let ids = body["checkUserIDs"].as_array().map(Vec::as_slice).unwrap_or_default();
    ids.iter().map(|id| json!({"userID": id, "accountStatus": 1})).collect()
}

/// What was asked for, with what a server adds.
fn group_info(body: &Value) -> Value {
    let asked = &body["groupInfo"];
    let text = |key: &str| asked[key].as_str().unwrap_or_default();
    let number = |key: &str| asked[key].as_i64().unwrap_or_default();
    let others = |key: &str| body[key].as_array().map_or(0, Vec::len);
    json!({
        "groupID": text("groupID"),
        "groupName": text("groupName"),
        "notification": text("notification"),
        "introduction": text("introduction"),
        "faceURL": text("faceURL"),
        "ownerUserID": body["ownerUserID"].as_str().unwrap_or_default(),
        "createTime": 0,
        "memberCount": 1 + others("memberUserIDs") + others("adminUserIDs"),
        "ex": text("ex"),
        "status": 0,
        "creatorUserID": text("creatorUserID"),
        "groupType": number("groupType"),
        "needVerification": number("needVerification"),
        "lookMemberInfo": number("lookMemberInfo"),
        "applyMemberFriend": number("applyMemberFriend"),
        "notificationUpdateTime": 0,
        "notificationUserID": text("notificationUserID"),
    })
}
