//! A webhook server that answers every group callback of every version as OpenIM needs it.
//!
//! ```text
//! cargo run --example receiver -- 127.0.0.1:10006
//! openim-bench webhook check --url http://127.0.0.1:10006/callback --version 3.7.0,main
//! ```
//!
//! It lets everything pass and keeps nothing. What matters: JSON in every case, by the command in the path, and
//! for the two changes of group info the request's own fields given back. Loopback only.

use std::convert::Infallible;
use std::net::SocketAddr;

use anyhow::{Context, ensure};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use openim_bench::wire::WebhookKey;
use openim_bench::wire::answer::neutral;
use openim_bench::wire::callback::command_in_target;
use tokio::net::TcpListener;

/// 1,000 members are about 60 kB; nothing that OpenIM sends comes near this.
const LONGEST: usize = 4 << 20;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listen = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:10006".to_owned());
    let listen: SocketAddr = listen.parse().with_context(|| format!("{listen} is no address"))?;
    ensure!(listen.ip().is_loopback(), "{listen} is not a loopback address");
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        tokio::spawn(async move {
            let service = service_fn(answer);
            // A caller that goes away is its own matter.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let key = WebhookKey::from_command(command_in_target(request.uri().path()));
    let body = Limited::new(request.into_body(), LONGEST).collect().await;
    let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let mut response = Response::new(Full::new(Bytes::from(neutral(key, &body))));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
