// Records: every kind of line that --json prints (docs/cli.md, "JSON records"), as data and as text.
//
// Each kind is a plain struct; line_of() gives its line, without a newline. Absent values are null.
#pragma once

#include <optional>
#include <p2pc/base/error.hpp>
#include <string>
#include <vector>

#include "commands/record.hpp"
#include "home/login.hpp"
#include "identity/pin.hpp"
#include "model/session.hpp"
#include "rendezvous/failed_attempts.hpp"

namespace p2pc::commands {

struct AccountRecord {
    AccountRecord() = default;
    explicit AccountRecord(const home::Login& login)
        : name(login.user().text()),
          device(login.device().name.text()),
          server(login.server().text()),
          key(login.account_key()) {}
    AccountRecord(const home::Login& login, const rendezvous::FailedAttempts& attempts)
        : AccountRecord(login) {
        failed = attempts;
    }
    std::string name, device, server;
    model::PublicKey key;
    std::optional<rendezvous::FailedAttempts> failed;  // absent: the server was not asked
};

struct UserRecord {
    std::string name;
    bool online = false;
    std::optional<WallTime> since;
    std::optional<model::PublicKey> account_key;
    std::vector<Record::Device> devices;
    identity::Trust trust = identity::Trust::fresh;
};

// A pinned key, and how it stands (docs/cli.md, "trust").
struct PinRecord {
    explicit PinRecord(const identity::Pin& pin)
        : name(pin.user.text()),
          founding_key(pin.founding_key),
          account_key(pin.account_key),
          trust(pin.verified ? identity::Trust::verified : identity::Trust::pinned),
          first_seen(pin.first_seen) {}
    // There is none: what it was made of is only shown.
    void forget_pin() {
        account_key.reset();
        first_seen.reset();
    }
    std::string name;
    model::PublicKey founding_key;
    std::optional<model::PublicKey> account_key;
    identity::Trust trust;
    std::optional<WallTime> first_seen;
    std::optional<model::PublicKey> shown;  // by the server, now
    std::optional<std::string> digits;
};

struct SessionRecord {
    std::string id;
    std::vector<std::string> peers;
    std::string device;  // of this account
    std::string role;    // caller, callee
    model::SessionState state = model::SessionState::active;
    std::optional<WallTime> started, ended;
    std::optional<model::EndReason> reason;
    std::optional<std::string> path;
    std::optional<ByteCount> bytes_in, bytes_out;
    std::optional<identity::Trust> trust;  // how the other side stood when the session opened
};

struct CallRecord {
    std::string id, from, device;
    identity::Trust trust = identity::Trust::fresh;
};

struct OfferRecord {
    std::string id, session, from;
    std::optional<std::uint64_t> files;
    std::optional<ByteCount> total;
    identity::Trust trust = identity::Trust::fresh;
};

struct MessageRecord {
    std::string id;
    std::optional<std::string> session;
    std::string from, to, text;
    std::string state;  // received, delivered, queued
};

struct FileRecord {
    std::string id;
    std::optional<std::string> session;
    std::string from, to;
    std::optional<std::string> device;
    std::string name;                   // any bytes
    std::optional<std::string> path;    // of the receiver; any bytes
    std::optional<std::string> source;  // of the sender; any bytes
    std::optional<ByteCount> size;
    std::optional<std::string> algorithm, digest;
    std::string state;  // sent, received, skipped, refused, failed
    bool dry_run = false;
    std::optional<Error> error;
};

struct ProgressRecord {
    std::string id;
    std::optional<std::string> session;
    std::string direction;  // in, out
    std::string name;
    ByteCount done;
    std::optional<ByteCount> total;
    std::optional<std::uint64_t> files_done, files_total;
    ByteCount rate;  // a second
};

struct StatsRecord {
    std::uint64_t files_sent = 0, skipped = 0;
    ByteCount bytes_sent, bytes_resumed;
    double seconds = 0, cpu = 0;  // of this process: user and system
};

struct ListeningRecord {
    std::optional<std::string> server;
    std::optional<std::vector<std::string>> endpoints;
    std::optional<model::PublicKey> key;
};

struct InviteRecord {
    std::string code;
    WallTime expires;
    std::optional<std::string> user;  // whom it is for
};

enum class ServerChange { lost, back };

std::string line_of(const AccountRecord& account, WallTime at);
std::string line_of(const UserRecord& user, WallTime at);
std::string line_of(const PinRecord& pin, WallTime at);
std::string line_of(const SessionRecord& session, WallTime at);
std::string line_of(const CallRecord& call, WallTime at);
std::string line_of(const OfferRecord& offer, WallTime at);
std::string line_of(const MessageRecord& message, WallTime at);
std::string line_of(const FileRecord& file, WallTime at);
std::string line_of(const ProgressRecord& progress, WallTime at);
std::string line_of(const StatsRecord& stats, WallTime at);
std::string line_of(const ListeningRecord& listening, WallTime at);
std::string line_of(const InviteRecord& invite, WallTime at);
std::string line_of(ServerChange change, WallTime at);
// How all of it ended with one of several receivers.
std::string result_line(std::string_view to, const Status& ended, WallTime at);
// `code` is the exit code.
std::string error_line(int code, std::string_view what, std::string_view message, WallTime at);

// "xxh3-1m:0123..." as algorithm and digest of a FileRecord.
void set_digest(FileRecord& file, std::string_view digest);

}  // namespace p2pc::commands
