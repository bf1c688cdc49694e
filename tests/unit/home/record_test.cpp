#include "home/record.hpp"
#include "unit/home/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using home::Record;

namespace {

Record decoded(std::string line) {
    REQUIRE(line.ends_with('\n'));
    line.pop_back();
    auto record = Record::decode(line);
    REQUIRE(record);
    return std::move(*record);
}

}  // namespace

TEST_CASE("every value of a record reads back, whatever its bytes", "[home][record]") {
    std::string all;
    for (int c = 0; c < 256; ++c)
        all.push_back(static_cast<char>(c));
    Record record{"thing"};
    record.text("all", all).text("empty", "").number("most", ~0ull).bytes("raw", as_bytes("\x01\x02"));
    record.yes_no("yes", true).yes_no("no", false).time("then", WallTime{std::chrono::milliseconds{-5}});
    record.seed("key", key_of(3));
    const Record back = decoded(record.encode());
    CHECK(back.name() == "thing");
    CHECK(*back.text("all") == all);
    CHECK(back.text("empty")->empty());
    CHECK(*back.number("most") == ~0ull);
    CHECK(as_text(*back.bytes("raw")) == "\x01\x02");
    CHECK(*back.yes_no("yes"));
    CHECK_FALSE(*back.yes_no("no"));
    CHECK(back.time("then")->time_since_epoch().count() == -5);
    CHECK(back.seed("key")->public_key() == key_of(3).public_key());
    CHECK(back.encode() == record.encode());
}

TEST_CASE("a field that is missing or of another kind is corrupt", "[home][record]") {
    const Record record =
        decoded("thing word=abc big=18446744073709551616 signed=-1 some=12x name=A url=:\n");
    CHECK(code_of(record.text("none")) == Errc::corrupt);
    CHECK(code_of(record.number("word")) == Errc::corrupt);
    CHECK(code_of(record.number("big")) == Errc::corrupt);
    CHECK(code_of(record.number("signed")) == Errc::corrupt);
    CHECK(code_of(record.number("some")) == Errc::corrupt);
    CHECK(code_of(record.bytes("signed")) == Errc::corrupt);
    CHECK(code_of(record.time("some")) == Errc::corrupt);
    CHECK(code_of(record.yes_no("word")) == Errc::corrupt);
    CHECK(code_of(record.seed("word")) == Errc::corrupt);
    CHECK(code_of(record.id<model::PublicKey>("word")) == Errc::corrupt);
    CHECK(code_of(record.user("name")) == Errc::corrupt);
    CHECK(code_of(record.device("name")) == Errc::corrupt);
    CHECK(code_of(record.server("url")) == Errc::corrupt);
}

TEST_CASE("a line that encode() would not write is corrupt", "[home][record]") {
    for (std::string_view line :
         {"", " ", "thing ", "thing  a=b", "Thing a=b", "thing a", "thing =b", "thing A=b", "thing a=b a=c",
          "thing a=%", "thing a=%4", "thing a=%41", "thing a=%0A", "thing a=%zz", "thing a=\x7f",
          "thing a=\xc3\xa9", "thing\ta=b"}) {
        CAPTURE(line);
        CHECK(code_of(Record::decode(line)) == Errc::corrupt);
    }
    CHECK(Record::decode("thing a=%0a b=x=y"));
}
