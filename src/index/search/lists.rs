//! Words that are treated otherwise than the rest.

use super::text;

/// Words that say nothing of what a reader looks for; the last of those in letters stand in the moments and keys of logs.
const STOP: &str = "a an and are as at be by can do does for from had has have how i if in is it its me my not of on or \
    our so that the their then there they this to was we were what when where which who why will with you your \
    always anyone anything everyone everything get got help just need nobody nothing please someone something still try want \
    jan feb apr jun jul aug sep oct nov dec tue wed thu fri sat utc gmt ts msg \
    一直 为何 为什 么办 么样 什么 可以 如何 怎么 怎样 总是 是什 不了 不到 为啥 一下 请教 没有 无法 突然 老是 请问";

/// By these a line of a log is worth reading.
const ALARM: &str = "abort alert cannot corrupt crash critical denied error exception exceeded expired fail fatal forbidden invalid \
    killed missing panic refused rejected timeout unable unauthorized unexpected unknown warn \
    失败 异常 拒绝 错误 超时";

/// The terms that say nothing of what a reader looks for, sorted.
pub fn stop() -> Vec<String> {
    let mut stop = Vec::new();
    text::terms(STOP, &mut |term, _| stop.push(term.to_owned()));
    stop.sort_unstable();
    stop.dedup();
    stop
}

/// What a line of a log has that is worth reading, sorted.
pub fn alarm() -> Vec<String> {
    let mut alarm: Vec<String> = ALARM.split_whitespace().map(str::to_owned).collect();
    alarm.sort_unstable();
    alarm
}
