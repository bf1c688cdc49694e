#include "scenario/person.hpp"

#include "identity/keys.hpp"

namespace p2pc::testing {
namespace {

home::HomePaths paths_in(const TempFolder& folder) {
    auto paths = home::HomePaths::resolve((folder.path() / "home").string(), {});
    REQUIRE(paths);
    REQUIRE(paths->make());
    return *paths;
}

}  // namespace

Person::Person(World& in, const std::string& user, const std::string& device)
    : world(in),
      host(device == "box" ? user : user + "." + device),
      folder(std::make_shared<TempFolder>()),
      paths(paths_in(*folder)),
      logins(paths),
      pins(paths),
      reports(paths),
      dialer(world.loop, world.pool, plugins, {}),
      context(dialer, world.random),
      incoming(world.loop, 16) {
    plugins.add(std::make_unique<MemoryTransport>(world.network, host, world.options.bound));
    auto& account = world.account(user);
    auto key = crypto::SigningKey::generate(world.random);
    const auto enrolled = world.enrol(account, device, key);
    auto login =
        home::Login::make(*model::ServerUrl::parse("memory://server:9876"), world.founding_key, account.user,
                          identity::public_key(account.key), enrolled.id, account.list->sign(account.key));
    REQUIRE(login);
    REQUIRE(logins.save(*login, key));
    self = std::make_unique<peer::Self>(std::move(*login), std::move(key));
}

Person::Person(Person& same)
    : world(same.world),
      host(same.host),
      folder(same.folder),
      paths(same.paths),
      logins(paths),
      pins(paths),
      reports(paths),
      dialer(world.loop, world.pool, plugins, {}),
      context(dialer, world.random),
      incoming(world.loop, 16) {
    plugins.add(std::make_unique<MemoryTransport>(world.network, host, world.options.bound));
    auto login = logins.load();
    REQUIRE(login);
    auto key = logins.device_key(*login);
    REQUIRE(key);
    self = std::make_unique<peer::Self>(std::move(*login), std::move(*key));
}

Person::~Person() {
    if (online_) die();
}

Status Person::prepare() {
    online_ =
        std::make_unique<rendezvous::Online>(context, self->login(), self->device_key(), reports, *this);
    calls_ =
        std::make_unique<peer::Calls>(context, *self, pins, *online_, peer::PrivateRanges::only_same_address);
    const model::ListenUrl anywhere{"memory", host + ":0"};
    return calls_->listen(anywhere);
}

asio::awaitable<Result<std::unique_ptr<peer::Session>>> Person::come_calling(std::string user) {
    auto who = model::PeerName::parse(user);
    REQUIRE(who);
    REQUIRE(prepare());
    auto call = [this, &who](transport::Reach server) {
        return calls_->request(*who, wire::pb::KIND_FILES, server);
    };
    auto welcome = co_await online_->start(world.soon(), std::move(call));
    if (!welcome) co_return welcome.error();
    auto session = co_await calls_->call_ahead(*who, world.soon());
    co_return session;
}

asio::awaitable<Status> Person::come(wire::pb::Program program, bool watching) {
    auto listening = prepare();
    if (!listening) co_return listening;
    online_->announce(program, [this](transport::Reach reach, const std::string& observed) {
        return calls_->endpoints(reach, observed);
    });
    if (watching) online_->watch(false);
    auto welcome = co_await online_->start(world.soon());
    if (!welcome) co_return welcome.error();
    co_return Status{};
}

asio::awaitable<void> Person::go() {
    co_await online_->stop(world.soon());
    calls_.reset();
    online_.reset();
}

void Person::die() {
    world.network.cut(host, "server");
    world.run(go());
    world.network.mend(host, "server");
}

void Person::incoming_call(const wire::pb::IncomingCall& call) {
    REQUIRE(incoming.push(call));
}

asio::awaitable<Result<std::unique_ptr<peer::Session>>> Person::call(std::string user, wire::pb::Kind kind) {
    auto who = model::PeerName::parse(user);
    REQUIRE(who);
    auto session = co_await calls_->call(std::move(*who), kind, world.soon());
    co_return session;
}

asio::awaitable<Result<std::unique_ptr<peer::Session>>> Person::answer() {
    auto call = co_await incoming.pop(world.soon());
    if (!call) co_return call.error();
    auto caller = calls_->examine(*call);
    if (!caller) {
        const auto session = model::SessionId::from(as_bytes(call->session()));
        co_await calls_->pass(*session);
        co_return caller.error();
    }
    auto session = co_await calls_->answer(std::move(caller->introduction), world.soon());
    co_return session;
}

namespace {

asio::awaitable<void> calling(Person& person, std::string user, wire::pb::Kind kind,
                              std::unique_ptr<peer::Session>& out) {
    auto session = co_await person.call(std::move(user), kind);
    INFO((session ? "" : describe(session.error())));
    REQUIRE(session);
    out = std::move(*session);
}

asio::awaitable<void> answering(Person& person, std::unique_ptr<peer::Session>& out) {
    auto session = co_await person.answer();
    INFO((session ? "" : describe(session.error())));
    REQUIRE(session);
    out = std::move(*session);
}

asio::awaitable<void> coming(Person& person, wire::pb::Program program) {
    auto there = co_await person.come(program);
    INFO((there ? "" : describe(there.error())));
    REQUIRE(there);
}

}  // namespace

Meeting meet(Person& caller, Person& callee, wire::pb::Kind kind) {
    Meeting made;
    const auto& whom = callee.self->login();
    std::vector<asio::awaitable<void>> both;
    both.push_back(calling(caller, whom.user().text() + "/" + whom.device().name.text(), kind, made.caller));
    both.push_back(answering(callee, made.callee));
    caller.world.run_all(std::move(both));
    return made;
}

void come_online(Person& person, wire::pb::Program program) {
    person.world.run(coming(person, program));
}

asio::awaitable<void> say(peer::Session& from, peer::Session& to, std::string text) {
    PeerMessage message;
    message.mutable_text()->set_id(1);
    message.mutable_text()->set_text(text);
    const auto sent = from.send(message);
    REQUIRE(sent);
    auto frame = co_await to.link().read(never);
    INFO((frame ? "" : describe(frame.error())));
    REQUIRE(frame);
    const auto heard = wire::parse_peer(frame->body());
    REQUIRE(heard);
    CHECK(heard->text().text() == text);
}

asio::awaitable<void> hang_up(Person& person, peer::Session& session, model::EndReason reason) {
    co_await session.close(person.world.soon());
    auto report = session.report(reason, person.world.clock.wall());
    co_await person.online_link().session_ended(std::move(report));
}

storage::SessionRecord record_of(World& world, const model::SessionId& session) {
    auto found = world.store().find_session(session);
    REQUIRE(found);
    return *found;
}

}  // namespace p2pc::testing
