#include "commands/config.hpp"

#include "commands/receive.hpp"
#include "parsed.hpp"

using namespace p2pc;
using namespace p2pc::commands;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

Result<Given> with_config(const std::vector<std::string>& argv, std::string_view text) {
    auto given = given_of(argv);
    REQUIRE(given);
    const auto* const command = find_command(*split_words_of(argv)->command);
    const auto read = read_config_text(text, "config.toml", *command, *given);
    if (!read) return read.error();
    return given;
}

std::string fault_of(std::string_view text) {
    const auto given = with_config({"receive"}, text);
    REQUIRE_FALSE(given);
    CHECK(given.error().code() == Errc::usage);
    return given.error().detail();
}

}  // namespace

TEST_CASE("keys of the configuration are the flags of their command", "[commands][config]") {
    const auto given = with_config({"receive"}, R"(server = "tls://example.org"
json = true
[receive]
output = "/srv/in"
any-names = true
from = ["alice", "bob"]
max-size = 1024
wait = "5m"
[send]
timeout = "5s")");
    REQUIRE(given);
    CHECK(given->text("server") == "tls://example.org");
    CHECK(given->has("json"));
    const auto options = parse_receive(*given);
    REQUIRE(options);
    CHECK(options->output == "/srv/in");
    CHECK(options->names == ReceiveOptions::TopNames::any);
    CHECK(options->from.size() == 2);
    CHECK(options->max_size == ByteCount{1024});
    CHECK(options->wait == std::chrono::minutes{5});
    CHECK(options->stall == peer::default_stall);
}

TEST_CASE("an argument wins over the configuration, environment over it too", "[commands][config]") {
    const std::string_view text =
        "server = \"tls://configured\"\n[receive]\noutput = \"configured\"\n"
        "from = [\"alice\"]\n";
    const auto given = with_config({"receive", "-o", "argument", "--from", "bob"}, text);
    REQUIRE(given);
    CHECK(given->text("output") == "argument");
    CHECK(given->texts("from") == std::vector<std::string>{"bob"});

    runtime::Environment environment;
    auto globals = parse_globals(*given, environment);
    REQUIRE(globals);
    CHECK_FALSE(globals->server);
    CHECK(globals->server_or_default().text() == "tls://configured:9876");

    environment.server = "tls://environment";
    globals = parse_globals(*given, environment);
    REQUIRE(globals);
    CHECK(globals->server_or_default().text() == "tls://environment:9876");

    const auto flagged = with_config({"receive", "--server", "tls://flag"}, text);
    globals = parse_globals(*flagged, environment);
    REQUIRE(globals);
    CHECK(globals->server_or_default().text() == "tls://flag:9876");

    CHECK(parse_globals(*given_of({"list"}), {})->server_or_default().text() == "tls://localhost:9876");
    environment.server = "tls://host:99999";
    CHECK_FALSE(parse_globals(*given_of({"list"}), environment));
}

TEST_CASE("a false switch and a table of another command change nothing", "[commands][config]") {
    const auto given =
        with_config({"receive"}, "json = false\n[receive]\nonce = false\n[login]\ndevice = \"x\"");
    REQUIRE(given);
    CHECK_FALSE(given->has("json"));
    CHECK_FALSE(given->has("once"));
    CHECK_FALSE(given->has("device"));
}

TEST_CASE("whatever is wrong in the configuration is said with its line", "[commands][config]") {
    CHECK_THAT(fault_of("json = true\ncolour = \"red\"\n"),
               StartsWith("config.toml:2: ") && Contains("colour"));
    CHECK_THAT(fault_of("[receive]\n\noutputs = \"x\""),
               StartsWith("config.toml:3: ") && Contains("outputs"));
    CHECK_THAT(fault_of("[send]\noutput = \"x\""), StartsWith("config.toml:2: "));
    CHECK_THAT(fault_of("[recv]\noutput = \"x\""), StartsWith("config.toml:1: "));
    CHECK_THAT(fault_of("json = true\njson = true"), StartsWith("config.toml:2: "));
    CHECK_THAT(fault_of("json = \"yes\""), StartsWith("config.toml:1: "));
    CHECK_THAT(fault_of("[receive]\noutput = true"), StartsWith("config.toml:2: "));
    CHECK_THAT(fault_of("[receive]\nfrom = [\"a\", 1.5]"), StartsWith("config.toml:2: "));
    CHECK_THAT(fault_of("home = \"x\""), StartsWith("config.toml:1: "));
    CHECK_THAT(fault_of("receive = 5"), StartsWith("config.toml:1: "));
    CHECK_THAT(fault_of("= 1"), StartsWith("config.toml:1: "));
    CHECK_THAT(fault_of("json = true\n[receive"), StartsWith("config.toml:2: "));
}

TEST_CASE("a wrong value of the configuration names its line, not a flag", "[commands][config]") {
    const auto given = with_config({"receive"}, "[receive]\nmax-size = \"1.5G\"");
    REQUIRE(given);
    const auto options = parse_receive(*given);
    REQUIRE_FALSE(options);
    CHECK_THAT(options.error().detail(), StartsWith("config.toml:2: max-size: "));
}

TEST_CASE("a last line without newline and an empty file are fine", "[commands][config]") {
    CHECK(with_config({"receive"}, "json = true")->has("json"));
    CHECK(with_config({"receive"}, ""));
}
