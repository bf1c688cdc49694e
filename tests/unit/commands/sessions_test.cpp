#include <catch2/catch.hpp>

#include "commands/people.hpp"
#include "crypto/init.hpp"
#include "identity/keys.hpp"

using namespace p2pc;
using namespace p2pc::commands;

namespace {

home::Login login_of(const char* user, const char* device) {
    REQUIRE(crypto::init());
    crypto::SeededRandom random{7};
    const auto account = crypto::SigningKey::generate(random);
    const model::DeviceId id{random.array<16>()};
    std::vector<identity::Device> devices;
    devices.emplace_back(id, *model::DeviceName::parse(device),
                         identity::public_key(crypto::SigningKey::generate(random)));
    const model::PublicKey founding{random.array<32>()};
    const auto list =
        identity::DeviceList::make(*model::UserName::parse(user), founding, 1, std::move(devices));
    REQUIRE(list);
    auto login = home::Login::make(*model::ServerUrl::parse("tls://localhost"), founding,
                                   *model::UserName::parse(user), identity::public_key(account), id,
                                   list->sign(account));
    REQUIRE(login);
    return *login;
}

wire::pb::SessionInfo session_of(const char* caller, const char* from, const char* callee, const char* to) {
    wire::pb::SessionInfo session;
    session.set_session(std::string(16, 'x'));
    session.set_caller(caller);
    session.set_caller_device(from);
    session.set_callee(callee);
    session.set_callee_device(to);
    session.set_state(wire::pb::SESSION_ENDED);
    session.set_reason(wire::pb::END_CLOSED);
    session.set_started_ms(1'767'323'045'678);
    session.mutable_caller_report()->set_bytes_in(1);
    session.mutable_caller_report()->set_path("direct");
    session.mutable_callee_report()->set_bytes_in(2);
    return session;
}

}  // namespace

TEST_CASE("a session is told from the side of this account", "[commands][sessions]") {
    const auto alice = login_of("alice", "laptop");
    auto record = session_record(alice, session_of("alice", "laptop", "bob", "box"));
    REQUIRE(record);
    CHECK(record->peers == std::vector<std::string>{"bob"});
    CHECK(record->role == "caller");
    CHECK(record->device == "laptop");
    CHECK(record->bytes_in == ByteCount{1});
    CHECK(record->path == "direct");
    CHECK(record->started);
    CHECK_FALSE(record->ended);

    record = session_record(alice, session_of("bob", "box", "alice", "tower"));
    REQUIRE(record);
    CHECK(record->peers == std::vector<std::string>{"bob"});
    CHECK(record->role == "callee");
    CHECK(record->device == "tower");
    CHECK(record->bytes_in == ByteCount{2});
    CHECK_FALSE(record->path);
}

TEST_CASE("between two devices of one account this device's end counts", "[commands][sessions]") {
    const auto laptop = login_of("alice", "laptop");
    CHECK(session_record(laptop, session_of("alice", "laptop", "alice", "box"))->role == "caller");
    CHECK(session_record(laptop, session_of("alice", "box", "alice", "laptop"))->role == "callee");
}

TEST_CASE("a session whose names are none is the server's fault", "[commands][sessions]") {
    const auto alice = login_of("alice", "laptop");
    auto session = session_of("\x1b[31m", "laptop", "alice", "box");
    CHECK(session_record(alice, session).error().code() == Errc::malformed);
    session = session_of("alice", "laptop", "bob", "");
    CHECK(session_record(alice, session));
    session.set_session("short");
    CHECK_FALSE(session_record(alice, session));
    session = session_of("alice", "laptop", "bob", "box");
    session.set_started_ms(std::numeric_limits<std::int64_t>::max());
    CHECK_FALSE(session_record(alice, session)->started);
}
