// Runs the targets of one group over the inputs that are kept of them: seeds, and what fuzzing found.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace {

using Target = int (*)(const std::uint8_t*, std::size_t);

void replay(const std::string& name, Target target) {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path{P2PC_CORPUS} / name))
        files.insert(entry.path());
    // What takes no bytes, and what takes none it was not given.
    target(nullptr, 0);
    for (const auto& file : files) {
        INFO(file.filename().string());
        std::ifstream in(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        // In memory of exactly its size, so that a sanitizer sees a byte too many.
        std::vector<std::uint8_t> input(text.begin(), text.end());
        input.shrink_to_fit();
        CHECK(target(input.data(), input.size()) == 0);
    }
    CHECK(!files.empty());
    std::printf("%s: %zu inputs\n", name.c_str(), files.size());
}

}  // namespace

#define P2PC_TARGET(name) extern "C" int fuzz_##name(const std::uint8_t*, std::size_t);
P2PC_TARGETS
#undef P2PC_TARGET

#define P2PC_TARGET(name)                                                               \
    TEST_CASE("what is kept for the fuzz target " #name " keeps its rules", "[fuzz]") { \
        replay(#name, fuzz_##name);                                                     \
    }
P2PC_TARGETS
