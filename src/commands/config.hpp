// The configuration file: each long flag is a key, in the table of its command; the global ones stand at the
// top (docs/cli.md, "Precedence").
//
//   server = "tls://chat.example.org"
//   [receive]
//   output = "/srv/in"
//   from = ["alice", "bob"]
#pragma once

#include <filesystem>
#include <p2pc/base/result.hpp>

#include "commands/commands.hpp"
#include "commands/given.hpp"

namespace p2pc::commands {

enum class WhenMissing { nothing, error };

// Adds to `given` what the file says for `command`, below what the arguments said. The whole file is judged.
//   Errc::usage      not TOML, a key twice or unknown, a value of another kind: "FILE:LINE: ..."
//   Errc::local_io   cannot be read
Status read_config(const std::filesystem::path& file, WhenMissing when_missing, const Command& command,
                   Given& given);

// The same of a text; `name` is how errors call it.
Status read_config_text(std::string_view text, std::string_view name, const Command& command, Given& given);

}  // namespace p2pc::commands
