//! Opens the listener of `webhook.listen`, with errors that name the key.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections the kernel keeps waiting for `accept`; `OpenIM` opens up to 100 a process at once.
const BACKLOG: u32 = 4096;

/// Why the listener could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("`webhook.listen` = \"{listen}\": {why}")]
pub struct BindError {
    listen: String,
    why: String,
}

/// Binds `listen` (`host:port`; port 0 takes a free one).
///
/// # Errors
/// When the address is none, is taken, or belongs to another machine.
pub async fn bind(listen: &str) -> Result<TcpListener, BindError> {
    let wrong = |why: String| BindError { listen: listen.to_owned(), why };
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host(listen)
        .await
        .map_err(|e| wrong(format!("no address ({e}); write host:port, such as \"127.0.0.1:10006\"")))?
        .collect();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match bind_one(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(wrong(advice(&last)))
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

fn advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!(
                "{error}; another process listens there (`ss -ltnp` names it), stop it or choose another port"
            )
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("{error}; this machine has no such address, 0.0.0.0 listens on all it has")
        }
        io::ErrorKind::PermissionDenied => {
            format!("{error}; ports below 1024 need privileges, choose a higher one")
        }
        _ => error.to_string(),
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
        let wrong = bind("10006").await.unwrap_err().to_string();
        assert!(wrong.contains("host:port"), "{wrong}");
    }
}
