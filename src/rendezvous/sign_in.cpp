#include "rendezvous/sign_in.hpp"

#include "channel/handshake.hpp"
#include "identity/keys.hpp"

namespace p2pc::rendezvous {
namespace {

using wire::pb::Hello;

// A way in: where, who the server must be, and what our hello says.
class Way {
  public:
    Way(model::ServerUrl to, std::optional<model::PublicKey> server_key, Hello mine)
        : url(std::move(to)), founding_key(server_key), hello(std::move(mine)) {}
    model::ServerUrl url;
    std::optional<model::PublicKey> founding_key;
    Hello hello;
};

class Opened {
  public:
    Opened(std::unique_ptr<channel::Channel> proven, Hello server_hello, transport::Reach how,
           std::size_t ahead)
        : channel(std::move(proven)), theirs(std::move(server_hello)), reach(how), sent_ahead(ahead) {}
    std::unique_ptr<channel::Channel> channel;
    Hello theirs;
    transport::Reach reach;
    std::size_t sent_ahead;  // requests
};

FirstRequests always(std::vector<ClientMessage> requests) {
    return [requests = std::move(requests)](transport::Reach) { return requests; };
}

asio::awaitable<Result<Opened>> open(SignInContext& context, Way way, const crypto::SigningKey* key,
                                     FirstRequests first, Deadline by) {
    auto dialled = co_await context.dialer.dial_server(way.url, by);
    if (!dialled) co_return dialled.error();
    const auto reach = dialled->reach();
    channel::Opening opening(context.dialer.loop(), std::move(*dialled).take(), context.random);
    std::vector<Bytes> flight;
    std::uint64_t id = 0;
    for (auto& request : first(reach)) {
        request.set_id(++id);
        flight.push_back(wire::frame(request));
    }
    auto started = co_await opening.start(std::move(way.hello), key, std::move(flight), by);
    if (!started) co_return started.error();
    auto answer = co_await opening.answer(by);
    if (!answer) {
        const auto code = answer.error().code();
        if (code == Errc::closed || code == Errc::interrupted || code == Errc::timed_out) {
            co_return Error{Errc::cannot_connect, way.url.text() + ": no answer"};
        }
        co_return answer.error();
    }
    if (answer->role() != wire::pb::ROLE_SERVER)
        co_return Error{Errc::malformed, "the other side is no server"};
    if (way.founding_key && answer->key() != way.founding_key->str()) {
        co_return Error{Errc::identity, way.url.text() + " has another key than the one known"};
    }
    auto proven = std::move(opening).take(wire::Phase::server_link);
    co_return Opened{std::move(proven), std::move(*answer), reach, static_cast<std::size_t>(id)};
}

// The Welcome that follows a login.
asio::awaitable<Result<SignedIn>> welcomed(SignInContext& context, Opened opened, Deadline by) {
    auto link = std::make_unique<ServerLink>(context.dialer.loop(), std::move(opened.channel),
                                             opened.sent_ahead, opened.reach);
    auto event = co_await link->next_event(by);
    if (!event) co_return event.error();
    if (!event->has_welcome()) co_return Error{Errc::malformed, "a welcome was due"};
    co_return SignedIn{std::move(link), event->welcome()};
}

Hello hello_for(wire::pb::Role role, const model::UserName& user, const model::PublicKey& key) {
    auto hello = channel::hello_of(role);
    hello.set_user(user.text());
    hello.set_key(key.str());
    return hello;
}

}  // namespace

asio::awaitable<Result<model::PublicKey>> learn_founding_key(SignInContext& context, model::ServerUrl url,
                                                             Deadline by) {
    Way way{std::move(url), std::nullopt, channel::hello_of(wire::pb::ROLE_PROBE)};
    auto nothing = always({});
    auto opened = co_await open(context, std::move(way), nullptr, std::move(nothing), by);
    if (!opened) co_return opened.error();
    co_return model::PublicKey::from(as_bytes(opened->theirs.key()));
}

asio::awaitable<Result<SignedIn>> sign_in_device(SignInContext& context, const home::Login& login,
                                                 const crypto::SigningKey& device_key,
                                                 std::vector<ClientMessage> first, Deadline by) {
    auto in = co_await sign_in_device(context, login, device_key, always(std::move(first)), by);
    co_return in;
}

asio::awaitable<Result<SignedIn>> sign_in_device(SignInContext& context, const home::Login& login,
                                                 const crypto::SigningKey& device_key, FirstRequests first,
                                                 Deadline by) {
    auto hello = hello_for(wire::pb::ROLE_DEVICE, login.user(), identity::public_key(device_key));
    hello.set_device_id(login.device().id.str());
    Way way{login.server(), login.founding_key(), std::move(hello)};
    auto opened = co_await open(context, std::move(way), &device_key, std::move(first), by);
    if (!opened) co_return opened.error();
    auto in = co_await welcomed(context, std::move(*opened), by);
    co_return in;
}

asio::awaitable<Result<SignedIn>> sign_in_password(SignInContext& context, model::ServerUrl url,
                                                   model::PublicKey founding_key, model::UserName user,
                                                   const identity::PasswordKeys& keys, std::string token,
                                                   Deadline by) {
    auto hello = hello_for(wire::pb::ROLE_PASSWORD, user, identity::public_key(keys.login()));
    hello.set_ticket(token);
    Way way{std::move(url), founding_key, std::move(hello)};
    auto nothing = always({});
    auto opened = co_await open(context, std::move(way), &keys.login(), std::move(nothing), by);
    if (!opened) co_return opened.error();
    auto in = co_await welcomed(context, std::move(*opened), by);
    co_return in;
}

asio::awaitable<Result<SignedIn>> sign_in_new(SignInContext& context, model::ServerUrl url,
                                              model::PublicKey founding_key, model::UserName user,
                                              const crypto::SigningKey& account_key,
                                              wire::pb::Register request, Deadline by) {
    auto hello = hello_for(wire::pb::ROLE_REGISTER, user, identity::public_key(account_key));
    Way way{std::move(url), founding_key, std::move(hello)};
    ClientMessage message;
    *message.mutable_register_() = std::move(request);
    std::vector<ClientMessage> first;
    const bool ahead = message.register_().token().empty();
    if (ahead) first.push_back(message);
    auto opened = co_await open(context, std::move(way), &account_key, always(std::move(first)), by);
    if (!opened) co_return opened.error();
    auto link = std::make_unique<ServerLink>(context.dialer.loop(), std::move(opened->channel),
                                             opened->sent_ahead, opened->reach);
    Result<ServerMessage> reply{Errc::internal};
    if (ahead) {
        reply = co_await link->reply_ahead(1, by);
    } else {
        reply = co_await link->ask(std::move(message), by);
    }
    if (!reply) co_return reply.error();
    if (!reply->has_welcome()) co_return Error{Errc::malformed, "a welcome was due"};
    co_return SignedIn{std::move(link), reply->welcome()};
}

}  // namespace p2pc::rendezvous
