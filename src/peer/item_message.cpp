#include "peer/item_message.hpp"

#include <algorithm>

namespace p2pc::peer {
namespace {

using transfer::EntryKind;

Result<EntryKind> kind_from(wire::pb::ItemKind kind) {
    switch (kind) {
        case wire::pb::ITEM_FILE:
            return EntryKind::file;
        case wire::pb::ITEM_STREAM:
            return EntryKind::stream;
        case wire::pb::ITEM_DIR:
            return EntryKind::folder;
        case wire::pb::ITEM_LINK:
            return EntryKind::link;
        case wire::pb::ITEM_UP:
            return EntryKind::up;
        default:
            return Error{Errc::unsupported, "a kind of item this version does not take"};
    }
}

// Anything but 16 bytes: no source.
transfer::SourceId source_of(const std::string& bytes) {
    transfer::SourceId source{};
    if (bytes.size() == source.size()) {
        std::transform(bytes.begin(), bytes.end(), source.begin(),
                       [](char c) { return static_cast<std::byte>(c); });
    }
    return source;
}

}  // namespace

wire::pb::ItemKind kind_of(const transfer::Entry& entry) {
    switch (entry.kind()) {
        case EntryKind::file:
            return wire::pb::ITEM_FILE;
        case EntryKind::stream:
            return wire::pb::ITEM_STREAM;
        case EntryKind::folder:
            return wire::pb::ITEM_DIR;
        case EntryKind::link:
            return wire::pb::ITEM_LINK;
        case EntryKind::up:
            return wire::pb::ITEM_UP;
    }
    return wire::pb::ITEM_NONE;
}

Errc from_receiver(std::uint32_t code) {
    const Errc said = wire::code_from(code);
    const bool its_own =
        said == Errc::local_io || said == Errc::in_use || said == Errc::corrupt || said == Errc::usage;
    return its_own ? Errc::refused : said;
}

std::int64_t nanoseconds_of(const std::optional<transfer::FileTime>& time) {
    constexpr std::int64_t most = 9'000'000'000;
    if (!time || time->seconds <= -most || time->seconds >= most) return 0;
    return time->seconds * 1'000'000'000 + time->nanoseconds;
}

std::optional<transfer::FileTime> time_of(std::int64_t nanoseconds) {
    if (nanoseconds == 0) return std::nullopt;
    constexpr std::int64_t second = 1'000'000'000;
    std::int64_t seconds = nanoseconds / second;
    std::int64_t rest = nanoseconds % second;
    if (rest < 0) {
        rest += second;
        --seconds;
    }
    return transfer::FileTime{seconds, static_cast<std::uint32_t>(rest)};
}

void put_entry(wire::pb::ItemBegin& begin, const transfer::Entry& entry) {
    begin.set_kind(kind_of(entry));
    begin.set_name(entry.name());
    if (entry.size()) begin.set_size(entry.size()->value());
    if (entry.mode()) begin.set_mode(*entry.mode());
    begin.set_mtime_ns(nanoseconds_of(entry.mtime()));
    begin.set_target(entry.target());
    if (entry.source() != transfer::SourceId{})
        begin.set_source(entry.source().data(), entry.source().size());
    if (entry.stored()) begin.set_stored(entry.stored()->value());
    begin.set_from(entry.from());
    begin.set_checksum(entry.checksum());
}

Result<transfer::Entry> entry_of(const wire::pb::ItemBegin& begin) {
    const auto kind = kind_from(begin.kind());
    if (!kind) return kind.error();
    std::optional<ByteCount> size;
    if (begin.has_size()) size = ByteCount{begin.size()};
    std::optional<std::uint32_t> mode;
    if (begin.mode() != 0) mode = begin.mode();
    transfer::Entry entry{*kind, begin.name(), size, mode, time_of(begin.mtime_ns())};
    entry.set_target(begin.target());
    entry.set_source(source_of(begin.source()));
    if (begin.has_stored()) entry.set_stored(ByteCount{begin.stored()});
    entry.set_from(begin.from());
    entry.set_checksum(begin.checksum());
    return entry;
}

Result<transfer::Entry> entry_of(const wire::pb::Ask& ask) {
    const auto kind = kind_from(ask.kind());
    if (!kind) return kind.error();
    std::optional<ByteCount> size;
    if (ask.has_size()) size = ByteCount{ask.size()};
    transfer::Entry entry{*kind, ask.name(), size, std::nullopt, time_of(ask.mtime_ns())};
    entry.set_target(ask.target());
    entry.set_source(source_of(ask.source()));
    return entry;
}

}  // namespace p2pc::peer
