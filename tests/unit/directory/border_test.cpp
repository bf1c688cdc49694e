#include "directory/border.hpp"

#include <catch2/catch.hpp>

#include "crypto/random.hpp"
#include "identity/keys.hpp"
#include "identity/password_keys.hpp"

using namespace p2pc;
using namespace p2pc::directory;

namespace {

struct Newcomer {
    crypto::SeededRandom random{11};
    crypto::SigningKey account = crypto::SigningKey::generate(random);
    model::PublicKey founding{random.array<32>()};
    model::UserName user = *model::UserName::parse("alice");
    std::vector<identity::Device> devices{{model::DeviceId{random.array<16>()},
                                           *model::DeviceName::parse("laptop"),
                                           model::PublicKey{random.array<32>()}}};
    wire::pb::Register message;

    Newcomer() {
        message.set_account_key(identity::public_key(account).str());
        message.set_login_key(std::string(32, 'l'));
        message.set_wrapped_key(std::string(identity::wrapped_account_key_size, 'w'));
        sign(1);
    }
    void sign(std::uint64_t serial) {
        const auto list = identity::DeviceList::make(user, founding, serial, devices);
        message.set_device_list(wire::to_string(list->sign(account)));
    }
    Errc outcome() const {
        const auto made =
            border::registration(message, user, identity::public_key(account), founding, WallTime{});
        return made ? Errc{} : made.error().code();
    }
};

template <class T>
Errc code_of(const Result<T>& result) {
    return result ? Errc{} : result.error().code();
}

}  // namespace

TEST_CASE("a registration that is right in every field is taken", "[directory][border]") {
    CHECK(Newcomer{}.outcome() == Errc{});
}

TEST_CASE("a registration wrong in one field is refused for it", "[directory][border]") {
    Newcomer another_key;
    another_key.message.set_account_key(std::string(32, 'x'));
    CHECK(another_key.outcome() == Errc::identity);
    for (const std::size_t size : {31U, 33U, 0U}) {
        Newcomer short_key;
        short_key.message.set_login_key(std::string(size, 'l'));
        CHECK(short_key.outcome() == Errc::malformed);
    }
    for (const int by : {-1, 1}) {
        Newcomer wrapped;
        const auto size = static_cast<int>(identity::wrapped_account_key_size) + by;
        wrapped.message.set_wrapped_key(std::string(static_cast<std::size_t>(size), 'w'));
        CHECK(wrapped.outcome() == Errc::malformed);
    }
    Newcomer second_serial;
    second_serial.sign(2);
    CHECK(second_serial.outcome() == Errc::malformed);
    Newcomer two;
    two.devices.emplace_back(model::DeviceId{two.random.array<16>()}, *model::DeviceName::parse("phone"),
                             model::PublicKey{two.random.array<32>()});
    two.sign(1);
    CHECK(two.outcome() == Errc::malformed);
    Newcomer flipped;
    flipped.message.mutable_device_list()->back() ^= 1;
    CHECK(flipped.outcome() == Errc::identity);
    Newcomer elsewhere;
    elsewhere.founding = model::PublicKey{};
    CHECK(elsewhere.outcome() == Errc::identity);
}

TEST_CASE("names, ids and kinds that cannot be are malformed", "[directory][border]") {
    for (const char* name : {"", "-rf", "../x", "a b", "Alice", "\xd0\xb0lice", "';--"}) {
        CHECK(code_of(border::user(name)) == Errc::malformed);
    }
    CHECK(border::user(std::string(32, 'a')));
    CHECK(code_of(border::user(std::string(33, 'a'))) == Errc::malformed);
    CHECK(border::device("")->has_value() == false);
    CHECK(code_of(border::device("a b")) == Errc::malformed);
    for (const std::size_t size : {0U, 15U, 17U}) {
        CHECK(code_of(border::session(std::string(size, 's'))) == Errc::malformed);
        CHECK(code_of(border::device_id(std::string(size, 'd'))) == Errc::malformed);
    }
    CHECK(border::optional_session("")->has_value() == false);
    CHECK(code_of(border::optional_session("x")) == Errc::malformed);
    CHECK(code_of(border::kind(wire::pb::KIND_NONE)) == Errc::malformed);
    CHECK(code_of(border::kind(static_cast<wire::pb::Kind>(77))) == Errc::malformed);
    CHECK(code_of(border::program(static_cast<wire::pb::Program>(77))) == Errc::malformed);
}

