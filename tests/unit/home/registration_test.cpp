#include "unit/home/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using home::LoginStore;
using home::Registration;

namespace {

struct Fixture {
    TempHome temp;
    LoginStore store{temp.paths};
};

Registration of_alice(std::uint64_t account = 2) {
    return {*model::ServerUrl::parse("tls://localhost"),
            founding_key(),
            user("alice"),
            device_id(1),
            device_name("laptop"),
            key_of(account),
            alice_device_key()};
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a registration whose reply was lost can be repeated with the same keys",
                 "[home][registration]") {
    CHECK_FALSE(store.load_registration()->has_value());
    REQUIRE(store.save_registration(of_alice()));
    CHECK(code_of(store.load()) == Errc::not_logged_in);
    const auto begun = LoginStore{temp.paths}.load_registration();
    REQUIRE(begun);
    REQUIRE(begun->has_value());
    CHECK((*begun)->server.text() == of_alice().server.text());
    CHECK((*begun)->founding_key == founding_key());
    CHECK((*begun)->user == user("alice"));
    CHECK((*begun)->device_id == device_id(1));
    CHECK((*begun)->device == device_name("laptop"));
    CHECK((*begun)->account_key.public_key() == key_of(2).public_key());
    CHECK((*begun)->device_key.public_key() == alice_device_key().public_key());
    CHECK(mode_of(temp.paths.registration_file()) == 0600);
}

TEST_CASE_METHOD(Fixture, "once logged in, the account key is nowhere in the home", "[home][registration]") {
    REQUIRE(store.save_registration(of_alice()));
    home::Record probe{"x"};
    probe.seed("s", key_of(2));
    const std::string seed{*probe.text("s")};
    CHECK(content_of(temp.paths.registration_file()).find(seed) != std::string::npos);
    REQUIRE(store.save(alice(), alice_device_key()));
    CHECK_FALSE(store.load_registration()->has_value());
    for (const auto& entry : std::filesystem::recursive_directory_iterator{temp.folder.path()}) {
        CAPTURE(entry.path().string());
        CHECK(content_of(entry.path()).find(seed) == std::string::npos);
    }
}

TEST_CASE_METHOD(Fixture, "a new registration replaces one that was begun, but not a login",
                 "[home][registration]") {
    REQUIRE(store.save_registration(of_alice(2)));
    REQUIRE(store.save_registration(of_alice(5)));
    CHECK((*store.load_registration())->account_key.public_key() == key_of(5).public_key());
    REQUIRE(store.wipe_registration());
    CHECK_FALSE(store.load_registration()->has_value());
    REQUIRE(store.save(alice(), alice_device_key()));
    CHECK(code_of(store.save_registration(of_alice())) == Errc::conflict);
}

TEST_CASE_METHOD(Fixture, "a damaged registration is corrupt and is not written over",
                 "[home][registration]") {
    REQUIRE(store.save_registration(of_alice()));
    check_damage_is_noticed(temp.paths.registration_file(),
                            [&] { return code_of(store.load_registration()); });
    check_damage_is_noticed(temp.paths.registration_file(),
                            [&] { return code_of(store.save_registration(of_alice())); });
}

TEST_CASE_METHOD(Fixture, "pins that vanish after a registration began are an error",
                 "[home][registration]") {
    REQUIRE(store.save_registration(of_alice()));
    REQUIRE(std::filesystem::remove(temp.paths.pins_file()));
    CHECK(code_of(store.save(alice(), alice_device_key())) == Errc::corrupt);
    CHECK(code_of(store.load()) == Errc::not_logged_in);
}
