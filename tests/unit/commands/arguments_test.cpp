#include "parsed.hpp"

using namespace p2pc;
using namespace p2pc::commands;
using Catch::Matchers::Contains;
using Strings = std::vector<std::string>;

TEST_CASE("words come through as they were typed, whatever CLI11 makes of them", "[commands][arguments]") {
    struct Row {
        Strings argv;
        Strings words;
    };
    const std::vector<Row> rows{
        {{"send", "bob", "--", "/abs"}, {"bob", "/abs"}},
        {{"send", "bob", "--", "-dash"}, {"bob", "-dash"}},
        {{"send", "bob", "--", "--json"}, {"bob", "--json"}},
        {{"send", "bob", "--", "--"}, {"bob", "--"}},
        {{"send", "bob", "[a,b]"}, {"bob", "[a,b]"}},
        {{"send", "bob", "++", "f"}, {"bob", "++", "f"}},
        {{"send", "--wait", "bob", "f"}, {"bob", "f"}},
        {{"send", "bob", "-"}, {"bob", "-"}},
        {{"send", "bob", ""}, {"bob", ""}},
        {{"send", "bob", "a b", "%x", "/abs", "f=g"}, {"bob", "a b", "%x", "/abs", "f=g"}},
        {{"send", "bob", "list"}, {"bob", "list"}},
        {{"--json", "send", "bob", "f", "-q"}, {"bob", "f"}},
        {{"--home", "list", "send", "bob", "f"}, {"bob", "f"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.argv);
        const auto given = given_of(row.argv);
        REQUIRE(given);
        CHECK(given->words() == row.words);
    }
    CHECK_FALSE(given_of({"send", "bob", "--", "--json"})->has("json"));
}

TEST_CASE("a flag's value is what getopt would make of it", "[commands][arguments]") {
    struct Row {
        Strings argv;
        std::string flag;
        Strings values;
    };
    const std::vector<Row> rows{
        {{"send", "bob", "-m", "hi"}, "m", {"hi"}},
        {{"send", "bob", "-mhi"}, "m", {"hi"}},
        {{"send", "bob", "-m=hi"}, "m", {"hi"}},
        {{"send", "bob", "-m==hi"}, "m", {"=hi"}},
        {{"send", "bob", "-m", "=hi"}, "m", {"=hi"}},
        {{"send", "bob", "-m", "-dash"}, "m", {"-dash"}},
        {{"send", "bob", "-m", "--json"}, "m", {"--json"}},
        {{"send", "bob", "-m", "-"}, "m", {"-"}},
        {{"send", "bob", "-m", ""}, "m", {""}},
        {{"send", "bob", "-m="}, "m", {""}},
        {{"send", "bob", "-m", "[a,b]"}, "m", {"[a,b]"}},
        {{"send", "bob", "-m", "two\nlines"}, "m", {"two\nlines"}},
        {{"send", "bob", "-qm", "hi"}, "m", {"hi"}},
        {{"send", "bob", "f", "--as=a=b"}, "as", {"a=b"}},
        {{"send", "bob", "f", "--as", "++"}, "as", {"++"}},
        {{"send", "bob", "f", "--as", "--json"}, "as", {"--json"}},
        {{"send", "bob", "f", "--as", "--bogus"}, "as", {"--bogus"}},
        {{"send", "bob", "f", "--wait"}, "wait", {std::string{no_value}}},
        {{"send", "bob", "f", "--wait=5m"}, "wait", {"5m"}},
        {{"send", "bob", "f", "--wait="}, "wait", {""}},
        {{"serve", "--listen", "[::1]", "--listen", "tcp://[::1]:5"}, "listen", {"[::1]", "tcp://[::1]:5"}},
        {{"--home=", "list"}, "home", {""}},
        {{"--home", "a", "list", "--home", "b"}, "home", {"a", "b"}},
        {{"receive", "-o", "x"}, "output", {"x"}},
        {{"receive", "-o=x"}, "output", {"x"}},
        {{"recv", "--output", "-"}, "output", {"-"}},
        {{"list", "-v", "-v"}, "verbose", {"true"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.argv);
        const auto given = given_of(row.argv);
        REQUIRE(given);
        CHECK(given->texts(row.flag) == row.values);
    }
    CHECK_FALSE(given_of({"send", "bob", "-m", "--json"})->has("json"));
    CHECK(given_of({"--home", "a", "list", "--home", "b"})->text("home") == "b");
}

TEST_CASE("a wrong line is a usage error that quotes what is wrong", "[commands][arguments]") {
    struct Row {
        Strings argv;
        std::string quoted;
    };
    const std::vector<Row> rows{
        {{"list", "--bogus"}, "--bogus"},
        {{"list", "--bogus=1"}, "--bogus"},
        {{"--bogus", "list"}, "--bogus"},
        {{"--from", "alice", "receive"}, "--from"},
        {{"list", "-x"}, "-x"},
        {{"list", "-qx"}, "-qx"},
        {{"list", "-5"}, "-5"},
        {{"list", "extra"}, "extra"},
        {{"list", "--", "extra"}, "extra"},
        {{"list", "--json=yes"}, "--json"},
        {{"list", "--home"}, "--home"},
        {{"send", "bob", "-m"}, "-m"},
        {{"send", "bob", "f", "--as", "--"}, "--as"},
        {{"info", "alice", "bob"}, "bob"},
        {{"info", "-rf"}, "-rf"},
        {{"info", "--", "-rf"}, "-rf"},
        {{"info", "../x"}, "../x"},
        {{"info", "a b"}, "a b"},
        {{"info", "Bob"}, "Bob"},
        {{"info", std::string(33, 'a')}, std::string(33, 'a')},
        {{"info", "\xd0\xb0lice"}, "a-z"},
        {{"list", "--server", "tls://host:0"}, "0"},
        {{"list", "--server", "tls://host:65536"}, "65536"},
        {{"list", "--server", "tls://host:-1"}, "-1"},
        {{"list", "--server", "tls://host:99999999999999999999"}, "99999999999999999999"},
        {{"list", "--server", "tls://host:80x"}, "80x"},
        {{"list", "--server", "tls://host:"}, "--server"},
        {{"list", "--server", ""}, "--server"},
        {{"list", "--server", "host#nokey"}, "--server"},
        {{"list", "--color", "blue"}, "blue"},
        {{"send", "bob", "f", "--timeout", "5 s"}, "5 s"},
        {{"send", "bob", "f", "--timeout", "0"}, "--timeout"},
        {{"send", "bob", "f", "--wait="}, "--wait"},
        {{"send", "bob", "f", "--listen", "host:99999"}, "99999"},
        {{"receive", "--max-size", "-1"}, "-1"},
        {{"receive", "--on-conflict", "replace"}, "replace"},
        {{"receive", "--on-conflict", ""}, "''"},
        {{"receive", "--max-size", "1.5G"}, "1.5G"},
        {{"receive", "--from", "bob,"}, "--from"},
        {{"receive", "-o", ""}, "--output"},
        {{"serve", "--cert", "x"}, "--key"},
        {{"serve", "--registration", "some"}, "some"},
        {{"serve", "--lockout", "never"}, "never"},
        {{"serve", "--limit", "registrations"}, "registrations"},
        {{"serve", "--limit", "bogus=5"}, "'bogus'"},
        {{"serve", "--limit", "login-time=2m"}, "from 2s to 1m"},
        {{"serve", "--limit", "longest-delay=10s"}, "login-time"},
        {{"serve", "--limit", "registrations=0"}, "registrations=0"},
        {{"serve", "--limit", ""}, "--limit"},
        {{"serve", "--max-users", "many"}, "many"},
        {{"serve", "--max-users", "0"}, "0"},
        {{"serve", "--log-level", "loud"}, "loud"},
        {{"serve", "--db", ""}, "--db"},
        {{"register", "--device", "My Laptop"}, "My Laptop"},
        {{"logout", "laptop", "--all"}, "--all"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.argv);
        CHECK_THAT(complaint(row.argv), Contains(row.quoted));
    }
}

TEST_CASE("--help and --version count anywhere before the dashes but in a message", "[commands][arguments]") {
    CHECK(mentions({"send", "--bogus", "--help"}, "--help"));
    CHECK(mentions({"--version", "x"}, "--version"));
    CHECK_FALSE(mentions({"send", "bob", "--", "--help"}, "--help"));
    CHECK_FALSE(mentions({"send", "bob", "-m", "--help"}, "--help"));
    CHECK_FALSE(mentions({"send", "bob", "-m"}, "--help"));
}

TEST_CASE("a mistyped command suggests the nearest one, a strange one none", "[commands][arguments]") {
    CHECK_THAT(unknown_command("snd").detail(), Contains("'send'"));
    CHECK_THAT(unknown_command("recieve").detail(), Contains("'receive'"));
    CHECK_THAT(unknown_command("lsit").detail(), Contains("'list'"));
    CHECK_THAT(unknown_command("frobnicate").detail(), !Contains("did you mean"));
    CHECK_THAT(unknown_command(std::string(100'000, 's')).detail(), !Contains("did you mean"));
}
