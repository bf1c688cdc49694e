#include "commands/questions.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "crypto/secret.hpp"
#include "identity/password_rules.hpp"
#include "rendezvous/sign_in.hpp"
#include "terminal/prompt.hpp"

namespace p2pc::commands {
namespace {

constexpr terminal::PromptFds on_terminal{STDIN_FILENO, STDERR_FILENO};
constexpr std::size_t longest_secret_file = 64 * 1024;

Error nobody_to_ask(std::string_view what, std::string_view flag) {
    return Error{Errc::needs_answer, fmt::format("{} (give {})", what, flag)};
}

Result<std::string> read_all(int fd, std::string_view name) {
    std::string content;
    std::array<char, 4096> piece;
    for (;;) {
        const auto got = ::read(fd, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return Error{Errc::local_io, fmt::format("cannot read '{}': {}", name, std::strerror(errno))};
        }
        if (got == 0) break;
        content.append(piece.data(), static_cast<std::size_t>(got));
        if (content.size() > longest_secret_file) {
            return Error{Errc::usage, fmt::format("'{}' is too long", name)};
        }
    }
    ::explicit_bzero(piece.data(), piece.size());
    if (!content.empty() && content.back() == '\n') content.pop_back();
    return content;
}

Result<std::string> secret_of_file(const std::string& name) {
    if (name == "-") return read_all(STDIN_FILENO, "standard input");
    const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return Error{Errc::local_io, fmt::format("cannot open '{}': {}", name, std::strerror(errno))};
    }
    auto content = read_all(fd, name);
    ::close(fd);
    return content;
}

Result<std::string> prompted(const model::UserName& user, std::string_view what = "Password") {
    if (!terminal::can_ask(on_terminal.in)) return nobody_to_ask("the password", "--password-file FILE");
    return terminal::prompt_password(fmt::format("{} for {}: ", what, user.text()), on_terminal);
}

Result<std::string> any_password(Context& context, const PasswordSource& source,
                                 const model::UserName& user) {
    const auto& environment = context.services.environment();
    if (source.file) return secret_of_file(*source.file);
    if (environment.password_file) return secret_of_file(*environment.password_file);
    if (environment.password) return *environment.password;
    if (source.configured_file) return secret_of_file(*source.configured_file);
    return prompted(user);
}

// Asked twice, and again while it breaks the rules.
Result<std::string> chosen_on_terminal(Context& context, const model::UserName& user,
                                       std::string_view what = "Password") {
    for (;;) {
        auto once = prompted(user, what);
        if (!once) return once;
        const auto strong = identity::check_password(*once, user);
        if (!strong) {
            context.out.notice(describe(strong.error()));
            continue;
        }
        auto again = terminal::prompt_password("The same again: ", on_terminal);
        if (!again) return again;
        const bool same = *once == *again;
        crypto::wipe(*again);
        if (same) return once;
        context.out.notice("the two are not the same");
    }
}

Result<std::string> strong_enough(std::string password, const model::UserName& user) {
    const auto strong = identity::check_password(password, user);
    if (strong) return password;
    crypto::wipe(password);
    return strong.error();
}

bool from_terminal(Context& context, const PasswordSource& source) {
    const auto& environment = context.services.environment();
    return !source.file && !environment.password_file && !environment.password && !source.configured_file &&
           terminal::can_ask(on_terminal.in);
}

// How the server's host would be reached: loopback only when each of its addresses is.
asio::awaitable<Result<transport::Reach>> reach_of(Context& context, const model::ServerUrl& url) {
    const auto found = context.services.plugins().find(url.scheme());
    if (!found) co_return found.error();
    transport::Transport* const by = *found;
    auto resolve = [by, text = url.address()]() -> Result<transport::Parsed> {
        return by->parse(text, model::default_port, transport::Names::resolve);
    };
    auto parsed = co_await context.services.pool().run(std::move(resolve));
    if (!parsed) co_return parsed.error();
    if (parsed->count == 0) co_return Error{parsed->failure.code, parsed->failure.text.data()};
    for (std::size_t i = 0; i < parsed->count; ++i) {
        const auto reach = by->reach(parsed->addresses[i]);
        if (reach != transport::Reach::loopback) co_return reach;
    }
    co_return transport::Reach::loopback;
}

Result<model::PublicKey> learn(Context& context, const model::ServerUrl& url) {
    return context.wait(rendezvous::learn_founding_key(context.services.sign_in(), url, context.soon()));
}

}  // namespace

PasswordSource password_source(const Given& given) {
    PasswordSource source;
    (given.has_argument("password-file") ? source.file : source.configured_file) =
        given.text("password-file");
    return source;
}

