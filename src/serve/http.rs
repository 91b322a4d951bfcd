//! Answers to the browser.
//!
//! In comes what is to be shown, out go its pages, as a static host would give them, each with a script that reloads it
//! when the site changes and shows findings. Only programs on this machine are answered, and of those no browser page
//! that came from elsewhere under another name (DNS rebinding).

use super::{Shown, media};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use percent_encoding::percent_decode_str;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch::Receiver;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};

/// What the server shows, and every change of it.
type Current = Receiver<Arc<Shown>>;

/// How soon a page asks again when the preview was stopped and started.
const RETRY: Duration = Duration::from_millis(500);

/// What a page shows before there is a site, under its findings.
const NO_SITE: &str = "<!doctype html><html lang=\"en\"><head><title>No site yet</title></head><body></body></html>";

/// A server that is ready to answer.
pub(super) struct Server {
    runtime: Runtime,
    listener: TcpListener,
    current: Current,
}

impl Server {
    pub(super) fn new(listener: TcpListener, current: Current) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, listener, current })
    }

    /// Answers until the user interrupts it. Connections that are open then are not waited for: those that tell of
    /// changes never end.
    pub(super) fn run(self) -> io::Result<()> {
        self.runtime.block_on(async {
            // An event is a small packet that must not wait for a larger one.
            let listener = tokio::net::TcpListener::from_std(self.listener)?.tap_io(|connection| {
                let _ = connection.set_nodelay(true);
            });
            tokio::select! {
                ended = axum::serve(listener, router(self.current)) => ended,
                interrupted = tokio::signal::ctrl_c() => interrupted,
            }
        })
    }
}

fn router(current: Current) -> Router {
    let script = get(async || file("live.js", include_str!("live.js")));
    let style = get(async || file("live.css", include_str!("live.css")));
    let compare = get(async || file("compare.js", include_str!("compare.js")));
    let compare_style = get(async || file("compare.css", include_str!("compare.css")));
    Router::new()
        .route("/__faultbook/live.js", script)
        .route("/__faultbook/live.css", style)
        .route("/__faultbook/compare.js", compare)
        .route("/__faultbook/compare.css", compare_style)
        .route("/__faultbook/events", get(events))
        .fallback(get(page))
        .layer(middleware::from_fn(guard))
        .with_state(current)
}

/// Refuses who asks for another host, and lets nothing be kept.
async fn guard(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let mut response = if host.is_some_and(is_this_machine) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "The preview answers only to localhost.\n").into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(name == "localhost" || name.ends_with(".localhost"), |address| address.is_loopback())
}

/// What a page is to show now, and again whenever that changes: the query is its path.
async fn events(State(current): State<Current>, uri: Uri) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let page = percent_decode_str(uri.query().unwrap_or_default()).decode_utf8_lossy().into_owned();
    let states = WatchStream::new(current).map(move |shown| {
        let state = serde_json::json!({
            "version": shown.version.to_string(),
            "findings": shown.findings,
            "proof": shown.proof(&page),
        });
        Ok(Event::default().event("state").retry(RETRY).data(state.to_string()))
    });
    Sse::new(states).keep_alive(KeepAlive::default())
}

impl Shown {
    /// What was shown of the incident at a path such as `/base/en/openclaw/x/`.
    fn proof(&self, path: &str) -> Option<&str> {
        let (_language, folder) = path.strip_prefix(&self.base_path)?.split_once('/')?;
        self.proofs.get(folder.trim_end_matches("index.html").trim_end_matches('/')).map(String::as_str)
    }
}

async fn page(State(current): State<Current>, uri: Uri) -> Response {
    let shown = Arc::clone(&current.borrow());
    let Some(site) = &shown.site else {
        return html(StatusCode::SERVICE_UNAVAILABLE, NO_SITE.into(), &shown);
    };
    let path = percent_decode_str(uri.path()).decode_utf8_lossy();
    let Some(path) = path.strip_prefix(&shown.base_path) else {
        return match uri.path() {
            "/" => Redirect::temporary(&shown.base_path).into_response(),
            _ => (StatusCode::NOT_FOUND, format!("The site is at {}\n", shown.base_path)).into_response(),
        };
    };
    let name = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    if let Some(bytes) = site(&name) {
        return match media::of_path(&name) {
            media::HTML if uri.query() == Some("compare") => {
                ([(header::CONTENT_TYPE, media::HTML)], include_str!("compare.html")).into_response()
            }
            media::HTML => html(StatusCode::OK, bytes, &shown),
            media => ([(header::CONTENT_TYPE, media)], bytes).into_response(),
        };
    }
    if site(&format!("{name}/index.html")).is_some() {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::temporary(&format!("{}/{query}", uri.path())).into_response();
    }
    html(StatusCode::NOT_FOUND, site("404.html").unwrap_or_else(|| NO_SITE.into()), &shown)
}

fn html(status: StatusCode, page: Vec<u8>, shown: &Shown) -> Response {
    (status, [(header::CONTENT_TYPE, media::HTML)], with_script(page, shown.version)).into_response()
}

fn file(name: &str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media::of_path(name))], text).into_response()
}

/// The page with the script that keeps it up to date, which learns from its address what it is a page of.
fn with_script(mut page: Vec<u8>, version: u64) -> Vec<u8> {
    const HEAD_END: &[u8] = b"</head>";
    let script = format!("<script defer src=\"/__faultbook/live.js?version={version}\"></script>");
    let place = page.windows(HEAD_END.len()).position(|bytes| bytes == HEAD_END).unwrap_or(page.len());
    page.splice(place..place, script.into_bytes());
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for good in ["localhost", "localhost:4000", "127.0.0.1:4000", "127.1.2.3", "[::1]:4000", "docs.localhost:80"] {
            assert!(is_this_machine(good), "{good}");
        }
        for bad in ["", "example.org", "localhost.example.org", "192.168.1.2:4000", "127.0.0.1.example.org", "a b"] {
            assert!(!is_this_machine(bad), "{bad}");
        }
    }

    #[test]
    fn the_script_is_at_the_end_of_the_head_or_of_the_text() {
        let check = |page: &str, expected: &str| {
            let page = String::from_utf8(with_script(page.into(), 7)).unwrap();
            assert_eq!(page.replace("<script defer src=\"/__faultbook/live.js?version=7\"></script>", "*"), expected);
        };
        check("<head></head><body></body>", "<head>*</head><body></body>");
        check("text", "text*");
        check("", "*");
    }
}
