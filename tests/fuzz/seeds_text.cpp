// Seeds of the targets that read text.
#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/unicode.hpp"
#include "fuzz/seeds.hpp"

namespace p2pc::fuzz {
namespace {

using namespace std::string_literals;

void add_all(const Corpus& corpus, std::string_view target, std::initializer_list<std::string> inputs) {
    int number = 0;
    for (const auto& input : inputs)
        corpus.add(target, fmt::format("{:02}", ++number), input);
}

void add_filter(const Corpus& corpus) {
    // prefix, columns, lines, empty lines; then the text
    const std::string shape{"\x00\x28\x05\x02", 4};
    add_all(corpus, "filter",
            {shape + "hello\nworld\n", shape + "a\tb\\c\x1b[31mred\x07",
             shape + "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac",
             shape + "abc\xe2\x80\xae"
                     "fdp.exe",
             shape + "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81", shape + "\n\n\n\n\n\nfar below",
             shape + std::string(300, 'x'), shape + "\xff\xfe\xc0\x80\xed\xa0\x80",
             shape + "\xf3\xa0\x80\x81\xe2\x80\x8b\xc2\x9b"
                     "31m",
             "\x01\x00\xff\x04"
             "1\n2\n3\n4\n5\n6\n7"s,
             shape + "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"});
}

void add_item_names(const Corpus& corpus) {
    // depth, length of a name, the name, then a name, target or pattern
    const auto two = [](char depth, std::string name, const std::string& rest) {
        return std::string{depth} + static_cast<char>(name.size()) + name + rest;
    };
    add_all(corpus, "item_names",
            {two(0, "report.pdf", "*.pdf"), two(2, "a/b/c", "../../c"), two(1, ".bashrc", "-rf"),
             two(3, "build/x.o", "build/\n!*.o\n/x/**\n**/y\n[a-z]?\n# c\n[[:alpha:]!]x\\ "),
             two(0, "..", "../x"), two(1, ".P2PC-partial", ".p2pc-x"),
             two(0,
                 "a\xe2\x80\xae"
                 "b",
                 "a\x01"
                 "b"),
             two(0, std::string(250, 'n') + ".txt", std::string(255, 'm')), two(0, "v1.2", "a (2).txt"),
             two(4, "x", "./.././y"), two(0, "\xed\x85\x9f", "**/*/**/[!a]*b")});
}

Bytes sized(std::size_t width, BytesView inner) {
    Bytes out;
    for (std::size_t i = width; i-- > 0;)
        out.push_back(static_cast<std::byte>(inner.size() >> (8 * i)));
    append(out, inner);
    return out;
}

Bytes bytes_of(std::initializer_list<int> values) {
    Bytes out;
    for (const int value : values)
        out.push_back(static_cast<std::byte>(value));
    return out;
}

// A record with a ClientHello that offers `versions`.
std::string client_hello(const Bytes& versions) {
    Bytes extensions = bytes_of({0, 10, 0, 4, 0, 2, 0, 29, 0, 43});
    append(extensions, sized(2, sized(1, versions)));
    Bytes body(2 + 32, std::byte{3});
    append(body, sized(1, Bytes(32)));
    append(body, sized(2, bytes_of({0x13, 1, 0x13, 3})));
    append(body, sized(1, Bytes(1)));
    append(body, sized(2, extensions));
    Bytes message = bytes_of({1});
    append(message, sized(3, body));
    Bytes record = bytes_of({0x16, 3, 1});
    append(record, sized(2, message));
    return std::string{as_text(record)};
}

void add_client_hello(const Corpus& corpus) {
    const auto good = client_hello(bytes_of({3, 4, 3, 3}));
    add_all(corpus, "client_hello",
            {good, good + "x", good.substr(0, 40), client_hello(bytes_of({3, 3})), client_hello({}),
             "GET / HTTP/1.1\r\n", "\x16\x03\x01\x40\x00\x01"s, "\x16\x03"});
}

}  // namespace

void add_text_seeds(const Corpus& corpus) {
    add_filter(corpus);
    add_item_names(corpus);
    add_client_hello(corpus);
    add_all(corpus, "units",
            {"90", "500ms", "1h30m", "2d3h4m5s6ms", "18446744073709551615", "1K", "10MB", "512G",
             "9223372036854775807ms", "1.5", "", "-1", "1h30", "16777216T", "7kB"});
    const std::string key = base::to_base32(Bytes(32, std::byte{0x22}));
    add_all(corpus, "url",
            {"tls://localhost:9876", "example.org", "[2001:db8::7]:80", "tcp://127.0.0.1:65535",
             "tls://example.org#" + key, "memory:///run/p2pc.sock", "tls://[fe80::1%eth0]:9876", "tls://a:0",
             "://x", "tls://192.0.2.7:40123", "tls://user@host", "a:b:c"});
    add_all(
        corpus, "address",
        {"127.0.0.1:80", "[::1]:9876", "::1", "[::ffff:192.0.2.7]:4000", "169.254.1.1", "0.0.0.0:1",
         "10.1.2.3:5000", "[fe80::1%lo]:80", "[64:ff9b::7f00:1]:9", "0x7f.1", "[::127.0.0.1]", "[ff02::1]",
         "255.255.255.255", "host:80", "192.168.0.1:65536", "[2002:7f00:1::]:7", "224.0.0.1", "[::5%1]:80"});
    add_all(corpus, "names",
            {"alice", "alice/laptop", "a-b_c.d", "Alice's MacBook Pro", key, "2222222222222222222222222a",
             "deadbeef", "aGVsbG8=", "-rf", std::string(33, 'a'), "\xd0\xb0lice"});
    add_all(corpus, "editor",
            {"P\x02hello\r",
             "\x20\x01"
             "abc\x1b[D\x1b[DX\x7f\x01\x05\x0b",
             "\x09\x03one two  \x17\x15\x1b[A\x1b[B\r", "\x50\x04\x1b[200~pasted\ntext\t\x1b[201~\r",
             "\x14\x02\xe6\x97\xa5\xe6\x9c\xac\x1b[D\x1b[3~",
             "\x50\x05\x1b]0;title\x07\x1bOH\x1bOF\x1b[1;5C\x1bPx\x1b\\", "\x50\x01\x03\x04",
             "\x50\x08 e\xcc\x81\x7f",
             "\x07\x02"
             "0123456789abcdef\x1b[H\x1b[C"});
    add_all(corpus, "chat_input",
            {"hello",
             "/help",
             "/info alice",
             "/chat bob/box",
             "/send 'a b' ~/c \"d\\\"e\" f\\ g",
             "//literal",
             "\\\\x",
             "\\GET_CLIENT_LIST",
             "\\send_file x",
             "/accept 3",
             "/cancel 99999999999",
             "/nothing",
             "/close x",
             R"({"type":"message","text":"hi"})",
             R"({"type":"send","path":"/srv/x"})",
             R"({"type":"call","to":"bob/box"})",
             R"({"type":"accept","id":"7"})",
             R"({"type":"cancel","id":7})",
             R"({"type":"close"})",
             R"({"type":"message","text":"\ud800"})",
             "[[[[[[[[",
             R"({"a":{"b":[1,2.5e3,null]}})"});
    add_all(corpus, "config",
            {"\x01server = \"tls://example.org\"\njson = true\n[receive]\noutput = \"in\"\nfrom = "
             "[\"alice\", \"bob\"]\n",
             "\x02[send]\ntimeout = \"5s\"\nwait = true\nexclude = ['*.o', \"b\"]\n",
             "\x03[serve]\nlisten = [\"tcp://[::1]:0\"]\n"
             "log-retention = \"3d\"\nmax-users = 7\n",
             "\x04a = 1\na = 2\n", "\x05x = [[1, 2], {y = 1979-05-27T07:32:00Z}]\n",
             "\x06[receive.deep]\nx = '''\n'''\n", "\x07max-size = 0x7fffffffffffffff\n",
             "\x01[receive]\nmax-size = \"1G\"\n"});
    add_all(corpus, "arguments",
            {"send\0bob\0a.txt\0b.txt"s, "send\0a\0b\0bob/box:"s, "--json\0list\0--all"s,
             "receive\0-o\0in\0--once\0--from=alice,bob"s,
             "serve\0--listen\0tls://[::]:9876\0--limit\0registrations=7"s, "send\0--wait=5m\0bob\0--\0-x"s,
             "trust\0accept\0bob\0"s + key, "login\0alice\0--device\0box\0--server\0tls://h#"s + key,
             "chat\0bob"s, "snd"s, "--home"s, "receive\0--max-size=9T\0--on-conflict\0newer"s,
             "send\0bob\0-m\0text\0-qv"s, "sessions\0--json"s});
    add_all(
        corpus, "lane_order",
        {"\x00\x01\x01\x00\x10\x00\x00\x10"s, std::string{"\x01\x02\x01\x20\x00\x01\x01\x05\x00\x05", 10}});
}

}  // namespace p2pc::fuzz
