//! A large site that looks like a real one: incidents in two languages, each page with a table, three code blocks,
//! three links, a check and a fix, two fixtures and two samples. The same number gives the same bytes.

use std::fmt::Write;

/// Groups: folder, prefix of ids, configuration file, a section of it, and the Chinese word for the program.
const GROUPS: &[(&str, &str, &str, &str, &str)] = &[
    ("nginx", "NGINX", "/etc/nginx/gateway.json", "upstream", "反向代理"),
    ("postgres", "POSTGRES", "/etc/postgres/main.json", "pool", "数据库"),
    ("kafka", "KAFKA", "/etc/kafka/broker.json", "consumer", "消息队列"),
    ("redis", "REDIS", "/etc/redis/cluster.json", "memory", "缓存集群"),
    ("kubelet", "KUBELET", "/etc/kubelet/config.json", "eviction", "节点代理"),
    ("vault", "VAULT", "/etc/vault/seal.json", "lease", "密钥服务"),
    ("loki", "LOKI", "/etc/loki/limits.json", "ingester", "日志系统"),
    ("docker", "DOCKER", "/etc/docker/daemon.json", "storage", "容器运行时"),
];

/// Faults: the key, its bad and its good value, the error, and titles in both languages.
const FAULTS: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "idleSeconds",
        "30",
        "75",
        "peer closed the connection early",
        "The idle time is shorter than the peer's",
        "空闲时间短于对端",
    ),
    (
        "retries",
        "\"5\"",
        "5",
        "invalid type: string, expected a number",
        "A number in quotes turns retries off",
        "带引号的数字使重试失效",
    ),
    (
        "cacheSeconds",
        "3600",
        "5",
        "no such host (cached)",
        "A missing name is remembered for an hour",
        "查无此名的结果被缓存一小时",
    ),
    (
        "memoryLimit",
        "512",
        "2048",
        "out of memory: killed",
        "The limit is below what is in use",
        "内存上限低于实际用量",
    ),
    ("clockSkew", "0", "60", "token used before issued", "Tokens of a fast clock are refused", "时钟偏快的令牌被拒绝"),
    ("reopenLog", "false", "true", "log file is stale", "Logs go to a file that was removed", "日志写进已删除的文件"),
];

const HOSTS: &[&str] = &["orders", "billing", "search", "ingest", "mail", "video", "maps"];

const ENGLISH: &[&str] = &[
    "About {n} percent of the requests to {host} failed, in bursts that matched no deploy.",
    "The process did not crash, and the probe stayed green because it opens a new connection each time.",
    "The value came from a template that was copied {n} months ago and that nobody owned since.",
    "Clients saw the message below on the second or third request of a session, never on the first.",
    "The program accepts the value without a warning, since it is wrong only beside its neighbour.",
    "Apply the change to one host, wait for {n} minutes, and watch the error ratio before you go on.",
    "A reload is enough; a restart would drop the connections of {host} that are still healthy.",
    "We reproduced it in a test environment with the same value and {n} requests a second.",
    "No data was lost, but {n} customers opened a ticket before the first alert came.",
    "The median did not move, while the slowest requests of {host} went past {n} seconds.",
];

const CHINESE: &[&str] = &[
    "{host}约有百分之{n}的请求失败，失败成批出现，与任何一次发布都对不上。",
    "进程没有崩溃，探针每次都新建连接，所以一直显示正常。",
    "这个值来自{n}个月前复制的一份模板，此后再没有人负责它。",
    "客户端在一个会话的第二或第三个请求上看到下面的报错，第一个请求从不出错。",
    "程序接受这个值而不告警，因为它单独看是合法的，只有与相邻的配置放在一起才错。",
    "先在一台主机上修改，等待{n}分钟，观察错误率之后再继续。",
    "重新加载即可，重启会断开{host}上仍然正常的连接。",
    "我们在测试环境用同样的值和每秒{n}个请求复现了故障。",
    "没有丢失数据，但在第一条告警之前已有{n}位客户提交工单。",
    "中位数没有变化，而{host}最慢的请求超过了{n}秒。",
];

