#include "home/pins.hpp"

#include "unit/home/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using home::Pins;
using identity::Pin;
using identity::Trust;

namespace {

constexpr WallTime then{std::chrono::milliseconds{1'700'000'000'123}};

struct Fixture {
    TempHome temp;
    Pins pins{temp.paths};
    Fixture() { REQUIRE(home::LoginStore{temp.paths}.save(alice(), alice_device_key())); }
};

Pin pin_of(std::string_view name, std::uint64_t key, std::uint64_t serial) {
    return {user(name), founding_key(), public_key_of(key), serial, then};
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a pin is found by founding key and user, as it was pinned", "[home][pins]") {
    CHECK(pins.all()->empty());
    auto verified = pin_of("carol", 4, 9);
    verified.verified = true;
    REQUIRE(pins.pin(pin_of("bob", 3, 7)));
    REQUIRE(pins.pin(verified));
    const Pins again{temp.paths};
    CHECK(*again.find(founding_key(), user("bob")) == pin_of("bob", 3, 7));
    CHECK(*again.find(founding_key(), user("carol")) == verified);
    CHECK_FALSE(again.find(public_key_of(99), user("bob"))->has_value());
    CHECK_FALSE(again.find(founding_key(), user("dave"))->has_value());
}

TEST_CASE_METHOD(Fixture, "a differing key is refused and the pin stays", "[home][pins]") {
    REQUIRE(pins.pin(pin_of("bob", 3, 7)));
    const auto before = content_of(temp.paths.pins_file());
    CHECK(code_of(pins.pin(pin_of("bob", 5, 8))) == Errc::identity);
    CHECK(code_of(pins.meet(founding_key(), user("bob"), public_key_of(5), 8, then)) == Errc::identity);
    CHECK(content_of(temp.paths.pins_file()) == before);
    // The same name at another server is somebody else.
    CHECK(*pins.meet(public_key_of(99), user("bob"), public_key_of(5), 1, then) == Trust::fresh);
}

TEST_CASE_METHOD(Fixture, "the highest serial seen only rises", "[home][pins]") {
    const auto serial = [&] { return (*pins.find(founding_key(), user("bob")))->highest_serial; };
    CHECK(code_of(pins.raise_serial(founding_key(), user("bob"), 1)) == Errc::not_found);
    REQUIRE(pins.pin(pin_of("bob", 3, 7)));
    REQUIRE(pins.raise_serial(founding_key(), user("bob"), 8));
    CHECK(serial() == 8);
    CHECK(code_of(pins.raise_serial(founding_key(), user("bob"), 7)) == Errc::identity);
    CHECK(code_of(pins.pin(pin_of("bob", 3, 7))) == Errc::identity);
    REQUIRE(pins.pin(pin_of("bob", 3, 9)));
    CHECK(serial() == 9);
    CHECK((*pins.find(founding_key(), user("bob")))->first_seen == then);
}

TEST_CASE_METHOD(Fixture, "meeting an account pins it once and then knows it", "[home][pins]") {
    const auto meet = [&](std::uint64_t key, std::uint64_t serial) {
        return pins.meet(founding_key(), user("bob"), public_key_of(key), serial, then);
    };
    CHECK(*meet(3, 1) == Trust::fresh);
    CHECK(*meet(3, 1) == Trust::pinned);
    CHECK(*meet(3, 2) == Trust::pinned);
    CHECK(code_of(meet(3, 1)) == Errc::identity);
    CHECK(code_of(meet(4, 3)) == Errc::identity);
    CHECK(**pins.find(founding_key(), user("bob")) == pin_of("bob", 3, 2));
}

TEST_CASE_METHOD(Fixture, "meeting a known account again writes nothing", "[home][pins]") {
    REQUIRE(pins.pin(pin_of("bob", 3, 7)));
    struct stat before {
    }, after{};
    REQUIRE(::stat(temp.paths.pins_file().c_str(), &before) == 0);
    REQUIRE(pins.meet(founding_key(), user("bob"), public_key_of(3), 7, then));
    REQUIRE(::stat(temp.paths.pins_file().c_str(), &after) == 0);
    CHECK(before.st_ino == after.st_ino);
    REQUIRE(pins.meet(founding_key(), user("bob"), public_key_of(3), 8, then));
    REQUIRE(::stat(temp.paths.pins_file().c_str(), &after) == 0);
    CHECK(before.st_ino != after.st_ino);
}

TEST_CASE_METHOD(Fixture, "a pin whose digits were compared is verified, and stays what it was",
                 "[home][pins]") {
    const auto bob = [&] { return **pins.find(founding_key(), user("bob")); };
    REQUIRE(pins.pin(pin_of("bob", 3, 7)));
    REQUIRE(pins.verify(pin_of("bob", 3, 7)));
    CHECK(bob().verified);
    CHECK(bob().highest_serial == 7);
    CHECK(*pins.meet(founding_key(), user("bob"), public_key_of(3), 8, then) == Trust::verified);
    // What was compared is the key: another one is not verified, nor is an old list let in that way.
    CHECK(code_of(pins.verify(pin_of("bob", 5, 9))) == Errc::identity);
    CHECK(code_of(pins.verify(pin_of("bob", 3, 7))) == Errc::identity);
    CHECK(bob().account_key == public_key_of(3));
    // Compared once more, with a newer list and with the same one.
    REQUIRE(pins.verify(pin_of("bob", 3, 9)));
    CHECK(bob().highest_serial == 9);
    REQUIRE(pins.verify(pin_of("bob", 3, 9)));
    CHECK(bob().verified);
    // Before a first contact it makes the pin.
    REQUIRE(pins.verify(pin_of("carol", 4, 2)));
    CHECK(*pins.meet(founding_key(), user("carol"), public_key_of(4), 2, then) == Trust::verified);
}

TEST_CASE_METHOD(Fixture, "an accepted key takes the place of the pinned one, with its serial, unverified",
                 "[home][pins]") {
    const auto bob = [&] { return **pins.find(founding_key(), user("bob")); };
    CHECK(code_of(pins.accept(public_key_of(3), pin_of("bob", 5, 1))) == Errc::not_found);
    auto verified = pin_of("bob", 3, 7);
    verified.verified = true;
    REQUIRE(pins.pin(verified));
    auto next = pin_of("bob", 5, 2);
    next.verified = true;
    // Somebody else accepted another key between the question and the lock.
    CHECK(code_of(pins.accept(public_key_of(4), next)) == Errc::identity);
    CHECK(bob() == verified);
    REQUIRE(pins.accept(public_key_of(3), next));
    CHECK(bob() == pin_of("bob", 5, 2));
    CHECK(*pins.meet(founding_key(), user("bob"), public_key_of(5), 3, then) == Trust::pinned);
    CHECK(code_of(pins.meet(founding_key(), user("bob"), public_key_of(3), 9, then)) == Errc::identity);
}

TEST_CASE_METHOD(Fixture, "who is forgotten is new again, and nobody else", "[home][pins]") {
    CHECK(code_of(pins.forget(founding_key(), user("bob"))) == Errc::not_found);
    REQUIRE(pins.pin(pin_of("bob", 3, 7)));
    REQUIRE(pins.pin(pin_of("carol", 4, 7)));
    CHECK(code_of(pins.forget(public_key_of(99), user("bob"))) == Errc::not_found);
    const auto forgotten = pins.forget(founding_key(), user("bob"));
    REQUIRE(forgotten);
    CHECK(*forgotten == pin_of("bob", 3, 7));
    CHECK(pins.all()->size() == 1);
    CHECK(*pins.meet(founding_key(), user("bob"), public_key_of(5), 1, then) == Trust::fresh);
    CHECK(*pins.meet(founding_key(), user("carol"), public_key_of(4), 7, then) == Trust::pinned);
}

TEST_CASE_METHOD(Fixture, "damaged or missing pins are an error for every question, and stay",
                 "[home][pins]") {
    REQUIRE(pins.pin(pin_of("bob", 3, 7)));
    check_damage_is_noticed(temp.paths.pins_file(), [&] { return code_of(pins.all()); });
    check_damage_is_noticed(temp.paths.pins_file(), [&] { return code_of(pins.pin(pin_of("eve", 6, 1))); });
    REQUIRE(std::filesystem::remove(temp.paths.pins_file()));
    CHECK(code_of(pins.find(founding_key(), user("bob"))) == Errc::corrupt);
    CHECK(code_of(pins.meet(founding_key(), user("bob"), public_key_of(5), 1, then)) == Errc::corrupt);
    CHECK_FALSE(std::filesystem::exists(temp.paths.pins_file()));
}

TEST_CASE_METHOD(Fixture, "a pin that lacks a field, or is none, is damage and no pin", "[home][pins]") {
    const home::StateFile file{temp.paths.pins_file(), "pins"};
    const auto write = [&](std::string_view name, std::string_view left_out) {
        home::Record record{name};
        const auto wanted = [&](std::string_view field) { return field != left_out; };
        if (wanted("user")) record.text("user", "bob");
        if (wanted("founding_key")) record.bytes("founding_key", founding_key().view());
        if (wanted("account_key")) record.bytes("account_key", public_key_of(3).view());
        if (wanted("serial")) record.number("serial", 7);
        if (wanted("verified")) record.yes_no("verified", false);
        if (wanted("first_seen")) record.time("first_seen", then);
        std::vector<home::Record> records;
        records.push_back(std::move(record));
        REQUIRE(file.write(*home::HomeLock::take(temp.paths), records));
    };
    write("pin", "");
    CHECK(**pins.find(founding_key(), user("bob")) == pin_of("bob", 3, 7));
    write("login", "");
    CHECK(code_of(pins.all()) == Errc::corrupt);
    for (const auto* field : {"user", "founding_key", "account_key", "serial", "verified", "first_seen"}) {
        CAPTURE(field);
        write("pin", field);
        CHECK(code_of(pins.all()) == Errc::corrupt);
        CHECK(code_of(pins.meet(founding_key(), user("bob"), public_key_of(3), 7, then)) == Errc::corrupt);
    }
}

TEST_CASE_METHOD(Fixture, "a home whose lock cannot be taken keeps its pins as they are", "[home][pins]") {
    REQUIRE(pins.pin(pin_of("bob", 3, 7)));
    std::filesystem::remove(temp.paths.lock_file());
    std::filesystem::create_directory(temp.paths.lock_file());
    CHECK(code_of(pins.pin(pin_of("carol", 4, 1))) == Errc::local_io);
    CHECK(pins.all()->size() == 1);
}
