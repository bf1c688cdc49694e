// ClientSession: one logged-in connection - its requests, one after the other, until it ends.
//
// One object a connection, within the coroutine that serves it. What it says goes through the link's queue,
// which never waits; only a reply of many pieces lets the client read in between.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <p2pc/base/result.hpp>
#include <string>
#include <vector>

#include "directory/client_link.hpp"
#include "directory/directory.hpp"
#include "directory/login.hpp"
#include "directory/rate.hpp"
#include "wire/message.hpp"

namespace p2pc::directory {

class ClientSession {
  public:
    // Both outlive it.
    ClientSession(Directory& directory, ClientLink& link, LoggedIn who);

    // Completes when the connection has ended; why: for the log.
    //   Errc::closed       the client left in order
    //   Errc::malformed    it broke the protocol
    //   Errc::interrupted  it is gone, or this side cut it
    asio::awaitable<Error> run();

  private:
    using Request = wire::pb::ClientMessage;

    bool is_asked_for(const Request& request) const;
    asio::awaitable<void> handle(Request request);

    // requests_account.cpp
    asio::awaitable<void> remove_device(std::uint64_t id, std::string device_id);
    asio::awaitable<void> log_out(std::uint64_t id);
    asio::awaitable<void> open_window(std::uint64_t id);
    asio::awaitable<Status> disable(model::DeviceId device);
    void end_device(const model::DeviceId& device);

    // requests_people.cpp
    void announce(std::uint64_t id, const wire::pb::Announce& message);
    asio::awaitable<void> list_users(std::uint64_t id, Scope scope);
    asio::awaitable<void> watch(std::uint64_t id, Scope scope);
    asio::awaitable<void> user_info(std::uint64_t id, std::string name);
    asio::awaitable<Result<std::vector<wire::pb::User>>> users_in(Scope scope);

    // requests_calls.cpp
    asio::awaitable<void> call(std::uint64_t id, wire::pb::Call message);
    void call_answer(std::uint64_t id, const wire::pb::CallAnswer& message);
    void call_cancel(std::uint64_t id, const wire::pb::CallCancel& message);
    void report(std::uint64_t id, const wire::pb::Report& message);
    asio::awaitable<void> sessions_query(std::uint64_t id, std::uint32_t limit);

    void reply(std::uint64_t id, const Status& status);
    void fail(std::uint64_t id, Errc code, Duration retry_after = Duration::zero());
    asio::awaitable<void> send_all(std::vector<Bytes> frames);

    Directory& directory_;
    ClientLink& link_;
    Instance me_;
    TokenBucket requests_;
};

}  // namespace p2pc::directory
