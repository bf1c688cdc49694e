// Link: a place in at most one intrusive list, which it leaves by itself when it dies.
//
// A list is circular and its head is a Link too, so that leaving needs no pointer to the list. Nothing is
// allocated; one thread at a time.
#pragma once

namespace p2pc::io {

class Link {
  public:
    Link() = default;
    ~Link() { unlink(); }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    bool linked() const noexcept { return next_ != this; }

    void unlink() noexcept {
        prev_->next_ = next_;
        next_->prev_ = prev_;
        next_ = prev_ = this;
    }

    // As a head: whether the list is empty, its first member, a new last one.
    bool empty() const noexcept { return next_ == this; }
    Link& front() noexcept { return *next_; }
    void push_back(Link& member) noexcept {
        member.unlink();
        member.prev_ = prev_;
        member.next_ = this;
        prev_->next_ = &member;
        prev_ = &member;
    }

    // As a head: takes over every member of `other`. REQUIRES: empty().
    void take(Link& other) noexcept {
        if (other.empty()) return;
        next_ = other.next_;
        prev_ = other.prev_;
        next_->prev_ = this;
        prev_->next_ = this;
        other.next_ = other.prev_ = &other;
    }

  private:
    Link* next_ = this;
    Link* prev_ = this;
};

}  // namespace p2pc::io
