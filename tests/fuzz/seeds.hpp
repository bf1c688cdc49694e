// The seeds: inputs that say what each format looks like, made of the same parts as the program's own
// messages.
#pragma once

#include <p2pc/base/bytes.hpp>
#include <string>
#include <string_view>

namespace p2pc::fuzz {

class Corpus {
  public:
    explicit Corpus(std::string folder) : folder_(std::move(folder)) {}
    // One input of `target`, named so that it can be found again.
    void add(std::string_view target, std::string_view name, std::string_view input) const;

  private:
    std::string folder_;
};

void add_text_seeds(const Corpus& corpus);
void add_message_seeds(const Corpus& corpus);
void add_home_seeds(const Corpus& corpus);
void add_admin_seeds(const Corpus& corpus);

}  // namespace p2pc::fuzz
