#include <catch2/catch.hpp>
#include <filesystem>

#include "plugin_host/folders.hpp"

using p2pc::plugin_host::plugin_folders;
namespace fs = std::filesystem;

TEST_CASE("the developer's folders replace the installed ones, in their order", "[plugin_host][folders]") {
    CHECK(plugin_folders("/a:/b/c") == std::vector<fs::path>{"/a", "/b/c"});
}

TEST_CASE("no item of the developer's path means the working folder", "[plugin_host][folders]") {
    CHECK(plugin_folders("::/a:plugins:./x:") == std::vector<fs::path>{"/a"});
}

TEST_CASE("without a developer's path plugins lie beside the binary", "[plugin_host][folders]") {
    const auto folders = plugin_folders("");
    REQUIRE(!folders.empty());
    CHECK(folders.front() == fs::read_symlink("/proc/self/exe").parent_path() / "plugins");
    for (const auto& folder : folders) {
        INFO(folder);
        CHECK(folder.is_absolute());
        CHECK(folder.filename() == "plugins");
    }
}
