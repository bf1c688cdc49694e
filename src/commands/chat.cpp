#include "commands/chat.hpp"

#include <unistd.h>

#include "commands/chat/enter.hpp"
#include "commands/chat/fronts.hpp"
#include "commands/chat/lobby.hpp"

namespace p2pc::commands {
namespace {

// Where a person who types sees it, if anybody does.
std::optional<int> screen_of_person(const Context& context) {
    if (context.out.json() || ::isatty(STDIN_FILENO) != 1) return std::nullopt;
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
        if (::isatty(fd) == 1) return fd;
    }
    return std::nullopt;
}

bool logged_in(const Context& context) {
    const auto login = home::LoginStore{context.services.home()}.load();
    return login || login.error().code() != Errc::not_logged_in;
}

std::unique_ptr<chat::Front> make_front(Context& context, Client& client, const ChatOptions& options,
                                        const std::optional<int>& screen) {
    const auto place = options.user ? chat::Place::conversation : chat::Place::lobby;
    if (context.out.json()) return chat::make_record_front(context, client, place);
    if (screen) return chat::make_terminal_front(context, client, *screen);
    return chat::make_line_front(context);
}

}  // namespace

int run_chat(Context& context, const ChatOptions& options) {
    const auto screen = screen_of_person(context);
    if (!screen && !context.out.json() && !options.user) {
        return context.fail(Error{Errc::usage, "chat without USER needs a terminal, or --json"});
    }
    if (screen && !logged_in(context)) {
        const auto entered = chat::enter(context);
        if (!entered) return context.fail(entered.error());
    }
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    const auto front = make_front(context, **client, options, screen);
    chat::Lobby lobby(context, **client, options, *front);
    return context.run(lobby.run());
}

}  // namespace p2pc::commands
