#include "contract/transport/setup.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "contract/transport/wrapping_transport.hpp"
#include "plugin_host/plugin_host.hpp"
#include "support/memory_transport.hpp"

namespace p2pc::testing {

namespace {

std::filesystem::path foreign_plugin() {
    const char* path = std::getenv("P2PC_CONTRACT_PLUGIN");
    return path == nullptr ? "" : path;
}

plugin_host::PluginHost& host() {
    static plugin_host::PluginHost plugins({foreign_plugin().empty()
                                                ? std::filesystem::path{P2PC_BUILD_PLUGINS}
                                                : foreign_plugin().parent_path()});
    return plugins;
}

}  // namespace

transport::Transport& plugin(const std::string& scheme) {
    auto found = host().find(scheme);
    if (!found) throw std::runtime_error(describe(found.error()));
    return **found;
}

std::vector<std::string> transports() {
    if (!foreign_plugin().empty()) return {foreign_plugin().stem().string()};
    return {"memory", "tcp", "tls", "tls over memory", "tls over single bytes"};
}

Setup set_up(const std::string& kind) {
    Setup setup;
    setup.listen_at = "127.0.0.1:0";
    if (kind.find("memory") != kind.npos || kind.find("bytes") != kind.npos) {
        setup.network = std::make_unique<MemoryNetwork>();
        setup.own = std::make_unique<MemoryTransport>(*setup.network, "here");
        setup.listen_at = "here:0";
    }
    if (kind == "tls over single bytes") setup.network->set_piece(1);
    if (kind.starts_with("tls over")) {
        setup.own = std::make_unique<WrappingTransport>(plugin("tls"), std::move(setup.own));
    }
    setup.transport = setup.own ? setup.own.get() : &plugin(kind);
    if (kind == "unix") {
        const auto folder = std::filesystem::temp_directory_path();
        setup.listen_at = (folder / ("p2pc-contract-" + std::to_string(::getpid()))).string();
    }
    return setup;
}

std::unique_ptr<Listener> listen(Setup& setup, int nth) {
    // Where port 0 gives each listener its own, the text is the same; a path needs another.
    const bool ports = setup.listen_at.ends_with(":0");
    const auto at = setup.listen_at + (ports || nth == 0 ? "" : std::to_string(nth));
    const auto parsed = setup.transport->parse(at, 0);
    INFO(parsed.failure.text.data());
    REQUIRE(parsed.count == 1);
    const auto made = setup.transport->listen(parsed.addresses[0], {});
    INFO(made.failure.text.data());
    REQUIRE(made.object != nullptr);
    return std::unique_ptr<Listener>(made.object);
}

std::unique_ptr<Stream> connect(Setup& setup, Listener& listener) {
    const auto made = setup.transport->connect(listener.local(), {});
    INFO(made.failure.text.data());
    REQUIRE(made.object != nullptr);
    return std::unique_ptr<Stream>(made.object);
}

Pair connected(Setup& setup, Listener& listener) {
    Pair pair;
    pair.client = connect(setup, listener);
    Task accept = accepting(listener, pair.server);
    accept.attempt = [&pair, first = accept.attempt] {
        if (!pair.server) {
            const auto status = first();
            if (status != IoStatus::ok) return status;
        }
        return pair.server->step().status;
    };
    accept.fd = [&] { return pair.server ? pair.server->poll_fd() : listener.poll_fd(); };
    accept.on_ready = [&](void (*call)(void*), void* context) {
        if (pair.server) return pair.server->on_ready(call, context);
        listener.on_ready(call, context);
    };
    const auto results = drive(setup.queue(), {stepping(*pair.client), std::move(accept)});
    INFO(pair.client->failure().text.data());
    REQUIRE(results == std::vector{IoStatus::ok, IoStatus::ok});
    return pair;
}

Bytes pattern(std::size_t size, unsigned seed) {
    Bytes bytes(size);
    std::uint32_t state = seed * 2654435761U + 1;
    for (auto& byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<std::byte>(state >> 24);
    }
    return bytes;
}

}  // namespace p2pc::testing
