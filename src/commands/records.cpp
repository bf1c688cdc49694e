#include "commands/records.hpp"

#include "base/encoding.hpp"
#include "base/unicode.hpp"
#include "commands/exit_codes.hpp"

namespace p2pc::commands {
namespace {

std::optional<std::string> fingerprint_of(const std::optional<model::PublicKey>& key) {
    if (!key) return std::nullopt;
    return model::fingerprint(*key);
}

}  // namespace

std::string line_of(const AccountRecord& account, WallTime at) {
    const auto failed = account.failed ? std::optional<std::uint64_t>{account.failed->count} : std::nullopt;
    return Record{"account", at}
        .text("name", account.name)
        .text("device", account.device)
        .text("server", account.server)
        .text("fingerprint", model::fingerprint(account.key))
        .number("failed_attempts", failed)
        .time("last_failed", account.failed ? account.failed->last : std::nullopt)
        .str();
}

std::string line_of(const UserRecord& user, WallTime at) {
    return Record{"user", at}
        .text("name", user.name)
        .yes_no("online", user.online)
        .time("since", user.since)
        .maybe("fingerprint", fingerprint_of(user.account_key))
        .devices("devices", user.devices)
        .text("trust", identity::trust_text(user.trust))
        .str();
}

std::string line_of(const PinRecord& pin, WallTime at) {
    return Record{"pin", at}
        .text("name", pin.name)
        .text("server", model::fingerprint(pin.founding_key))
        .maybe("fingerprint", fingerprint_of(pin.account_key))
        .text("trust", identity::trust_text(pin.trust))
        .time("first_seen", pin.first_seen)
        .maybe("shown", fingerprint_of(pin.shown))
        .maybe("digits", pin.digits)
        .str();
}

std::string line_of(const SessionRecord& session, WallTime at) {
    Record record{"session", at};
    record.text("id", session.id)
        .texts("peers", session.peers)
        .text("device", session.device)
        .text("role", session.role)
        .text("state", model::to_text(session.state))
        .time("started", session.started)
        .time("ended", session.ended);
    if (session.reason) {
        record.text("reason", model::to_text(*session.reason));
    } else {
        record.none("reason");
    }
    return record.maybe("path", session.path)
        .number("bytes_in", session.bytes_in)
        .number("bytes_out", session.bytes_out)
        .maybe("trust", session.trust ? std::optional{std::string{identity::trust_text(*session.trust)}}
                                      : std::nullopt)
        .str();
}

std::string line_of(const CallRecord& call, WallTime at) {
    return Record{"call", at}
        .text("id", call.id)
        .text("from", call.from)
        .text("device", call.device)
        .text("trust", identity::trust_text(call.trust))
        .str();
}

std::string line_of(const OfferRecord& offer, WallTime at) {
    return Record{"offer", at}
        .text("id", offer.id)
        .text("session", offer.session)
        .text("from", offer.from)
        .number("files", offer.files)
        .number("total", offer.total)
        .text("trust", identity::trust_text(offer.trust))
        .str();
}

std::string line_of(const MessageRecord& message, WallTime at) {
    return Record{"message", at}
        .text("id", message.id)
        .maybe("session", message.session)
        .text("from", message.from)
        .text("to", message.to)
        .text("text", message.text)
        .text("state", message.state)
        .str();
}

std::string line_of(const FileRecord& file, WallTime at) {
    Record record{"file", at};
    record.text("id", file.id)
        .maybe("session", file.session)
        .text("from", file.from)
        .text("to", file.to)
        .maybe("device", file.device)
        .path("name", file.name)
        .path("path", file.path);
    if (file.source) record.path("source", file.source);
    // Who looks for the bytes finds them under one key, whichever of the two there is.
    if (!file.path && !base::is_valid_utf8(file.name)) {
        record.text("path_b64", base::to_base64(as_bytes(file.name)));
    }
    record.number("size", file.size)
        .maybe("algorithm", file.algorithm)
        .maybe("digest", file.digest)
        .text("state", file.state);
    if (file.dry_run) record.yes_no("dry_run", true);
    if (!file.error) return record.none("error_code").none("error").str();
    return record.number("error_code", static_cast<std::uint64_t>(exit_code_of(file.error->code())))
        .text("error", describe(*file.error))
        .str();
}

std::string line_of(const ProgressRecord& progress, WallTime at) {
    return Record{"progress", at}
        .text("id", progress.id)
        .maybe("session", progress.session)
        .text("direction", progress.direction)
        .path("name", progress.name)
        .number("done", progress.done)
        .number("total", progress.total)
        .number("files_done", progress.files_done)
        .number("files_total", progress.files_total)
        .number("rate", progress.rate)
        .str();
}

std::string line_of(const StatsRecord& stats, WallTime at) {
    return Record{"stats", at}
        .number("files_sent", std::optional{stats.files_sent})
        .number("skipped", std::optional{stats.skipped})
        .number("bytes_sent", std::optional{stats.bytes_sent})
        .number("bytes_resumed", std::optional{stats.bytes_resumed})
        .seconds("seconds", stats.seconds)
        .seconds("cpu", stats.cpu)
        .str();
}

std::string line_of(const ListeningRecord& listening, WallTime at) {
    return Record{"listening", at}
        .maybe("server", listening.server)
        .texts("endpoints", listening.endpoints)
        .maybe("fingerprint", fingerprint_of(listening.key))
        .str();
}

std::string line_of(const InviteRecord& invite, WallTime at) {
    return Record{"invite", at}
        .text("code", invite.code)
        .time("expires", invite.expires)
        .maybe("user", invite.user)
        .str();
}

std::string line_of(ServerChange change, WallTime at) {
    return Record{"server", at}.text("state", change == ServerChange::lost ? "lost" : "back").str();
}

std::string result_line(std::string_view to, const Status& ended, WallTime at) {
    const int code = ended ? exit_code::done : exit_code_of(ended.error().code());
    Record record{"result", at};
    record.text("to", to).number("code", static_cast<std::uint64_t>(code));
    if (ended) return record.none("what").none("message").yes_no("retry", false).str();
    return record.text("what", word_of(ended.error().code()))
        .text("message", describe(ended.error()))
        .yes_no("retry", retry_may_help(code))
        .str();
}

std::string error_line(int code, std::string_view what, std::string_view message, WallTime at) {
    return Record{"error", at}
        .number("code", static_cast<std::uint64_t>(code))
        .text("what", what)
        .text("message", message)
        .yes_no("retry", retry_may_help(code))
        .str();
}

void set_digest(FileRecord& file, std::string_view digest) {
    const auto colon = digest.find(':');
    if (colon == std::string_view::npos) return;
    file.algorithm = std::string{digest.substr(0, colon)};
    file.digest = std::string{digest.substr(colon + 1)};
}

}  // namespace p2pc::commands
