#include "commands/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace p2pc::commands {
namespace {

Error unknown_option(std::string_view token) {
    return Error{Errc::usage, fmt::format("unknown option '{}'", token.substr(0, token.find('=')))};
}

const Flag* find_long_in(std::string_view name, std::span<const Flag> own) {
    const Flag* found = find_long(own, name);
    return found != nullptr ? found : find_long(global_flags(), name);
}

const Flag* find_letter_in(char letter, std::span<const Flag> own) {
    const Flag* found = find_letter(own, letter);
    return found != nullptr ? found : find_letter(global_flags(), letter);
}

bool takes_value(const Flag& flag) {
    return flag.takes == Takes::value || flag.takes == Takes::values;
}

// Tokens as CLI11 2.1.2 understands them rightly.
class Rewriter {
  public:
    explicit Rewriter(std::span<const Flag> own) : own_(own) {}

    Result<std::vector<std::string>> rewrite(const std::vector<std::string>& tokens) {
        for (auto at = tokens.begin(); at != tokens.end(); ++at) {
            const Status done = at->rfind("--", 0) == 0                ? take_long(*at)
                                : at->size() > 1 && at->front() == '-' ? take_letters(*at)
                                                                       : take_word(*at);
            if (!done) return done.error();
            if (!value_follows_) continue;
            value_follows_ = false;
            if (at + 1 != tokens.end()) out_.push_back(*++at);
        }
        return std::move(out_);
    }

  private:
    Status take_word(const std::string& token) {
        out_.push_back(token);
        return {};
    }

    Status take_long(const std::string& token) {
        const auto equals = token.find('=');
        const std::string name = token.substr(0, equals);
        const Flag* flag = find_long_in(std::string_view{name}.substr(2), own_);
        if (flag == nullptr) return unknown_option(token);
        const bool has_value = equals != std::string::npos;
        if (flag->takes == Takes::nothing && has_value) {
            return Error{Errc::usage, fmt::format("--{} takes no value", flag->name)};
        }
        if (flag->takes == Takes::maybe_value && !has_value) {
            // CLI11 would eat the next word.
            out_.push_back(name + "=" + std::string{no_value});
        } else if (has_value && equals + 1 == token.size()) {
            // CLI11 takes an empty value for an absent one, and would eat the next word.
            out_.push_back(name);
            out_.emplace_back();
        } else {
            out_.push_back(token);
            value_follows_ = takes_value(*flag) && !has_value;
        }
        return {};
    }

    Status take_letters(std::string token) {
        for (std::size_t i = 1; i < token.size(); ++i) {
            const Flag* flag = find_letter_in(token[i], own_);
            if (flag == nullptr) return unknown_option(token);
            if (!takes_value(*flag)) continue;
            value_follows_ = i + 1 == token.size();
            // CLI11 would keep the '=' of "-m=hi".
            const bool equals = !value_follows_ && token[i + 1] == '=';
            if (equals) token.erase(i + 1, 1);
            const bool empty = equals && i + 1 == token.size();
            out_.push_back(std::move(token));
            if (empty) out_.emplace_back();
            return {};
        }
        out_.push_back(std::move(token));
        return {};
    }

    std::span<const Flag> own_;
    std::vector<std::string> out_;
    bool value_follows_ = false;
};

std::string cli11_name(const Flag& flag) {
    if (!flag.has_long()) return fmt::format("-{}", flag.letter);
    if (flag.letter != 0) return fmt::format("-{},--{}", flag.letter, flag.name);
    return fmt::format("--{}", flag.name);
}

class Registered {
  public:
    Registered(const Flag& known, CLI::Option* made) : flag(known), option(made) {}
    const Flag& flag;
    CLI::Option* option;
};

std::vector<Registered> register_flags(CLI::App& app, std::span<const Flag> own) {
    const CLI::callback_t taken = [](const CLI::results_t&) { return true; };
    std::vector<Registered> made;
    for (const auto flags : {own, global_flags()}) {
        for (const Flag& flag : flags) {
            CLI::Option* option = nullptr;
            if (flag.takes == Takes::nothing) {
                option = app.add_flag(cli11_name(flag));
            } else {
                option = app.add_option(cli11_name(flag), taken)->allow_extra_args(false);
            }
            option->take_all();
            made.emplace_back(flag, option);
        }
    }
    return made;
}

Error usage_of(const CLI::ParseError& error) {
    return Error{Errc::usage, error.what()};
}

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row[b.size()];
}

}  // namespace

Result<Words> split_words_of(const std::vector<std::string>& argv) {
    Words words;
    const auto dashes = std::find(argv.begin(), argv.end(), "--");
    if (dashes != argv.end()) words.after_dashes.assign(dashes + 1, argv.end());
    for (auto at = argv.begin(); at != dashes; ++at) {
        if (words.command || at->empty() || at->front() != '-') {
            if (words.command) {
                words.before_dashes.push_back(*at);
            } else {
                words.command = *at;
            }
            continue;
        }
        const bool is_long = at->rfind("--", 0) == 0;
        const auto equals = at->find('=');
        const Flag* flag = is_long ? find_long(global_flags(), std::string_view{*at}.substr(2, equals - 2))
                                   : find_letter(global_flags(), at->size() > 1 ? (*at)[1] : '\0');
        if (flag == nullptr) return unknown_option(*at);
        words.before_dashes.push_back(*at);
        const bool apart = takes_value(*flag) && equals == std::string::npos;
        if (apart && at + 1 != dashes) words.before_dashes.push_back(*++at);
    }
    return words;
}

bool mentions(const std::vector<std::string>& argv, std::string_view name) {
    for (auto at = argv.begin(); at != argv.end() && *at != "--"; ++at) {
        if (*at == "-m") {
            if (++at == argv.end()) break;
        } else if (*at == name) {
            return true;
        }
    }
    return false;
}

Result<Given> parse_arguments(const Words& words, std::span<const Flag> own_flags) {
    auto tokens = Rewriter{own_flags}.rewrite(words.before_dashes);
    if (!tokens) return tokens.error();

    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    const auto registered = register_flags(app, own_flags);
    std::reverse(tokens->begin(), tokens->end());
    try {
        app.parse(std::move(*tokens));
    } catch (const CLI::ParseError& error) {
        return usage_of(error);
    }
    Given given;
    for (const auto& [flag, option] : registered) {
        if (flag.takes == Takes::nothing) {
            if (option->count() > 0) given.add(flag.name, "true");
            continue;
        }
        for (const auto& value : option->results())
            given.add(flag.name, value);
    }
    for (auto& word : app.remaining())
        given.add_word(std::move(word));
    for (const auto& word : words.after_dashes)
        given.add_word(word);
    return given;
}

std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> known) {
    std::optional<std::string_view> best;
    std::size_t least = std::max<std::size_t>(2, typed.size() / 3) + 1;
    for (const auto name : known) {
        const auto far = typed.size() > 64 ? least : distance(typed, name);
        if (far < least) {
            least = far;
            best = name;
        }
    }
    return best;
}

}  // namespace p2pc::commands
