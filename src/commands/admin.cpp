#include "commands/admin.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "admin/socket.hpp"
#include "commands/admin_backup.hpp"
#include "commands/exit_codes.hpp"
#include "terminal/prompt.hpp"

namespace p2pc::commands {
namespace {

// A typed name and not one letter: what is lost cannot be had again.
Status confirm(const AdminOptions& options) {
    const bool asks = options.task == AdminTask::remove || options.task == AdminTask::reset;
    if (!asks || options.confirmed == Confirmed::yes) return {};
    const auto& name = options.user->text();
    const std::string_view what =
        options.task == AdminTask::remove
            ? "This removes the account with its devices, and frees the name."
            : "The token replaces the account key: every device has to log in again, "
              "and others see a changed key.";
    if (!terminal::can_ask(STDIN_FILENO)) {
        return Error{Errc::needs_answer, fmt::format("whether '{}' is meant (give --yes)", name)};
    }
    const auto typed = terminal::prompt_line(fmt::format("{}\nType the name, {}, to go on: ", what, name),
                                             {STDIN_FILENO, STDERR_FILENO});
    if (!typed) return typed.error();
    if (*typed != name) return Error{Errc::canceled, fmt::format("'{}' is not '{}'", *typed, name)};
    return {};
}

asio::awaitable<int> ask(Context& context, AdminOptions options, std::filesystem::path socket) {
    auto request = request_of(options);
    std::optional<BackupFile> backup;
    if (options.task == AdminTask::backup) {
        auto made = BackupFile::create(*options.file);
        if (!made) co_return context.fail(made.error());
        backup.emplace(std::move(*made));
    }
    admin::OnPiece print = [&context, &options, &backup](const admin::pb::Reply& reply) {
        if (!backup) return print_answer(context, options, reply);
        auto kept = backup->add(as_bytes(reply.backup()));
        if (kept && reply.done()) kept = backup->commit(reply.backup_size());
        return kept && reply.done() ? print_answer(context, options, reply) : kept;
    };
    auto answered =
        co_await admin::ask(context.services.loop(), std::move(socket), std::move(request), std::move(print));
    if (answered) co_return exit_code::done;
    const bool nobody = answered.error().code() == Errc::no_such_user;
    const std::string_view hint = nobody ? "p2pc admin users shows who there is" : "";
    co_return context.fail(answered.error(), hint);
}

}  // namespace

admin::pb::Request request_of(const AdminOptions& options) {
    admin::pb::Request request;
    switch (options.task) {
        case AdminTask::users:
            request.mutable_users();
            break;
        case AdminTask::block:
            request.mutable_block()->set_user(options.user->text());
            break;
        case AdminTask::unblock:
            request.mutable_unblock()->set_user(options.user->text());
            break;
        case AdminTask::token:
            request.mutable_token();
            if (options.user) request.mutable_token()->set_user(options.user->text());
            break;
        case AdminTask::reset:
            request.mutable_reset()->set_user(options.user->text());
            break;
        case AdminTask::remove:
            request.mutable_remove()->set_user(options.user->text());
            break;
        case AdminTask::sessions:
            request.mutable_sessions();
            break;
        case AdminTask::stats:
            request.mutable_stats();
            break;
        case AdminTask::audit:
            request.mutable_audit();
            break;
        case AdminTask::backup:
            request.mutable_backup();
            break;
    }
    return request;
}

int run_admin(Context& context, const AdminOptions& options) {
    std::filesystem::path database = context.services.home().database_file();
    if (options.database) database = *options.database;
    std::error_code ec;
    database = std::filesystem::absolute(database, ec);
    if (ec) return context.fail(Error{Errc::local_io, "no current folder"});
    const auto sure = confirm(options);
    if (!sure) return context.fail(sure.error());
    return context.run(ask(context, options, admin::socket_of(database)));
}

}  // namespace p2pc::commands
