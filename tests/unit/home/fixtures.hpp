// A home in a temporary folder, and ways to damage its files.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "home/login_store.hpp"
#include "home/paths.hpp"
#include "unit/identity/fixtures.hpp"

namespace p2pc::test {

class TempFolder {
  public:
    TempFolder() {
        std::string name = std::filesystem::temp_directory_path() / "p2pc-test-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline home::HomePaths made_home(const std::filesystem::path& folder) {
    auto paths = home::HomePaths::resolve(folder.string(), {});
    REQUIRE(paths);
    REQUIRE(paths->make());
    return *paths;
}

// One folder, made.
struct TempHome {
    TempFolder folder;
    home::HomePaths paths = made_home(folder.path());
};

inline std::string content_of(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

inline void put(const std::filesystem::path& path, std::string_view content, mode_t mode = 0600) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << content;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
}

inline mode_t mode_of(const std::filesystem::path& path) {
    struct stat is {};
    REQUIRE(::lstat(path.c_str(), &is) == 0);
    return is.st_mode & 07777;
}

// A login of alice on the device laptop (number 1) and its key.
inline home::Login alice(std::uint64_t serial = 1) {
    const auto account = key_of(2);
    auto login = home::Login::make(*model::ServerUrl::parse("tls://localhost:9876"), founding_key(),
                                   user("alice"), identity::public_key(account), device_id(1),
                                   list_of(serial, {device(1, "laptop")}).sign(account));
    REQUIRE(login);
    return *login;
}
inline crypto::SigningKey alice_device_key() {
    return key_of(1001);
}

// Damages the file in each way it must notice, and checks that `read` (which gives an Errc) says corrupt and
// that the file is left as it was damaged.
template <class Read>
void check_damage_is_noticed(const std::filesystem::path& path, Read read) {
    const std::string good = content_of(path);
    REQUIRE(good.size() > 60);
    const auto check = [&](const char* what) {
        CAPTURE(path.string(), what);
        const std::string damaged = content_of(path);
        CHECK(read() == Errc::corrupt);
        CHECK(content_of(path) == damaged);
    };
    put(path, good, 0644);
    check("mode 0644");
    CHECK(mode_of(path) == 0644);
    put(path, good, 0640);
    check("mode 0640");
    for (std::size_t size : {std::size_t{0}, std::size_t{1}, good.size() / 2, good.size() - 1}) {
        put(path, good.substr(0, size));
        check("truncated");
    }
    put(path, good + "\n");
    check("a byte too many");
    for (std::size_t at = 0; at < good.size(); at += 7) {
        std::string flipped = good;
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        put(path, flipped);
        check("one bit flipped");
    }
    auto real = path;
    real += ".real";
    put(real, good);
    REQUIRE(::unlink(path.c_str()) == 0);
    REQUIRE(::symlink(real.c_str(), path.c_str()) == 0);
    check("symbolic link");
    CHECK(std::filesystem::is_symlink(path));
    REQUIRE(::unlink(path.c_str()) == 0);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(read() == Errc::corrupt);
    REQUIRE(::unlink(path.c_str()) == 0);
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    CHECK(read() == Errc::corrupt);
    REQUIRE(::rmdir(path.c_str()) == 0);
    REQUIRE(::unlink(real.c_str()) == 0);
    put(path, good);
}

// What a Result says: internal stands for success.
template <class R>
Errc code_of(const R& result) {
    return result ? Errc::internal : result.error().code();
}

}  // namespace p2pc::test