TEST_CASE("endpoints are at most eight, each of them one, none twice", "[directory][border]") {
    wire::pb::Announce message;
    for (int i = 0; i < 8; ++i)
        message.add_endpoints("tls://192.0.2.7:" + std::to_string(2000 + i));
    CHECK(border::endpoints(message.endpoints()));
    message.add_endpoints("tls://192.0.2.7:3000");
    CHECK(code_of(border::endpoints(message.endpoints())) == Errc::malformed);
    for (const char* bad : {"", "192.0.2.7:1", "tls://", "tls://a\nb", "tls://\x1b[2J"}) {
        wire::pb::Announce one;
        one.add_endpoints(bad);
        CHECK(code_of(border::endpoints(one.endpoints())) == Errc::malformed);
    }
    wire::pb::Announce twice;
    twice.add_endpoints("tls://a:1");
    twice.add_endpoints("tls://a:1");
    CHECK(code_of(border::endpoints(twice.endpoints())) == Errc::malformed);
}

TEST_CASE("a caller is reached first at its port of the address the server sees", "[directory][border]") {
    wire::pb::Call call;
    call.add_endpoints("tls://192.168.0.7:2000");
    CHECK(*border::endpoints(call, "192.0.2.7") == std::vector<std::string>{"tls://192.168.0.7:2000"});
    call.set_seen_scheme("tls"), call.set_seen_port(2000);
    CHECK(*border::endpoints(call, "[2001:db8::7]") ==
          std::vector<std::string>{"tls://[2001:db8::7]:2000", "tls://192.168.0.7:2000"});
    CHECK(*border::endpoints(call, "192.168.0.7") == std::vector<std::string>{"tls://192.168.0.7:2000"});
    CHECK(*border::endpoints(call, "") == std::vector<std::string>{"tls://192.168.0.7:2000"});
    for (int i = 1; i < 8; ++i)
        call.add_endpoints("tls://192.168.0.7:" + std::to_string(2000 + i));
    const auto eight = *border::endpoints(call, "192.0.2.7");
    CHECK(eight.size() == 8);
    CHECK(eight.back() == "tls://192.168.0.7:2006");
    call.set_seen_port(65'536);
    CHECK(code_of(border::endpoints(call, "192.0.2.7")) == Errc::malformed);
    call.set_seen_port(65'535), call.set_seen_scheme("a\nb");
    CHECK(code_of(border::endpoints(call, "192.0.2.7")) == Errc::malformed);
}

TEST_CASE("a report has a reason, a time a record can hold, and a path that is a word",
          "[directory][border]") {
    wire::pb::Report message;
    CHECK(code_of(border::report(message)) == Errc::malformed);
    message.set_reason(wire::pb::END_CLOSED);
    message.set_path("direct");
    message.set_ended_ms(1);
    CHECK(border::report(message));
    message.set_ended_ms(-1);
    CHECK(code_of(border::report(message)) == Errc::malformed);
    message.set_ended_ms(253'402'300'799'999);
    CHECK(border::report(message));
    message.set_ended_ms(253'402'300'800'000);
    CHECK(code_of(border::report(message)) == Errc::malformed);
    message.set_ended_ms(1);
    message.set_bytes_in(INT64_MAX);
    CHECK(border::report(message));
    message.set_bytes_in(static_cast<std::uint64_t>(INT64_MAX) + 1);
    CHECK(code_of(border::report(message)) == Errc::malformed);
    message.set_bytes_in(0);
    for (const char* path : {"\x1b[2J", "a b", "abcdefghijklmnopq"}) {
        message.set_path(path);
        CHECK(code_of(border::report(message)) == Errc::malformed);
    }
}
