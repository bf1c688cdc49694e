#include "commands/chat/lobby.hpp"

#include "commands/exit_codes.hpp"
#include "commands/peer_flags.hpp"

namespace p2pc::commands::chat {
namespace {

// Before texts that were not taken hold back whoever says more.
constexpr std::size_t texts_ahead = 16;

}  // namespace

Lobby::Lobby(Context& context, Client& client, const ChatOptions& options, Front& front)
    : context_(context),
      client_(client),
      options_(options),
      online_(context.services.sign_in(), client.login(), client.self().device_key(), client.reports(),
              *this),
      calls_(context.services.sign_in(), client.self(), client.pins(), online_, options.private_ranges),
      room_{context.services.loop(), context.services.pool(), online_, front, desk_},
      done_(room_.loop),
      changed_(room_.loop),
      tasks_(room_.loop,
             [this](std::string_view, std::exception_ptr) {
                 finish(Error{Errc::internal, "a part of chat failed"});
             }),
      input_(room_.loop, [this](std::string_view, std::exception_ptr) {
          finish(Error{Errc::internal, "reading the input failed"});
      }) {}

Status Lobby::listen() {
    return commands::listen(calls_, options_.listen, client_.login());
}

asio::awaitable<int> Lobby::run() {
    const auto listening = listen();
    if (!listening) co_return context_.fail(listening.error());
    context_.services.signals().on_stop([this](int) { finish(std::nullopt); });
    online_.announce(wire::pb::PROGRAM_CHAT, [this](transport::Reach reach, const std::string& observed) {
        return calls_.endpoints(reach, observed);
    });
    auto welcome = co_await online_.start(context_.soon());
    if (!welcome) co_return context_.fail(from_server(welcome.error()));
    const auto fits = client_.welcomed(*welcome);
    if (!fits) co_return context_.fail(fits.error());

    room_.front.ready(online_.endpoints());
    if (options_.user) call(*options_.user);
    input_.spawn("input", read_input());
    auto done = co_await done_.wait();
    static_cast<void>(done);
    co_await leave();
    if (why_) co_return context_.fail(*why_);
    co_return exit_code::done;
}

// Whatever is still open is ended, and told to the server.
asio::awaitable<void> Lobby::leave() {
    leaving_ = true;
    input_.stop();
    co_await input_.join();
    desk_.decline_all();
    if (talk_) talk_->close();
    for (const auto& visit : visits_)
        tasks_.spawn("leaving a visit", Visit::leave(visit));
    co_await tasks_.join();
    const Deadline by = room_.in(farewell);
    co_await online_.stop(by);
}

void Lobby::finish(std::optional<Error> why) {
    if (done_.is_set()) return;
    why_ = std::move(why);
    done_.set();
}

asio::awaitable<void> Lobby::read_input() {
    co_await room_.front.read(*this);
}

asio::awaitable<Status> Lobby::turn_to_say() {
    for (;;) {
        const auto talk = talk_;
        const bool open = talk && talk->stage() == Talk::Stage::open;
        if (open && talk->texts_under_way() < texts_ahead) co_return Status{};
        if (!talk && !calling_) co_return Error{Errc::closed, "there is no conversation"};
        if (open) {
            auto eased = co_await talk->eased().wait();
            static_cast<void>(eased);
        } else {
            auto changed = co_await changed_.wait();
            static_cast<void>(changed);
        }
    }
}

asio::awaitable<void> Lobby::all_said() {
    for (;;) {
        const auto talk = talk_;
        if (!talk || talk->stage() == Talk::Stage::over || talk->under_way() == 0) co_return;
        auto eased = co_await talk->eased().wait();
        if (!eased) co_return;
    }
}

class Lobby::Doing {
  public:
    explicit Doing(Lobby& lobby) : lobby_(lobby), front_(lobby.room_.front) {}

