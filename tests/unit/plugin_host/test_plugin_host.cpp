#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <p2pc/plugin/plugin.hpp>

#include "plugin_host/plugin_file.hpp"
#include "plugin_host/plugin_host.hpp"
#include "support/memory_transport.hpp"

using namespace p2pc;
using plugin_host::PluginHost;
namespace fs = std::filesystem;

namespace {

const fs::path hostile = P2PC_HOSTILE_PLUGINS;

// A private folder that goes away with the test.
class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "p2pc-plugins-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    const fs::path& path() const { return path_; }
    fs::path copy(const std::string& scheme) const {
        fs::copy_file(hostile / (scheme + ".so"), path_ / (scheme + ".so"));
        return path_ / (scheme + ".so");
    }

  private:
    fs::path path_;
};

std::string refusal(const std::string& scheme) {
    auto found = PluginHost({hostile}).find(scheme);
    REQUIRE(!found);
    CHECK(found.error().code() == Errc::usage);
    return found.error().detail();
}

}  // namespace

TEST_CASE("a plugin whose block matches is loaded once and kept", "[plugin_host][load]") {
    PluginHost host({hostile});
    auto found = host.find("good");
    REQUIRE(found);
    CHECK(std::string{(*found)->name()} == "good");
    CHECK(*host.find("good") == *found);
}

TEST_CASE("a refused plugin says which field differs first", "[plugin_host][load]") {
    const auto size = std::to_string(sizeof(plugin::Magic));
    CHECK_THAT(refusal("otherabi"), Catch::EndsWith("abi: expected 1, found 2"));
    CHECK_THAT(refusal("longblock"), Catch::EndsWith("block_size: expected " + size + ", found " +
                                                     std::to_string(sizeof(plugin::Magic) + 8)));
    CHECK_THAT(refusal("shortblock"), Catch::EndsWith("block_size: expected " + size + ", found 16"));
    CHECK_THAT(refusal("tinyblock"), Catch::EndsWith("block_size: expected " + size + ", found 5"));
    CHECK_THAT(refusal("othername"), Catch::EndsWith("name: expected 'othername', found 'tls'"));
    CHECK_THAT(refusal("nosymbol"), Catch::EndsWith("no symbol p2pc_transport_plugin"));
    CHECK_THAT(refusal("nomake"), Catch::EndsWith("make: expected a function, found null"));
    CHECK_THAT(refusal("nothing"), Catch::EndsWith("it made no transport"));
}

TEST_CASE("after a refused plugin the others go on", "[plugin_host][load]") {
    PluginHost host({hostile});
    CHECK(!host.find("otherabi"));
    CHECK(host.find("good"));
}

TEST_CASE("a file that is not ELF is refused, whatever it holds", "[plugin_host][load]") {
    const Folder folder;
    const auto content = GENERATE(as<std::string>(), "",
                                  "\x7f"
                                  "EL",
                                  "#!/bin/sh\n",
                                  "\x7f"
                                  "ELF and then noise");
    std::ofstream(folder.path() / "odd.so") << content;
    fs::permissions(folder.path() / "odd.so", fs::perms::owner_all);
    auto found = PluginHost({folder.path()}).find("odd");
    REQUIRE(!found);
    CHECK(found.error().code() == Errc::usage);
    // By us, before the loader has seen it; only what begins as ELF is for the loader to judge.
    const bool begins = content.starts_with(
        "\x7f"
        "ELF");
    const auto* const why = begins ? "refused: " : "refused: not an ELF file";
    CHECK_THAT(found.error().detail(), Catch::Contains("odd.so") && Catch::Contains(why));
}

TEST_CASE("a scheme that could leave the folder is never looked for", "[plugin_host][scheme]") {
    const Folder folder;
    folder.copy("good");
    PluginHost host({folder.path() / "sub"});
    fs::create_directory(folder.path() / "sub");
    for (const std::string scheme :
         {"../good", "/good", "good/", "", ".", "..", "-x", "Good", "a b", "abcdefghijklmnop", "go\nod"}) {
        auto found = host.find(scheme);
        REQUIRE(!found);
        CHECK(found.error().code() == Errc::usage);
        CHECK_THAT(found.error().detail(), Catch::Contains("is not the name of a transport"));
    }
    CHECK(plugin_host::valid_scheme("abcdefghijklmno"));  // 15, the longest
    CHECK(plugin_host::valid_scheme("a+b.c-9"));
}

TEST_CASE("a transport that is not installed names those that are", "[plugin_host][find]") {
    const Folder folder;
    folder.copy("good");
    folder.copy("nothing");
    std::ofstream(folder.path() / "README") << "not a plugin";
    std::ofstream(folder.path() / "Odd Name.so") << "nor this";
    auto found = PluginHost({folder.path(), "/nonexistent"}).find("foo");
    REQUIRE(!found);
    CHECK(found.error().code() == Errc::usage);
    CHECK(found.error().detail() == "no transport 'foo' (installed: good, nothing)");
}

TEST_CASE("a file or folder others may write to is refused", "[plugin_host][permissions]") {
    const Folder folder;
    const auto file = folder.copy("good");
    fs::permissions(file, fs::perms::owner_all);
    const auto mode = GENERATE(fs::perms::group_write, fs::perms::others_write);
    const auto& loosened = GENERATE_REF(folder.path(), file);
    fs::permissions(loosened, mode, fs::perm_options::add);
    auto found = PluginHost({folder.path()}).find("good");
    REQUIRE(!found);
    CHECK(found.error().code() == Errc::usage);
    CHECK_THAT(found.error().detail(), Catch::Contains("others may write to it"));
    fs::permissions(loosened, mode, fs::perm_options::remove);
    CHECK(PluginHost({folder.path()}).find("good"));
}

TEST_CASE("a plugin of another user is refused, the system's is not", "[plugin_host][permissions]") {
    if (::geteuid() != 0) return;  // who else may give a file away?
    const Folder folder;
    const auto file = folder.copy("good");
    const auto& given = GENERATE_REF(folder.path(), file);
    REQUIRE(::chown(given.c_str(), 65534, 65534) == 0);
    auto found = PluginHost({folder.path()}).find("good");
    REQUIRE(!found);
    CHECK_THAT(found.error().detail(), Catch::Contains("it belongs to another user"));
    REQUIRE(::chown(given.c_str(), 0, 0) == 0);
    CHECK(PluginHost({folder.path()}).find("good"));
}

TEST_CASE("a link into a folder others may write to is refused", "[plugin_host][permissions]") {
    const Folder safe, open;
    fs::create_symlink(open.copy("good"), safe.path() / "good.so");
    fs::permissions(open.path(), fs::perms::others_write, fs::perm_options::add);
    CHECK(!PluginHost({safe.path()}).find("good"));
}

TEST_CASE("a transport made elsewhere is preferred to a plugin of its name", "[plugin_host][find]") {
    testing::MemoryNetwork network;
    PluginHost host({hostile});
    auto own = std::make_unique<testing::MemoryTransport>(network, "here", testing::Bound::no, "good");
    auto* const expected = own.get();
    host.add(std::move(own));
    auto found = host.find("good");
    REQUIRE(found);
    CHECK(*found == expected);
}
