// Front: how a chat shows what happens and hears what is wanted - a person at a terminal, lines of a pipe, or
// records. Control is what it steers.
//
// Everything is called on the loop and does not wait longer than its descriptor does: that is what makes
// messages be read no faster than they are shown. Texts of peers come as they are; a front escapes them.
#pragma once

#include <asio/awaitable.hpp>
#include <string>
#include <vector>

#include "commands/chat/action.hpp"
#include "commands/chat/desk.hpp"
#include "identity/pin.hpp"
#include "model/session.hpp"
#include "peer/delivery.hpp"
#include "peer/session.hpp"
#include "wire/message.hpp"

namespace p2pc::commands::chat {

enum class Direction { sent, received };

class Control {
  public:
    virtual ~Control() = default;
    // Does it, or tells the front why not.
    virtual void act(Action action) = 0;
    // Completes when a text can be said without piling up unanswered ones.
    //   Errc::closed   there is no conversation and will be none
    virtual asio::awaitable<Status> turn_to_say() = 0;
    // Nothing more will be said. Completes when everything said was taken, or cannot be any more.
    virtual asio::awaitable<void> all_said() = 0;
    // Ends the program in order. The first call counts.
    virtual void finish(std::optional<Error> why) = 0;
};

class Front {
  public:
    virtual ~Front() = default;

    // Reads what is wanted until the input ends.
    virtual asio::awaitable<void> read(Control& control) = 0;
    // Whether somebody answers such a question. Calls that nobody is asked about are taken from those known.
    virtual bool answers(QuestionKind kind) const = 0;

    virtual void ready(const std::vector<std::string>& endpoints) = 0;
    virtual void ringing(const model::PeerName& who) = 0;
    virtual void call_came(Number number, const peer::Session& session) = 0;
    virtual void offer_came(Number number, const peer::Session& session, const wire::pb::Offer& offer) = 0;
    // Whoever asked is gone.
    virtual void question_gone(Number number, const peer::Session& session) = 0;

    virtual void session_opened(const peer::Session& session) = 0;
    virtual void session_ended(const peer::Session& session, model::EndReason reason) = 0;
    // The session the user talks in; it may end before session_ended(), which counts what was still under
    // way.
    virtual void talk_began(const peer::Session& session) = 0;
    virtual void talk_ended(const peer::Session& session, const std::optional<Error>& why) = 0;

    virtual void message_came(const peer::Session& session, std::uint64_t id, const std::string& text) = 0;
    virtual void message_said(const peer::Session& session, std::uint64_t id, const std::string& text) = 0;
    virtual void message_taken(const peer::Session& session, std::uint64_t id, const std::string& text) = 0;

    virtual void item_ended(const peer::Session& session, Number number, Direction direction,
                            const peer::ItemOutcome& outcome) = 0;
    virtual void progressed(const peer::Session& session, Number number, Direction direction,
                            const peer::Progress& progress) = 0;
    virtual void transfers_changed(const Desk& desk) = 0;

    virtual void server_lost() = 0;
    virtual void server_back() = 0;
    virtual void people(const wire::pb::Users& users) = 0;
    virtual void person(const wire::pb::User& user) = 0;
    // Our own words, safe to show.
    virtual void notice(const std::string& text) = 0;
    virtual void failed(const std::string& what, const Error& why) = 0;
};

}  // namespace p2pc::commands::chat
