//! The URL under which OpenIM's group process can reach our listener.

use std::net::{IpAddr, SocketAddr};

use super::Deployment;
use crate::profile::model::WebhookSection;
use crate::say;
use crate::text::Text;

/// The URL to write into OpenIM's configuration, and what the reader must know about it.
///
/// Inside a container `127.0.0.1` is the container itself, so a listener on loopback is named
/// as a mistake for Docker and Kubernetes.
#[must_use]
pub fn callback_url(webhook: &WebhookSection, deployment: Deployment) -> (String, Vec<Text>) {
    let path = webhook.path.trim_end_matches('/');
    let Ok(listen) = webhook.listen.parse::<SocketAddr>() else {
        return (format!("http://{}{path}", webhook.listen), Vec::new());
    };
    let mut cautions = Vec::new();
    let port = match listen.port() {
        0 => {
            cautions.push(say!("setup-mind-port"));
            "<port>".to_owned()
        }
        port => port.to_string(),
    };
    if deployment != Deployment::Source && listen.ip().is_loopback() {
        cautions.push(say!("setup-mind-loopback", listen = listen.to_string(), port = &port));
    }
    let host = host(listen.ip(), deployment);
    if host.starts_with('<') {
        cautions.push(say!("setup-mind-host", host = &host));
    }
    (format!("http://{host}:{port}{path}"), cautions)
}

fn host(ip: IpAddr, deployment: Deployment) -> String {
    let open = ip.is_unspecified() || ip.is_loopback();
    match deployment {
        Deployment::Docker if open => "host.docker.internal".to_owned(),
        Deployment::K8s if open => "<this-machine>".to_owned(),
        Deployment::Source if open => "127.0.0.1".to_owned(),
        _ => match ip {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        },
    }
}
