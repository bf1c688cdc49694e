#include "plugin_host/plugin_file.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "plugin_host/magic_check.hpp"

namespace p2pc::plugin_host {

namespace {

Error refused(const std::filesystem::path& file, std::string_view reason) {
    return Error{Errc::usage, fmt::format("plugin '{}' refused: {}", file.string(), reason)};
}

Status check_one(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return refused(path, std::strerror(errno));
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return refused(path, "others may write to it");
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
        return refused(path, "it belongs to another user");
    }
    return {};
}

bool is_elf(const std::filesystem::path& file) {
    char head[4] = {};
    std::ifstream in(file, std::ios::binary);
    in.read(head, sizeof head);
    return in.gcount() == sizeof head && std::memcmp(head, ELFMAG, SELFMAG) == 0;
}

// The exported block and the size the linker recorded for it, without trusting what the block says.
struct Exported {
    const std::byte* block = nullptr;
    std::size_t size = 0;
};

Exported find_block(void* library) {
    void* symbol = ::dlsym(library, plugin::symbol_name);
    if (symbol == nullptr) return {};
    Dl_info info{};
    ElfW(Sym)* entry = nullptr;
    if (::dladdr1(symbol, &info, reinterpret_cast<void**>(&entry), RTLD_DL_SYMENT) == 0 || entry == nullptr) {
        return {};
    }
    return {static_cast<const std::byte*>(symbol), entry->st_size};
}

}  // namespace

bool valid_scheme(std::string_view scheme) noexcept {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto other = [](char c) { return (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-'; };
    return !scheme.empty() && scheme.size() < sizeof(plugin::Magic::name) && lower(scheme.front()) &&
           std::all_of(scheme.begin(), scheme.end(), [&](char c) { return lower(c) || other(c); });
}

Status check_safe(const std::filesystem::path& file) {
    std::error_code error;
    const auto real = std::filesystem::canonical(file, error);
    if (error) return refused(file, error.message());
    for (const auto& path : {file.parent_path(), real.parent_path(), real}) {
        if (auto safe = check_one(path); !safe) return safe;
    }
    return {};
}

Result<std::unique_ptr<transport::Transport>> load_plugin(const std::filesystem::path& file,
                                                          std::string_view scheme) {
    if (auto safe = check_safe(file); !safe) return safe.error();
    if (!is_elf(file)) return refused(file, "not an ELF file");
    // RTLD_NODELETE and no dlclose: code of a plugin may be on the stack of any thread until the end.
    void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) return refused(file, ::dlerror());
    const auto exported = find_block(library);
    if (exported.block == nullptr) return refused(file, fmt::format("no symbol {}", plugin::symbol_name));
    if (auto difference = first_difference({exported.block, exported.size}, scheme)) {
        return refused(file, *difference);
    }
    plugin::Magic magic;
    std::memcpy(&magic, exported.block, sizeof magic);
    std::unique_ptr<transport::Transport> made(magic.make());
    if (!made) return refused(file, "it made no transport");
    return made;
}

}  // namespace p2pc::plugin_host
