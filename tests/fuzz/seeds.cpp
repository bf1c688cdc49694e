// fuzz_seeds FOLDER: writes the seeds of every target into FOLDER/TARGET.
#include "fuzz/seeds.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "crypto/init.hpp"

#include "crypto/random.hpp"

namespace p2pc::fuzz {
namespace {

// Of a target that plays a script any bytes are one.
void add_script_seeds(const Corpus& corpus) {
    crypto::SeededRandom random{1};
    for (const std::string_view target :
         {"server_session", "peer_session", "receiving", "sending", "code_exchange"}) {
        for (int number = 1; number <= 8; ++number) {
            Bytes script(32U * static_cast<unsigned>(number));
            random.fill(script);
            corpus.add(target, fmt::format("{:02}", number), as_text(script));
        }
    }
    // The right code as it is to be used: of a callee, and of a caller, who proves it in a second step.
    corpus.add("code_exchange", "enters", std::string_view{"\0\1\1\7", 4});
    corpus.add("code_exchange", "waits", std::string_view{"\1\1\1\7\4\2", 6});
}

}  // namespace

void Corpus::add(std::string_view target, std::string_view name, std::string_view input) const {
    const auto folder = std::filesystem::path{folder_} / target;
    std::filesystem::create_directories(folder);
    std::ofstream out(folder / fmt::format("seed-{}.in", name), std::ios::binary);
    out << input;
}

}  // namespace p2pc::fuzz

int main(int count, char** arguments) {
    if (count != 2) {
        fmt::print(stderr, "usage: fuzz_seeds FOLDER\n");
        return 2;
    }
    if (!p2pc::crypto::init()) return 1;
    const p2pc::fuzz::Corpus corpus{arguments[1]};
    p2pc::fuzz::add_text_seeds(corpus);
    p2pc::fuzz::add_message_seeds(corpus);
    p2pc::fuzz::add_home_seeds(corpus);
    p2pc::fuzz::add_admin_seeds(corpus);
    p2pc::fuzz::add_script_seeds(corpus);
    return 0;
}