    void operator()(Nothing&) const {}
    void operator()(Say& say) const {
        if (!lobby_.talk_) {
            return front_.failed("not sent",
                                 Error{Errc::not_found, "there is nobody to talk to (/chat USER calls)"});
        }
        const auto said = lobby_.talk_->say(std::move(say.text));
        if (!said) front_.failed("not sent", said.error());
    }
    void operator()(ShowHelp&) const { front_.notice(help_text()); }
    void operator()(ListPeople&) const { lobby_.tasks_.spawn("list", lobby_.list_people()); }
    void operator()(ShowUser& show) const { lobby_.tasks_.spawn("info", lobby_.show_person(show.user)); }
    void operator()(CallUser& call) const { lobby_.call(call.who); }
    void operator()(Accept& accept) const { lobby_.accept(accept.which); }
    void operator()(Decline& decline) const { told(lobby_.desk_.answer(decline.which, Answer::declined)); }
    void operator()(SendFiles& send) const {
        if (!lobby_.talk_ || lobby_.talk_->stage() != Talk::Stage::open) {
            return front_.failed("not sent", Error{Errc::not_found, "there is nobody to send to"});
        }
        auto files = Files::look(lobby_.room_, send.paths);
        if (!files.empty()) lobby_.talk_->send(std::move(files));
    }
    void operator()(Cancel& cancel) const { told(lobby_.desk_.cancel(cancel.which)); }
    void operator()(ShowTransfers&) const {
        std::string lines;
        for (const auto& [number, transfer] : lobby_.desk_.transfers()) {
            if (!lines.empty()) lines += '\n';
            lines += std::to_string(number) + "  " + transfer.title;
        }
        front_.notice(lines.empty() ? "no transfers" : lines);
    }
    void operator()(CloseSession&) const { lobby_.close(); }
    void operator()(Quit&) const { lobby_.finish(std::nullopt); }

  private:
    void told(const Status& status) const {
        if (!status) front_.failed("", status.error());
    }

    Lobby& lobby_;
    Front& front_;
};

void Lobby::act(Action action) {
    if (!leaving_) std::visit(Doing{*this}, action);
}

void Lobby::accept(Which which) {
    const auto kind = desk_.kind_of(which);
    if (!kind) return room_.front.failed("", kind.error());
    if (*kind == QuestionKind::call) {
        if (talk_ && talk_->stage() == Talk::Stage::open) {
            return room_.front.failed("not accepted",
                                      Error{Errc::conflict, "there is a conversation (/close ends it)"});
        }
        if (talk_ || calling_) close();  // an own call gives way
    }
    const auto answered = desk_.answer(which, Answer::accepted);
    if (!answered) room_.front.failed("", answered.error());
}

void Lobby::close() {
    if (talk_ && talk_->stage() == Talk::Stage::open) return talk_->close();
    if (!talk_ && !calling_) return room_.front.failed("", Error{Errc::not_found, "there is no session"});
    // A call that nobody answered yet ends by itself; the next one need not wait for that.
    if (talk_) talk_->close();
    talk_.reset();
    calling_.reset();
    ++attempt_;
    changed_.pulse();
    room_.front.notice("the call is withdrawn");
}

void Lobby::ended(const Error& why) {
    finish(from_server(why));
}

asio::awaitable<void> Lobby::list_people() {
    rendezvous::ClientMessage request;
    request.mutable_list_users();
    auto reply = co_await online_.ask(std::move(request), room_.in(rendezvous::reply_time));
    if (reply) {
        room_.front.people(reply->users());
    } else {
        room_.front.failed("the list", reply.error());
    }
}

asio::awaitable<void> Lobby::show_person(model::UserName user) {
    rendezvous::ClientMessage request;
    request.mutable_user_info()->set_user(user.text());
    auto reply = co_await online_.ask(std::move(request), room_.in(rendezvous::reply_time));
    if (!reply) {
        room_.front.failed(user.text(), reply.error());
    } else if (reply->users().users_size() == 1) {
        room_.front.person(reply->users().users(0));
    }
}

}  // namespace p2pc::commands::chat
