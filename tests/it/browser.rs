//! The HTML report in a real browser: headless Chromium, driven by its own driver, judged by axe-core.
//!
//! `scripts/install-test-deps.sh` installs all three. At a desk without them the test says that it was skipped; with
//! `CI=true` it fails.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::PrintConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use openim_bench::text::Lang;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::html::page;
use crate::report_snapshots::report;
use crate::support::free_port;

const WAIT: Duration = Duration::from_secs(20);
const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";
const END: &str = "\u{e010}";
const HOME: &str = "\u{e011}";
const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const PASTE: &str = "\u{e009}v";

/// The driver's process; ended when dropped.
struct Driver {
    child: Child,
    port: u16,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Driver {
    /// None where there is no driver.
    fn start() -> Option<Driver> {
        let port = free_port();
        let child = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let driver = Driver { child, port };
        let end = Instant::now() + WAIT;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "chromedriver does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(driver)
    }

    async fn browser(&self, profile: &Path) -> Client {
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1440,900",
            &format!("--user-data-dir={}", profile.display()),
        ];
        let capabilities = json!({
            "goog:chromeOptions": { "args": args },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let address = format!("http://127.0.0.1:{}", self.port);
        ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .unwrap()
    }
}

/// A session with what the protocol's standard lacks: the driver's own commands.
#[derive(Clone)]
struct Session {
    client: Client,
    base: String,
    port: u16,
}

impl Session {
    async fn open(client: Client, port: u16) -> Session {
        let id = client.session_id().await.unwrap().unwrap();
        Session { client, base: format!("/session/{id}"), port }
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(WAIT)).unwrap();
        let head = format!(
            "POST {}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            self.base,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut buffer = [0_u8; 8192];
        loop {
            let n = stream.read(&mut buffer).unwrap();
            answer.extend_from_slice(&buffer[..n]);
            let text = String::from_utf8_lossy(&answer);
            if let Some((_, body)) = text.split_once("\r\n\r\n")
                && let Ok(value) = serde_json::from_str::<Value>(body)
            {
                return value["value"].clone();
            }
            assert!(n > 0, "{path}: {text}");
        }
    }

    fn devtools(&self, command: &str, params: Value) {
        let answer = self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": params }));
        assert!(answer.get("error").is_none(), "{command}: {answer}");
    }

    fn width(&self, width: u32) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    fn colours(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features);
    }

    async fn eval(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    async fn click(&self, css: &str) {
        self.client.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
    }

    async fn text(&self, css: &str) -> String {
        self.client.find(Locator::Css(css)).await.unwrap().text().await.unwrap()
    }
}

fn axe() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-npm/node_modules/axe-core/axe.min.js")
}

fn skip(why: &str) {
    let install = "run scripts/install-test-deps.sh";
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}; {install}");
    println!("skipped: {why}; {install}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_works_in_a_browser_for_everyone() {
    let Ok(axe) = std::fs::read_to_string(axe()) else { return skip("no axe-core") };
    if Command::new("chromium").arg("--version").stdout(Stdio::null()).status().is_err() {
        return skip("no chromium");
    }
    let Some(driver) = Driver::start() else { return skip("no chromedriver") };
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("report.html");
    std::fs::write(&file, page(&report(), Lang::En)).unwrap();
    let client = driver.browser(&dir.path().join("profile")).await;
    let session = Session::open(client.clone(), driver.port).await;
    // In a task, so that the browser is closed whatever happens in it.
    let outcome = tokio::spawn(checks(session, format!("file://{}", file.display()), axe)).await;
    client.close().await.unwrap();
    outcome.unwrap();
}

async fn checks(session: Session, url: String, axe: String) {
    session.client.goto(&url).await.unwrap();
    answer(&session).await;
    copying(&session).await;
    languages(&session).await;
    colours(&session).await;
    widths(&session).await;
    readings(&session).await;
    paper(&session).await;
    rules(&session, &axe).await;
    keyboard(&session).await;
    let requests = session.eval("return performance.getEntriesByType('resource').map(e => e.name)").await;
    assert_eq!(requests, json!([]), "the page asked for something");
    let log = session.post("/se/log", &json!({ "type": "browser" }));
    assert_eq!(log, json!([]), "the browser complains");
}

async fn answer(session: &Session) {
    let rows = session
        .eval(
            "return [...document.querySelectorAll('#answer-table tbody')]\
             .map(b => [...b.rows].flatMap(r => [...r.cells]).map(c => c.innerText.trim()))",
        )
        .await;
    let row = |key: &str| {
        let all = rows.as_array().unwrap();
        all.iter().find(|r| r[0] == key).unwrap_or_else(|| panic!("no {key}: {rows:#}")).clone()
    };
    let after = row("afterCreateGroup");
    let cells: Vec<&str> = [1, 2, 3, 4, 8].map(|i| after[i].as_str().unwrap()).to_vec();
    assert_eq!(cells, ["5 s", "1 s", "0.083 %", "5.0 %", "medium"]);
    let before = row("beforeCreateGroup");
    let cells: Vec<&str> = [1, 2, 5, 6, 7].map(|i| before[i].as_str().unwrap()).to_vec();
    assert_eq!(cells, ["5 s", "2 s", "0", "287", "17,255"]);
    assert_eq!(row("afterJoinGroup")[2], "none");
    assert!(
        before[9].as_str().unwrap().starts_with("Why: 0 of 3,600 callbacks took longer than 2 s"),
        "{before}"
    );
}

async fn copying(session: &Session) {
    session.click("button.copy").await;
    let end = Instant::now() + WAIT;
    while session.text(".copied").await.is_empty() {
        assert!(Instant::now() < end, "nothing is said after copying");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(session.text(".copied").await, "Copied.");
    session
        .eval("const t = document.createElement('textarea'); t.id = 'paste'; document.body.append(t); t.focus()")
        .await;
    session.client.find(Locator::Css("#paste")).await.unwrap().send_keys(PASTE).await.unwrap();
    let pasted = session
        .eval("const t = document.getElementById('paste'), v = t.value; t.remove(); return [v, document.querySelector('#patch [lang=en]').textContent]")
        .await;
    assert_eq!(pasted[0], pasted[1]);
    assert!(pasted[0].as_str().unwrap().contains("afterCreateGroup:"), "{pasted}");
}

async fn languages(session: &Session) {
    assert_eq!(session.text("#answer").await, "Which timeout to write");
    session.click("#language-zh").await;
    assert_eq!(session.text("#answer").await, "应写的超时");
    assert_eq!(session.eval("return document.documentElement.lang").await, "zh");
    session.click("#language-en").await;
    assert_eq!(session.text("#answer").await, "Which timeout to write");
}

async fn colours(session: &Session) {
    let ground = "return getComputedStyle(document.body).backgroundColor";
    session.colours("light");
    assert_eq!(session.eval(ground).await, "rgb(255, 255, 255)");
    session.colours("dark");
    assert_eq!(session.eval(ground).await, "rgb(20, 23, 28)");
}

/// Nothing is wider than the window, but inside what scrolls by itself; charts are seen whole.
async fn widths(session: &Session) {
    let script = "document.querySelectorAll('details').forEach(d => { d.open = true });\
        const wide = [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll *, pre *, .skip, .aside')\
          && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 120));\
        const flat = [...document.querySelectorAll('figure .drawing')].filter(e => getComputedStyle(e).display !== 'none')\
          .filter(e => { const b = e.querySelector('svg').getBoundingClientRect(); return b.width < 200 || b.height < 60 }).length;\
        const r = [document.documentElement.scrollWidth, innerWidth, wide, flat];\
        document.querySelectorAll('details').forEach(d => { d.open = false });\
        return r";
    for width in [360, 768, 1440] {
        session.width(width);
        for lang in ["zh", "en"] {
            session.click(&format!("#language-{lang}")).await;
            let seen = session.eval(script).await;
            assert_eq!(seen[1], width, "{seen:#}");
            assert!(seen[0].as_u64() <= Some(u64::from(width)), "{lang} {width}: {seen:#}");
            assert_eq!((&seen[2], &seen[3]), (&json!([]), &json!(0)), "{lang} {width}");
            if width == 1440 {
                let table = session
                    .eval(
                        "const e = document.getElementById('answer-table').parentNode; \
                         return [e.scrollWidth, e.clientWidth]",
                    )
                    .await;
                assert!(table[0].as_u64() <= table[1].as_u64(), "{lang}: the answer scrolls: {table}");
            }
        }
    }
}

const READER: &str = "#chart-timeline .reader";

/// The value of a line in the box that is open: its words are those that the chart was given.
async fn read(session: &Session) -> Vec<String> {
    let box_text = session
        .eval(
            "const b = document.querySelector('#chart-timeline .reading'); \
             return b.hidden ? [] : [...b.querySelectorAll('p, span, b')].map(e => e.textContent)",
        )
        .await;
    serde_json::from_value(box_text).unwrap()
}

/// The slowest call of the made-up run was answered in the second from 30 to 31, after 1.45 s.
async fn readings(session: &Session) {
    let told = "#chart-timeline [role=status]";
    let words = format!("return document.querySelector('{told}').textContent");
    session.eval(&format!("document.querySelector('{READER}').focus()")).await;
    assert_eq!(read(session).await, Vec::<String>::new());
    let press = async |keys: &str| {
        session.client.find(Locator::Css(READER)).await.unwrap().send_keys(keys).await.unwrap();
    };
    press(HOME).await;
    assert_eq!(read(session).await, ["time of the run: 0–1 s"], "no call was answered in the warm-up");
    press(&RIGHT.repeat(30)).await;
    let seen = read(session).await;
    assert_eq!(seen[..3], ["time of the run: 30–31 s", "response, max", "1.45 s"]);
    let spoken = session.eval(&words).await;
    assert!(spoken.as_str().unwrap().starts_with("response, max: 1.45 s; service, p99: "), "{spoken}");
    press(END).await;
    assert_eq!(read(session).await[0], "time of the run: 61–62 s");
    press(LEFT).await;
    assert_eq!(read(session).await[0], "time of the run: 60–61 s");
    press(ESCAPE).await;
    assert_eq!(read(session).await, Vec::<String>::new());
    session.click("#language-zh").await;
    pointed(session).await;
    assert_eq!(read(session).await[..3], ["运行时间：30–31 s", "响应，最大", "1.45 s"]);
    assert_eq!(session.eval(&words).await, "", "a pointer does not chatter");
    session.click("#language-en").await;
}

/// Moves the pointer to the second from 30 to 31.
async fn pointed(session: &Session) {
    let at = session
        .eval(&format!(
            "const r = document.querySelector('{READER}'); r.scrollIntoView({{ block: 'center' }}); \
             const b = r.getBoundingClientRect(), stop = JSON.parse(document.querySelector('#chart-timeline script').textContent)[0].stops[30]; \
             return [Math.round(b.left + b.width * stop[0] / 860), Math.round(b.top + b.height / 2)]"
        ))
        .await;
    let moved = json!({ "type": "mouseMoved", "x": at[0], "y": at[1], "pointerType": "mouse" });
    session.devtools("Input.dispatchMouseEvent", moved);
}

/// Printed, the page has several sheets, everything is unfolded, and nothing that needs a screen is there.
async fn paper(session: &Session) {
    let pdf = session.client.print(PrintConfiguration::default()).await.unwrap();
    if let Some(folder) = std::env::var_os("OPENIM_BENCH_PAPER") {
        std::fs::write(Path::new(&folder).join("report.pdf"), &pdf).unwrap();
    }
    let text = String::from_utf8_lossy(&pdf);
    let sheets = text.matches("/Type /Page").count() - text.matches("/Type /Pages").count();
    assert!(text.starts_with("%PDF") && sheets > 1, "{sheets} sheets");
    session.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    let seen = session
        .eval(
            "const shown = css => [...document.querySelectorAll(css)].filter(e => e.getClientRects().length > 0).length;\
             const folded = [...document.querySelectorAll('details > :not(summary)')].filter(e => !e.checkVisibility({ contentVisibilityAuto: true }) && !e.lang);\
             return [shown('button, fieldset, .skip, .reader, .reading, #readout-hint'), folded.length, document.querySelectorAll('details:not([open])').length > 0, \
               [...document.querySelectorAll('.scroll, pre')].filter(e => getComputedStyle(e).overflowX !== 'visible').length, getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.badge')).backgroundColor]",
        )
        .await;
    session.devtools("Emulation.setEmulatedMedia", json!({ "media": "" }));
    assert_eq!(seen, json!([0, 0, true, 0, "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"]), "on paper");
}

async fn rules(session: &Session, axe: &str) {
    session.eval(axe).await;
    session.eval("document.querySelectorAll('details').forEach(d => { d.open = true })").await;
    let script = "const done = arguments[arguments.length - 1];\
        axe.run(document).then(r => done(r.violations.map(v => [v.id, v.help, v.nodes.map(n => n.html + ' ' + n.failureSummary)])),\
          e => done(String(e)))";
    for scheme in ["light", "dark"] {
        session.colours(scheme);
        for lang in ["zh", "en"] {
            session.click(&format!("#language-{lang}")).await;
            pointed(session).await;
            assert!(!read(session).await.is_empty(), "no values are shown while the rules are held to");
            let violations = session.client.execute_async(script, Vec::new()).await.unwrap();
            assert_eq!(violations, json!([]), "{scheme} {lang}");
        }
    }
    session.eval("document.querySelectorAll('details').forEach(d => { d.open = false })").await;
}

async fn keyboard(session: &Session) {
    let controls = "window.controls = [...document.querySelectorAll('a[href], button, input:checked, summary, [tabindex=\"0\"]')]\
        .filter(e => e.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }));\
        document.activeElement.blur(); window.scrollTo(0, 0); return window.controls.length";
    let n = session.eval(controls).await.as_u64().unwrap();
    assert!(n > 10, "{n} controls");
    session
        .eval("document.querySelector('.skip').focus(); window.reached = new Set([document.activeElement])")
        .await;
    for _ in 0..n + 5 {
        session.client.active_element().await.unwrap().send_keys(TAB).await.unwrap();
        session.eval("window.reached.add(document.activeElement)").await;
    }
    let missed = session
        .eval(
            "return window.controls.filter(e => !window.reached.has(e)).map(e => e.outerHTML.slice(0, 200))",
        )
        .await;
    assert_eq!(missed, json!([]), "the tab key does not reach these");
}
