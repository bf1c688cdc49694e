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

// Whether the account is the one that the password was right for: the operator may have been faster.
Status still(DirectoryStore& store, const model::UserName& user, const model::PublicKey& account_key) {
    auto now = store.find_account(user);
    if (!now) return now.error();
    if (now->state == storage::AccountState::blocked) return Errc::account_blocked;
    if (now->account_key != account_key) return Errc::bad_credentials;
    return {};
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
    const bool by_token = !counted && counted.error().code() == Errc::blocked && !hello_.ticket().empty();
    if (by_token) {
        auto used = co_await use_token(user);
        if (used) {
            counted = attempts.row(user, began);
        } else {
            co_await delay_failure(began);
            co_return co_await refuse(used.error().code());
        }
    }
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
        const bool locks = blocked(*counted) && !by_token;
        record_failure(locks ? Locks::yes : Locks::no, found->has_value() ? &user : nullptr);
        co_await delay_failure(began);
        co_return co_await refuse(Errc::bad_credentials);
    }
    const bool blocked = (*found)->state == storage::AccountState::blocked;
    const auto outcome = blocked ? AuditOutcome::refused : AuditOutcome::done;
    auto reset = [row = attempts.forgive(user, directory_.loop.now()),
                  entry = audited(AuditEvent::login, outcome, user)](DirectoryStore& store) {
        auto saved = blank(row) ? store.forget_attempts(row.key) : store.save_attempts({&row, 1});
        return saved ? keep(store, entry) : saved;
    };
    auto written = co_await ask(directory_.loop, directory_.store, std::move(reset));
    if (!written) co_return co_await refuse(Errc::busy);
    // Only who has the password is told: to everybody else a blocked account looks like any other.
    if (blocked) co_return co_await refuse(Errc::account_blocked);
    co_return std::move(**found);
}

asio::awaitable<Status> Login::use_token(model::UserName user) {
    const auto hash = border::token(hello_.ticket());
    if (!hash) co_return Errc::bad_token;
    auto job = [hash = *hash, user, now = directory_.loop.clock().wall()](DirectoryStore& store) -> Status {
        auto token = store.find_token(hash, now);
        if (!token && token.error().code() != Errc::not_found) return Errc::busy;
        if (!token || token->use != storage::TokenUse::attempt || token->user != user) return Errc::bad_token;
        return store.forget_token(hash);
    };
    co_return co_await ask(directory_.loop, directory_.store, std::move(job));
}

// Nobody waits for it: the refusal is late for its own reasons.
void Login::record_failure(Locks locks, const model::UserName* account) {
    if (!account) return directory_.audit.unknown_name();
    std::vector<std::optional<AuditEntry>> rows;
    rows.push_back(audited(AuditEvent::login, AuditOutcome::wrong, *account));
    if (locks == Locks::yes) rows.push_back(audited(AuditEvent::lockout, AuditOutcome::done, *account));
    directory_.store.run(
        [rows = std::move(rows)](DirectoryStore& store) {
            Status kept;
            for (const auto& row : rows)
                kept = kept ? keep(store, row) : kept;
            return kept;
        },
        [&log = directory_.log](const Status& kept) {
            if (!kept) log.error("audit not written", {{"error", describe(kept.error())}});
        });
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
        auto stored = co_await store_list(account, std::move(*list));
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
    auto row = audited(AuditEvent::password, AuditOutcome::done, account.user);
    auto job = [user = account.user, key = account.account_key, password = std::move(*password),
                row = std::move(row)](DirectoryStore& store) -> Result<AccountRecord> {
        auto set = still(store, user, key);
        if (set) set = store.set_password(user, password);
        if (set) set = keep(store, row);
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

asio::awaitable<Result<AccountRecord>> Login::store_list(const AccountRecord& known,
                                                         storage::DeviceList list) {
    auto row = audited(AuditEvent::device_added, AuditOutcome::done, known.user);
    auto job = [user = known.user, key = known.account_key, list = std::move(list),
                row = std::move(row)](DirectoryStore& store) -> Result<AccountRecord> {
        auto replaced = still(store, user, key);
        if (replaced) replaced = store.replace_devices(user, list);
        if (replaced) replaced = keep(store, row);
        if (!replaced) return replaced.error();
        return store.find_account(user);
    };
    co_return co_await ask(directory_.loop, directory_.store, std::move(job));
}

}  // namespace p2pc::directory
