// Login as a new user: the account key introduces itself, with a device it has signed.
#include "directory/border.hpp"
#include "directory/login.hpp"
#include "directory/parting.hpp"
#include "directory/replies.hpp"
#include "directory/store_calls.hpp"

namespace p2pc::directory {
namespace {

using storage::AccountRecord;
using storage::DirectoryStore;
using storage::Registered;

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

struct Creation {
    Registered how = Registered::now;
    AccountRecord account;
};

Result<Creation> create_within(DirectoryStore& store, const storage::NewAccount& account,
                               std::uint64_t most_users) {
    auto count = store.count_accounts();
    if (!count) return count.error();
    // The name is asked for first: a lost reply is repeated also where no account can be made any more.
    auto known = store.find_account(account.user);
    if (!known && known.error().code() != Errc::not_found) return known.error();
    if (!known && *count >= most_users) return Error{Errc::limit, "as many users as there may be"};
    auto made = store.create_account(account);
    if (!made) return made.error();
    auto stored = store.find_account(account.user);
    if (!stored) return stored.error();
    Creation creation{*made, std::move(*stored)};
    return creation;
}

}  // namespace

asio::awaitable<Result<LoggedIn>> Login::as_new_user() {
    auto user = border::user(hello_.user());
    if (!user) co_return user.error();
    auto key = border::key(hello_.key());
    if (!key) co_return key.error();
    auto proved = co_await accepting_.proof(by_);
    if (!proved) co_return proved.error();
    // Before anything is looked up: with registration closed nobody can probe for names.
    if (directory_.options.registration == Registration::closed) co_return co_await refuse(Errc::refused);
    const auto greeted = greet();
    if (!greeted) co_return greeted.error();
    open();

    auto request = co_await next_request();
    if (!request) co_return request.error();
    if (!request->has_register_()) co_return Error{Errc::malformed, "a registration was due"};
    auto account = border::registration(request->register_(), *user, *key, directory_.founding_key,
                                        directory_.loop.clock().wall());
    if (!account) co_return co_await fail(request->id(), account.error().code());
    const model::DeviceId id = account->list.devices.front().id;
    const model::PublicKey device_key = account->list.devices.front().key;
    auto stored = co_await create(std::move(*account));
    if (!stored) {
        const Errc code = stored.error().code();
        const Duration wait = code == Errc::busy ? registration_pause : Duration::zero();
        co_return co_await fail(request->id(), code, wait);
    }
    // An account made before may have lost this device since: then this is no way back in.
    const auto* device = enabled_device(*stored, id);
    if (!device || device->key != device_key) co_return co_await fail(request->id(), Errc::refused);
    const auto admitted = admit(*user, id);
    if (!admitted) co_return co_await fail(request->id(), admitted.error().code());
    welcome(request->id(), *stored, {});
    co_return LoggedIn{*user, id, device->name, card_of(*stored)};
}

asio::awaitable<Result<AccountRecord>> Login::create(storage::NewAccount account) {
    Try trying(directory_, link_.source(), account.user.text());
    if (!trying.allowed()) co_return Errc::busy;
    const UserView view{account.user, account.account_key};
    auto job = [account = std::move(account), most = directory_.options.limits.users](DirectoryStore& store) {
        return create_within(store, account, most);
    };
    auto creation = co_await ask(directory_.loop, directory_.store, std::move(job));
    if (!creation) co_return creation.error();
    if (creation->how == Registered::now) {
        trying.succeeded();
        directory_.attempts.mark_real(view.name);
        directory_.watchers.registered(view);
        directory_.log.info("registered", {{"user", view.name.text()}, {"from", link_.address()}});
    }
    co_return std::move(creation->account);
}

}  // namespace p2pc::directory
