#include "transfer/patterns.hpp"

#include <catch2/catch.hpp>

using namespace p2pc::transfer;

namespace {

bool matches(std::string_view pattern, std::string_view path, IsFolder folder = IsFolder::no) {
    const auto parsed = Pattern::parse(pattern);
    REQUIRE(parsed);
    return parsed->matches(path, folder);
}

}  // namespace

TEST_CASE("a pattern matches what gitignore(5) says", "[transfer][patterns]") {
    const struct {
        const char* pattern;
        const char* path;
        bool expected;
    } rows[] = {
        // without a slash: the last component, at any depth
        {"a.o", "a.o", true},
        {"a.o", "x/y/a.o", true},
        {"a.o", "a.o/x", false},
        {"a.o", "ba.o", false},
        {"*.o", "a.o", true},
        {"*.o", "x/a.o", true},
        {"*.o", "x/.o", true},
        {"*.o", "a.os", false},
        {"*", "x/y", true},
        {"a*b*c", "aXbYc", true},
        {"a*b*c", "abc", true},
        {"a*b*c", "acb", false},
        {"?", "a", true},
        {"?", "", false},
        {"?", "ab", false},
        {"a?c", "a/c", false},
        // with one: the whole path
        {"/a", "a", true},
        {"/a", "x/a", false},
        {"x/a", "x/a", true},
        {"x/a", "y/x/a", false},
        {"x/*.o", "x/a.o", true},
        {"x/*.o", "x/y/a.o", false},
        {"*/a", "x/a", true},
        {"*/a", "x/y/a", false},
        {"*/a", "a", false},
        // any number of folders
        {"**/a", "a", true},
        {"**/a", "x/y/a", true},
        {"**/a", "x/ya", false},
        {"**/x/a", "x/a", true},
        {"**/x/a", "y/x/a", true},
        {"x/**/a", "x/a", true},
        {"x/**/a", "x/y/z/a", true},
        {"x/**/a", "xy/a", false},
        {"x/**/a", "x/ya", false},
        {"x/**", "x/a", true},
        {"x/**", "x/y/a", true},
        {"x/**", "x", false},
        {"x/**", "xa", false},
        {"**", "x/a", true},
        {"a**b", "aXXb", true},
        {"a**b", "x/aXb", true},
        {"x/a**b", "x/a/b", false},
        // sets
        {"[abc]", "b", true},
        {"[abc]", "d", false},
        {"[a-c]", "b", true},
        {"[!a-c]", "b", false},
        {"[^a-c]", "d", true},
        {"[]a]", "]", true},
        {"[]a]", "a", true},
        {"[a-]", "-", true},
        {"[[:digit:]x]", "7", true},
        {"[[:digit:]x]", "x", true},
        {"[[:digit:]x]", "y", false},
        {"[[:nothing:]]", "n", false},
        {"x[!a]y", "x/y", false},
        {"[\\]]", "]", true},
        {"[a", "[a", false},
        {"[a", "a", false},
        // escapes
        {"\\*", "*", true},
        {"\\*", "a", false},
        {"\\#a", "#a", true},
        {"\\!a", "!a", true},
        {"a\\ ", "a ", true},
        {"a  ", "a", true},
        {"a\\", "a", false},
        {"a\r", "a", true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.pattern, row.path);
        CHECK(matches(row.pattern, row.path) == row.expected);
    }
}

TEST_CASE("a pattern that ends in a slash matches folders alone", "[transfer][patterns]") {
    CHECK(matches("build/", "build", IsFolder::yes));
    CHECK(matches("build/", "x/build", IsFolder::yes));
    CHECK_FALSE(matches("build/", "build", IsFolder::no));
    CHECK(matches("x/build/", "x/build", IsFolder::yes));
    CHECK_FALSE(matches("x/build/", "y/x/build", IsFolder::yes));
}

TEST_CASE("blank lines and comments are no patterns", "[transfer][patterns]") {
    for (const auto* line : {"", " ", "# a", "/", "!", "\r"}) {
        CAPTURE(line);
        CHECK_FALSE(Pattern::parse(line));
    }
}

TEST_CASE("the last pattern that matches decides", "[transfer][patterns]") {
    Patterns patterns;
    patterns.add_lines("# objects\n*.o\n\n!keep.o\nsub/keep.o\n!/a/**/b\n");
    using Verdict = Patterns::Verdict;
    CHECK(patterns.judge("x.o", IsFolder::no) == Verdict::leave_out);
    CHECK(patterns.judge("keep.o", IsFolder::no) == Verdict::take);
    CHECK(patterns.judge("other/keep.o", IsFolder::no) == Verdict::take);
    CHECK(patterns.judge("sub/keep.o", IsFolder::no) == Verdict::leave_out);
    CHECK(patterns.judge("x.c", IsFolder::no) == Verdict::none);
    CHECK(patterns.judge("a/q/b", IsFolder::no) == Verdict::take);
    CHECK(patterns.judge_name("x.o", IsFolder::no) == Verdict::leave_out);
    CHECK(patterns.judge_name("b", IsFolder::no) == Verdict::none);
    CHECK(patterns.lines() == std::vector<std::string>{"*.o", "!keep.o", "sub/keep.o", "!/a/**/b"});
}

TEST_CASE("a pattern made to be slow costs its length times that of the path", "[transfer][patterns]") {
    // A matcher that tries one way after the other needs 2^40 steps and more for the least of these.
    std::string stars, folders = "x/";
    for (int i = 0; i < 200; ++i) {
        stars += "*a";
        folders += "**/a*/";
    }
    CHECK_FALSE(matches(stars + "b", std::string(2000, 'a')));
    std::string deep = "x";
    for (int i = 0; i < 500; ++i)
        deep += "/aa";
    CHECK_FALSE(matches(folders + "b", deep));
}
