"""What the requests that no browser sends are made of."""

from collections.abc import Mapping, Sequence

METHODS = (*("GET", "POST") * 5, *("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"))
ODD_METHODS = ("CONNECT", "PROPFIND", "get", "*", "X" * 300)
NUMBERS = (
    *("1", "2", "3") * 3, "0", "-1", "+1", "1.0", "1e3", "0x1", "٣", "2147483647", "2147483648",
    "9223372036854775807", "9223372036854775808", "9" * 40, "9" * 5000, "x", "", "1%00", "%31",
)  # fmt: skip
TEXTS = (
    "", " ", "a", "\0", "a\0b", "\ud7ff", "\ufffe", "\u202e\U0001f4a5" * 40, "é" * 300, "٣",
    "'", "' OR 1=1 --", '"><script>alert(1)</script>', "{{7*7}}", "%(x)s", "${jndi:x}", "$(id)",
    "../../etc/passwd", "..\\..\\x", "[", "//[", "/\t/[", "/\t/evil.example", "//evil.example",
    "https://evil.example", "/\r\nSet-Cookie: a=b", "javascript:alert(1)", "true", "null", "NaN",
    "-1", "1e400", "9" * 400, "2026-02-31", "vi", "en", "zz", "a" * 5000, "\x1b[2J", "=1+1",
)  # fmt: skip
PATHS = (
    "/..", "/../..", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/..%5c..%5cx",
    "//", "/./", "/;a=b", "/%00", "/%", "/%f", "/%zz", "/%ff%fe", "/%c0%af", "/%ed%a0%80",
    "/%0d%0a",
    "/é", "/ü?é", "/" + "a" * 3000, "/" * 500, "/%25%32%66", "/a%2fb", "#x", "/?", "??", "/*",
)  # fmt: skip
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
TYPES = (
    *(URLENCODED, MULTIPART) * 4, "multipart/form-data", "multipart/mixed; boundary=x",
    "multipart/form-data; boundary=" + "x" * 300, 'multipart/form-data; boundary="', "text/plain",
    "multipart/form-data; boundary=é", "application/json", "text/plain; charset=nope", "", ";;;",
    f"{URLENCODED}; charset=utf-7", f"{URLENCODED}; charset=utf-16", "\xff", "a/b" * 2000,
)  # fmt: skip
DISPOSITION = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n'
    b"Content-Type: %s\r\n\r\n%s\r\n"
)
BODIES = (
    b"", b"\0", b"\xff\xfe\xfd", b"a=%ff%fe&b=%", b"&&&===", b"{", b'{"a":' * 2000, b"a" * 200_000,
    b"a=1&" * 5000, b"--x", b"--x--", b"--x\r\n\r\n", b"--x\r\n" * 2000,
    b"--x\r\nA" + b"b" * 70_000,
    b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", DISPOSITION % (b"nonce", b"\xff"),
    b"--x\r\nContent-Disposition: form-data; name*=utf-8''%ff\r\n\r\n1\r\n--x--\r\n",
    b"--x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=a\r\n\r\n=",
    FILE % (b"file", b"\xff", b"\xff", b"1"), FILE % (b"file", b"../x", b"a/b", b"PK\x03\x04"),
    DISPOSITION % (b"code", b"1") * 1500,
)  # fmt: skip
FILES = (
    b"", b"\0", b"PK\x03\x04broken", b"code,unit\n\xff,\xfe\n", b"%PDF", b"{", b"\xef\xbb\xbf;",
)  # fmt: skip
QUERIES = (
    "", "&&&", "=", "%", "lang", "lang=%ff", "a=1&" * 2000, "x" * 6000, "?a=b", ";", "+", "\0",
)  # fmt: skip
HEADERS: Mapping[str, Sequence[str]] = {
    "Host": (
        "localhost", "evil.example", "[", "[::1", "a b", "a:b:c", "localhost:99999", "ü", "",
        "a" * 3000, "localhost/x", "localhost@evil", "%00", "..", "1.2.3.4:0", "xn--", "a,b",
    ),
    "Origin": ("null", "http://[", "evil", "https://evil.example", "http://localhost", "\xff"),
    "Referer": ("http://[", "https://evil.example/", "\xff", "x" * 4000),
    "Sec-Fetch-Site": ("same-origin", "cross-site", "?", "none", "\xff"),
    "Accept-Language": ("vi", "x" * 2000, "\xff", "*;q=2", "vi;q=x,en;q=", "," * 900),
    "Accept-Encoding": ("gzip", "gzip;q=x", "\xff", "gzip;q=0", "br", "*", "," * 900),
    "Accept": ("*/*;q=9", "\xff", "a/b" * 500),
    "User-Agent": ("", "\xff", "x" * 8000, "Mozilla/5.0 (Android; Mobile", "(" * 4000),
    "Content-Length": ("-1", "x", "99999999999", "", "1,1", "0", "1e3", "٣"),
    "Content-Encoding": ("gzip", "\xff"),
    "Transfer-Encoding": ("chunked", "identity", "chunked, chunked", "x"),
    "Expect": ("100-continue", "x"),
    "Range": ("bytes=0-", "bytes=9-1", "x", "bytes=" + "0-1," * 900, "bytes=-" + "9" * 30),
    "If-None-Match": ("*", "x", '"', 'W/"', "," * 900),
    "If-Modified-Since": ("x", "Thu, 99 Foo 99999 99:99:99 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"),
    "X-Forwarded-For": ("127.0.0.1", "x", "1, 2, 3", "[::", "\xff", "," * 900),
    "X-Forwarded-Proto": ("https", "javascript", "\xff"),
    "X-Forwarded-Host": ("evil.example", "[", ""),
    "X-Forwarded-Prefix": ("/x", "[", ".."),
    "X-HTTP-Method-Override": ("DELETE", "\xff"),
    "Forwarded": ("for=[::", "host=evil.example"),
    "HX-Request": ("true", "x"),
    "HX-Current-URL": ("/", "http://[", "x", "\xff", "https://evil.example/?a=b"),
    "Authorization": ("Basic \xff", "Basic", "Bearer " + "x" * 4000, "Digest a"),
    "Upgrade": ("websocket", "h2c"),
    "Connection": ("close", "upgrade", "x" * 900),
}  # fmt: skip
COOKIES = (
    "khaosat=t.\xff", "khaosat=t.", "khaosat=s.e30.x.y", "khaosat=s.\0", "khaosat=",
    "khaosat_ticket=",
    "khaosat_ticket=\xff", "khaosat_receipt=\0", "khaosat_receipt=ABCD EFGH",
    "khaosat_language=\xff",
    "khaosat_language=" + "v" * 4000, "a" * 4000, ";;=;", 'khaosat_ticket="', "khaosat_ticket=%00",
    'khaosat_ticket="\\377\\000"', "=x", "$Version=1; khaosat_ticket=a", "a=b; " * 400,
)  # fmt: skip
