// Login: from a fresh connection to somebody known, or to nobody (docs/protocol.md, "Client to server").
//
// One object a connection, within the coroutine that serves it. All of it happens before one deadline that
// nothing renews. A wrong password, an unknown name and every other way to fail look alike, take the same
// time, and leave the link unusable.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>

#include "channel/handshake.hpp"
#include "directory/client_link.hpp"
#include "directory/directory.hpp"

namespace p2pc::directory {

// Who a connection turned out to be.
class LoggedIn {
  public:
    LoggedIn(model::UserName who, model::DeviceId device_id, model::DeviceName named,
             std::shared_ptr<const AccountCard> of_account)
        : user(std::move(who)),
          device(device_id),
          device_name(std::move(named)),
          account(std::move(of_account)) {}
    model::UserName user;
    model::DeviceId device;
    model::DeviceName device_name;
    std::shared_ptr<const AccountCard> account;
};

class Login {
  public:
    // All of them outlive it.
    Login(Directory& directory, ClientLink& link, channel::Accepting& accepting, Deadline by)
        : directory_(directory), link_(link), accepting_(accepting), by_(by) {}

    // On success the link is opened, counted as logged in, and was welcomed. On failure what there was to
    // say was said, and the connection is to be dropped:
    //   Errc::closed          it only asked for the founding key
    //   Errc::malformed, Errc::identity, Errc::timed_out, ...  it did not get so far
    //   what the client was told in a REFUSE or a Failure otherwise
    asio::awaitable<Result<LoggedIn>> run();

  private:
    asio::awaitable<Result<LoggedIn>> as_probe();
    asio::awaitable<Result<LoggedIn>> as_device();
    asio::awaitable<Result<LoggedIn>> as_new_user();    // login_register.cpp
    asio::awaitable<Result<LoggedIn>> with_password();  // login_password.cpp

    asio::awaitable<Result<storage::AccountRecord>> check_password(model::UserName user);
    // What a password is for: a device more, or another password.
    asio::awaitable<Result<LoggedIn>> enrol(storage::AccountRecord account);
    // `known` outlives the await.
    asio::awaitable<Result<storage::AccountRecord>> store_list(const storage::AccountRecord& known,
                                                               storage::DeviceList list);
    asio::awaitable<Result<LoggedIn>> change_password(storage::AccountRecord account,
                                                      wire::pb::ClientMessage request);
    // As the device of that id, once the store has what was asked for.
    asio::awaitable<Result<LoggedIn>> enter(storage::AccountRecord stored, model::DeviceId id,
                                            std::uint64_t reply_to);
    // What a guess costs its source, counted from when it began, so that the store's work is hidden in it.
    asio::awaitable<void> delay_failure(Instant began);
    // A password that is blocked may be tried: a token was shown for it, and is used up.   Errc::bad_token
    asio::awaitable<Status> use_token(model::UserName user);
    enum class Locks { no, yes };
    // Of a name that nobody has: null.
    void record_failure(Locks locks, const model::UserName* account);
    std::optional<AuditEntry> audited(AuditEvent event, AuditOutcome outcome, const model::UserName& user);
    asio::awaitable<Result<storage::AccountRecord>> create(storage::NewAccount account,
                                                           std::optional<storage::TokenHash> token);

    Status greet();  // our hello and its proof
    void open();     // the channel of a proven opener
    // Says so, in REFUSE or Failure, and lets it arrive.
    asio::awaitable<Error> refuse(Errc code, Duration retry_after = Duration::zero());
    asio::awaitable<Error> fail(std::uint64_t reply_to, Errc code, Duration retry_after = Duration::zero());
    // The next request before anything else may be asked. Errc::malformed for what is none.
    asio::awaitable<Result<wire::pb::ClientMessage>> next_request();
    // Counts the connection as this device's; one of its that missed a heartbeat gives way.
    //   Errc::too_many_connections
    Status admit(const model::UserName& user, const model::DeviceId& device);
    ClientLink* silent_one(const model::UserName& user, const model::DeviceId& device) const;
    void welcome(std::uint64_t reply_to, const storage::AccountRecord& account, BytesView wrapped_key);

    Directory& directory_;
    ClientLink& link_;
    channel::Accepting& accepting_;
    const Deadline by_;
    wire::pb::Hello hello_;
};

// An enabled device of that id, null otherwise.
const storage::DeviceRecord* enabled_device(const storage::AccountRecord& account, const model::DeviceId& id);
std::shared_ptr<const AccountCard> card_of(const storage::AccountRecord& account);

}  // namespace p2pc::directory
