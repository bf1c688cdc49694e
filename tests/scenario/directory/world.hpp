// A server and its clients in one virtual loop: real channels over memory links, a store in memory.
#pragma once

#include <catch2/catch.hpp>

#include <deque>

#include "channel/handshake.hpp"
#include "directory/server.hpp"
#include "identity/device_list.hpp"
#include "io/sleep.hpp"
#include "io/task_group.hpp"
#include "io/virtual_loop.hpp"
#include "storage/inline_store.hpp"
#include "storage/memory/memory_store.hpp"
#include "support/memory_transport.hpp"

namespace p2pc::testing {

using namespace std::chrono_literals;
using wire::pb::ClientMessage;
using wire::pb::ServerMessage;

// One device of one person, with the keys a client would keep.
class Person {
  public:
    Person(crypto::Random& random, const std::string& user, const std::string& device);
    // Another device of the same account.
    Person(crypto::Random& random, const Person& owner, const std::string& device);

    identity::DeviceList list(const model::PublicKey& founding_key) const;

    model::UserName user;
    std::shared_ptr<crypto::SigningKey> account, login;
    std::uint64_t serial = 1;
    std::vector<identity::Device> devices;
    model::DeviceId id;
    std::shared_ptr<crypto::SigningKey> key;
};

class CapturedLog final : public base::Log {
  public:
    explicit CapturedLog(const base::Clock& clock) : Log(base::LogLevel::info, -1, clock) {}
    std::size_t count(std::string_view event) const;
    mutable std::vector<std::string> lines;

  protected:
    void emit(std::string_view line) const override { lines.emplace_back(line); }
};

class World {
  public:
    explicit World(directory::ServerOptions chosen = {}, Bound bound = Bound::yes);
    ~World();

    void start();
    // As by SIGKILL: nothing it would still write is kept.
    void kill();
    void drain();
    // Runs the coroutine to its end, in virtual time.
    void run(asio::awaitable<void> body);
    void pass(Duration span) { loop.run_for(span); }
    storage::DirectoryStore& kept() { return store->store(); }
    asio::awaitable<std::unique_ptr<io::Connection>> dial(std::string host);
    Deadline soon() const { return loop.now() + 60s; }

    directory::ServerOptions options;
    base::ManualClock clock;
    io::VirtualLoop loop{clock};
    CapturedLog log{clock};
    crypto::SeededRandom random{7};
    MemoryNetwork network;
    MemoryTransport server_side;
    Bound bound;
    std::vector<std::unique_ptr<storage::InlineStore>> stores;  // the last one lives
    storage::InlineStore* store = nullptr;
    std::unique_ptr<directory::Server> server;
    model::PublicKey founding_key;
};

// A client's end of one connection.
class Wire {
  public:
    explicit Wire(World& in, std::string from = "10.0.0.1") : world(in), host(std::move(from)) {}

    // What the server said: ok, what a REFUSE or a Failure names, or how the connection ended.
    asio::awaitable<Status> enter(wire::pb::Role role, Person who, const crypto::SigningKey* key,
                                  std::vector<Bytes> first);
    asio::awaitable<Status> log_in(Person who);
    asio::awaitable<Status> with_password(Person who);
    asio::awaitable<Status> register_user(Person who);

    // A request and its (first) reply; a Failure is its error. Events on the way are kept.
    asio::awaitable<Result<ServerMessage>> ask(ClientMessage request);
    asio::awaitable<Result<ServerMessage>> reply_to(std::uint64_t id);
    asio::awaitable<Result<ServerMessage>> event(Deadline by);
    std::uint64_t send(ClientMessage request);
    asio::awaitable<Status> announce(wire::pb::Program program, std::string endpoint,
                                     std::vector<model::SessionId> up = {});
    asio::awaitable<void> leave();

    World& world;
    std::string host;
    std::string token;  // of the operator, shown with a password or a registration
    std::unique_ptr<channel::Channel> channel;
    std::deque<ServerMessage> events;
    ServerMessage welcome;
    std::uint64_t last_id = 1;  // 1 is the first flight's
    Error refusal{Errc::internal};
    std::uint64_t retry_after_ms = 0;
};

ClientMessage request();
ClientMessage announcement(wire::pb::Program program, const std::string& endpoint);
ClientMessage calling(const std::string& user, wire::pb::Kind kind, const std::string& device = "");
ClientMessage answering(const std::string& session, bool take);
ClientMessage reporting(const std::string& session, wire::pb::EndReason reason, WallTime when);
Bytes registration(const Person& who, const model::PublicKey& founding_key, const std::string& token = "");

}  // namespace p2pc::testing
