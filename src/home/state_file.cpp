#include "home/state_file.hpp"

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "home/private_file.hpp"

namespace p2pc::home {
namespace {

constexpr std::string_view end_mark = "end ";
constexpr std::size_t checksum_size = 52;  // base32 of 32 bytes
constexpr std::size_t end_line_size = end_mark.size() + checksum_size + 1;

std::string first_line(std::string_view kind) {
    return fmt::format("p2pc {} 1\n", kind);
}

std::string end_line(std::string_view body) {
    return fmt::format("{}{}\n", end_mark, base::to_base32(crypto::hash256({as_bytes(body)})));
}

Result<std::vector<Record>> parse(std::string_view content, std::string_view kind) {
    const std::string head = first_line(kind);
    const auto broken = [](const char* what) { return Error{Errc::corrupt, what}; };
    if (content.size() < end_line_size) return broken("is truncated");
    const auto body = content.substr(0, content.size() - end_line_size);
    if (content.substr(body.size()) != end_line(body)) return broken("is truncated or was changed");
    // The checksum is right from here on: what is wrong was written so.
    if (!body.starts_with(head)) return broken("is of another kind or a newer version");

    std::vector<Record> records;
    for (auto left = body.substr(head.size()); !left.empty();) {
        const auto end = left.find('\n');
        if (end == std::string_view::npos) return broken("has a line without an end");
        auto record = Record::decode(left.substr(0, end));
        if (!record) return record.error();
        records.push_back(std::move(*record));
        left.remove_prefix(end + 1);
    }
    return records;
}

}  // namespace

Result<std::vector<Record>> StateFile::read() const {
    auto content = read_private_file(path_, max_state_file_size);
    if (!content) return content.error();
    auto records = parse(*content, kind_);
    crypto::wipe(*content);
    if (!records) return fault(records.error().detail());
    return records;
}

Status StateFile::write(const HomeLock&, const std::vector<Record>& records) const {
    std::string content = first_line(kind_);
    for (const Record& record : records) {
        std::string line = record.encode();
        content += line;
        crypto::wipe(line);
    }
    content += end_line(content);
    if (content.size() > max_state_file_size) {
        return Error{Errc::limit, fmt::format("'{}': would become larger than 4 MiB", path_.string())};
    }
    auto written = replace_private_file(path_, content);
    crypto::wipe(content);
    return written;
}

Status StateFile::erase(const HomeLock&) const {
    return erase_private_file(path_);
}

bool StateFile::exists() const {
    return name_exists(path_);
}

Error StateFile::fault(std::string_view what) const {
    return damaged(path_, what);
}

}  // namespace p2pc::home
