#include "storage/sqlite/open.hpp"

#include <fmt/format.h>

#include "storage/sqlite/backup.hpp"
#include "storage/sqlite/file.hpp"
#include "storage/sqlite/migrations.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace p2pc::storage {
namespace {

// Under another name first, published when it is whole: a crash on the way leaves no half database, and
// an empty file under the final name is never ours.
Status make_database(const std::filesystem::path& file) {
    std::error_code ignored;
    for (auto log : {"-wal", "-journal"}) {
        if (std::filesystem::exists(beside(file, log), ignored)) {
            // SQLite would play it into the new database.
            return Error{Errc::corrupt,
                         fmt::format("{}{} is there without its database", file.string(), log)};
        }
    }
    const auto draft = beside(file, ".new");
    for (auto left : {"", "-journal"})
        std::filesystem::remove(beside(draft, left), ignored);
    if (auto made = make_empty(draft); !made) return made;
    {
        SQLite::Database database{draft.string(), SQLite::OPEN_READWRITE};
        database.exec("PRAGMA synchronous = FULL");
        database.exec(fmt::format("PRAGMA application_id = {}", application_id));
        migrate(database, migrations());
    }
    return publish(draft, file);
}

// REQUIRES: check_header() said ok.
void prepare(Connection& connection) {
    auto& database = connection.database();
    connection.keep_log_on_close(true);
    // A crash may have left a newer version in the log, which the header does not show.
    const auto version = static_cast<std::size_t>(database.execAndGet("PRAGMA user_version").getInt());
    if (version > migrations().size()) Query::damaged("the schema is of a newer version");
    const std::string health = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (health != "ok") Query::damaged(health);
    connection.keep_log_on_close(false);

    connection.set_up();
    migrate(database, migrations());
}

Result<std::unique_ptr<DirectoryStore>> open_locked(const std::filesystem::path& file, Presence presence,
                                                    FileLock lock) {
    if (presence == Presence::absent) {
        if (auto made = make_database(file); !made) return made.error();
    }
    remove_unfinished_copy(file);
    const auto newest = static_cast<std::uint32_t>(migrations().size());
    if (auto ours = check_header(file, newest); !ours) return ours.error();
    auto connection = std::make_unique<Connection>(file);
    prepare(*connection);
    return std::unique_ptr<DirectoryStore>{new SqliteStore{std::move(lock), std::move(connection)}};
}

}  // namespace

Result<std::unique_ptr<DirectoryStore>> open_sqlite_store(const std::filesystem::path& given) {
    std::error_code ec;
    // Absolute, because SQLite reads meaning into some names (":memory:").
    const auto file = std::filesystem::absolute(given, ec);
    if (ec || !file.has_filename()) {
        return Error{Errc::local_io, fmt::format("'{}' is not the name of a file", given.string())};
    }
    auto seen = look_at(file);
    if (!seen) return seen.error();
    if (auto made = make_folder(file.parent_path()); !made) return made.error();
    auto lock = FileLock::take(beside(file, ".lock"));
    if (!lock) return lock.error();
    // Again, now that nobody else can be making it.
    seen = look_at(file);
    if (!seen) return seen.error();
    try {
        return open_locked(file, *seen, std::move(*lock));
    } catch (const SQLite::Exception& trouble) {
        const auto error = error_of(trouble);
        return Error{error.code(), fmt::format("{}: {}", file.string(), error.detail())};
    }
}

}  // namespace p2pc::storage
