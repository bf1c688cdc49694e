// The implementations the suite runs on, and records to fill them with.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "storage/memory/memory_store.hpp"
#include "storage/sqlite/open.hpp"

namespace p2pc::storage {

class TempFolder {
  public:
    TempFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "p2pc-storage-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = pattern;
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline std::unique_ptr<DirectoryStore> opened_sqlite(const std::filesystem::path& file) {
    auto store = open_sqlite_store(file);
    if (!store) FAIL(describe(store.error()));
    return std::move(*store);
}

struct InMemory {
    std::unique_ptr<DirectoryStore> store = std::make_unique<MemoryStore>();
};

struct InSqlite {
    TempFolder folder;
    std::unique_ptr<DirectoryStore> store = opened_sqlite(folder.path() / "db");
};

inline model::UserName user(std::string_view text) {
    return *model::UserName::parse(text);
}
inline model::DeviceName device_name(std::string_view text) {
    return *model::DeviceName::parse(text);
}
inline WallTime at(std::int64_t ms) {
    return WallTime{std::chrono::milliseconds{ms}};
}

// The same text gives the same bytes.
template <class Id>
Id id_of(std::string_view text) {
    ByteArray<Id::size> bytes{};
    const auto from = as_bytes(text);
    std::copy_n(from.begin(), std::min(from.size(), bytes.size()), bytes.begin());
    return Id{bytes};
}
inline model::PublicKey key(std::string_view text) {
    return id_of<model::PublicKey>(text);
}
inline model::DeviceId device_id(std::string_view text) {
    return id_of<model::DeviceId>(text);
}
inline model::SessionId session_id(std::string_view text) {
    return id_of<model::SessionId>(text);
}
inline Bytes bytes(std::string_view text) {
    const auto view = as_bytes(text);
    return Bytes(view.begin(), view.end());
}

inline ListedDevice listed(std::string_view id, std::string_view name) {
    return {.id = device_id(id), .name = device_name(name), .key = key("key of " + std::string{id})};
}

inline NewAccount account(const std::string& name) {
    return {.user = user(name),
            .account_key = key("account " + name),
            .login_key = key("login " + name),
            .wrapped_key = bytes("wrapped " + name),
            .list = {.serial = 1, .signed_bytes = bytes("list 1"), .devices = {listed(name, "laptop")}},
            .created = at(1000)};
}

// A call between alice's and bob's laptop, as account() makes them.
inline NewSession call(std::string_view id, std::int64_t started = 5000) {
    return {
        .id = session_id(id),
        .caller = {.user = user("alice"), .device = device_id("alice"), .device_name = device_name("laptop")},
        .callee = {.user = user("bob"), .device = device_id("bob"), .device_name = device_name("laptop")},
        .started = at(started)};
}

inline EndReport report(model::EndReason reason, std::uint64_t in, std::uint64_t out, std::int64_t when) {
    return {.reason = reason,
            .bytes_in = ByteCount{in},
            .bytes_out = ByteCount{out},
            .path = "direct",
            .when = at(when)};
}

// The code of a failure; nothing for a success, which fails the comparison.
template <class T>
std::optional<Errc> code(const Result<T>& result) {
    return result ? std::nullopt : std::optional{result.error().code()};
}

// The value of a success.
template <class T>
T good(Result<T> result) {
    if (!result) FAIL(describe(result.error()));
    return std::move(*result);
}
inline void good(const Status& status) {
    if (!status) FAIL(describe(status.error()));
}

}  // namespace p2pc::storage

template <>
struct Catch::StringMaker<p2pc::Errc> {
    static std::string convert(p2pc::Errc code) { return std::string{p2pc::public_sentence(code)}; }
};