/// The words of one language: section headings, sentences, and the heads of the table.
struct Words {
    language: &'static str,
    headings: [&'static str; 6],
    sentences: &'static [&'static str],
    table: [&'static str; 3],
    steps: [&'static str; 3],
}

const WORDS: [Words; 2] = [
    Words {
        language: "en",
        headings: ["Summary", "Symptom", "Root cause", "Confirm", "Fix", "Lesson"],
        sentences: ENGLISH,
        table: ["Signal", "Healthy", "Broken"],
        steps: ["Save a copy of the file.", "Set the value in the template.", "Reload and run the check."],
    },
    Words {
        language: "zh",
        headings: ["摘要", "症状", "根本原因", "确认", "修复", "经验"],
        sentences: CHINESE,
        table: ["信号", "正常", "故障"],
        steps: ["保存文件的副本。", "在模板里修改该值。", "重新加载并运行检查。"],
    },
];

/// The files of a site with this many incidents: path and text.
pub fn files(incidents: usize) -> Vec<(String, String)> {
    let mut files = vec![(
        "site.toml".to_owned(),
        "base_url = \"https://runbooks.example/\"\ndefault_language = \"en\"\nlanguages = [\"en\", \"zh\"]\n\
         [title]\nen = \"Runbooks\"\nzh = \"运行手册\"\n"
            .to_owned(),
    )];
    for (group, ..) in GROUPS.iter().take(incidents) {
        for words in &WORDS {
            let path = format!("content/{group}/_index.{}.md", words.language);
            files.push((path, format!("---\ntitle: {group}\n---\n")));
        }
    }
    for number in 0..incidents {
        Incident { number, incidents }.add(&mut files);
    }
    files
}

/// One incident, all of which follows from its number.
#[derive(Clone, Copy)]
struct Incident {
    number: usize,
    incidents: usize,
}

impl Incident {
    fn add(self, files: &mut Vec<(String, String)>) {
        let (_, _, file, section, _) = self.group();
        let (key, bad, good, error, ..) = self.fault();
        let folder = format!("content/{}", self.folder());
        for words in &WORDS {
            files.push((format!("{folder}/index.{}.md", words.language), self.page(words)));
        }
        for (name, value) in [("broken", bad), ("healthy", good)] {
            let text = format!(
                "{{\n  \"{section}\": {{\n    \"{key}\": {value},\n    \"enabled\": true\n  }},\n  \"service\": \"{}\"\n}}\n",
                self.host()
            );
            files.push((format!("{folder}/fixtures/{name}/root{file}"), text));
        }
        let log = self.log();
        let found =
            format!("{log}2024-07-18T12:24:40.872Z {} E{:05}: {error} (request=5ed6)\n", self.host(), self.number);
        files.push((format!("{folder}/samples/match-journal.log"), found));
        files.push((format!("{folder}/samples/clean-reload.log"), log));
    }

    fn page(self, words: &Words) -> String {
        let (_, prefix, file, section, chinese_name) = self.group();
        let (key, bad, good, error, english, chinese) = self.fault();
        let host = self.host();
        let is_default = words.language == "en";
        let title = if is_default {
            format!("{english} ({prefix}, {host})")
        } else {
            format!("{chinese}（{chinese_name}，{host}）")
        };
        let mut page = String::with_capacity(6_000);
        page.push_str("---\n");
        if is_default {
            let severity = ["low", "medium", "high", "critical"][self.pick(4, 1)];
            write!(
                page,
                "id: {prefix}-{}\nseverity: {severity}\nowner: \"@{host}\"\ntags: [{section}, {host}, config]\n\
                 signatures:\n  - \"E{:05}: {error} (request={{request}})\"\n",
                self.number + 1,
                self.number
            )
            .expect("writing to a string does not fail");
        }
        write!(
            page,
            "title: \"{title}\"\nsymptom: \"`{error}` ({host})\"\nroot_cause: \"`{key}` = {}\"\nconfirm: \"`{file}`\"\n\
             fix: \"`{key}` = {}\"\n---\n",
            bad.trim_matches('"'),
            good
        )
        .expect("writing to a string does not fail");

        let [summary, symptom, cause, confirm, fix, lesson] = words.headings;
        let log = self.log();
        let steps = words.steps;
        let [signal, healthy, broken] = words.table;
        let check = format!("select(.{section}.{key} == {bad}) | {{key: \"{key}\", value: .{section}.{key}}}\n");
        let heal = format!("if .{section}.{key} == {bad} then .{section}.{key} = {good} else . end\n");
        let (check, heal) = if is_default { (check, heal) } else { (String::new(), String::new()) };
        write!(
            page,
            "\n## {summary}\n\n{}\n\n{}\n\n## {symptom}\n\n{}\n\n```text\n{log}```\n\n## {cause}\n\n{}\n\n\
             ```json\n{{\n  \"{section}\": {{\n    \"{key}\": {bad},\n    \"peers\": [\"{host}-1\", \"{host}-2\"]\n  }},\n  \
             \"limits\": {{\"connections\": {}, \"depth\": 400}}\n}}\n```\n\n## {confirm}\n\n{}\n\n\
             ```bash\nset -euo pipefail\nfile=\"${{1:-{file}}}\"\nvalue=$(jq -r '.{section}.{key}' \"$file\")\n\
             if [[ \"$value\" == '{}' ]]; then\n  echo \"bad: $value\" >&2\n  exit 1\nfi\n```\n\n\
             | {signal} | {healthy} | {broken} |\n| --- | --- | --- |\n| `{key}` | `{good}` | `{bad}` |\n\
             | {host}-1 | 0.1 % | {} % |\n| {host}-2 | 0 | 1 |\n\n\
             ```jq check #value file={file}\n{check}```\n\n## {fix}\n\n\
             ```jq fix #set-value for=value file={file}\n{heal}```\n\n{}\n\n1. {}\n2. {}\n3. {}\n\n## {lesson}\n\n{}\n",
            self.prose(words, 10, 6),
            self.prose(words, 20, 5),
            self.prose(words, 30, 7),
            self.prose(words, 40, 7),
            self.pick(900, 2),
            self.prose(words, 50, 6),
            bad.trim_matches('"'),
            self.pick(40, 3),
            self.prose(words, 60, 6),
            steps[0],
            steps[1],
            steps[2],
            self.prose(words, 70, 5),
        )
        .expect("writing to a string does not fail");
        for step in [1, 7, 31] {
            let other = Self { number: (self.number + step) % self.incidents, ..self };
            let target = format!("../../{}/index.{}.md", other.folder(), words.language);
            writeln!(page, "- [{}]({target})", other.host()).expect("writing to a string does not fail");
        }
        page
    }

    fn folder(self) -> String {
        format!("{}/{}-{:05}", self.group().0, self.host(), self.number)
    }

    fn group(self) -> (&'static str, &'static str, &'static str, &'static str, &'static str) {
        GROUPS[self.number % GROUPS.len()]
    }

    fn fault(self) -> (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str) {
        FAULTS[self.number / GROUPS.len() % FAULTS.len()]
    }

    fn host(self) -> &'static str {
        HOSTS[self.number % HOSTS.len()]
    }

    fn log(self) -> String {
        let (_, _, file, ..) = self.group();
        let host = self.host();
        format!(
            "2024-07-18T12:24:40.104Z {host} level=warn msg=\"reload complete\" file={file}\n\
             2024-07-18T12:24:40.990Z {host} supervisor[1]: still healthy, uptime={}s\n",
            self.pick(90_000, 4)
        )
    }

    /// So many sentences, a different choice for each incident and each `salt`.
    fn prose(self, words: &Words, salt: usize, sentences: usize) -> String {
        let gap = if words.language == "en" { " " } else { "" };
        let sentence = |at: usize| {
            let pattern = words.sentences[self.pick(words.sentences.len(), salt + at)];
            let number = 2 + self.pick(97, salt + at + 100);
            pattern.replace("{n}", &number.to_string()).replace("{host}", self.host())
        };
        (0..sentences).map(sentence).collect::<Vec<_>>().join(gap)
    }

    /// A number below `limit` that looks random and is not.
    fn pick(self, limit: usize, salt: usize) -> usize {
        let mut mixed = (self.number as u64) << 20 | salt as u64;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) % limit as u64).expect("it is below a usize")
    }
}
