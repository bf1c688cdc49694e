// CallRouter: offers a call to one instance after the other until one takes it (docs/protocol.md, "Calls and
// sessions").
//
// Belongs to the loop. Everything it says goes through Presence::signal, so that the two ends of a call may
// be anywhere. Each instance that is asked gets a session id and a ticket of its own: one that passed holds
// nothing that is of use with the next.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "base/log.hpp"
#include "crypto/random.hpp"
#include "directory/call_choice.hpp"
#include "directory/session_book.hpp"
#include "io/loop.hpp"
#include "wire/message.hpp"

namespace p2pc::directory {

class CallQuestion {
  public:
    CallQuestion(InstanceId from, std::uint64_t request, CallKind what, model::UserName whom)
        : caller(from), reply_to(request), kind(what), callee(std::move(whom)) {}
    InstanceId caller;
    std::uint64_t reply_to;  // the caller's request that CallOpened or Failure answers
    CallKind kind;
    model::UserName callee;
    std::optional<model::DeviceName> device;  // only that one
    std::vector<std::string> endpoints;       // of the caller, instead of those it announced
};

enum class CallReply : std::uint8_t { take, pass };

struct CallLimits {
    std::size_t waiting = 16;    // calls of one caller that wait for an answer
    std::size_t questions = 64;  // to one instance; more are passed over
    Duration answer_time = std::chrono::seconds{10};
};

class CallRouter {
  public:
    CallRouter(io::Loop& loop, crypto::Random& random, Presence& presence, SessionBook& sessions,
               const base::Log& log, CallLimits limits);
    ~CallRouter();
    CallRouter(const CallRouter&) = delete;
    CallRouter& operator=(const CallRouter&) = delete;

    // The reply goes to the caller's connection, now or later: CallOpened, or Failure
    //   Errc::peer_offline  nobody there takes it, or they left before they answered
    //   Errc::refused       all who take it passed or did not answer in time
    //   Errc::busy          too many calls of this caller wait already
    void call(CallQuestion question);
    // Whether that instance is asked for that session.
    bool asks(InstanceId instance, const SessionId& session) const;
    // The endpoints, where given, stand for those announced.
    //   Errc::not_found  that instance is not asked for that session (any more)
    Status answer(InstanceId from, const SessionId& session, CallReply reply,
                  std::vector<std::string> endpoints);
    // Without a session: every call of the caller that waits. With one: the call it opened, whose callee
    // is told.   Errc::not_found
    Status cancel(InstanceId caller, const std::optional<SessionId>& session);
    // That connection has ended.
    void gone(InstanceId instance);

    std::size_t waiting() const noexcept { return waiting_.size(); }

  private:
    struct Waiting {
        explicit Waiting(CallQuestion what) : question(std::move(what)) {}
        CallQuestion question;
        std::deque<InstanceId> left;
        InstanceId asked;
        model::Ticket ticket;
        io::TimerId timer;
        bool passed = false;  // somebody said no, or nothing
    };
    void ask_next(Waiting call);
    void ask(Waiting call, const Instance& caller, const Instance& callee);
    void open(Waiting call, SessionId id, std::vector<std::string> endpoints);
    std::optional<Waiting> take(const SessionId& id);
    void say_gone(InstanceId to, const SessionId& id);
    void fail(const CallQuestion& question, Errc code);

    io::Loop& loop_;
    crypto::Random& random_;
    Presence& presence_;
    SessionBook& sessions_;
    const base::Log& log_;
    CallLimits limits_;
    std::map<SessionId, Waiting> waiting_;
    std::map<InstanceId, std::size_t> questions_, calls_;  // how many wait at, and of, an instance
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace p2pc::directory
