#include "home/state_file.hpp"

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "home/private_file.hpp"
#include "unit/home/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using home::Record;
using home::StateFile;

namespace {

std::vector<Record> things(std::size_t count, std::string_view text = "some text") {
    std::vector<Record> records;
    for (std::size_t i = 0; i < count; ++i) {
        Record record{"thing"};
        record.number("number", i).text("text", text);
        records.push_back(std::move(record));
    }
    return records;
}

std::string sealed(std::string body) {
    const auto sum = base::to_base32(crypto::hash256({as_bytes(body)}));
    return body + "end " + sum + "\n";
}

struct Fixture {
    TempHome temp;
    std::filesystem::path path = temp.folder.path() / "things";
    StateFile file{path, "things"};
    Status write(const std::vector<Record>& records) {
        auto held = home::HomeLock::take(temp.paths);
        REQUIRE(held);
        return file.write(*held, records);
    }
    Status erase() {
        auto held = home::HomeLock::take(temp.paths);
        REQUIRE(held);
        return file.erase(*held);
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a state file reads back as it was written, for its owner alone",
                 "[home][state_file]") {
    CHECK(code_of(file.read()) == Errc::not_found);
    REQUIRE(write(things(2)));
    const auto records = file.read();
    REQUIRE(records);
    REQUIRE(records->size() == 2);
    CHECK(*(*records)[1].number("number") == 1);
    CHECK(*(*records)[1].text("text") == "some text");
    CHECK(mode_of(path) == 0600);
    CHECK(mode_of(temp.paths.lock_file()) == 0600);
    REQUIRE(write({}));
    CHECK(file.read()->empty());
}

TEST_CASE_METHOD(Fixture, "the umask does not widen or break a state file", "[home][state_file]") {
    const mode_t old = ::umask(0777);
    const auto written = write(things(1));
    ::umask(0);
    const auto again = write(things(1));
    ::umask(old);
    CHECK(written);
    CHECK(again);
    CHECK(mode_of(path) == 0600);
    CHECK(file.read());
}

TEST_CASE_METHOD(Fixture, "any damage to a state file is noticed and left as it is", "[home][state_file]") {
    REQUIRE(write(things(3)));
    check_damage_is_noticed(path, [&] { return code_of(file.read()); });
    CHECK(file.read());
}

TEST_CASE_METHOD(Fixture, "a file of another kind, a newer version or a strange line is corrupt",
                 "[home][state_file]") {
    const auto code = [&](std::string_view content) {
        put(path, content);
        return code_of(file.read());
    };
    CHECK(code(sealed("p2pc things 1\n")) == Errc::internal);
    CHECK(code(sealed("p2pc things 1\nthing a=b\n")) == Errc::internal);
    CHECK(code(sealed("p2pc things 2\n")) == Errc::corrupt);
    CHECK(code(sealed("p2pc pins 1\n")) == Errc::corrupt);
    CHECK(code(sealed("")) == Errc::corrupt);
    CHECK(code(sealed("p2pc things 1\nthing a=b")) == Errc::corrupt);
    CHECK(code(sealed("p2pc things 1\n\n")) == Errc::corrupt);
    CHECK(code(sealed("p2pc things 1\nthing a\n")) == Errc::corrupt);
}

TEST_CASE_METHOD(Fixture, "a state file grows to 4 MiB and no further, and keeps what it was",
                 "[home][state_file]") {
    const std::size_t around = sealed("p2pc things 1\nthing number=0 text=\n").size();
    REQUIRE(write(things(1, std::string(home::max_state_file_size - around - 1, 'x'))));
    REQUIRE(write(things(1, std::string(home::max_state_file_size - around, 'x'))));
    CHECK(std::filesystem::file_size(path) == home::max_state_file_size);
    CHECK(code_of(write(things(1, std::string(home::max_state_file_size - around + 1, 'x')))) == Errc::limit);
    CHECK(std::filesystem::file_size(path) == home::max_state_file_size);
    CHECK(file.read());
    std::filesystem::resize_file(path, home::max_state_file_size + 1);
    CHECK(code_of(file.read()) == Errc::corrupt);
}

TEST_CASE_METHOD(Fixture, "what a crash left of a new file is neither read nor in the way",
                 "[home][state_file]") {
    REQUIRE(write(things(2)));
    auto next = path;
    next += ".new";
    put(next, "p2pc things 1\nthi");
    CHECK(file.read()->size() == 2);
    REQUIRE(write(things(3)));
    CHECK(file.read()->size() == 3);
    CHECK_FALSE(home::name_exists(next));
}

TEST_CASE_METHOD(Fixture, "a link planted where the new file goes is not followed", "[home][state_file]") {
    const auto victim = temp.folder.path() / "victim";
    put(victim, "precious");
    auto next = path;
    next += ".new";
    REQUIRE(::symlink(victim.c_str(), next.c_str()) == 0);
    REQUIRE(write(things(1)));
    CHECK(content_of(victim) == "precious");
    CHECK(file.read()->size() == 1);
}

TEST_CASE_METHOD(Fixture, "a write that fails leaves the old file", "[home][state_file]") {
    REQUIRE(write(things(2)));
    auto next = path;
    next += ".new";
    // A folder in the way: neither removed nor written over.
    REQUIRE(::mkdir(next.c_str(), 0700) == 0);
    CHECK(code_of(write(things(3))) == Errc::local_io);
    CHECK(file.read()->size() == 2);
}

TEST_CASE_METHOD(Fixture, "an erased file is gone, and erasing nothing is fine", "[home][state_file]") {
    REQUIRE(write(things(2)));
    // A second name shows what became of the bytes, and must not be overwritten through the first.
    const auto other = temp.folder.path() / "other";
    REQUIRE(::link(path.c_str(), other.c_str()) == 0);
    const auto before = content_of(other);
    REQUIRE(erase());
    CHECK_FALSE(file.exists());
    CHECK(content_of(other) == before);
    REQUIRE(erase());
}
