// Requests about people: who is there, and how oneself is seen.
#include "directory/border.hpp"
#include "directory/client_session.hpp"
#include "directory/replies.hpp"
#include "directory/store_calls.hpp"

namespace p2pc::directory {

using storage::DirectoryStore;

void ClientSession::announce(std::uint64_t id, const wire::pb::Announce& message) {
    auto announced = border::announcement(message);
    if (!announced) return fail(id, announced.error().code());
    me_.program = announced->program;
    me_.endpoints = std::move(announced->endpoints);
    directory_.presence.announce(me_);
    directory_.sessions.confirm(me_.id, me_.user, me_.device, announced->up);
    reply(id, {});
}

asio::awaitable<Result<std::vector<wire::pb::User>>> ClientSession::users_in(Scope scope) {
    std::vector<wire::pb::User> users;
    if (scope == Scope::online) {
        for (const UserView& user : directory_.presence.online_users())
            users.push_back(to_message(user));
        co_return users;
    }
    auto job = [](DirectoryStore& store) { return store.list_accounts(); };
    auto accounts = co_await ask(directory_.loop, directory_.store, job);
    if (!accounts) co_return accounts.error();
    for (const auto& account : *accounts) {
        const auto present = directory_.presence.view_of(account.user);
        users.push_back(to_message(present ? *present : UserView{account.user, account.account_key}));
    }
    co_return users;
}

asio::awaitable<void> ClientSession::list_users(std::uint64_t id, Scope scope) {
    auto users = co_await users_in(scope);
    if (!users) co_return fail(id, users.error().code());
    co_await send_all(users_frames(id, *users));
}

asio::awaitable<void> ClientSession::watch(std::uint64_t id, Scope scope) {
    directory_.watchers.add(me_.id, scope);
    auto users = co_await users_in(scope);
    if (!users) {
        directory_.watchers.remove(me_.id);
        co_return fail(id, users.error().code());
    }
    co_await send_all(users_frames(id, *users));
    directory_.watchers.release(me_.id);
}

asio::awaitable<void> ClientSession::user_info(std::uint64_t id, std::string name) {
    const auto user = border::user(name);
    if (!user) co_return fail(id, user.error().code());
    wire::pb::User shown;
    if (const auto view = directory_.presence.view_of(*user)) {
        shown = to_message(*view);
        const auto instances = directory_.presence.instances_of(*user);
        shown.set_device_list(wire::to_string(instances.front().account->device_list));
    } else {
        auto job = [user = *user](DirectoryStore& store) { return store.find_account(user); };
        auto account = co_await ask(directory_.loop, directory_.store, std::move(job));
        if (!account) {
            const Errc code = account.error().code();
            co_return fail(id, code == Errc::not_found ? Errc::no_such_user : code);
        }
        shown = to_message(UserView{account->user, account->account_key});
        shown.set_device_list(wire::to_string(account->signed_list));
    }
    const std::vector<wire::pb::User> one{std::move(shown)};
    co_await send_all(users_frames(id, one));
}

}  // namespace p2pc::directory
