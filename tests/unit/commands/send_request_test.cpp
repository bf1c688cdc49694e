#include "commands/send.hpp"
#include "parsed.hpp"

using namespace p2pc;
using namespace p2pc::commands;
using Catch::Matchers::Contains;
using Strings = std::vector<std::string>;

namespace {

SendRequest request_of(Strings argv) {
    argv.insert(argv.begin(), "send");
    const auto given = given_of(argv);
    REQUIRE(given);
    auto request = parse_send(*given);
    REQUIRE(request);
    return *request;
}

std::string refusal_of(Strings argv) {
    argv.insert(argv.begin(), "send");
    return complaint(argv);
}

}  // namespace

TEST_CASE("the receiver of send is the last word with a colon, else the first", "[commands][send]") {
    struct Row {
        Strings argv;
        std::string receiver;
        Strings paths;
    };
    const std::vector<Row> rows{
        {{"bob", "f"}, "bob", {"f"}},
        {{"f", "bob:"}, "bob", {"f"}},
        {{"f", "g", "bob/laptop:"}, "bob/laptop", {"f", "g"}},
        {{"bob/laptop", "f"}, "bob/laptop", {"f"}},
        {{"bob", "./bob:"}, "bob", {"./bob:"}},
        {{"./bob:", "bob:"}, "bob", {"./bob:"}},
        {{"bob", "-m", "hi"}, "bob", {}},
        {{"bob:", "-m", "hi"}, "bob", {}},
        {{"f", "bob:", "-m", "hi"}, "bob", {"f"}},
        {{"bob", "-"}, "bob", {"-"}},
        {{"-", "bob:"}, "bob", {"-"}},
        {{"bob", "Report:"}, "bob", {"Report:"}},
        {{"bob", "a:b/c:"}, "", {}},
        {{"bob,bob", "f"}, "bob", {"f"}},
        {{"f", "bob,bob:"}, "bob", {"f"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.argv);
        if (row.receiver.empty()) {
            CHECK_THAT(refusal_of(row.argv), Contains("nothing may follow the colon"));
            continue;
        }
        const auto request = request_of(row.argv);
        REQUIRE(request.receivers.size() == 1);
        CHECK(request.receivers.front().text() == row.receiver);
        CHECK(request.sent.paths == row.paths);
    }
}

TEST_CASE("what send cannot do is refused before anything is contacted", "[commands][send]") {
    CHECK_THAT(refusal_of({}), Contains("nobody"));
    CHECK_THAT(refusal_of({"bob"}), Contains("nothing to send"));
    CHECK_THAT(refusal_of({"f", "bob:/etc"}), Contains("nothing may follow the colon"));
    CHECK_THAT(refusal_of({"bob", "-", "-"}), Contains("once"));
    CHECK_THAT(refusal_of({"bob", "-", "-m", "-"}), Contains("stdin"));
    CHECK_THAT(refusal_of({"bob", ""}), Contains("path"));
    CHECK_THAT(refusal_of({"../x", "f"}), Contains("'..'"));
    CHECK_THAT(refusal_of({"Bob", "f"}), Contains("Bob"));
    CHECK_THAT(refusal_of({"bob/", "f"}), Contains("''"));
    CHECK_THAT(refusal_of({"alice,Bob", "f"}), Contains("Bob"));
    CHECK_THAT(refusal_of({"alice,bob", "--files-from", "-"}), Contains("one receiver"));
    CHECK_THAT(refusal_of({"bob", "f", "--bwlimit", "1023"}), Contains("at least 1K"));
    CHECK_THAT(refusal_of({"bob", "f", "--bwlimit", "fast"}), Contains("fast"));
    CHECK_THAT(refusal_of({"bob", "-", "--as", "a/b"}), Contains("a/b"));
    CHECK_THAT(refusal_of({"bob", "-", "--as", ""}), Contains("--as"));
    CHECK_THAT(refusal_of({"bob", "-m", "\xff"}), Contains("UTF-8"));
}

TEST_CASE("several receivers are each once, in order, and at most 24", "[commands][send]") {
    const auto names = [](const SendRequest& request) {
        Strings found;
        for (const auto& receiver : request.receivers)
            found.push_back(receiver.text());
        return found;
    };
    CHECK(names(request_of({"carol,alice/box,carol,alice", "f"})) == Strings{"carol", "alice/box", "alice"});
    CHECK(names(request_of({"f", "bob,alice:"})) == Strings{"bob", "alice"});
    CHECK(request_of({"bob", "f", "--bwlimit", "1K"}).rate == ByteCount{1024});
    std::string many = "u1";
    for (int n = 2; n <= 24; ++n)
        many += ",u" + std::to_string(n);
    CHECK(request_of({many, "f"}).receivers.size() == 24);
    CHECK_THAT(refusal_of({many + ",u25", "f"}), Contains("at most 24"));
}

TEST_CASE("a message of 16 KiB is taken and one byte more is not", "[commands][send]") {
    const std::string limit(16 * 1024, 'x');
    CHECK(request_of({"bob", "-m", limit}).message == limit);
    CHECK_THAT(refusal_of({"bob", "-m", limit + "x"}), Contains("16 KiB"));
}

TEST_CASE("--wait alone is for ever, with a value that long, and absent not at all", "[commands][send]") {
    CHECK_FALSE(request_of({"bob", "f"}).wait);
    CHECK(request_of({"bob", "f", "--wait"}).wait == Duration::max());
    CHECK(request_of({"--wait", "bob", "f"}).wait == Duration::max());
    CHECK(request_of({"bob", "f", "--wait=1m30s"}).wait == std::chrono::seconds{90});
    CHECK(request_of({"bob", "f", "--wait=0"}).wait == Duration::zero());
}

TEST_CASE("-m - reads the message from stdin, --as names the stream", "[commands][send]") {
    CHECK(request_of({"bob", "-m", "-"}).message_from == SendRequest::MessageFrom::standard_input);
    CHECK(request_of({"bob", "-m", "x"}).message_from == SendRequest::MessageFrom::argument);
    CHECK(request_of({"bob", "-"}).sent.stream_name == "stdin");
    CHECK(request_of({"bob", "-", "--as", "log.txt"}).sent.stream_name == "log.txt");
}
