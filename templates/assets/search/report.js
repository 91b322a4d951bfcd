// What a report of an unknown error says: the text without what tells who and where it comes from.

const LONGEST = 1_500, LONGEST_TITLE = 100;

/// What is masked, the more telling first, and by what.
const MASKS = [
  [/-----BEGIN [^]*?(?:-----END [^\n]*-----|$)/g, "<key>"],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}/g, "<token>"],
  [/((?:authorization|cookie)["']?\s*[=:]\s*)(?:"[^"\n]*"|'[^'\n]*'|[^\n]+)/gi, "$1<secret>"],
  [/\b(bearer|basic)\s+[\w+/=.~-]{6,}/gi, "$1 <token>"],
  // What is called a secret, up to the end of the quotation or of the word.
  [/((?:\b[\w-]*(?:token|secret|pass(?:word|wd|phrase)|pwd|(?:api|private|access)[ _-]?key)|\bpass|密码|口令|密钥|令牌)["']?\s*[=:：]\s*)(?:"[^"\n]*"|'[^'\n]*'|(?!<)[^\s"',;&]+)/gi, "$1<secret>"],
  [/(\s(?:--?(?:pass(?:word|wd|phrase)?|token|secret|user)[= ]|-u ?(?=\S+:)|-p(?=[^\s\d-])))\S+/g, "$1<secret>"],
  // As providers begin their keys.
  [/\b(?:A[KS]IA|gh[a-z]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]-|xapp-|[srp]k[_-]|npm_|pypi-|hf_|AIza|ya29\.|SG\.|do[a-z]_v1_|shp[a-z]{2}_)[\w.-]{8,}/g, "<token>"],
  [/(:\/\/)[^\s/@]+@/g, "$1<user>@"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "<email>"],
  [/\b\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?/g, "<time>"],
  [/\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d \S+(?= )/g, "<time> <host>"],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?/g, "<time>"],
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi, "<uuid>"],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, "<address>"],
  [/(?:\b[\da-f]{1,4}:){4,}:?[\da-f]{0,4}\b|\b[\da-f]{1,4}(?::[\da-f]{1,4})*::(?:[\da-f]{1,4}(?::[\da-f]{1,4})*)?/gi, "<address>"],
  [/((?:\/home|\/Users|\\Users)[/\\])[^\s/\\"':]+/g, "$1<user>"],
  [/\b(?:[a-z\d-]+\.)+(?:com|net|org|io|cn|dev|app|cloud|local|internal|lan|corp|intra|home|example|test)\b/gi, "<host>"],
  [/\b(?=[\da-f]*\d)[\da-f]{10,}\b/gi, "<hex>"],
  [/\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}/g, "<token>"],
  [/\b\d{5,}\b/g, "<number>"],
];

/// Writes a report of a text into the fields of `details`; its link goes `to` where reports are taken, with what the
/// reader leaves in it.
export function write(details, text, to) {
  const field = details.querySelector("textarea");
  field.value = masked(text);
  field.oninput = () => { details.querySelector("a").href = address(to, field.value); };
  field.oninput();
}

export function masked(text) {
  const beginning = text.length > 4 * LONGEST ? text.slice(0, 4 * LONGEST) : text;
  return MASKS.reduce((text, [what, mask]) => text.replace(what, mask), beginning.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, " ")).slice(0, LONGEST);
}

/// Where the report is written: `{title}` and `{body}` of `report_url`, else what most trackers and mail take.
function address(report, text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const telling = lines.find((line) => /error|fail|denied|refused|exception|fatal|panic|cannot|unable|错误|失败/i.test(line));
  const title = (telling ?? lines[0] ?? "").slice(0, LONGEST_TITLE), body = `\`\`\`\n${text}\n\`\`\`\n`;
  const values = { title, body, path: "" };
  const url = report.replace(/\{(title|body|path)\}/g, (_, name) => encodeURIComponent(values[name]));
  if (/\{(title|body)\}/.test(report)) return url;
  const names = { [url.startsWith("mailto:") ? "subject" : "title"]: title, body };
  const query = Object.entries(names).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return url + (url.includes("?") ? "&" : "?") + query;
}
