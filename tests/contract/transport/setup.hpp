// What a contract test runs on: one of the transports, and connections over it.
#pragma once

#include <memory>
#include <p2pc/transport/transport.hpp>
#include <string>
#include <vector>

#include "contract/transport/drive.hpp"
#include "support/memory_network.hpp"

namespace p2pc::testing {

struct Setup {
    std::unique_ptr<MemoryNetwork> network;     // null: sockets only
    std::unique_ptr<transport::Transport> own;  // made for this setup
    transport::Transport* transport = nullptr;  // what is tested
    std::string listen_at;                      // an address any number of listeners may take
    MemoryNetwork* queue() const { return network.get(); }
};

// "memory", "tcp", "tls", "tls over memory", "tls over single bytes"; or the plugin P2PC_CONTRACT_PLUGIN.
std::vector<std::string> transports();
Setup set_up(const std::string& kind);
// A plugin of the build, kept until the program ends.
transport::Transport& plugin(const std::string& scheme);

// Another `nth` gives another address.
std::unique_ptr<Listener> listen(Setup& setup, int nth = 0);
std::unique_ptr<Stream> connect(Setup& setup, Listener& listener);

// Two ends that have been stepped until ready.
struct Pair {
    std::unique_ptr<Stream> client;
    std::unique_ptr<Stream> server;
};
Pair connected(Setup& setup, Listener& listener);

// The same bytes for the same seed and size.
Bytes pattern(std::size_t size, unsigned seed = 1);

}  // namespace p2pc::testing
