#include "scenario/directory/world.hpp"

#include "identity/keys.hpp"
#include "identity/password_keys.hpp"

namespace p2pc::testing {

using storage::InlineStore;
using storage::MemoryStore;

Person::Person(crypto::Random& random, const std::string& name, const std::string& device)
    : user(*model::UserName::parse(name)),
      account(std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate(random))),
      login(std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate(random))),
      id(random.array<16>()),
      key(std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate(random))) {
    devices.emplace_back(id, *model::DeviceName::parse(device), identity::public_key(*key));
}

Person::Person(crypto::Random& random, const Person& owner, const std::string& device)
    : user(owner.user),
      account(owner.account),
      login(owner.login),
      serial(owner.serial + 1),
      devices(owner.devices),
      id(random.array<16>()),
      key(std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate(random))) {
    devices.emplace_back(id, *model::DeviceName::parse(device), identity::public_key(*key));
}

identity::DeviceList Person::list(const model::PublicKey& founding_key) const {
    return *identity::DeviceList::make(user, founding_key, serial, devices);
}

std::size_t CapturedLog::count(std::string_view event) const {
    return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(event) != std::string::npos;
    }));
}

World::World(directory::ServerOptions chosen, Bound is_bound)
    : options(chosen),
      network([this](std::function<void()> call) { loop.post(std::move(call)); }),
      server_side(network, "server", is_bound),
      bound(is_bound) {
    stores.push_back(std::make_unique<InlineStore>(
        std::make_unique<MemoryStore>(), [this](std::function<void()> call) { loop.post(std::move(call)); }));
    store = stores.back().get();
    start();
}

World::~World() {
    server.reset();
    loop.run_for(1s);
}

void World::start() {
    server = std::make_unique<directory::Server>(loop, *store, log, random, options);
    const auto at = server_side.parse("server:9876", 0, transport::Names::numeric).addresses[0];
    std::vector<directory::Listening> listeners;
    listeners.emplace_back(std::unique_ptr<transport::Listener>{server_side.listen(at, {}).object},
                           server_side);
    run([](World& world, std::vector<directory::Listening> on) -> asio::awaitable<void> {
        auto key = co_await world.server->start(std::move(on));
        REQUIRE(key);
        world.founding_key = *key;
    }(*this, std::move(listeners)));
}

void World::kill() {
    auto as_it_was = std::make_unique<MemoryStore>(static_cast<MemoryStore&>(store->store()));
    stores.push_back(std::make_unique<InlineStore>(
        std::move(as_it_was), [this](std::function<void()> call) { loop.post(std::move(call)); }));
    server.reset();
    loop.run_for(10ms);
    store = stores.back().get();
}

void World::drain() {
    run([](World& world) -> asio::awaitable<void> {
        co_await world.server->drain(world.loop.now() + 5s);
    }(*this));
}

void World::run(asio::awaitable<void> body) {
    std::exception_ptr thrown;
    io::TaskGroup tasks(loop, [&](std::string_view, std::exception_ptr what) { thrown = what; });
    tasks.spawn("test", std::move(body));
    const bool ended =
        loop.run_until([&] { return tasks.running() == 0; }, loop.now() + std::chrono::hours{2});
    if (thrown) std::rethrow_exception(thrown);
    REQUIRE(ended);
}

asio::awaitable<std::unique_ptr<io::Connection>> World::dial(std::string host) {
    MemoryTransport side(network, std::move(host), bound);
    const auto at = side.parse("server:9876", 0, transport::Names::numeric).addresses[0];
    const auto made = side.connect(at, {});
    if (made.object == nullptr) co_return nullptr;
    auto connection = std::make_unique<io::Connection>(loop, std::unique_ptr<transport::Stream>{made.object});
    auto ready = co_await connection->ready(soon());
    if (!ready) co_return nullptr;
    co_return connection;
}

asio::awaitable<Status> Wire::enter(wire::pb::Role role, Person who, const crypto::SigningKey* key,
                                    std::vector<Bytes> first) {
    auto connection = co_await world.dial(host);
    if (!connection) co_return Errc::cannot_connect;
    channel::Opening opening(world.loop, std::move(connection), world.random);
    auto hello = channel::hello_of(role);
    if (key != nullptr) {
        hello.set_user(who.user.text());
        hello.set_key(identity::public_key(*key).str());
    }
    if (role == wire::pb::ROLE_DEVICE) hello.set_device_id(who.id.str());
    if (role == wire::pb::ROLE_PASSWORD) hello.set_ticket(token);
    const Deadline by = world.soon();
    auto started = co_await opening.start(std::move(hello), key, std::move(first), by);
    if (!started) co_return started;
    auto answer = co_await opening.answer(by);
    if (!answer) co_return answer.error();
    if (answer->key() != world.founding_key.str()) co_return Errc::identity;
    auto frame = co_await opening.channel().read(by);
    if (!frame) co_return frame.error();
    if (frame->type() == wire::FrameType::refuse) {
        auto refused = wire::parse_refusal(frame->body());
        if (!refused) co_return refused.error();
        retry_after_ms = refused->retry_after_ms();
        co_return channel::refusal_error(*frame);
    }
    auto message = wire::parse_server(frame->body());
    if (!message) co_return message.error();
    if (message->has_failure()) co_return wire::code_from(message->failure().code());
    welcome = *message;
    channel = std::move(opening).take(wire::Phase::server_link);
    co_return Status{};
}

