// What is not a TLS 1.3 ClientHello gets no byte, no matter how it arrives.
#include <openssl/ssl.h>

#include <catch2/catch.hpp>
#include <string>

#include "contract/transport/setup.hpp"
#include "contract/transport/tls_peer.hpp"
#include "support/memory_transport.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using transport::IoResult;

namespace {

// A stream that knows the most it was asked for at a time.
class Asked final : public Stream {
  public:
    Asked(std::unique_ptr<Stream> inner, std::size_t& most) : inner_(std::move(inner)), most_(most) {}
    int poll_fd() noexcept override { return inner_->poll_fd(); }
    void on_ready(void (*call)(void*), void* context) noexcept override { inner_->on_ready(call, context); }
    std::int64_t deadline_ns() noexcept override { return inner_->deadline_ns(); }
    IoResult step() noexcept override { return inner_->step(); }
    IoResult flush() noexcept override { return inner_->flush(); }
    IoResult try_shutdown() noexcept override { return inner_->try_shutdown(); }
    IoResult try_read(std::byte* into, std::size_t size) noexcept override {
        most_ = std::max(most_, size);
        return inner_->try_read(into, size);
    }
    IoResult try_write(const std::byte* from, std::size_t size) noexcept override {
        return inner_->try_write(from, size);
    }
    transport::Binding binding() noexcept override { return inner_->binding(); }
    transport::Address local() noexcept override { return inner_->local(); }
    transport::Address remote() noexcept override { return inner_->remote(); }
    transport::Failure failure() noexcept override { return inner_->failure(); }
    void hint(transport::Use use) noexcept override { inner_->hint(use); }

  private:
    std::unique_ptr<Stream> inner_;
    std::size_t& most_;
};

// A TLS end that accepts, over memory, and the bare stream of the stranger at the other end.
struct Door {
    MemoryNetwork network;
    MemoryTransport memory{network, "here"};
    std::size_t most_asked = 0;  // of the bare stream, by ours
    std::unique_ptr<Listener> listener;
    std::unique_ptr<Stream> stranger;
    std::unique_ptr<Stream> ours;

    Door() {
        const auto at = memory.parse("here:0", 0);
        listener.reset(memory.listen(at.addresses[0], {}).object);
        stranger.reset(memory.connect(listener->local(), {}).object);
        auto* inner = new Asked(std::unique_ptr<Stream>{listener->try_accept().stream}, most_asked);
        ours.reset(plugin("tls").wrap(inner, transport::Role::accepting, {}).object);
    }
    IoStatus say(BytesView bytes) {
        while (!bytes.empty()) {
            const auto sent = stranger->try_write(bytes.data(), bytes.size());
            if (sent.status != IoStatus::ok) break;
            bytes = bytes.subspan(sent.count);
            ours->step();
        }
        return ours->step().status;
    }
    // How many bytes of ours the stranger has got.
    std::size_t answer() {
        std::byte buffer[4096];
        return stranger->try_read(buffer, sizeof buffer).count;
    }
};

Bytes hello_of_size(std::size_t record) {
    Bytes bytes(5 + record);
    bytes[0] = std::byte{0x16};
    bytes[1] = std::byte{0x03};
    bytes[2] = std::byte{0x01};
    bytes[3] = static_cast<std::byte>(record >> 8);
    bytes[4] = static_cast<std::byte>(record);
    return bytes;
}

}  // namespace

TEST_CASE("a TLS 1.3 ClientHello is answered, whole or byte by byte", "[contract][tls]") {
    const Bytes hello = client_hello(TLS1_3_VERSION, TLS1_3_VERSION);
    const bool slowly = GENERATE(false, true);
    Door door;
    if (slowly) door.network.set_piece(1);
    CHECK(door.say(hello) == IoStatus::want_read);
    // OpenSSL's own client offers no p2pc/1, which is found out later.
    CHECK(door.answer() > 0);
}

TEST_CASE("a client of TLS 1.2 is refused without a byte", "[contract][tls]") {
    Door door;
    CHECK(door.say(client_hello(TLS1_2_VERSION, TLS1_2_VERSION)) == IoStatus::error);
    CHECK(door.ours->failure().code == Errc::malformed);
    // Seen by ourselves: nothing of OpenSSL was made for it.
    CHECK(std::string{door.ours->failure().text.data()} == "not a TLS 1.3 ClientHello of at most 4 KiB");
    CHECK(door.answer() == 0);
}

