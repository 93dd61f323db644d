//! What the Rust drivers share: the protocol of line_protocol.py.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use serde::Deserialize;
use serde_json::{json, Value};

/// A command with the members of all commands.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Command {
    #[serde(rename = "do")]
    pub verb: String,
    pub name: String,
    pub partitions: i32,
    pub topic: String,
    pub group: Option<String>,
    pub messages: Vec<Message>,
    #[serde(flatten)]
    pub settings: Settings,
    pub limit: Option<usize>,
    pub fetch_bytes: Option<i32>,
    pub auto_commit: bool,
    pub start: Option<String>,
    pub isolation: Option<String>,
    pub member: Option<Member>,
    pub seconds: f64,
    pub partition: i32,
    pub offset: i64,
    pub timestamp: i64,
    pub before: i64,
    pub configs: BTreeMap<String, String>,
    pub offsets: BTreeMap<String, i64>,
}

/// Of a producer: a driver keeps one for each.
#[derive(Deserialize, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[serde(default)]
pub struct Settings {
    pub codec: String,
    pub acks: String,
    pub idempotent: bool,
    pub batch_bytes: Option<u32>,
    pub max_request_bytes: Option<u32>,
}

/// Of a group: by which protocol and assignor, and perhaps with a static id.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Member {
    pub protocol: Option<String>,
    pub assignor: Option<String>,
    pub instance: Option<String>,
    pub session_ms: u32,
    pub heartbeat_ms: u32,
    pub pattern: Option<String>,
}

#[derive(Deserialize)]
pub struct Message {
    pub key: Option<String>,
    pub value: Option<String>,
    pub headers: Vec<(String, Option<String>)>,
    pub partition: Option<i32>,
    pub timestamp: Option<i64>,
}

/// An answer with an error in it: Kafka's code where the client tells it.
pub struct Failure {
    pub code: Option<i32>,
    pub message: String,
}

pub fn failure(message: impl Into<String>) -> Failure {
    Failure { code: None, message: message.into() }
}

pub type Answer = Result<Value, Failure>;

/// Answer commands until the input ends.
pub fn serve(client: &str, version: &str, mut answer: impl FnMut(Command) -> Answer) {
    send(json!({"ok": {"client": client, "version": version}}));
    for line in io::stdin().lock().lines() {
        let command = serde_json::from_str(&line.expect("input")).expect("a command");
        match answer(command) {
            Ok(value) => send(json!({"ok": value})),
            Err(failure) => send(json!({"error": {"code": failure.code, "message": failure.message}})),
        }
    }
}

fn send(value: Value) {
    let mut output = io::stdout().lock();
    writeln!(output, "{value}").and_then(|()| output.flush()).expect("output");
}

pub fn text(data: Option<&[u8]>) -> Option<String> {
    data.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}
