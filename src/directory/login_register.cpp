// Login as a new user: the account key introduces itself, with a device it has signed.
#include "directory/border.hpp"
#include "directory/login.hpp"
#include "directory/new_account.hpp"
#include "directory/operator.hpp"
#include "directory/parting.hpp"
#include "directory/replies.hpp"
#include "directory/store_calls.hpp"

namespace p2pc::directory {
namespace {

using storage::AccountRecord;
using storage::DirectoryStore;

constexpr Duration registration_pause = std::chrono::minutes{10};

// A registration under way, counted until it is over, however that comes.
class Try {
  public:
    Try(Directory& directory, std::string source, std::string name)
        : directory_(directory), source_(std::move(source)), name_(std::move(name)) {
        allowed_ = directory_.registrations.begin(source_, name_, directory_.loop.now());
    }
    ~Try() {
        if (!allowed_) return;
        using enum RegistrationLimit::Outcome;
        directory_.registrations.end(source_, name_, made_ ? made : not_made, directory_.loop.now());
    }
    Try(const Try&) = delete;
    Try& operator=(const Try&) = delete;
    bool allowed() const noexcept { return allowed_; }
    void succeeded() noexcept { made_ = true; }

  private:
    Directory& directory_;
    std::string source_, name_;
    bool allowed_ = false;
    bool made_ = false;
};

}  // namespace

asio::awaitable<Result<LoggedIn>> Login::as_new_user() {
    auto user = border::user(hello_.user());
    if (!user) co_return user.error();
    auto key = border::key(hello_.key());
    if (!key) co_return key.error();
    auto proved = co_await accepting_.proof(by_);
    if (!proved) co_return proved.error();
    const auto greeted = greet();
    if (!greeted) co_return greeted.error();
    open();

    auto request = co_await next_request();
    if (!request) co_return request.error();
    if (!request->has_register_()) co_return Error{Errc::malformed, "a registration was due"};
    auto account = border::registration(request->register_(), *user, *key, directory_.founding_key,
                                        directory_.loop.clock().wall());
    if (!account) co_return co_await fail(request->id(), account.error().code());
    const bool has_token = !request->register_().token().empty();
    const auto token = border::token(request->register_().token());
    // Before anything is looked up: where not everybody may register nobody can probe for names.
    const auto mode = directory_.options.registration;
    if (!has_token && mode == Registration::closed) co_return co_await fail(request->id(), Errc::refused);
    if (!has_token && mode == Registration::invite) co_return co_await fail(request->id(), Errc::bad_token);
    const Instant began = directory_.loop.now();
    const model::DeviceId id = account->list.devices.front().id;
    const model::PublicKey device_key = account->list.devices.front().key;
    Result<AccountRecord> stored{Errc::bad_token};
    if (!has_token || token) stored = co_await create(std::move(*account), token);
    if (!stored) {
        const Errc code = stored.error().code();
        if (code == Errc::bad_token) co_await delay_failure(began);
        const Duration wait = code == Errc::busy ? registration_pause : Duration::zero();
        co_return co_await fail(request->id(), code, wait);
    }
    // An account made before may have lost this device since: then this is no way back in.
    if (stored->state == storage::AccountState::blocked)
        co_return co_await fail(request->id(), Errc::account_blocked);
    const auto* device = enabled_device(*stored, id);
    if (!device || device->key != device_key) co_return co_await fail(request->id(), Errc::refused);
    const auto admitted = admit(*user, id);
    if (!admitted) co_return co_await fail(request->id(), admitted.error().code());
    welcome(request->id(), *stored, {});
    co_return LoggedIn{*user, id, device->name, card_of(*stored)};
}

asio::awaitable<Result<AccountRecord>> Login::create(storage::NewAccount account,
                                                     std::optional<storage::TokenHash> token) {
    Try trying(directory_, link_.source(), account.user.text());
    if (!trying.allowed()) co_return Errc::busy;
    const UserView view{account.user, account.account_key};
    Registering wanted{std::move(account),
                       directory_.audit.rare_row(AuditEvent::registered, view.name, link_.host())};
    wanted.mode = directory_.options.registration;
    wanted.most_users = directory_.options.limits.users;
    wanted.token = token;
    wanted.attempts = directory_.attempts.key_of(view.name);
    auto job = [wanted = std::move(wanted)](DirectoryStore& store) { return register_within(store, wanted); };
    auto made = co_await ask(directory_.loop, directory_.store, std::move(job));
    if (!made) co_return made.error();
    if (made->became == Became::registered) {
        trying.succeeded();
        directory_.attempts.mark_real(view.name);
        directory_.watchers.registered(view);
        directory_.log.info("registered", {{"user", view.name.text()}, {"from", link_.address()}});
    }
    if (made->became == Became::reset) {
        directory_.attempts.forget(view.name);
        end_devices_of(directory_, view.name, "account key replaced");
        directory_.watchers.registered(view);
        directory_.log.info("account key replaced", {{"user", view.name.text()}, {"from", link_.address()}});
    }
    co_return std::move(made->account);
}

}  // namespace p2pc::directory