TEST_CASE("noise is refused without a byte as soon as it cannot be a hello", "[contract][tls]") {
    const auto text = GENERATE(as<std::string>(), "GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
                               "\x16"
                               "X",
                               "\x15\x03\x01", std::string(4096, '\0'), std::string(4096, '\xff'));
    Door door;
    CHECK(door.say(as_bytes(text)) == IoStatus::error);
    CHECK(door.ours->failure().code == Errc::malformed);
    CHECK(door.answer() == 0);
}

TEST_CASE("a hello past 4 KiB is refused by its header", "[contract][tls]") {
    Door longest, longer;
    const auto most = 4096 - 5;
    CHECK(longest.say(BytesView{hello_of_size(most)}.first(5)) == IoStatus::want_read);
    CHECK(longer.say(BytesView{hello_of_size(most + 1)}.first(5)) == IoStatus::error);
    CHECK(longer.answer() == 0);
}

TEST_CASE("no hello cut, flipped or filled with noise is answered unless it still is one",
          "[contract][tls]") {
    const Bytes hello = client_hello(TLS1_3_VERSION, TLS1_3_VERSION);
    for (std::size_t size = 0; size < hello.size(); ++size) {
        Door door;
        CHECK(door.say(BytesView{hello}.first(size)) == IoStatus::want_read);
        CHECK(door.answer() == 0);
    }
    for (std::size_t at = 0; at < 9; ++at) {
        Door door;
        Bytes changed = hello;
        changed[at] ^= std::byte{0x40};
        CHECK(door.say(changed) != IoStatus::ok);
        if (at != 2) CHECK(door.answer() == 0);  // the minor version of the record means nothing
    }
    Door door;
    Bytes hollow = hello;
    std::fill(hollow.begin() + 9, hollow.end(), std::byte{0xff});
    CHECK(door.say(hollow) == IoStatus::error);
    CHECK(door.answer() == 0);
}

TEST_CASE("a handshake that fails after the hello ends without an alert", "[contract][tls]") {
    Door door;
    REQUIRE(door.say(client_hello(TLS1_3_VERSION, TLS1_3_VERSION)) == IoStatus::want_read);
    while (door.answer() > 0) {
    }
    // An application record under no key we know.
    CHECK(door.say(as_bytes(std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'))) ==
          IoStatus::error);
    CHECK(door.ours->failure().code == Errc::malformed);
    CHECK(door.answer() == 0);
}

TEST_CASE("until its handshake is over a stranger has room for 4 KiB", "[contract][tls]") {
    Door door;
    const Bytes hello = client_hello(TLS1_3_VERSION, TLS1_3_VERSION);
    const auto use = GENERATE(transport::Use::idle, transport::Use::bulk);
    door.ours->hint(use);
    REQUIRE(door.say(hello) == IoStatus::want_read);
    // The header of a record that is as long as it may be, of which no more comes.
    REQUIRE(door.say(as_bytes(std::string("\x17\x03\x03\x40\x00", 5))) == IoStatus::want_read);
    CHECK(door.most_asked <= 4096);
}

TEST_CASE("a stranger that ends before its hello is an error", "[contract][tls]") {
    Door door;
    door.say(BytesView{client_hello(TLS1_3_VERSION, TLS1_3_VERSION)}.first(20));
    door.stranger->try_shutdown();
    CHECK(door.ours->step().status == IoStatus::error);
    CHECK(door.answer() == 0);
}

TEST_CASE("a client that does not speak p2pc/1 is not let in", "[contract][tls]") {
    auto setup = set_up("tcp");
    transport::Transport& tls = plugin("tls");
    const auto at = tls.parse("127.0.0.1:0", 0);
    const std::unique_ptr<Listener> listener(tls.listen(at.addresses[0], {}).object);
    REQUIRE(listener);
    const auto client = connect(setup, *listener);
    std::unique_ptr<Stream> server;
    REQUIRE(drive(nullptr, {stepping(*client), accepting(*listener, server)}) ==
            std::vector(2, IoStatus::ok));
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                    &SSL_CTX_free);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), &SSL_free);
    SSL_set_fd(ssl.get(), client->poll_fd());
    for (int i = 0; i < 1000 && SSL_connect(ssl.get()) != 1; ++i)
        server->step();
    CHECK(drive(nullptr, {stepping(*server)}) == std::vector{IoStatus::error});
    CHECK(server->failure().code == Errc::unsupported);
}