asio::awaitable<Status> Wire::log_in(Person who) {
    std::vector<Bytes> nothing;
    co_return co_await enter(wire::pb::ROLE_DEVICE, who, who.key.get(), std::move(nothing));
}

asio::awaitable<Status> Wire::with_password(Person who) {
    std::vector<Bytes> nothing;
    co_return co_await enter(wire::pb::ROLE_PASSWORD, who, who.login.get(), std::move(nothing));
}

asio::awaitable<Status> Wire::register_user(Person who) {
    std::vector<Bytes> first;
    first.push_back(registration(who, world.founding_key, token));
    co_return co_await enter(wire::pb::ROLE_REGISTER, who, who.account.get(), std::move(first));
}

std::uint64_t Wire::send(ClientMessage message) {
    message.set_id(++last_id);
    const auto sent = channel->send(wire::frame(message));
    static_cast<void>(sent);
    return last_id;
}

asio::awaitable<Result<ServerMessage>> Wire::ask(ClientMessage message) {
    const std::uint64_t id = send(std::move(message));
    co_return co_await reply_to(id);
}

asio::awaitable<Result<ServerMessage>> Wire::reply_to(std::uint64_t id) {
    for (;;) {
        auto frame = co_await channel->read(world.soon());
        if (!frame) co_return frame.error();
        auto message = wire::parse_server(frame->body());
        if (!message) co_return message.error();
        if (message->reply_to() != id) {
            events.push_back(std::move(*message));
            continue;
        }
        if (message->has_failure()) {
            retry_after_ms = message->failure().retry_after_ms();
            co_return wire::code_from(message->failure().code());
        }
        co_return message;
    }
}

asio::awaitable<Result<ServerMessage>> Wire::event(Deadline by) {
    if (!events.empty()) {
        ServerMessage first = std::move(events.front());
        events.pop_front();
        co_return first;
    }
    auto frame = co_await channel->read(by);
    if (!frame) co_return frame.error();
    co_return wire::parse_server(frame->body());
}

asio::awaitable<Status> Wire::announce(wire::pb::Program program, std::string endpoint,
                                       std::vector<model::SessionId> up) {
    auto message = announcement(program, endpoint);
    for (const auto& id : up)
        message.mutable_announce()->add_sessions()->set_session(id.str());
    auto reply = co_await ask(std::move(message));
    if (!reply) co_return reply.error();
    co_return Status{};
}

asio::awaitable<void> Wire::leave() {
    auto sent = co_await channel->finish(world.soon());
    static_cast<void>(sent);
    bool more = true;
    while (more) {
        auto frame = co_await channel->read(world.soon());
        more = frame.ok();
    }
    channel.reset();
}

ClientMessage request() {
    return {};
}

ClientMessage announcement(wire::pb::Program program, const std::string& endpoint) {
    ClientMessage message;
    message.mutable_announce()->set_program(program);
    if (!endpoint.empty()) message.mutable_announce()->add_endpoints(endpoint);
    return message;
}

ClientMessage calling(const std::string& user, wire::pb::Kind kind, const std::string& device) {
    ClientMessage message;
    message.mutable_call()->set_user(user);
    message.mutable_call()->set_kind(kind);
    message.mutable_call()->set_device(device);
    return message;
}

ClientMessage answering(const std::string& session, bool take) {
    ClientMessage message;
    message.mutable_call_answer()->set_session(session);
    message.mutable_call_answer()->set_take(take);
    return message;
}

ClientMessage reporting(const std::string& session, wire::pb::EndReason reason, WallTime when) {
    ClientMessage message;
    message.mutable_report()->set_session(session);
    message.mutable_report()->set_reason(reason);
    message.mutable_report()->set_path("direct");
    message.mutable_report()->set_bytes_in(5);
    message.mutable_report()->set_ended_ms(when.time_since_epoch().count());
    return message;
}

Bytes registration(const Person& who, const model::PublicKey& founding_key, const std::string& token) {
    ClientMessage message;
    message.set_id(1);
    auto* body = message.mutable_register_();
    body->set_account_key(identity::public_key(*who.account).str());
    body->set_login_key(identity::public_key(*who.login).str());
    body->set_wrapped_key(std::string(identity::wrapped_account_key_size, 'w'));
    body->set_device_list(wire::to_string(who.list(founding_key).sign(*who.account)));
    body->set_token(token);
    return wire::frame(message);
}

}  // namespace p2pc::testing
