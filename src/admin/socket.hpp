// The socket beside a server's database, at both its ends (docs/decisions/0020-admin.md).
//
// Whoever may open the database may ask: the user the server runs as, and root. The kernel says who the other
// end is; the mode of the socket and the folder it stands in say the same before.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <p2pc/base/result.hpp>
#include <p2pc/transport/stream.hpp>

namespace p2pc::admin {

// Where the server of that database listens.
std::filesystem::path socket_of(const std::filesystem::path& database);

// Whether that user may ask a server that runs as `own`.
constexpr bool may_ask(uid_t asker, uid_t own) noexcept {
    return asker == own || asker == 0;
}

// Listens there, mode 0600, for io::Acceptor; a socket that a crashed server left gives way, and the end of
// the listener removes its own. Who may not ask is closed without a word and told to `refused`; the streams
// know who is at their other end (uid_of). REQUIRES: the lock of that database is held, so that no other
// server runs.
//   Errc::local_io  something else has that name, others may write to its folder, or the system says no
using OnRefused = std::function<void(uid_t)>;
Result<std::unique_ptr<transport::Listener>> listen_at(const std::filesystem::path& path, uid_t own,
                                                       OnRefused refused);

// A connection to the server of that database.
//   Errc::cannot_connect  no server runs
//   Errc::local_io        no right to ask it, or what listens there is not run by the owner of that socket
Result<std::unique_ptr<transport::Stream>> connect_to(const std::filesystem::path& path);

}  // namespace p2pc::admin
