// Conversation: one question of the operator, and its answer in pieces.
//
// One object a connection, within the coroutine that serves it.
#pragma once

#include "admin.pb.h"
#include "admin/desk.hpp"
#include "channel/channel.hpp"

namespace p2pc::admin {

class Conversation {
  public:
    // For one piece of the answer to be taken.
    static constexpr Duration piece_time = std::chrono::seconds{30};

    // What all of them share.
    class Shared {
      public:
        Shared(io::Loop& on, io::Pool& with, directory::Operator who, CopyDatabase how)
            : loop(on), pool(with), answers(std::move(who)), copy(std::move(how)) {}
        io::Loop& loop;
        io::Pool& pool;
        directory::Operator answers;
        CopyDatabase copy;
        bool copying = false;  // one at a time
        std::atomic<bool> stopping = false;
    };

    Conversation(Shared& shared, channel::Channel& channel, std::uint32_t uid)
        : shared_(shared), channel_(channel), uid_(uid) {}

    // ok: the whole answer was handed to the system.
    asio::awaitable<Status> answer(pb::Request request);

  private:
    using Change = asio::awaitable<Status> (directory::Operator::*)(model::UserName, std::uint32_t);

    asio::awaitable<Status> send(pb::Reply reply);
    asio::awaitable<Status> send_all(std::vector<pb::Reply> replies);
    asio::awaitable<Status> fail(Errc code);
    asio::awaitable<Status> change(Change what, std::string name);
    asio::awaitable<Status> token(directory::TokenUse use, std::string name);
    asio::awaitable<Status> users();
    asio::awaitable<Status> sessions();
    asio::awaitable<Status> stats();
    asio::awaitable<Status> audit();
    asio::awaitable<Status> backup();
    asio::awaitable<Status> send_copy(const storage::DatabaseCopy& copy);

    Shared& shared_;
    channel::Channel& channel_;
    std::uint32_t uid_;
};

}  // namespace p2pc::admin
