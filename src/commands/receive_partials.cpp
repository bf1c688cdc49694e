// receive --partials: what earlier commands left in a folder, shown or removed. Nobody is called.
#include <fmt/format.h>

#include "base/units.hpp"
#include "commands/receive.hpp"
#include "commands/record.hpp"
#include "transfer/kept_partials.hpp"

namespace p2pc::commands {
namespace {

WallTime wall_of(const transfer::FileTime& time) {
    return WallTime{std::chrono::duration_cast<WallTime::duration>(
        std::chrono::seconds{time.seconds} + std::chrono::nanoseconds{time.nanoseconds})};
}

void show(Output& out, const std::string& folder, const transfer::KeptPartial& partial) {
    const auto changed = wall_of(partial.changed);
    if (out.json()) {
        return out.record(Record{"partial", out.now()}
                              .path("folder", folder)
                              .text("name", partial.name)
                              .yes_no("tree", partial.tree)
                              .number("size", std::optional{partial.bytes})
                              .time("changed", changed)
                              .yes_no("in_use", partial.in_use)
                              .str());
    }
    const auto age = base::format_duration(std::chrono::duration_cast<Duration>(out.now() - changed));
    out.line(fmt::format("{}  {}  {}{}{}", partial.name, base::format_size(ByteCount{partial.bytes}), age,
                         partial.tree ? "  tree" : "", partial.in_use ? "  in use" : ""));
}

}  // namespace

int run_partials(Context& context, const ReceiveOptions& options) {
    const auto folder = transfer::OutputFolder::open(options.output, transfer::Missing::refuse);
    if (!folder) return context.fail(folder.error());
    const bool clean = options.partials == ReceiveOptions::Partials::clean;
    const auto found = clean ? transfer::clean_partials(**folder) : transfer::list_partials(**folder);
    if (!found) return context.fail(found.error());
    for (const auto& partial : *found)
        show(context.out, (*folder)->held().path(), partial);
    if (clean) {
        context.out.notice(
            fmt::format("{} {} removed", found->size(), found->size() == 1 ? "partial" : "partials"));
    }
    return 0;
}

}  // namespace p2pc::commands
