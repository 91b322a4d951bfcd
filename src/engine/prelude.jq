# The part of jq's library that is written in jq, with the meaning of jq 1.7.
# Names that begin with `__` are native, and no program can write them.

def empty: {}[] as $x | .;
def error(message): message | error;
def select(f): if f then . else empty end;
def map(f): [.[] | f];
def recurse(f): def r: ., (f | r); r;
def recurse: recurse(.[]?);
def recurse(f; condition): def r: ., (f | select(condition) | r); r;
def repeat(f): def r: f | (., r); r;
def while(condition; update): def r: if condition then ., (update | r) else empty end; r;
def until(condition; update): def r: if condition then . else update | r end; r;
def range($upto): range(0; $upto; 1);
def range($from; $upto): range($from; $upto; 1);

def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def isfinite: type == "number" and (isinfinite | not);
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);

def limit($n; f): if $n > 0 then __limit($n; f) elif $n == 0 then empty else f end;
def first: .[0];
def last: .[-1];
def last(f): reduce f as $x (null; $x);
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else last(limit($n + 1; f)) end;
def isempty(f): first((f | false), true);
def any(f; condition): isempty(first(f | condition or empty)) | not;
def all(f; condition): isempty(first(f | condition and empty));
def any(f): any(.[]; f);
def all(f): all(.[]; f);
def any: any(.[]; .);
def all: all(.[]; .);
def in(xs): . as $x | xs | has($x);
def inside(xs): . as $x | xs | contains($x);
def index($i): indices($i) | .[0];
def rindex($i): indices($i) | .[-1:][0];
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations($n): . as $dot | [range($n)] | map($dot) | combinations;
def flatten: flatten(1000000000);
def bsearch($target): . as $in | length as $length
    | ({low: 0, high: $length} | until(.low >= .high; ((.low + .high) / 2 | floor) as $middle
        | if $in[$middle] < $target then .low = $middle + 1 else .high = $middle end) | .low) as $at
    | if $at < $length and $in[$at] == $target then $at else -1 - $at end;

def sort_by(f): __sort_by(map([f]));
def group_by(f): __group_by(map([f]));
def unique_by(f): __unique_by(map([f]));
def unique: __unique_by(.);
def min_by(f): __min_by(map([f]));
def max_by(f): __max_by(map([f]));
def min: __min_by(.);
def max: __max_by(.);

def del(f): delpaths([path(f)]);
def map_values(f): .[] |= f;
def with_entries(f): to_entries | map(f) | from_entries;
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
def paths: path(..) | select(length > 0);
def paths(f): path(.. | select(f)) | select(length > 0);
def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
def fromstream(f): foreach f as $i ({x: null, e: false};
    if .e then {x: null, e: false} else . end
    | if $i | length == 2 then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
      else setpath(["e"]; $i[0] | length == 1) end;
    if .e then .x else empty end);
def truncate_stream(f): . as $n | null | f | . as $input
    | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;

def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);
def INDEX(f): INDEX(.[]; f);
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def JOIN($idx; f): [.[] | [., $idx[f]]];
def JOIN($idx; stream; f): stream | [., $idx[f]];
def JOIN($idx; stream; f; join): stream | [., $idx[f]] | join;

def __pattern($re): if $re | type == "array" then $re[0] elif $re | type == "string" then $re
    else error(($re | type) + " not a string or array") end;
def __flags($re): if $re | type == "array" then $re[1] else null end;
def match($re; $flags): __match($re; $flags; false) | .[];
def match($re): match(__pattern($re); __flags($re));
def test($re; $flags): __match($re; $flags; true);
def test($re): test(__pattern($re); __flags($re));
def capture($re; $flags): match($re; $flags) | __named;
def capture($re): match($re) | __named;
def scan($re): match(__pattern($re); "g" + __flags($re))
    | if (.captures | length) > 0 then [.captures | .[] | .string] else .string end;
def split($re; $flags): . as $in
    | reduce match($re; "g" + $flags) as $m ([0];
        .[0] as $from | [$m.offset + $m.length] + .[1:] + [$in[$from:$m.offset]])
    | .[1:] + [$in[.[0]:]];
def splits($re; $flags): split($re; $flags) | .[];
def splits($re): splits($re; null);
def sub($re; f; $flags): . as $in
    | reduce match($re; $flags) as $m ([0, ""];
        .[0] as $from | .[1] as $text
        | [$m.offset + $m.length, $text + $in[$from:$m.offset] + ($m | __named | f)])
    | .[1] + $in[.[0]:];
def sub($re; f): sub($re; f; "");
def gsub($re; f; $flags): sub($re; f; $flags + "g");
def gsub($re; f): sub($re; f; "g");

def format($name): if $name == "text" then @text elif $name == "json" then @json elif $name == "html" then @html
    elif $name == "uri" then @uri elif $name == "csv" then @csv elif $name == "tsv" then @tsv elif $name == "sh" then @sh
    elif $name == "base64" then @base64 elif $name == "base64d" then @base64d
    else error("\($name) is not a valid format") end;
def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todate: todateiso8601;
def fromdate: fromdateiso8601;

def gamma: lgamma;
def significand: if . == 0 or isinfinite or isnan then . else frexp | .[0] * 2 end;
def logb: if . == 0 then -infinite elif isinfinite then infinite elif isnan then . else frexp | .[1] - 1 end;
def drem($x; $y): remainder($x; $y);
def scalb($x; $e): $x * pow(2; $e);
def nexttoward($x; $y): nextafter($x; $y);
