// Login with a password: counted before it is looked at, alike for every name (docs/decisions/0010).
#include <algorithm>

#include "crypto/secret.hpp"
#include "directory/border.hpp"
#include "directory/login.hpp"
#include "directory/parting.hpp"
#include "directory/replies.hpp"
#include "directory/store_calls.hpp"

namespace p2pc::directory {
namespace {

using storage::AccountRecord;
using storage::DirectoryStore;
using MaybeAccount = std::optional<AccountRecord>;

// What a client is told to wait: a block that only a person lifts has no end to name.
Duration retry_after(milliseconds block_left) {
    return block_left == for_ever ? Duration::zero() : Duration{block_left};
}

// The attempt goes to disk with the question who it is about: one job, and the same one for every name.
Result<MaybeAccount> note_and_find(DirectoryStore& store, AttemptRecord row,
                                   const std::vector<storage::AttemptKey>& evicted,
                                   const model::UserName& user) {
    MaybeAccount account;
    auto found = store.find_account(user);
    if (found) {
        account = std::move(*found);
    } else if (found.error().code() != Errc::not_found) {
        return found.error();
    }
    row.real = account.has_value();
    auto saved = store.save_attempts({&row, 1});
    if (!saved) return saved.error();
    for (const auto& key : evicted) {
        auto forgotten = store.forget_attempts(key);
        if (!forgotten) return forgotten.error();
    }
    return account;
}

// Whether this device could log in once the list holds: asked before anything changes.
bool may_enter(const AccountRecord& account, const storage::DeviceList& list, const model::DeviceId& id) {
    const bool listed = std::ranges::find(list.devices, id, &storage::ListedDevice::id) != list.devices.end();
    const auto known = std::ranges::find(account.devices, id, &storage::DeviceRecord::id);
    const bool removed = known != account.devices.end() && known->state != storage::DeviceState::enabled;
    return listed && !removed;
}

}  // namespace

asio::awaitable<Result<LoggedIn>> Login::with_password() {
    auto user = border::user(hello_.user());
    if (!user) co_return user.error();
    auto proved = co_await accepting_.proof(by_);
    if (!proved) co_return proved.error();
    auto account = co_await check_password(*user);
    if (!account) co_return account.error();

    const auto greeted = greet();
    if (!greeted) co_return greeted.error();
    open();
    welcome(0, *account, account->wrapped_key);
    co_return co_await enrol(std::move(*account));
}

asio::awaitable<Result<AccountRecord>> Login::check_password(model::UserName user) {
    const Instant began = directory_.loop.now();
    auto& attempts = directory_.attempts;
    auto counted = attempts.begin(user, began, directory_.loop.clock().wall());
    if (!counted) {
        const auto wait = retry_after(attempts.block_left(user, began));
        co_return co_await refuse(counted.error().code(), wait);
    }
    auto job = [row = *counted, evicted = attempts.take_evicted(), user](DirectoryStore& store) {
        return note_and_find(store, row, evicted, user);
    };
    auto found = co_await ask(directory_.loop, directory_.store, std::move(job));
    // Not recorded, so not evaluated: what is counted here stays counted.
    if (!found) co_return co_await refuse(Errc::busy);
    if (found->has_value()) attempts.mark_real(user);

    const model::PublicKey expected = found->has_value() ? (*found)->login_key : model::PublicKey{};
    const bool same = crypto::same_secret(expected.view(), as_bytes(hello_.key()));
    if (!same || !found->has_value()) {
        // Counted from when it began, so that the store's work is hidden in it.
        const Duration delay = directory_.delays.failed(link_.source(), began);
        co_await io::sleep_until(directory_.loop, std::min(began + delay, by_));
        co_return co_await refuse(Errc::bad_credentials);
    }
    auto reset = [row = attempts.forgive(user, directory_.loop.now())](DirectoryStore& store) {
        return blank(row) ? store.forget_attempts(row.key) : store.save_attempts({&row, 1});
    };
    auto written = co_await ask(directory_.loop, directory_.store, std::move(reset));
    if (!written) co_return co_await refuse(Errc::busy);
    co_return std::move(**found);
}

asio::awaitable<Result<LoggedIn>> Login::enrol(AccountRecord account) {
    for (;;) {
        auto request = co_await next_request();
        if (!request) co_return request.error();
        if (request->has_change_password()) {
            co_return co_await change_password(std::move(account), std::move(*request));
        }
        if (!request->has_enrol_device()) co_return Error{Errc::malformed, "an enrolment was due"};
        const auto& message = request->enrol_device();
        auto list = border::device_list(message.device_list(), account.account_key, account.user,
                                        directory_.founding_key);
        auto id = border::device_id(message.device_id());
        if (!list) co_return co_await fail(request->id(), list.error().code());
        if (!id) co_return co_await fail(request->id(), id.error().code());
        if (!may_enter(account, *list, *id)) co_return co_await fail(request->id(), Errc::identity);
        auto stored = co_await store_list(account.user, std::move(*list));
        if (!stored) {
            const Errc code = stored.error().code();
            // Another name may be tried at once; a list that somebody else changed must be read again.
            if (code != Errc::device_taken) co_return co_await fail(request->id(), code);
            link_.deliver(failure_frame(request->id(), code));
            continue;
        }
        co_return co_await enter(std::move(*stored), *id, request->id());
    }
}

asio::awaitable<Result<LoggedIn>> Login::change_password(AccountRecord account,
                                                         wire::pb::ClientMessage request) {
    const auto& message = request.change_password();
    auto id = border::device_id(message.device_id());
    if (!id) co_return co_await fail(request.id(), id.error().code());
    auto password = border::password(message, account, directory_.founding_key);
    if (!password) co_return co_await fail(request.id(), password.error().code());
    if (!may_enter(account, password->list, *id)) co_return co_await fail(request.id(), Errc::identity);
    auto job = [user = account.user,
                password = std::move(*password)](DirectoryStore& store) -> Result<AccountRecord> {
        auto set = store.set_password(user, password);
        if (!set) return set.error();
        return store.find_account(user);
    };
    auto stored = co_await ask(directory_.loop, directory_.store, std::move(job));
    if (!stored) co_return co_await fail(request.id(), stored.error().code());
    directory_.log.info("password changed", {{"user", account.user.text()}, {"from", link_.address()}});
    co_return co_await enter(std::move(*stored), *id, request.id());
}

asio::awaitable<Result<LoggedIn>> Login::enter(AccountRecord stored, model::DeviceId id,
                                               std::uint64_t reply_to) {
    const auto* device = enabled_device(stored, id);
    if (!device) co_return co_await fail(reply_to, Errc::identity);
    const auto admitted = admit(stored.user, id);
    if (!admitted) co_return co_await fail(reply_to, admitted.error().code());
    link_.deliver(done_frame(reply_to));
    co_return LoggedIn{stored.user, id, device->name, card_of(stored)};
}

asio::awaitable<Result<AccountRecord>> Login::store_list(model::UserName user, storage::DeviceList list) {
    auto job = [user = std::move(user),
                list = std::move(list)](DirectoryStore& store) -> Result<AccountRecord> {
        auto replaced = store.replace_devices(user, list);
        if (!replaced) return replaced.error();
        return store.find_account(user);
    };
    co_return co_await ask(directory_.loop, directory_.store, std::move(job));
}

}  // namespace p2pc::directory
