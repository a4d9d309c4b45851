//! Opens the listener of `webhook.listen`, with errors that name the key.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

use crate::text::Text;
use crate::{displays_english, say};

/// Connections the kernel keeps waiting for `accept`; `OpenIM` opens up to 100 a process at once.
const BACKLOG: u32 = 4096;

/// Why the listener could not be opened.
#[derive(Debug, thiserror::Error)]
pub struct BindError {
    listen: String,
    why: Text,
}

impl BindError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        say!("errors-webhook-listen", listen = &self.listen, why = &self.why)
    }
}

displays_english!(BindError);

/// Binds `listen` (`host:port`; port 0 takes a free one).
///
/// # Errors
/// When the address is none, is taken, or belongs to another machine.
pub async fn bind(listen: &str) -> Result<TcpListener, BindError> {
    let wrong = |why: Text| BindError { listen: listen.to_owned(), why };
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host(listen)
        .await
        .map_err(|e| wrong(say!("errors-webhook-no-address", why = e.to_string())))?
        .collect();
    let mut last = say!("errors-webhook-nameless");
    for address in addresses {
        match bind_one(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = advice(&error),
        }
    }
    Err(wrong(last))
}

/// Takes `address` without listening there: whoever connects is refused, and the kernel gives the port to nobody else.
/// (A server that asks for this very port and sets `SO_REUSEADDR` can still have it.)
pub(super) fn hold(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As for every server: a port whose last connections are in TIME_WAIT may be taken again.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Listens on a socket that holds its address.
pub(super) fn listen(held: TcpSocket) -> io::Result<TcpListener> {
    held.listen(BACKLOG)
}

fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    hold(address).and_then(listen)
}

fn advice(error: &io::Error) -> Text {
    let why = error.to_string();
    match error.kind() {
        io::ErrorKind::AddrInUse => say!("errors-webhook-taken", why = why),
        io::ErrorKind::AddrNotAvailable => say!("errors-webhook-elsewhere", why = why),
        io::ErrorKind::PermissionDenied => say!("errors-webhook-privileged", why = why),
        _ => Text::plain(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_and_a_wrong_address_say_what_to_do() {
        let first = bind("127.0.0.1:0").await.unwrap();
        let taken = bind(&first.local_addr().unwrap().to_string()).await.unwrap_err().to_string();
        assert!(taken.contains("webhook.listen") && taken.contains("another port"), "{taken}");
        let wrong = bind("10006").await.unwrap_err().text();
        assert!(wrong.contains("host:port"), "{wrong:?}");
        assert!(wrong.en() != wrong.zh() && wrong.zh().contains("`webhook.listen`"), "{wrong:?}");
    }
}
