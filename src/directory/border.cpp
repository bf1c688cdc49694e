#include "directory/border.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "directory/replies.hpp"
#include "identity/password_keys.hpp"
#include "identity/token.hpp"
#include "model/url.hpp"
#include "wire/reason.hpp"

namespace p2pc::directory::border {
namespace {

constexpr int max_sessions_up = 256;
constexpr std::size_t max_path_text = 16;

template <class T>
Result<T> only_malformed(Result<T> parsed) {
    if (parsed) return parsed;
    return Error{Errc::malformed, parsed.error().detail()};
}

}  // namespace

Result<model::UserName> user(const std::string& text) {
    return only_malformed(model::UserName::parse(text));
}

Result<std::optional<model::DeviceName>> device(const std::string& text) {
    if (text.empty()) return std::optional<model::DeviceName>{};
    auto name = only_malformed(model::DeviceName::parse(text));
    if (!name) return name.error();
    return std::optional{*name};
}

Result<model::SessionId> session(const std::string& bytes) {
    return model::SessionId::from(as_bytes(bytes));
}

Result<std::optional<model::SessionId>> optional_session(const std::string& bytes) {
    if (bytes.empty()) return std::optional<model::SessionId>{};
    auto id = session(bytes);
    if (!id) return id.error();
    return std::optional{*id};
}

Result<model::DeviceId> device_id(const std::string& bytes) {
    return model::DeviceId::from(as_bytes(bytes));
}

Result<model::PublicKey> key(const std::string& bytes) {
    return model::PublicKey::from(as_bytes(bytes));
}

std::optional<storage::TokenHash> token(const std::string& text) {
    const auto parsed = identity::Token::parse(text);
    if (!parsed) return std::nullopt;
    return storage::TokenHash{parsed->hash()};
}

Result<std::vector<std::string>> endpoints(const google::protobuf::RepeatedPtrField<std::string>& texts) {
    if (static_cast<std::size_t>(texts.size()) > max_endpoints) {
        return Error{Errc::malformed, "too many endpoints"};
    }
    std::vector<std::string> parsed;
    for (const auto& text : texts) {
        auto endpoint = only_malformed(model::Endpoint::parse(text));
        if (!endpoint) return endpoint.error();
        if (std::ranges::find(parsed, text) != parsed.end()) return Error{Errc::malformed, "twice"};
        parsed.push_back(text);
    }
    return parsed;
}

Result<std::vector<std::string>> endpoints(const wire::pb::Call& message, const std::string& seen) {
    auto named = endpoints(message.endpoints());
    if (!named || message.seen_port() == 0) return named;
    constexpr std::uint32_t ports = 65'536;
    if (message.seen_port() >= ports) return Error{Errc::malformed, "no port"};
    if (seen.empty()) return named;
    auto text = fmt::format("{}://{}:{}", message.seen_scheme(), seen, message.seen_port());
    const auto endpoint = only_malformed(model::Endpoint::parse(text));
    if (!endpoint) return endpoint.error();
    std::erase(*named, text);
    named->insert(named->begin(), std::move(text));
    if (named->size() > max_endpoints) named->pop_back();
    return named;
}

Result<Program> program(wire::pb::Program program) {
    switch (program) {
        case wire::pb::PROGRAM_NONE:
            return Program::none;
        case wire::pb::PROGRAM_CHAT:
            return Program::chat;
        case wire::pb::PROGRAM_RECEIVE:
            return Program::receive;
        case wire::pb::PROGRAM_INVITE:
            return Program::invite;
        default:
            return Error{Errc::malformed, "unknown program"};
    }
}

Result<CallKind> kind(wire::pb::Kind kind) {
    switch (kind) {
        case wire::pb::KIND_CHAT:
            return CallKind::chat;
        case wire::pb::KIND_FILES:
            return CallKind::files;
        case wire::pb::KIND_MESSAGE:
            return CallKind::message;
        case wire::pb::KIND_INVITE:
            return CallKind::invite;
        default:
            return Error{Errc::malformed, "unknown kind of call"};
    }
}

Result<storage::EndReport> report(const wire::pb::Report& message) {
    const auto reason = wire::from_wire(message.reason());
    if (!reason) return Error{Errc::malformed, "unknown reason"};
    const bool word = std::ranges::all_of(message.path(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!word || message.path().size() > max_path_text) return Error{Errc::malformed, "path"};
    // What the store and every record can hold: years 1970 to 9999.
    constexpr std::int64_t last_ms = 253'402'300'799'999;
    if (message.ended_ms() < 0 || message.ended_ms() > last_ms) return Error{Errc::malformed, "time"};
    constexpr std::uint64_t most_bytes = INT64_MAX;  // what a column holds
    if (message.bytes_in() > most_bytes || message.bytes_out() > most_bytes) {
        return Error{Errc::malformed, "byte count"};
    }
    storage::EndReport kept;
    kept.reason = *reason;
    kept.bytes_in = ByteCount{message.bytes_in()};
    kept.bytes_out = ByteCount{message.bytes_out()};
    kept.path = message.path();
    kept.when = WallTime{std::chrono::milliseconds{message.ended_ms()}};
    return kept;
}

Result<Announcement> announcement(const wire::pb::Announce& message) {
    Announcement made;
    auto what = program(message.program());
    if (!what) return what.error();
    made.program = *what;
    auto where = endpoints(message.endpoints());
    if (!where) return where.error();
    made.endpoints = std::move(*where);
    if (message.sessions_size() > max_sessions_up) return Error{Errc::malformed, "too many sessions"};
    for (const auto& up : message.sessions()) {
        auto id = session(up.session());
        if (!id) return id.error();
        made.up.push_back(*id);
    }
    return made;
}

Result<storage::DeviceList> device_list(const std::string& bytes, const model::PublicKey& account_key,
                                        const model::UserName& user, const model::PublicKey& founding_key) {
    auto list = identity::DeviceList::parse_and_verify(as_bytes(bytes), account_key, user, founding_key);
    if (!list) return list.error();
    storage::DeviceList kept;
    kept.serial = list->serial();
    const BytesView view = as_bytes(bytes);
    kept.signed_bytes.assign(view.begin(), view.end());
    for (const auto& device : list->devices()) {
        kept.devices.push_back(storage::ListedDevice{device.id, device.name, device.key});
    }
    return kept;
}

Result<storage::NewAccount> registration(const wire::pb::Register& message, const model::UserName& user,
                                         const model::PublicKey& account_key,
                                         const model::PublicKey& founding_key, WallTime now) {
    const auto named = key(message.account_key());
    if (!named) return named.error();
    if (*named != account_key) return Error{Errc::identity, "another account key than the one proved"};
    auto login_key = key(message.login_key());
    if (!login_key) return login_key.error();
    if (message.wrapped_key().size() != identity::wrapped_account_key_size) {
        return Error{Errc::malformed, "wrapped key"};
    }
    auto list = device_list(message.device_list(), account_key, user, founding_key);
    if (!list) return list.error();
    if (list->serial != 1 || list->devices.size() != 1) return Error{Errc::malformed, "first device list"};
    const BytesView wrapped = as_bytes(message.wrapped_key());
    storage::NewAccount account{
        user, account_key, *login_key, Bytes(wrapped.begin(), wrapped.end()), std::move(*list), now};
    return account;
}

Result<storage::NewPassword> password(const wire::pb::ChangePassword& message,
                                      const storage::AccountRecord& account,
                                      const model::PublicKey& founding_key) {
    auto login_key = key(message.login_key());
    if (!login_key) return login_key.error();
    const BytesView wrapped = as_bytes(message.wrapped_key());
    const auto version = identity::wrapped_version(wrapped);
    if (!version) return version.error();
    auto list = device_list(message.device_list(), account.account_key, account.user, founding_key);
    if (!list) return list.error();
    const auto kept = identity::wrapped_version(account.wrapped_key);
    if (!kept || *version != *kept + 1) return Error{Errc::conflict, "version of the wrapped key"};
    storage::NewPassword made{*login_key, Bytes(wrapped.begin(), wrapped.end()), std::move(*list)};
    return made;
}

}  // namespace p2pc::directory::border
