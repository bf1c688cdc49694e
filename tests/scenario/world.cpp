#include "scenario/world.hpp"

#include "identity/keys.hpp"
#include "identity/password_keys.hpp"
#include "wire/message.hpp"

namespace p2pc::testing {

using storage::InlineStore;
using storage::MemoryStore;

namespace {

storage::DeviceList stored(const identity::DeviceList& list, const crypto::SigningKey& key) {
    storage::DeviceList out;
    out.serial = list.serial();
    out.signed_bytes = list.sign(key);
    for (const auto& device : list.devices())
        out.devices.push_back({device.id, device.name, device.key});
    return out;
}

}  // namespace

World::World(WorldOptions chosen)
    : options(chosen),
      random(chosen.seed),
      network([this](std::function<void()> call) { loop.post(std::move(call)); }),
      server_side(network, "server", chosen.bound) {
    stores_.push_back(std::make_unique<InlineStore>(
        std::make_unique<MemoryStore>(), [this](std::function<void()> call) { loop.post(std::move(call)); }));
    store_ = stores_.back().get();
    start_server();
}

World::~World() {
    server_.reset();
    loop.run_for(1s);
}

void World::start_server() {
    server_ = std::make_unique<directory::Server>(loop, *store_, log, random, options.server);
    const auto at = server_side.parse("server:9876", 0, transport::Names::numeric).addresses[0];
    std::vector<directory::Listening> listeners;
    listeners.emplace_back(std::unique_ptr<transport::Listener>{server_side.listen(at, {}).object},
                           server_side);
    auto start = [](World& world, std::vector<directory::Listening> on) -> asio::awaitable<void> {
        auto key = co_await world.server_->start(std::move(on));
        REQUIRE(key);
        world.founding_key = *key;
    };
    run(start(*this, std::move(listeners)));
}

void World::use(std::unique_ptr<MemoryStore> store) {
    stores_.push_back(std::make_unique<InlineStore>(
        std::move(store), [this](std::function<void()> call) { loop.post(std::move(call)); }));
    store_ = stores_.back().get();
}

void World::kill_server() {
    auto as_it_was = std::make_unique<MemoryStore>(static_cast<MemoryStore&>(store()));
    server_.reset();
    loop.run_for(10ms);
    use(std::move(as_it_was));
}

void World::forget_everything() {
    use(std::make_unique<MemoryStore>());
}

Account& World::account(const std::string& name) {
    const auto found = accounts_.find(name);
    if (found != accounts_.end()) return found->second;
    return accounts_.emplace(name, Account{random, name}).first->second;
}

identity::Device World::enrol(Account& account, const std::string& name, const crypto::SigningKey& key) {
    const identity::Device device{model::DeviceId{random.array<16>()}, *model::DeviceName::parse(name),
                                  identity::public_key(key)};
    const bool first = !account.list;
    auto list = first ? identity::DeviceList::make(account.user, founding_key, 1, {device})
                      : account.list->with(device);
    REQUIRE(list);
    account.list = std::move(*list);
    if (first) {
        REQUIRE(store().create_account(told_of(account)));
    } else {
        REQUIRE(store().replace_devices(account.user, stored(*account.list, account.key)));
    }
    return device;
}

namespace {

// A store that was taken over: says of one account what its master wants.
class LyingStore final : public MemoryStore {
  public:
    LyingStore(const MemoryStore& honest, storage::NewAccount lie)
        : MemoryStore(honest), lie_(std::move(lie)) {}
    Result<storage::AccountRecord> find_account(const model::UserName& user) override {
        auto found = MemoryStore::find_account(user);
        if (!found || user != lie_.user) return found;
        found->account_key = lie_.account_key;
        found->serial = lie_.list.serial;
        found->signed_list = lie_.list.signed_bytes;
        found->devices.clear();
        for (const auto& device : lie_.list.devices)
            found->devices.push_back({device.id, device.name, device.key, storage::DeviceState::enabled});
        return found;
    }

  private:
    storage::NewAccount lie_;
};

}  // namespace

storage::NewAccount World::told_of(const Account& account) const {
    return {account.user,
            identity::public_key(account.key),
            identity::public_key(account.key),
            Bytes(identity::wrapped_account_key_size, std::byte{1}),
            stored(*account.list, account.key),
            clock.wall()};
}

void World::lie(storage::NewAccount about) {
    kill_server();
    use(std::make_unique<LyingStore>(static_cast<MemoryStore&>(store()), std::move(about)));
    start_server();
}

void World::run(asio::awaitable<void> body) {
    std::vector<asio::awaitable<void>> bodies;
    bodies.push_back(std::move(body));
    run_all(std::move(bodies));
}

void World::run_all(std::vector<asio::awaitable<void>> bodies) {
    std::exception_ptr thrown;
    io::TaskGroup tasks(loop, [&](std::string_view, std::exception_ptr what) { thrown = what; });
    for (auto& body : bodies)
        tasks.spawn("test", std::move(body));
    const bool ended = loop.run_until([&] { return thrown || tasks.running() == 0; }, loop.now() + 24h);
    if (thrown) std::rethrow_exception(thrown);
    REQUIRE(ended);
}

Bytes World::bytes(std::size_t size) {
    Bytes out(size);
    if (size > 0) random.fill(out);
    return out;
}

}  // namespace p2pc::testing
