// The one case in which a certificate is looked at: the user gave a CA file.
#include <catch2/catch.hpp>
#include <fstream>

#include "contract/transport/setup.hpp"
#include "contract/transport/tls_peer.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

// The client's failure, or Errc::closed when it got through.
Errc handshake(const std::string& server_name, const std::string& ca, const CertificateFiles& files) {
    auto& tls = plugin("tls");
    transport::ListenOptions at_server;
    const std::string certificate = files.certificate(), key = files.key();
    const transport::Option named[] = {{"cert", certificate}, {"key", key}};
    at_server.options = named;
    const std::unique_ptr<Listener> listener(
        tls.listen(tls.parse("127.0.0.1:0", 0).addresses[0], at_server).object);
    REQUIRE(listener);
    const transport::Option trust[] = {{"ca", ca}};
    transport::ConnectOptions at_client;
    at_client.server_name = server_name;
    at_client.options = trust;
    const auto made = tls.connect(listener->local(), at_client);
    if (made.object == nullptr) return made.failure.code;
    const std::unique_ptr<Stream> client(made.object);
    std::unique_ptr<Stream> server;
    for (int i = 0; i < 1000; ++i) {
        const auto status = client->step().status;
        if (status == IoStatus::ok) return Errc::closed;
        if (status == IoStatus::error) return client->failure().code;
        if (!server) server.reset(listener->try_accept().stream);
        if (server) server->step();
    }
    return Errc::timed_out;
}

}  // namespace

TEST_CASE("a certificate is believed for its own name and its own CA only", "[contract][tls]") {
    const CertificateFiles files("chat.example"), others("chat.example");
    CHECK(handshake("chat.example", files.certificate(), files) == Errc::closed);
    CHECK(handshake("other.example", files.certificate(), files) == Errc::identity);
    CHECK(handshake("127.0.0.1", files.certificate(), files) == Errc::identity);
    CHECK(handshake("chat.example", others.certificate(), files) == Errc::identity);
}

TEST_CASE("a CA file that cannot be used, or no name to check, stops before connecting", "[contract][tls]") {
    const CertificateFiles files("chat.example");
    CHECK(handshake("chat.example", files.absent(), files) == Errc::local_io);
    CHECK(handshake("chat.example", files.key(), files) == Errc::local_io);
    CHECK(handshake("", files.certificate(), files) == Errc::usage);
}

TEST_CASE("a listener's certificate and key must be there and belong together", "[contract][tls]") {
    auto& tls = plugin("tls");
    const auto at = tls.parse("127.0.0.1:0", 0).addresses[0];
    const CertificateFiles files("a.example"), others("b.example");
    const auto code = [&](const std::string& certificate, const std::string& key) {
        const transport::Option given[] = {{"cert", certificate}, {"key", key}};
        transport::ListenOptions options;
        options.options = given;
        const auto made = tls.listen(at, options);
        const std::unique_ptr<Listener> owned(made.object);
        return owned ? Errc::closed : made.failure.code;
    };
    CHECK(code(files.certificate(), files.key()) == Errc::closed);
    CHECK(code(files.certificate(), "") == Errc::usage);
    CHECK(code("", files.key()) == Errc::usage);
    CHECK(code(files.absent(), files.key()) == Errc::local_io);
    CHECK(code(files.certificate(), files.absent()) == Errc::local_io);
    CHECK(code(files.certificate(), others.key()) == Errc::local_io);
}
