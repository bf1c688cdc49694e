// Cost: the most memory that was held at once while it lives, where a sanitizer counts it; else nothing.
//
// One at a time, on one thread: blocks that were there before, or are freed elsewhere, do not count.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {
__attribute__((weak)) int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*,
                                                                             std::size_t),
                                                                    void (*)(const volatile void*));
__attribute__((weak)) std::size_t __sanitizer_get_allocated_size(const volatile void*);
}

namespace p2pc::fuzz {

class Cost {
  public:
    Cost() {
        static const bool installed = install();
        static_cast<void>(installed);
        now_ = most_ = 0;
        counting_ = true;
    }
    ~Cost() { counting_ = false; }
    Cost(const Cost&) = delete;
    Cost& operator=(const Cost&) = delete;
    std::size_t most() const noexcept { return static_cast<std::size_t>(most_); }

  private:
    static bool install() {
        if (__sanitizer_install_malloc_and_free_hooks == nullptr) return false;
        return __sanitizer_install_malloc_and_free_hooks(taken, freed) != 0;
    }
    static void taken(const volatile void*, std::size_t size) {
        if (!counting_) return;
        now_ += static_cast<std::int64_t>(size);
        if (now_ > most_) most_ = now_;
    }
    static void freed(const volatile void* block) {
        if (counting_ && block != nullptr)
            now_ -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(block));
    }
    static inline thread_local bool counting_ = false;
    static inline thread_local std::int64_t now_ = 0, most_ = 0;
};

}  // namespace p2pc::fuzz