Result<std::string> ask_password(Context& context, const PasswordSource& source, PasswordUse use,
                                 const model::UserName& user) {
    if (use == PasswordUse::chosen && from_terminal(context, source))
        return chosen_on_terminal(context, user);
    auto password = any_password(context, source, user);
    if (!password || use == PasswordUse::known) return password;
    return strong_enough(std::move(*password), user);
}

Result<std::string> ask_new_password(Context& context, const std::optional<std::string>& file,
                                     const model::UserName& user) {
    if (!file && !terminal::can_ask(on_terminal.in)) {
        return nobody_to_ask("the new password", "--new-password-file FILE");
    }
    if (!file) return chosen_on_terminal(context, user, "New password");
    auto password = secret_of_file(*file);
    if (!password) return password;
    return strong_enough(std::move(*password), user);
}

namespace {

Result<std::optional<identity::Token>> token_of(Result<std::string> text) {
    if (!text) return text.error();
    auto token = identity::Token::parse(*text);
    crypto::wipe(*text);
    if (!token) return Error{Errc::bad_token, "what was given is none"};
    return std::optional<identity::Token>{std::move(*token)};
}

}  // namespace

Result<std::optional<identity::Token>> given_token(Context& context, const std::optional<std::string>& file) {
    const auto& environment = context.services.environment();
    if (file) return token_of(secret_of_file(*file));
    if (environment.token_file) return token_of(secret_of_file(*environment.token_file));
    if (environment.token) return token_of(*environment.token);
    return std::optional<identity::Token>{};
}

Result<std::optional<identity::Token>> ask_token(std::string_view question) {
    if (!terminal::can_ask(on_terminal.in)) return std::optional<identity::Token>{};
    auto typed = terminal::prompt_password(question, on_terminal);
    if (!typed) return typed.error();
    if (typed->empty()) return std::optional<identity::Token>{};
    return token_of(std::move(typed));
}

Result<model::UserName> ask_user(Context& context, const std::optional<model::UserName>& given) {
    if (given) return *given;
    if (const auto& name = context.services.environment().user) {
        auto user = model::UserName::parse(*name);
        if (!user) return Error{Errc::usage, "P2PC_USER: " + user.error().detail()};
        return user;
    }
    if (!terminal::can_ask(on_terminal.in)) return nobody_to_ask("the user name", "USER or P2PC_USER");
    for (;;) {
        const auto line = terminal::prompt_line("User name: ", on_terminal);
        if (!line) return line.error();
        auto user = model::UserName::parse(*line);
        if (user) return user;
        context.out.notice(user.error().detail());
    }
}

Result<identity::InviteCode> ask_code(Context& context, const std::optional<std::string>& file,
                                      const model::UserName& user) {
    const auto& environment = context.services.environment();
    if (file || environment.invite_code) {
        auto text = file ? secret_of_file(*file) : Result<std::string>{*environment.invite_code};
        if (!text) return text.error();
        auto code = identity::InviteCode::parse(*text);
        crypto::wipe(*text);
        return code;
    }
    if (!terminal::can_ask(on_terminal.in)) {
        return nobody_to_ask("the code of the invite", "--code-file FILE or P2PC_INVITE_CODE");
    }
    const auto question = fmt::format("The code that {} says: ", user.text());
    for (;;) {
        auto line = terminal::prompt_line(question, on_terminal);
        if (!line) return line.error();
        auto code = identity::InviteCode::parse(*line);
        crypto::wipe(*line);
        if (code) return code;
        context.out.notice(code.error().detail());
    }
}

Result<model::PublicKey> ask_founding_key(Context& context, const model::ServerUrl& url) {
    if (url.key()) return *url.key();
    const auto reach = context.wait(reach_of(context, url));
    if (!reach) return reach.error();
    auto& dialer = context.services.dialer();
    transport::Transport& by = **dialer.plugins().find(url.scheme());
    if (!dialer.plain_allowed(by, *reach)) {
        return Error{Errc::plain_refused, fmt::format("{} (--insecure-plain allows it)", url.text())};
    }
    const bool vouched = dialer.options().tls_ca && by.bound();
    if (*reach == transport::Reach::loopback || vouched) return learn(context, url);
    if (!terminal::can_ask(on_terminal.in)) {
        return nobody_to_ask(fmt::format("whether {} is the right server", url.text()),
                             fmt::format("--server {}#FINGERPRINT or --tls-ca FILE", url.text()));
    }
    auto key = learn(context, url);
    if (!key) return key;
    const auto yes =
        terminal::prompt_choice(fmt::format("The server {} has the key\n  {}\nIs it the right one?",
                                            url.text(), model::fingerprint(*key)),
                                "yn", on_terminal);
    if (!yes) return yes.error();
    if (*yes != 'y') return Error{Errc::identity, "the server's key was not accepted"};
    return key;
}

}  // namespace p2pc::commands
