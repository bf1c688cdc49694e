// Handshakes that are begun and not gone on with: as many at once as there may be, then the oldest goes.
#include <openssl/ssl.h>

#include <catch2/catch.hpp>

#include "contract/transport/setup.hpp"
#include "contract/transport/tls_peer.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

struct Doors {
    explicit Doors(std::string_view handshakes) {
        const transport::Option most{"handshakes", handshakes};
        transport::ListenOptions options;
        options.options = {&most, 1};
        const auto at = plugin("tls").parse("127.0.0.1:0", 0);
        const auto made = plugin("tls").listen(at.addresses[0], options);
        failure = made.failure;
        listener.reset(made.object);
    }
    // Somebody who says a ClientHello and no more: their end, and ours in its handshake.
    void begin() {
        std::vector<IoStatus> ended;
        strangers.emplace_back(plugin("tcp").connect(listener->local(), {}).object);
        auto& stranger = *strangers.back();
        ended = drive(nullptr, {stepping(stranger), accepting(*listener, ours.emplace_back())});
        REQUIRE(ended == std::vector{IoStatus::ok, IoStatus::ok});
        const Bytes hello = client_hello(TLS1_3_VERSION, TLS1_3_VERSION);
        REQUIRE(drive(nullptr, {writing(stranger, hello, hello.size())}).front() == IoStatus::ok);
        // Its answer is on the way once the handshake was begun.
        Task patient = stepping(*ours.back());
        patient.attempt = [&stream = *ours.back(), &stranger] {
            const auto status = stream.step().status;
            std::byte some{};
            const auto got = stranger.try_read(&some, 1);
            if (got.status == IoStatus::ok) return IoStatus::ok;
            return status;
        };
        REQUIRE(drive(nullptr, {patient}).front() == IoStatus::ok);
    }
    std::unique_ptr<Listener> listener;
    transport::Failure failure;
    std::vector<std::unique_ptr<Stream>> strangers, ours;
};

}  // namespace

TEST_CASE("past as many handshakes as there may be, the one begun first goes", "[contract][tls]") {
    Doors doors("3");
    REQUIRE(doors.listener);
    for (int n = 0; n < 3; ++n)
        doors.begin();
    for (const auto& stream : doors.ours)
        CHECK(stream->step().status == IoStatus::want_read);
    doors.begin();
    CHECK(doors.ours[0]->step().status == IoStatus::error);
    CHECK(doors.ours[0]->failure().code == Errc::busy);
    for (std::size_t n = 1; n < doors.ours.size(); ++n)
        CHECK(doors.ours[n]->step().status == IoStatus::want_read);
    // Who is finished with theirs, or gone, takes no place.
    doors.ours.erase(doors.ours.begin(), doors.ours.begin() + 2);
    const auto client = plugin("tls").connect(doors.listener->local(), {});
    std::unique_ptr<Stream> honest{client.object}, accepted;
    REQUIRE(drive(nullptr, {accepting(*doors.listener, accepted)}).front() == IoStatus::ok);
    const auto ready = drive(nullptr, {stepping(*honest), stepping(*accepted)});
    CHECK(ready == std::vector{IoStatus::ok, IoStatus::ok});
    doors.begin();
    CHECK(doors.ours[0]->step().status == IoStatus::want_read);
    doors.begin();
    CHECK(doors.ours[0]->step().status == IoStatus::error);
    CHECK(accepted->step().status == IoStatus::ok);
}

TEST_CASE("a number of handshakes that is none is refused", "[contract][tls]") {
    for (const auto* text : {"0", "-1", "many", "3x"}) {
        INFO(text);
        const Doors doors(text);
        CHECK_FALSE(doors.listener);
        CHECK(doors.failure.code == Errc::usage);
    }
}
