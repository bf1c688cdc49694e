#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/unicode.hpp"
#include "commands/arguments.hpp"
#include "commands/peer_flags.hpp"
#include "commands/send.hpp"
#include "crypto/checksum.hpp"

namespace p2pc::commands {
namespace {

constexpr std::array flags{
    wait_flag,
    Flag{"m", 'm', Takes::value, "TEXT", "a message; - reads it from stdin"},
    Flag{"as", 0, Takes::value, "NAME", "what the stream - is called there (default stdin)"},
    Flag{"exclude", 0, Takes::values, "GLOB", "leave out what it matches, as a line of a .gitignore would"},
    Flag{"exclude-from", 0, Takes::values, "FILE", "the same for each line of a file"},
    Flag{"gitignore", 0, Takes::nothing, "", "leave out what the .gitignore files on the way say"},
    Flag{"files-from", 0, Takes::value, "FILE", "more paths, one a line; - reads them from stdin"},
    Flag{"0", '0', Takes::nothing, "", "a zero byte ends each path of --files-from"},
    Flag{"no-times", 0, Takes::nothing, "", "modification times stay here"},
    Flag{"update", 0, Takes::nothing, "", "send only what the receiver wants and does not have"},
    Flag{"dry-run", 'n', Takes::nothing, "", "say what --update would send, and send nothing"},
    Flag{"delete", 0, Takes::nothing, "", "remove there what is not here, in folders that are sent"},
    Flag{"bwlimit", 0, Takes::value, "RATE", "send at most that many bytes a second"},
    Flag{"checksum", 0, Takes::value, "ALGO", "tell a digest that others can compare, too: sha256"},
    Flag{"retry-for", 0, Takes::value, "DURATION", "make a lost link again for so long (default 2m)"},
    Flag{"stats", 0, Takes::nothing, "", "say at the end what it took"},
    timeout_flag,
    listen_flag,
    allow_private_flag,
};

constexpr std::size_t longest_message = 16 * 1024;

// Each has a connection to the server, which takes 32 of a device.
constexpr std::size_t most_receivers = 24;

// Slower, a single piece would look like a stall.
constexpr ByteCount least_rate{1024};

// Each once, in the order of their first mention.
Result<std::vector<model::PeerName>> parse_receivers(std::string_view text) {
    std::vector<model::PeerName> receivers;
    for (std::size_t at = 0; at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        auto name = model::PeerName::parse(text.substr(at, comma - at));
        if (!name) return name.error();
        const bool known = std::find(receivers.begin(), receivers.end(), *name) != receivers.end();
        if (!known) receivers.push_back(std::move(*name));
        at = comma + 1;
    }
    if (receivers.size() > most_receivers) {
        return Error{Errc::usage, fmt::format("at most {} receivers at once", most_receivers)};
    }
    return receivers;
}

// "NAME[/DEVICE][,NAME...]:TEXT", as nobody names a path: "./bob:" is one. Where it would be the receiver.
bool looks_like_receiver(std::string_view word) {
    const auto colon = word.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    auto names = word.substr(0, colon);
    while (true) {
        const auto comma = std::min(names.find(','), names.size());
        if (!model::PeerName::parse(names.substr(0, comma))) return false;
        if (comma == names.size()) return true;
        names.remove_prefix(comma + 1);
    }
}

struct Split {
    std::string receiver;
    std::vector<std::string> paths;
};

Result<Split> split_receiver(std::vector<std::string> words, bool has_message) {
    if (words.empty()) return Error{Errc::usage, "nobody to send to"};
    const std::size_t least = has_message ? 1 : 2;
    const std::string& last = words.back();
    if (words.size() >= least && looks_like_receiver(last)) {
        const auto colon = last.find(':');
        if (colon + 1 != last.size()) {
            return Error{
                Errc::usage,
                fmt::format("'{}': nothing may follow the colon, the receiver chooses the folder", last)};
        }
        Split split{last.substr(0, colon), std::move(words)};
        split.paths.pop_back();
        return split;
    }
    Split split{words.front(), std::move(words)};
    split.paths.erase(split.paths.begin());
    return split;
}

Status check_paths(const std::vector<std::string>& paths) {
    if (std::count(paths.begin(), paths.end(), "-") > 1) return Error{Errc::usage, "'-' stands once only"};
    for (const auto& path : paths) {
        if (path.empty()) return Error{Errc::usage, "'' is no path"};
    }
    return {};
}

Status take_message(const Given& given, SendRequest& request) {
    request.message = given.text("m");
    if (!request.message) return {};
    if (*request.message == "-") {
        if (std::count(request.sent.paths.begin(), request.sent.paths.end(), "-") > 0) {
            return Error{Errc::usage, "stdin is either the message or a stream"};
        }
        request.message_from = SendRequest::MessageFrom::standard_input;
        return {};
    }
    if (request.message->size() > longest_message) return given.bad("m", "longer than 16 KiB");
    if (!base::is_valid_utf8(*request.message)) return given.bad("m", "not UTF-8");
    return {};
}

Status take_walk(const Given& given, SendRequest& request) {
    for (const auto& pattern : given.texts("exclude"))
        request.sent.exclude.add(pattern);
    request.exclude_from = given.texts("exclude-from");
    if (given.has("gitignore")) request.sent.gitignore = transfer::GitIgnore::yes;
    request.sent.list = given.text("files-from");
    if (given.has("0")) {
        if (!request.sent.list) return Error{Errc::usage, "-0 is about --files-from"};
        request.sent.list_separator = '\0';
    }
    const bool stdin_is_taken =
        std::count(request.sent.paths.begin(), request.sent.paths.end(), "-") > 0 || given.text("m") == "-";
    if (request.sent.list == "-" && stdin_is_taken) return given.bad("files-from", "stdin is taken already");
    request.times = !given.has("no-times");
    request.remove = given.has("delete");
    if (given.has("update")) request.compare = SendRequest::Compare::update;
    if (given.has("dry-run")) request.compare = SendRequest::Compare::dry_run;
    const bool about_files = request.remove || request.compare != SendRequest::Compare::no;
    if (about_files && request.sent.empty()) return Error{Errc::usage, "no files to compare"};
    return {};
}

}  // namespace

std::span<const Flag> send_flags() {
    return flags;
}

Result<SendRequest> parse_send(const Given& given) {
    auto split = split_receiver(given.words(), given.has("m") || given.has("files-from"));
    if (!split) return split.error();
    auto receivers = parse_receivers(split->receiver);
    if (!receivers) return receivers.error();
    SendRequest request;
    request.receivers = std::move(*receivers);
    request.sent.paths = std::move(split->paths);
    const auto checked = check_paths(request.sent.paths);
    if (!checked) return checked.error();
    const auto message = take_message(given, request);
    if (!message) return message.error();
    const auto walk = take_walk(given, request);
    if (!walk) return walk.error();
    if (request.sent.empty() && !request.message) return Error{Errc::usage, "nothing to send"};
    if (const auto name = given.text("as")) {
        if (name->empty() || name->size() > 255 || name->find('/') != std::string::npos) {
            return given.bad("as", fmt::format("not the name of a file: '{}'", *name));
        }
        request.sent.stream_name = *name;
    }
    if (const auto algorithm = given.text("checksum")) {
        if (!crypto::is_checksum(*algorithm))
            return given.bad("checksum", "'" + *algorithm + "' is not sha256");
        request.checksum = true;
    }
    const auto retry = given.duration("retry-for");
    if (!retry) return retry.error();
    if (*retry) request.retry_for = **retry;
    const auto wait = parse_wait(given);
    if (!wait) return wait.error();
    request.wait = *wait;
    const auto rate = given.size("bwlimit");
    if (!rate) return rate.error();
    if (*rate && **rate < least_rate) return given.bad("bwlimit", "at least 1K a second");
    request.rate = *rate;
    if (request.receivers.size() > 1 && request.sent.list == "-") {
        return given.bad("files-from", "a list on stdin is for one receiver");
    }
    if (given.has("stats")) request.stats = SendRequest::Stats::yes;
    const auto common = parse_peer_flags(given);
    if (!common) return common.error();
    request.stall = common->stall;
    request.listen = common->listen;
    request.private_ranges = common->private_ranges;
    return request;
}

}  // namespace p2pc::commands
