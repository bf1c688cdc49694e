#include "runtime/run.hpp"

#include <optional>
#include <system_error>

#include "io/task_group.hpp"

namespace p2pc::runtime {
namespace {

struct End {
    std::optional<int> code;
    std::exception_ptr thrown;
};

asio::awaitable<void> drive(asio::awaitable<int> command, End& end, io::Loop& loop) {
    try {
        end.code = co_await std::move(command);
    } catch (...) {
        end.thrown = std::current_exception();
    }
    loop.stop();
}

}  // namespace

Error what_escaped(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::system_error& refused) {
        return Error{Errc::local_io, refused.what()};
    } catch (const std::exception& bug) {
        return Error{Errc::internal, bug.what()};
    } catch (...) {
        return Error{Errc::internal};
    }
}

Result<int> run(Services& services, asio::awaitable<int> command) {
    End end;
    auto& loop = services.loop();
    auto& signals = services.signals();
    io::TaskGroup tasks(loop, nullptr);
    tasks.spawn("command", drive(std::move(command), end, loop));
    signals.listen([&tasks](int) { tasks.stop(); });
    loop.run();
    signals.silence();
    signals.on_stop(nullptr);
    if (end.code) return *end.code;
    if (signals.caught() != 0) return Errc::canceled;
    return what_escaped(end.thrown);
}

}  // namespace p2pc::runtime
