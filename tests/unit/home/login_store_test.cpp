#include "home/login_store.hpp"

#include "home/pins.hpp"
#include "unit/home/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using home::Login;
using home::LoginStore;

namespace {

struct Fixture {
    TempHome temp;
    LoginStore store{temp.paths};
    Errc load_code() { return code_of(store.load()); }
};

Login bob() {
    const auto account = key_of(3);
    auto login = Login::make(*model::ServerUrl::parse("tls://localhost:9876"), founding_key(), user("bob"),
                             identity::public_key(account), device_id(2),
                             list_of(1, {device(2, "box")}, "bob").sign(account));
    REQUIRE(login);
    return *login;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a login is remembered with its device key", "[home][login]") {
    CHECK(load_code() == Errc::not_logged_in);
    REQUIRE(store.save(alice(), alice_device_key()));
    const auto login = LoginStore{temp.paths}.load();
    REQUIRE(login);
    CHECK(login->user() == user("alice"));
    CHECK(login->server().text() == "tls://localhost:9876");
    CHECK(login->founding_key() == founding_key());
    CHECK(login->account_key() == public_key_of(2));
    CHECK(login->device() == device(1, "laptop"));
    CHECK(login->signed_list() == alice().signed_list());
    const auto key = store.device_key(*login);
    REQUIRE(key);
    CHECK(key->public_key() == alice_device_key().public_key());
    CHECK(mode_of(temp.paths.login_file()) == 0600);
    CHECK(mode_of(temp.paths.device_key_file()) == 0600);
    CHECK(mode_of(temp.paths.pins_file()) == 0600);
}

TEST_CASE_METHOD(Fixture, "a list that lacks the device makes no login", "[home][login]") {
    const auto made = Login::make(*model::ServerUrl::parse("tls://localhost"), founding_key(), user("alice"),
                                  public_key_of(2), device_id(9), alice().signed_list());
    CHECK(code_of(made) == Errc::identity);
}

TEST_CASE_METHOD(Fixture, "a home holds one login", "[home][login]") {
    REQUIRE(store.save(alice(), alice_device_key()));
    REQUIRE(store.save(alice(2), alice_device_key()));
    CHECK(store.load()->list().serial() == 2);
    CHECK(code_of(store.save(bob(), key_of(1002))) == Errc::conflict);
    CHECK(store.load()->user() == user("alice"));
    REQUIRE(store.wipe());
    REQUIRE(store.save(bob(), key_of(1002)));
    CHECK(store.load()->user() == user("bob"));
}

TEST_CASE_METHOD(Fixture, "wiping a login takes its keys and leaves the pins", "[home][login]") {
    REQUIRE(store.save(alice(), alice_device_key()));
    home::Pins pins{temp.paths};
    REQUIRE(pins.pin({user("bob"), founding_key(), public_key_of(3), 1, WallTime{}}));
    REQUIRE(store.wipe());
    CHECK(load_code() == Errc::not_logged_in);
    CHECK_FALSE(std::filesystem::exists(temp.paths.device_key_file()));
    CHECK(pins.all()->size() == 1);
    REQUIRE(store.save(alice(), alice_device_key()));
    CHECK(pins.all()->size() == 1);
    REQUIRE(store.wipe());
    REQUIRE(store.wipe());
}

TEST_CASE_METHOD(Fixture, "a damaged login file is corrupt and is not written over", "[home][login]") {
    REQUIRE(store.save(alice(), alice_device_key()));
    check_damage_is_noticed(temp.paths.login_file(), [&] { return load_code(); });
    check_damage_is_noticed(temp.paths.login_file(),
                            [&] { return code_of(store.save(alice(2), alice_device_key())); });
    check_damage_is_noticed(temp.paths.login_file(),
                            [&] { return code_of(store.save_list(alice(2).signed_list())); });
}

TEST_CASE_METHOD(Fixture, "a damaged device key file is corrupt and is not written over", "[home][login]") {
    REQUIRE(store.save(alice(), alice_device_key()));
    const auto login = alice();
    check_damage_is_noticed(temp.paths.device_key_file(), [&] { return code_of(store.device_key(login)); });
    check_damage_is_noticed(temp.paths.device_key_file(),
                            [&] { return code_of(store.save(alice(), alice_device_key())); });
}

TEST_CASE_METHOD(Fixture, "a login whose key is missing or another one is corrupt", "[home][login]") {
    REQUIRE(store.save(alice(), alice_device_key()));
    const auto good = content_of(temp.paths.device_key_file());
    const TempHome other;
    LoginStore other_store{other.paths};
    REQUIRE(other_store.save(bob(), key_of(1002)));
    put(temp.paths.device_key_file(), content_of(other.paths.device_key_file()));
    CHECK(code_of(store.device_key(alice())) == Errc::corrupt);
    REQUIRE(std::filesystem::remove(temp.paths.device_key_file()));
    CHECK(code_of(store.device_key(alice())) == Errc::corrupt);
    REQUIRE(std::filesystem::remove(temp.paths.login_file()));
    CHECK(code_of(store.device_key(alice())) == Errc::not_logged_in);
}

TEST_CASE_METHOD(Fixture, "wiping works on damaged files too", "[home][login]") {
    REQUIRE(store.save(alice(), alice_device_key()));
    put(temp.paths.login_file(), "noise", 0644);
    put(temp.paths.device_key_file(), "");
    REQUIRE(store.wipe());
    CHECK(load_code() == Errc::not_logged_in);
}

TEST_CASE_METHOD(Fixture, "the own device list only gets newer", "[home][login]") {
    const auto account = key_of(2);
    const auto list = [&](std::uint64_t serial, std::vector<identity::Device> devices) {
        return list_of(serial, std::move(devices)).sign(account);
    };
    CHECK(code_of(store.save_list(list(1, {device(1, "laptop")}))) == Errc::not_logged_in);
    REQUIRE(store.save(alice(4), alice_device_key()));
    REQUIRE(store.save_list(list(5, {device(1, "laptop"), device(2, "phone")})));
    CHECK(store.load()->list().devices().size() == 2);
    REQUIRE(store.save_list(list(3, {device(1, "laptop")})));
    CHECK(store.load()->list().serial() == 5);
    CHECK(code_of(store.save_list(list(6, {device(2, "phone")}))) == Errc::identity);
    CHECK(code_of(store.save_list(list(6, {{device_id(1), device_name("laptop"), public_key_of(77)}}))) ==
          Errc::identity);
    CHECK(code_of(store.save_list(list_of(6, {device(1, "laptop")}).sign(key_of(3)))) == Errc::identity);
    CHECK(store.load()->list().serial() == 5);
}

TEST_CASE_METHOD(Fixture, "pins that vanish beside a device key are an error, not a new file",
                 "[home][login]") {
    REQUIRE(store.save(alice(), alice_device_key()));
    home::Pins pins{temp.paths};
    REQUIRE(pins.all());
    REQUIRE(std::filesystem::remove(temp.paths.pins_file()));
    CHECK(code_of(pins.all()) == Errc::corrupt);
    CHECK(code_of(store.save(alice(2), alice_device_key())) == Errc::corrupt);
    CHECK_FALSE(std::filesystem::exists(temp.paths.pins_file()));
}
