//! The listener of the webhook server: open, closed for a case, open again on the same port.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::Failure;
use crate::probe::receiver::Receiver;
use crate::say;
use crate::text::Told;
use crate::webhook;

/// How often a port is tried that somebody else may have taken meanwhile.
const TRIES: u32 = 20;

/// A listener that can be closed and opened again.
pub(in crate::app) struct Listener {
    /// Where it listens.
    pub address: SocketAddr,
    receiver: Receiver,
    serving: Option<(CancellationToken, JoinHandle<()>)>,
}

impl Listener {
    /// Opens it.
    pub async fn open(listen: &str, receiver: Receiver) -> Result<Listener, Failure> {
        let bound = webhook::bind(listen).await.context("--webhook-listen").map_err(Failure::usage)?;
        let address = bound.local_addr().map_err(Failure::usage)?;
        let mut listener = Listener { address, receiver, serving: None };
        listener.serve(bound);
        Ok(listener)
    }

    fn serve(&mut self, bound: tokio::net::TcpListener) {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(self.receiver.clone().serve(bound, shutdown.clone()));
        self.serving = Some((shutdown, task));
    }

    /// Closes it with all of its connections.
    pub async fn close(&mut self) {
        if let Some((shutdown, task)) = self.serving.take() {
            shutdown.cancel();
            // It ends at once; should it not, the port shows it.
            let _ = tokio::time::timeout(Duration::from_secs(2), task).await;
        }
    }

    /// Opens it again where it was.
    pub async fn reopen(&mut self) -> Result<(), Failure> {
        let mut tries = 0;
        loop {
            match webhook::bind(&self.address.to_string()).await {
                Ok(bound) => {
                    self.serve(bound);
                    return Ok(());
                }
                Err(error) if tries >= TRIES => {
                    let told = Told::new(say!("probe-cannot-listen-again"));
                    return Err(Failure::usage(told.because(error)));
                }
                Err(_) => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}
