//! Words that are treated otherwise than the rest, in the form of terms.

/// Terms that say nothing of what a reader looks for; the last of those in letters stand in the moments and keys of logs.
pub const STOP: &str = "a an and are as at be by can do doe for from had has hav how i if in is it its me my not of on or \
    our so that the their then ther they this to was we wer what when wher which who why will with you your \
    alway anyon anyth everyon everyth get got help just need nobody noth pleas someon someth still try want \
    jan feb apr jun jul aug sep oct nov dec tue wed thu fri sat utc gmt ts msg \
    一直 为何 为什 么办 么样 什么 可以 如何 怎么 怎样 总是 是什 不了 不到 为啥 一下 请教 没有 无法 突然 老是 请问";

/// By these a line of a log is worth reading.
pub const ALARM: &str = "abort alert cannot corrupt crash critical denied error exception exceeded expired fail fatal forbidden invalid \
    killed missing panic refused rejected timeout unable unauthorized unexpected unknown warn \
    失败 异常 拒绝 错误 超时";

/// The words of a list, sorted.
pub fn words(list: &str) -> Vec<String> {
    let mut words: Vec<String> = list.split_whitespace().map(str::to_owned).collect();
    words.sort_unstable();
    words
}
