// World: one server and a network in virtual time, where people (person.hpp) meet. The same seed gives the
// same run.
//
// The server is a real directory::Server over memory links with its store in memory; each host of the
// network is named after who is there, so that cut(), mend() and reset() of the network take those names.
#pragma once

#include <catch2/catch.hpp>

#include <map>

#include "directory/server.hpp"
#include "identity/device_list.hpp"
#include "io/pool.hpp"
#include "io/sleep.hpp"
#include "io/task_group.hpp"
#include "io/virtual_loop.hpp"
#include "storage/inline_store.hpp"
#include "storage/memory/memory_store.hpp"
#include "support/memory_transport.hpp"

namespace p2pc::testing {

using namespace std::chrono_literals;

// An account with its keys, and its newest device list.
class Account {
  public:
    Account(crypto::Random& random, const std::string& name)
        : user(*model::UserName::parse(name)), key(crypto::SigningKey::generate(random)) {}
    model::UserName user;
    crypto::SigningKey key;
    std::optional<identity::DeviceList> list;
};

struct WorldOptions {
    std::uint64_t seed = 1;
    Bound bound = Bound::yes;
    directory::ServerOptions server;
};

class World {
  public:
    explicit World(WorldOptions chosen = {});
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // As by SIGKILL: nothing it would still write is kept, and who was connected sees a reset.
    void kill_server();
    void start_server();
    // The next start finds a new, empty database.
    void forget_everything();
    directory::Operator operated() { return server_->operated(); }
    bool server_runs() const noexcept { return server_ != nullptr; }
    storage::DirectoryStore& store() { return store_->store(); }

    // The account of that name, and a new device on it: put into the store without a password, since one
    // Argon2id takes longer than most tests.
    Account& account(const std::string& name);
    identity::Device enrol(Account& account, const std::string& device, const crypto::SigningKey& key);
    // An account as the store has it; and what a server that was taken over says of it from now on
    // (it restarts for this).
    storage::NewAccount told_of(const Account& account) const;
    void lie(storage::NewAccount about);

    // Runs the coroutine to its end, for at most a day of virtual time.
    void run(asio::awaitable<void> body);
    // The same for several, side by side.
    void run_all(std::vector<asio::awaitable<void>> bodies);
    void pass(Duration span) { loop.run_for(span); }
    bool until(const std::function<bool()>& done, Duration limit = 60s) {
        return loop.run_until(done, loop.now() + limit);
    }
    Deadline soon() const { return loop.now() + 60s; }
    Bytes bytes(std::size_t size);

    WorldOptions options;
    base::ManualClock clock;
    io::VirtualLoop loop{clock};
    crypto::SeededRandom random;
    base::Log log{base::LogLevel::off, -1, clock};
    MemoryNetwork network;
    io::Pool pool{0, 1024};
    MemoryTransport server_side;
    model::PublicKey founding_key;

  private:
    void use(std::unique_ptr<storage::MemoryStore> store);

    std::map<std::string, Account> accounts_;
    std::vector<std::unique_ptr<storage::InlineStore>> stores_;  // the last one lives
    storage::InlineStore* store_ = nullptr;
    std::unique_ptr<directory::Server> server_;
};

}  // namespace p2pc::testing
