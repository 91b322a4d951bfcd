//! A small site without findings, which tests change.

use faultbook::engine::{Limits, Probe};
use faultbook::prove::{self, Job, Killed, Prover, Report};
use faultbook::source::Tree;
use std::time::Duration;

/// Runs snippets in this very process, with the budgets of the build but for time and memory, which no two machines
/// have alike.
pub struct InPlace;

impl Prover for InPlace {
    fn prove(&self, job: &Job) -> Result<Report, Killed> {
        Ok(prove::run(job, &Limits::default(), &Still, &mut |_| {}))
    }
}

struct Still;

impl Probe for Still {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn memory(&self) -> usize {
        0
    }
}

/// A group and one incident in two languages, with a check, a fix, fixtures and a sample.
pub fn site() -> Tree {
    let mut tree = Tree::default();
    for (path, text) in FILES {
        tree.add(path, *text);
    }
    tree
}

const FILES: &[(&str, &str)] = &[
    (
        "site.toml",
        r#"base_url = "https://runbooks.example.org/"
default_language = "en"
languages = ["en", "zh"]

[title]
en = "Runbooks"
zh = "运维手册"
"#,
    ),
    ("content/demo/_index.en.md", "---\ntitle: Demonstration\n---\n\nWhat goes wrong with the demonstration.\n"),
    ("content/demo/_index.zh.md", "---\ntitle: 演示\n---\n\n演示服务的故障。\n"),
    (
        "content/demo/token-expired/index.en.md",
        r#"---
id: DEMO-1
title: Requests fail with "token expired"
severity: high
signatures: ["token expired at {time}"]
symptom: Every request is answered with 401.
root_cause: The lifetime of a token is set to zero.
confirm: The check prints a line.
fix: Set a lifetime of a day.
messages: {token-lifetime: "a token lives for {hours} hours"}
---

## Symptom

Every request fails, also right after the service was started.

## Root cause

A token that lives for zero hours has expired when it is made.

## Confirm

```jq check #token-lifetime file=~/.demo/config.json
select(.token_hours < 1) | {hours: .token_hours}
```

## Fix

```jq fix #set-lifetime for=token-lifetime file=~/.demo/config.json
if .token_hours < 1 then .token_hours = 24 else . end
```
"#,
    ),
    (
        "content/demo/token-expired/index.zh.md",
        r#"---
title: 请求报错 token expired
symptom: 所有请求都返回401。
root_cause: 令牌的有效期被设为零。
confirm: 检查会输出一行。
fix: 把有效期设为一天。
messages: {token-lifetime: "令牌的有效期是{hours}小时"}
---

## 症状

所有请求都失败，服务刚启动时也一样。

## 根本原因

有效期为零小时的令牌，一生成就已过期。

## 确认

```jq check #token-lifetime file=~/.demo/config.json
```

## 修复

```jq fix #set-lifetime for=token-lifetime file=~/.demo/config.json
```
"#,
    ),
    ("content/demo/token-expired/fixtures/broken/home/.demo/config.json", "{\"token_hours\": 0}\n"),
    ("content/demo/token-expired/fixtures/healthy/home/.demo/config.json", "{\"token_hours\": 24}\n"),
    ("content/demo/token-expired/fixtures/healthy-an-hour/home/.demo/config.json", "{\"token_hours\": 1}\n"),
    (
        "content/demo/token-expired/samples/match-gateway.log",
        "2026-03-01T10:00:00Z gateway listening on 8080\n\
         2026-03-01T10:00:02Z gateway 401 token expired at 2026-03-01T10:00:01Z\n",
    ),
];
